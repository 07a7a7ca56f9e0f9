"""The desk's views: what they list, a window at a time, and their endpoints."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import plan, responses, tickets, wire
from csat_tui.demo.desk_tickets import ticket_users
from csat_tui.demo.gate import VIEW_RUNS, limits_of
from csat_tui.demo.people import GROUPS
from csat_tui.demo.plan import Standing
from csat_tui.demo.requests import ident, person_of, world_of
from csat_tui.demo.wire import Json
from csat_tui.demo.world import OPEN_STATUSES, World

SURVEYS_VIEW, MINE_VIEW, SOLVED_VIEW = 7_230_114_558_902, 7_230_114_559_113, 7_230_114_559_324
TITLES = {
    SURVEYS_VIEW: "CSAT surveys to review",
    MINE_VIEW: "Your unsolved tickets",
    SOLVED_VIEW: "CSAT surveys solved today",
}
ORDERS = {"created": "id", "updated": "updated_at"}
"""The orders of a view that are documented here, each with the key that it goes by."""


def describe(world: World, view_id: int) -> Json:
    """Describe a view: its title, conditions and how it is shown."""
    created = wire.stamp(world.anchor.replace(month=1, day=9))
    mine = view_id == MINE_VIEW
    all_of = [{"field": "status", "operator": "less_than" if view_id != SOLVED_VIEW else "is", "value": "solved"}]
    all_of.append({"field": "assignee_id", "operator": "is", "value": "current_user"} if mine else _tagged())
    return {
        "url": f"/api/v2/views/{view_id}.json",
        "id": view_id,
        "title": TITLES[view_id],
        "raw_title": TITLES[view_id],
        "active": True,
        "default": False,
        "description": None,
        "position": list(TITLES).index(view_id) + 1,
        "created_at": created,
        "updated_at": created,
        "conditions": {"all": all_of, "any": []},
        "execution": {
            "group_by": None,
            "group_order": "desc",
            "sort_by": "created",
            "sort_order": "desc",
            "columns": [{"id": name, "title": name.capitalize()} for name in ("subject", "requester", "created")],
            "fields": [{"id": name, "title": name.capitalize()} for name in ("subject", "requester", "created")],
            "custom_fields": [],
        },
        "restriction": None,
    }


def _tagged() -> Json:
    return {"field": "current_tags", "operator": "includes", "value": tickets.SURVEY_TAG}


class Listing:
    """One view in one order for one person: how many tickets it has, and any window of them."""

    def __init__(self, world: World, view_id: int, person: int, sort_by: str, sort_order: str) -> None:
        self._world, self._surveys = world, view_id == SURVEYS_VIEW
        self._updated, self._ascending = sort_by == "updated", sort_order == "asc"
        key = ORDERS[sort_by]
        if self._surveys:
            listed = [t for t in world.held_tickets() if self._belongs(t)]
        else:
            wanted = {"solved"} if view_id == SOLVED_VIEW else set(OPEN_STATUSES)
            listed = [t for t in world.held_tickets() if t["status"] in wanted]
            if view_id == MINE_VIEW:
                listed = [t for t in listed if t["assignee_id"] == person]
            else:
                listed = [t for t in listed if tickets.SURVEY_TAG in t["tags"]]
        self._head = sorted(listed, key=lambda t: (t[key], t["id"]), reverse=True)
        self._tail = world.standing if self._surveys else Standing(0)
        if self._surveys and self._updated:
            self._tail = self._tail.without(self._written())

    def _belongs(self, record: Json) -> bool:
        """Return whether a written ticket stands ahead of the derived ones in this order of the survey view."""
        open_survey = record["status"] in OPEN_STATUSES and tickets.SURVEY_TAG in record["tags"]
        return open_survey and (self._updated or record["id"] > plan.TOP_TICKET)

    def _written(self) -> list[int]:
        """Find the written surveys among the indexes, because by time of update they stand at the head instead."""
        named = (plan.read_ticket_number(t["id"]) for t in self._head)
        return [n.index for n in named if n is not None and n.role == "survey"]

    def __len__(self) -> int:
        return len(self._head) + len(self._tail)

    def window(self, start: int, count: int) -> list[Json]:
        """Give the tickets of one page; its cost does not depend on how deep it lies."""
        size = len(self)
        if self._ascending:
            end = max(size - start, 0)
            return self._newest_first(max(end - count, 0), min(count, end))[::-1]
        return self._newest_first(start, count)

    def _newest_first(self, start: int, count: int) -> list[Json]:
        head = self._head[start : start + count]
        first = start + len(head) - len(self._head)
        indexes = self._tail.window(first, count - len(head))
        found = [self._world.ticket(plan.ticket_number("survey", index)) for index in indexes]
        return head + [record for record in found if record is not None]


def _existing(request: Request) -> int:
    view_id = ident(request)
    if view_id not in TITLES:
        raise responses.not_found()
    return view_id


def listing(request: Request) -> Response:
    """List the views, all of them or those whose title has the words asked for."""
    words = request.query_params.get("query", "").lower()
    world = world_of(request)
    found = [describe(world, view_id) for view_id, title in TITLES.items() if words in title.lower()]
    if request.query_params.get("active") == "false":
        found = []
    return JSONResponse(responses.paged(request, "views", len(found), lambda start, size: found[start : start + size]))


def show(request: Request) -> Response:
    """Show one view."""
    return JSONResponse({"view": responses.linked(request, describe(world_of(request), _existing(request)))})


def _ordered(request: Request, view_id: int) -> Listing:
    asked = request.query_params
    sort = asked.get("sort", "")
    by = asked.get("sort_by") or sort.lstrip("-") or "created"
    if by not in ORDERS:
        raise responses.invalid_attribute("sort_by", f"must be one of {', '.join(ORDERS)}")
    order = asked.get("sort_order") or ("asc" if sort and not sort.startswith("-") else "desc")
    return Listing(world_of(request), view_id, person_of(request).id, by, order)


def view_tickets(request: Request) -> Response:
    """List the tickets of a view in either pagination."""
    ordered = _ordered(request, _existing(request))
    answer = responses.paged(request, "tickets", len(ordered), ordered.window)
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
    url = f"{responses.base_url(request)}/api/v2/views/{view_id}/count.json"
    answer = {"view_id": view_id, "url": url, "value": value, "pretty": pretty, "fresh": True, "active": "active"}
    return JSONResponse({"view_count": answer}, headers=headers)


def execute(request: Request) -> Response:
    """Run a view into rows; limited like the count."""
    view_id, person = _existing(request), person_of(request)
    headers = limits_of(request).particular("views-execute", (view_id, person.id), VIEW_RUNS)
    ordered = _ordered(request, view_id)
    answer = responses.by_number(request, "rows", len(ordered), lambda start, size: ordered.window(start, size))
    rows = [_row(record) for record in answer["rows"]]
    users = (world_of(request).user(row["requester_id"]) for row in rows)
    described = describe(world_of(request), view_id)
    people = [{key: user[key] for key in ("id", "name", "url")} for user in users if user is not None]
    groups = [{"id": ident_, "name": name, "url": f"/api/v2/groups/{ident_}.json"} for ident_, name in GROUPS.items()]
    extra = {"view": {"id": view_id, "url": responses.linked(request, described)["url"]}, "users": people}
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
    Route("/api/v2/views/{id}/tickets", view_tickets),
    Route("/api/v2/views/{id}/count", count),
    Route("/api/v2/views/{id}/execute", execute),
]
