"""The desk's two searches: by numbered pages up to a thousand results, and the export by cursor."""

import re
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, others, paging, people, plan, query
from csat_tui.demo.asked import limits_of, world_of
from csat_tui.demo.limits import EXPORTS
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World

DEEPEST = 1_000
NUMBER = re.compile(r"\b\d{7,9}\b", re.ASCII)
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
    stories = _stories(world, terms)
    if stories is not None:
        yield from dict.fromkeys(number for index in stories if index < world.size for number in world.around(index))
        return
    for index in range(min(world.size, READ_AT_MOST)):
        yield from world.own(index)


def _stories(world: World, terms: list[query.Term]) -> list[int] | None:
    """Tell whose tickets can answer a query, where it names a requester, a ticket or an order; None where any can."""
    requester = query.value_of(terms, "requester")
    if requester is not None:
        if requester.isascii() and requester.isdigit():
            found = plan.read_customer_id(int(requester))
        else:
            found = others.by_email(world.seed, requester)
        return [] if found is None else [found[0]]
    wanted = [term.value for term in terms if not term.negated and (not term.field or "custom_field" in term.field)]
    for number in map(int, NUMBER.findall(" ".join(wanted))):
        order, ticket = plan.read_order_number(number), _story_of_ticket(world, number)
        indexes = [index for index in (order, ticket) if index is not None and index < world.size]
        if indexes:
            return [plan.source_index(index, world.size) for index in indexes] + indexes
    return None


def _story_of_ticket(world: World, number: int) -> int | None:
    named = plan.read_ticket_number(number)
    if named is not None and named.role == "other":
        seat = others.read_seat(world.seed, named.index)
        return seat[0] if seat else None
    return named.index if named else None


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
    staff = (world.user(person.id) for person in people.STAFF.values() if person.email in words)
    users = (*staff, *map(world.user_by_email, words))
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
