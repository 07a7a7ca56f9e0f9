"""The desk's search: query language, numbered pages, export by cursor, and a customer's tickets and addresses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import other_tickets, people, plan, responses, wire
from csat_tui.demo.desk_tickets import ticket_users
from csat_tui.demo.gate import EXPORTS, limits_of
from csat_tui.demo.requests import ident, world_of
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World

STATUS_ORDER = ("new", "open", "pending", "hold", "solved", "closed")
_TERM = re.compile(r'(-?)(?:([\w.]+)(:|>=|<=|>|<))?(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True)
class Term:
    """One part of a query; a bare word has no field."""

    negated: bool
    field: str
    sign: str
    value: str


def parse(text: str) -> list[Term]:
    """Split a query into its parts."""
    return [
        Term(bool(found[1]), found[2] or "", found[3] or "", (found[4] if found[4] is not None else found[5]).lower())
        for found in _TERM.finditer(text)
    ]


def value_of(terms: list[Term], field: str) -> str | None:
    """Give what a field is asked to be, if it is."""
    return next((term.value for term in terms if term.field == field and term.sign == ":" and not term.negated), None)


def matches(terms: list[Term], record: Json, requester_email: Callable[[int], str]) -> bool:
    """Return whether a ticket answers a query; one field asked for twice means either."""
    either: dict[str, list[bool]] = {}
    for term in terms:
        if term.field == "type":
            continue
        found = _holds(term, record, requester_email)
        if term.negated:
            if found:
                return False
        elif term.field and term.sign == ":":
            either.setdefault(term.field, []).append(found)
        elif not found:
            return False
    return all(any(several) for several in either.values())


def _holds(term: Term, record: Json, requester_email: Callable[[int], str]) -> bool:
    match term.field:
        case "":
            words = f"{record['id']} {record['subject']} {record['description']}".lower()
            return term.value.strip("*") in words
        case "status":
            if term.value not in STATUS_ORDER:
                return False
            return _compare(term.sign, STATUS_ORDER.index(record["status"]), STATUS_ORDER.index(term.value))
        case "tags":
            return term.value in record["tags"] if term.value != "none" else not record["tags"]
        case "requester":
            return term.value in (str(record["requester_id"]), requester_email(record["requester_id"]))
        case "assignee":
            return term.value == str(record["assignee_id"] or "none")
        case "created" | "updated" | "created_at" | "updated_at":
            return _dated(term, record[f"{term.field.removesuffix('_at')}_at"])
        case "subject" | "description":
            return term.value.strip("*") in record[term.field].lower()
        case field:
            asked = field.removeprefix("custom_field_")
            return any(str(e["id"]) == asked and str(e["value"]).lower() == term.value for e in record["custom_fields"])


def _dated(term: Term, stamp: str) -> bool:
    try:
        wanted = datetime.fromisoformat(term.value.upper())
    except ValueError:
        return False
    found = datetime.fromisoformat(stamp)
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=found.tzinfo)
    if term.sign == ":":
        return found.date() == wanted.date()
    return _compare(term.sign, found.timestamp(), wanted.timestamp())


def _compare(sign: str, left: float, right: float) -> bool:
    return {":": left == right, ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[sign]


DEEPEST = 1_000
NUMBER = re.compile(r"\b\d{7,9}\b", re.ASCII)
READ_AT_MOST = 3_000
"""Surveys a search looks at when nothing narrows it, newest first: the world is derived, so it has no index."""


def find(world: World, text: str) -> list[Json]:
    """Find tickets, newest first; a requester or a ticket number narrows what is read."""
    terms = parse(text)

    def email(user_id: int) -> str:
        return str((world.user(user_id) or {}).get("email", ""))

    tickets = (world.ticket(number) for number in _candidates(world, terms))
    found = [record for record in tickets if record is not None and matches(terms, record, email)]
    return sorted(found, key=lambda record: (record["created_at"], record["id"]), reverse=True)


def _candidates(world: World, terms: list[Term]) -> Iterator[int]:
    yield from world.created
    stories = _stories(world, terms)
    if stories is not None:
        yield from dict.fromkeys(number for index in stories if index < world.size for number in world.around(index))
        return
    for index in range(min(world.size, READ_AT_MOST)):
        yield from world.own(index)


def _stories(world: World, terms: list[Term]) -> list[int] | None:
    """Tell whose tickets can answer a query, where it names a requester, a ticket or an order; None where any can."""
    requester = value_of(terms, "requester")
    if requester is not None:
        if requester.isascii() and requester.isdigit():
            found = plan.read_customer_id(int(requester))
        else:
            found = other_tickets.by_email(world.seed, requester)
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
        seat = other_tickets.read_seat(world.seed, named.index)
        return seat[0] if seat else None
    return named.index if named else None


def search(request: Request) -> Response:
    """Search; past a thousand results the desk refuses."""
    size, page = responses.number(request, "per_page", 100, 100), responses.number(request, "page", 1)
    if page * size > DEEPEST:
        raise responses.search_too_deep()
    text = request.query_params.get("query", "")
    if value_of(parse(text), "type") == "user":
        found = _people(request, text)
    else:
        found = [{**record, "result_type": "ticket"} for record in find(world_of(request), text)]
    if request.query_params.get("sort_order") == "asc":
        found = found[::-1]
    answer = responses.by_number(request, "results", len(found), lambda start, count: found[start : start + count])
    return JSONResponse(answer | {"facets": None})


def _people(request: Request, text: str) -> list[Json]:
    world = world_of(request)
    words = [term.value for term in parse(text) if term.field in ("", "email")]
    staff = (world.user(person.id) for person in people.STAFF.values() if person.email in words)
    users = (*staff, *map(world.user_by_email, words))
    return [{**user, "result_type": "user"} for user in users if user is not None]


def export(request: Request) -> Response:
    """Search without the thousand's limit, by cursor, for one type at a time."""
    if request.query_params.get("filter[type]") != "ticket":
        raise responses.invalid_attribute("filter[type]", "Only ticket is supported here")
    headers = limits_of(request).particular("search-export", (), EXPORTS)
    found = [{**r, "result_type": "ticket"} for r in find(world_of(request), request.query_params.get("query", ""))]
    answer = responses.by_cursor(request, "results", len(found), lambda s, c: found[s : s + c], most=1000)
    return JSONResponse(answer | {"facets": None}, headers=headers)


ROUTES = [Route("/api/v2/search", search), Route("/api/v2/search/export", export)]


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
        raise responses.not_found()
    return user


def _sorted(request: Request, found: list[Json]) -> list[Json]:
    """Sort as asked: `sort` with a sign goes with cursors, `sort_by` and `sort_order` with numbered pages."""
    sort = request.query_params.get("sort")
    if sort is not None:
        if sort.lstrip("-") not in ("id", "updated_at", "status"):
            raise responses.bad_cursor("sort")
        return sorted(found, key=ORDERS[sort.lstrip("-")], reverse=sort.startswith("-"))  # type: ignore[arg-type]
    by = request.query_params.get("sort_by", "id")
    down = request.query_params.get("sort_order") == "desc"
    return sorted(found, key=ORDERS.get(by, ORDERS["id"]), reverse=down)  # type: ignore[arg-type]


def requested(request: Request) -> Response:
    """List the tickets that a user asked for, oldest first unless asked otherwise."""
    found = _sorted(request, world_of(request).requested(_existing(request)["id"]))
    answer = responses.paged(request, "tickets", len(found), lambda start, size: found[start : start + size])
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
        responses.paged(request, "identities", len(found), lambda start, size: found[start : start + size])
    )


HISTORY_ROUTES = [
    Route("/api/v2/users/{id}/tickets/requested", requested),
    Route("/api/v2/users/{id}/identities", identities),
]
