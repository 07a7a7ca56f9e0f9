"""The desk's view endpoints."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, paging, view
from csat_tui.demo.asked import ident, limits_of, person_of, world_of
from csat_tui.demo.desk_tickets import ticket_users
from csat_tui.demo.limits import VIEW_RUNS
from csat_tui.demo.people import GROUPS
from csat_tui.demo.wire import Json


def _existing(request: Request) -> int:
    view_id = ident(request)
    if view_id not in view.TITLES:
        raise errors.not_found()
    return view_id


def listing(request: Request) -> Response:
    """List the views, all of them or those whose title has the words asked for."""
    words = request.query_params.get("query", "").lower()
    world = world_of(request)
    found = [view.describe(world, view_id) for view_id, title in view.TITLES.items() if words in title.lower()]
    if request.query_params.get("active") == "false":
        found = []
    return JSONResponse(paging.paged(request, "views", len(found), lambda start, size: found[start : start + size]))


def show(request: Request) -> Response:
    """Show one view."""
    return JSONResponse({"view": paging.linked(request, view.describe(world_of(request), _existing(request)))})


def _ordered(request: Request, view_id: int) -> view.Listing:
    asked = request.query_params
    sort = asked.get("sort", "")
    by = asked.get("sort_by") or sort.lstrip("-") or "created"
    if by not in view.ORDERS:
        raise errors.invalid_attribute("sort_by", f"must be one of {', '.join(view.ORDERS)}")
    order = asked.get("sort_order") or ("asc" if sort and not sort.startswith("-") else "desc")
    return view.Listing(world_of(request), view_id, person_of(request).id, by, order)


def tickets(request: Request) -> Response:
    """List the tickets of a view in either pagination."""
    ordered = _ordered(request, _existing(request))
    answer = paging.paged(request, "tickets", len(ordered), ordered.window)
    return JSONResponse(answer | ticket_users(request, answer["tickets"]))


def count(request: Request) -> Response:
    """Count a view; limited, and an answer is given again for a while, so it is not for polling."""
    view_id, person = _existing(request), person_of(request)
    headers = limits_of(request).particular("views-count", (view_id, person.id), VIEW_RUNS)
    counted: dict[int, tuple[float, int]] = request.app.state.counted
    now = limits_of(request).clock()
    kept = counted.get(view_id)
    if kept is None or now - kept[0] > 120:
        kept = counted[view_id] = (now, len(_ordered(request, view_id)))
    value = kept[1]
    pretty = str(value) if value < 1000 else f"~{value:,}"
    url = f"{paging.base_url(request)}/api/v2/views/{view_id}/count.json"
    answer = {"view_id": view_id, "url": url, "value": value, "pretty": pretty, "fresh": True, "active": "active"}
    return JSONResponse({"view_count": answer}, headers=headers)


def execute(request: Request) -> Response:
    """Run a view into rows; limited like the count."""
    view_id, person = _existing(request), person_of(request)
    headers = limits_of(request).particular("views-execute", (view_id, person.id), VIEW_RUNS)
    ordered = _ordered(request, view_id)
    answer = paging.by_number(request, "rows", len(ordered), lambda start, size: ordered.window(start, size))
    rows = [_row(record) for record in answer["rows"]]
    users = (world_of(request).user(row["requester_id"]) for row in rows)
    described = view.describe(world_of(request), view_id)
    people = [{key: user[key] for key in ("id", "name", "url")} for user in users if user is not None]
    groups = [{"id": ident_, "name": name, "url": f"/api/v2/groups/{ident_}.json"} for ident_, name in GROUPS.items()]
    extra = {"view": {"id": view_id, "url": paging.linked(request, described)["url"]}, "users": people}
    columns = described["execution"]["columns"]
    return JSONResponse(answer | extra | {"rows": rows, "columns": columns, "groups": groups}, headers=headers)


def _row(record: Json) -> Json:
    short = {key: record[key] for key in ("id", "subject", "description", "status", "type", "priority", "url")}
    return {
        "ticket_id": record["id"],
        "subject": record["subject"],
        "requester_id": record["requester_id"],
        "created": record["created_at"],
        "group_id": record["group_id"],
        "status": record["status"],
        "ticket": short,
    }


ROUTES = [
    Route("/api/v2/views", listing),
    Route("/api/v2/views/active", listing),
    Route("/api/v2/views/search", listing),
    Route("/api/v2/views/{id}", show),
    Route("/api/v2/views/{id}/tickets", tickets),
    Route("/api/v2/views/{id}/count", count),
    Route("/api/v2/views/{id}/execute", execute),
]
