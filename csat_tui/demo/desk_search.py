"""The desk's two searches: by numbered pages up to a thousand results, and the export by cursor."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, paging, people, plan, query
from csat_tui.demo.asked import limits_of, world_of
from csat_tui.demo.limits import EXPORTS
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World

DEEPEST = 1_000
READ_AT_MOST = 3_000
"""Surveys a search looks at when nothing narrows it, newest first: the world is derived, so it has no index."""


def find(world: World, text: str) -> list[Json]:
    """Find tickets, newest first; a requester or a ticket number narrows what is read."""
    terms = query.parse(text)

    def email(user_id: int) -> str:
        return str((world.user(user_id) or {}).get("email", ""))

    tickets = (world.ticket(number) for number in _candidates(world, terms))
    found = [record for record in tickets if record is not None and query.matches(terms, record, email)]
    return sorted(found, key=lambda record: (record["created_at"], record["id"]), reverse=True)


def _candidates(world: World, terms: list[query.Term]) -> Iterator[int]:
    yield from world.created
    requester = query.value_of(terms, "requester")
    numbers = [term.value for term in terms if not term.field and term.value.isascii() and term.value.isdigit()]
    if requester is not None:
        customer = people.customer_by_email(world.seed, requester)
        index = customer.index if customer else plan.read_customer_id(int(requester)) if requester.isdigit() else None
        indexes = [] if index is None else [index, *_repeats(world, index)]
    elif numbers and int(numbers[0]) <= plan.TOP_TICKET:
        yield int(numbers[0])
        indexes = list(range(min(world.size, READ_AT_MOST)))
    else:
        indexes = list(range(min(world.size, READ_AT_MOST)))
    seen = {int(text) for text in numbers[:1]}
    for index in indexes:
        for role in ("survey", "source", "target"):
            number = plan.ticket_number(role, index)
            if number not in seen:
                yield number


def _repeats(world: World, index: int) -> list[int]:
    """Find the surveys that were filled in again for the ticket of this one."""
    start = index - index % plan.BLOCK
    block = range(start, min(start + plan.BLOCK, world.size))
    return [other for other in block if other != index and plan.source_index(other, world.size) == index]


def search(request: Request) -> Response:
    """Search; past a thousand results the desk refuses."""
    size, page = paging.number(request, "per_page", 100, 100), paging.number(request, "page", 1)
    if page * size > DEEPEST:
        raise errors.search_too_deep()
    text = request.query_params.get("query", "")
    if query.value_of(query.parse(text), "type") == "user":
        found = _people(request, text)
    else:
        found = [{**record, "result_type": "ticket"} for record in find(world_of(request), text)]
    if request.query_params.get("sort_order") == "asc":
        found = found[::-1]
    answer = paging.by_number(request, "results", len(found), lambda start, count: found[start : start + count])
    return JSONResponse(answer | {"facets": None})


def _people(request: Request, text: str) -> list[Json]:
    world = world_of(request)
    words = [term.value for term in query.parse(text) if term.field in ("", "email")]
    customers = (people.customer_by_email(world.seed, word) for word in words)
    staff = [person.id for person in people.STAFF.values() if person.email in words]
    users = (world.user(number) for number in [*staff, *(who.id for who in customers if who)])
    return [{**user, "result_type": "user"} for user in users if user is not None]


def export(request: Request) -> Response:
    """Search without the thousand's limit, by cursor, for one type at a time."""
    if request.query_params.get("filter[type]") != "ticket":
        raise errors.invalid_attribute("filter[type]", "Only ticket is supported here")
    headers = limits_of(request).particular("search-export", (), EXPORTS)
    found = [{**r, "result_type": "ticket"} for r in find(world_of(request), request.query_params.get("query", ""))]
    answer = paging.by_cursor(request, "results", len(found), lambda s, c: found[s : s + c], most=1000)
    return JSONResponse(answer | {"facets": None}, headers=headers)


ROUTES = [Route("/api/v2/search", search), Route("/api/v2/search/export", export)]
