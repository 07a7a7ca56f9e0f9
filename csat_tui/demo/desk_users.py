"""The desk's user endpoints, and the small lists of groups, brands, fields and statuses."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import names, people, responses, tickets
from csat_tui.demo.desk_tickets import dated, group
from csat_tui.demo.requests import ident, idents, person_of, world_of
from csat_tui.demo.wire import Json


def me(request: Request) -> Response:
    """Show who is asking."""
    user = world_of(request).user(person_of(request).id) or {}
    return JSONResponse({"user": responses.linked(request, user)})


def show(request: Request) -> Response:
    """Show one person."""
    user = world_of(request).user(ident(request))
    if user is None:
        raise responses.not_found()
    return JSONResponse({"user": responses.linked(request, user)})


def _answer(request: Request, found: list[Json]) -> Response:
    return JSONResponse(responses.paged(request, "users", len(found), lambda start, size: found[start : start + size]))


def show_many(request: Request) -> Response:
    """Show up to a hundred people; unknown ones are absent."""
    found = (world_of(request).user(user_id) for user_id in idents(request))
    return _answer(request, [user for user in found if user is not None])


def search(request: Request) -> Response:
    """Find people by address."""
    world = world_of(request)
    words = request.query_params.get("query", "").removeprefix("email:").strip().lower()
    staff = [person.id for person in people.STAFF.values() if words and words in (person.email, person.name.lower())]
    found = [world.user(number) for number in staff] or [world.user_by_email(words)]
    return _answer(request, [user for user in found if user is not None])


def listing(request: Request) -> Response:
    """List the staff; customers are too many to list."""
    world = world_of(request)
    return _answer(request, [user for user in map(world.user, people.STAFF) if user is not None])


def _small(request: Request, key: str, found: list[Json]) -> Response:
    return JSONResponse(responses.paged(request, key, len(found), lambda start, size: found[start : start + size]))


def groups(request: Request) -> Response:
    """List the groups."""
    found = [dated(request, "groups", number, **group(number)) for number in people.GROUPS]
    return _small(request, "groups", found)


def brands(request: Request) -> Response:
    """List the brands, one for each store."""
    stores = ((tickets.BRAND_ID, names.BRAND, "larder-lane"), (tickets.MARKET_BRAND_ID, names.MARKET, "larder-market"))
    found = [
        dated(request, "brands", number, name=name, subdomain=subdomain, active=True)
        for number, name, subdomain in stores
    ]
    return _small(request, "brands", found)


def fields(request: Request) -> Response:
    """List the ticket fields."""
    kinds = {
        tickets.ORDER_FIELD: ("Order number", "text"),
        tickets.REASON_FIELD: ("Contact reason", "tagger"),
        tickets.OUTCOME_FIELD: ("CSAT outcome", "tagger"),
    }
    found = [
        dated(request, "ticket_fields", number, title=title, raw_title=title, type=kind, active=True)
        for number, (title, kind) in kinds.items()
    ]
    return _small(request, "ticket_fields", found)


def statuses(request: Request) -> Response:
    """List the statuses and the ids under which a ticket can be given them."""
    found = [
        dated(request, "custom_statuses", number, status_category=name, agent_label=name.capitalize(), active=True)
        for name, number in tickets.STATUS_IDS.items()
        if name != "closed"
    ]
    return _small(request, "custom_statuses", found)


ROUTES = [
    Route("/api/v2/users", listing),
    Route("/api/v2/users/me", me),
    Route("/api/v2/users/show_many", show_many),
    Route("/api/v2/users/search", search),
    Route("/api/v2/users/{id}", show),
    Route("/api/v2/groups", groups),
    Route("/api/v2/brands", brands),
    Route("/api/v2/ticket_fields", fields),
    Route("/api/v2/custom_statuses", statuses),
]
