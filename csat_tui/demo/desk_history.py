"""What the desk tells of one customer: the tickets they asked for, and the addresses they write from."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, paging, wire
from csat_tui.demo.asked import ident, world_of
from csat_tui.demo.desk_tickets import ticket_users
from csat_tui.demo.query import STATUS_ORDER
from csat_tui.demo.wire import Json

ORDERS: dict[str, Callable[[Json], object]] = {
    "id": lambda record: record["id"],
    "created_at": lambda record: (record["created_at"], record["id"]),
    "updated_at": lambda record: (record["updated_at"], record["id"]),
    "status": lambda record: (STATUS_ORDER.index(record["status"]), record["id"]),
    "subject": lambda record: (record["subject"], record["id"]),
}


def _existing(request: Request) -> Json:
    user = world_of(request).user(ident(request))
    if user is None:
        raise errors.not_found()
    return user


def _sorted(request: Request, found: list[Json]) -> list[Json]:
    """Sort as asked: `sort` with a sign goes with cursors, `sort_by` and `sort_order` with numbered pages."""
    sort = request.query_params.get("sort")
    if sort is not None:
        if sort.lstrip("-") not in ("id", "updated_at", "status"):
            raise errors.bad_cursor("sort")
        return sorted(found, key=ORDERS[sort.lstrip("-")], reverse=sort.startswith("-"))  # type: ignore[arg-type]
    by = request.query_params.get("sort_by", "id")
    down = request.query_params.get("sort_order") == "desc"
    return sorted(found, key=ORDERS.get(by, ORDERS["id"]), reverse=down)  # type: ignore[arg-type]


def requested(request: Request) -> Response:
    """List the tickets that a user asked for, oldest first unless asked otherwise."""
    found = _sorted(request, world_of(request).requested(_existing(request)["id"]))
    answer = paging.paged(request, "tickets", len(found), lambda start, size: found[start : start + size])
    return JSONResponse(answer | ticket_users(request, answer["tickets"]))


def identities(request: Request) -> Response:
    """List the addresses of a user, the one that is written to first."""
    user, world = _existing(request), world_of(request)
    joined = wire.stamp(world.anchor.replace(month=1, day=9))
    found = [
        {
            "id": user["id"] + 7_000 + place,
            "url": f"/api/v2/users/{user['id']}/identities/{user['id'] + 7_000 + place}.json",
            "user_id": user["id"],
            "type": "email",
            "value": address,
            "primary": place == 0,
            "verified": True,
            "undeliverable_count": 0,
            "deliverable_state": "deliverable",
            "created_at": joined,
            "updated_at": joined,
        }
        for place, address in enumerate(world.addresses(user["id"]))
    ]
    return JSONResponse(
        paging.paged(request, "identities", len(found), lambda start, size: found[start : start + size])
    )


ROUTES = [
    Route("/api/v2/users/{id}/tickets/requested", requested),
    Route("/api/v2/users/{id}/identities", identities),
]
