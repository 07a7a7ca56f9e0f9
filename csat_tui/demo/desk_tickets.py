"""The desk's ticket endpoints: read, comment, change, tag."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, paging, tickets, wire, writes
from csat_tui.demo.asked import body, ident, idents, limits_of, person_of, world_of
from csat_tui.demo.wire import Json
from csat_tui.demo.world import Record


def users_of(request: Request, user_ids: Iterable[int | None]) -> Json:
    """Give the people beside the records when the caller asked for them."""
    if "users" not in request.query_params.get("include", "").split(","):
        return {}
    world = world_of(request)
    found = (world.user(user_id) for user_id in dict.fromkeys(user_ids) if user_id is not None)
    return {"users": [paging.linked(request, user) for user in found if user is not None]}


def ticket_users(request: Request, listed: list[Json]) -> Json:
    """Give the people of tickets."""
    keys = ("requester_id", "submitter_id", "assignee_id")
    return users_of(request, (record[key] for record in listed for key in keys))


def _existing(request: Request) -> Json:
    record = world_of(request).ticket(ident(request))
    if record is None:
        raise errors.not_found()
    return record


def show(request: Request) -> Response:
    """Show one ticket."""
    record = _existing(request)
    return JSONResponse({"ticket": paging.linked(request, record), **ticket_users(request, [record])})


def show_many(request: Request) -> Response:
    """Show up to a hundred tickets; those that are gone are simply absent."""
    world = world_of(request)
    found = [record for record in map(world.ticket, idents(request)) if record is not None]
    answer = {"tickets": [paging.linked(request, record) for record in found], "count": len(found)}
    return JSONResponse(answer | {"next_page": None, "previous_page": None, **ticket_users(request, found)})


def comments(request: Request) -> Response:
    """List a ticket's comments; someone without internal notes sees the public ones only."""
    listed = world_of(request).comments(_existing(request)["id"])
    if person_of(request).no_notes:
        listed = [said for said in listed if said["public"]]
    order = request.query_params.get("sort_order", "asc")
    if request.query_params.get("sort", "").startswith("-") or order == "desc":
        listed = listed[::-1]
    if request.query_params.get("include_inline_images") != "true":
        # As at the real desk, what stands in the text of a mail is not listed beside it unless asked for.
        listed = [
            said | {"attachments": [file for file in said["attachments"] if not file["inline"]]} for said in listed
        ]
    answer = paging.paged(request, "comments", len(listed), lambda start, size: listed[start : start + size])
    return JSONResponse(answer | users_of(request, [said["author_id"] for said in answer["comments"]]))


def audits(request: Request) -> Response:
    """List a ticket's audits, with what each writer left in its metadata."""
    listed = world_of(request).audits(_existing(request)["id"])
    if request.query_params.get("sort", "").startswith("-") or request.query_params.get("sort_order") == "desc":
        listed = listed[::-1]
    return JSONResponse(paging.paged(request, "audits", len(listed), lambda start, size: listed[start : start + size]))


async def update(request: Request) -> Response:
    """Write to a ticket; keys that the desk does not know are ignored and named in a header."""
    asked = await body(request, "ticket")
    ticket_id, person = ident(request), person_of(request)
    headers = limits_of(request).update(ticket_id, person.id)
    ticket, audit = writes.update(world_of(request), person, ticket_id, asked)
    headers |= warn(asked)
    return JSONResponse({"ticket": paging.linked(request, ticket), "audit": audit}, headers=headers)


def warn(asked: Json) -> dict[str, str]:
    """Name the ignored keys the way the desk does."""
    ignored = writes.ignored_keys(asked)
    named = ", ".join(f":{key}" for key in ignored if key.isascii() and key.isidentifier())
    text = f"Removed restricted keys [{named}] from parameters according to allow list"
    return {"x-zendesk-api-warn": text} if ignored else {}


async def create(request: Request) -> Response:
    """Create a ticket, once for each idempotency key."""
    asked = await body(request, "ticket")
    world, person = world_of(request), person_of(request)
    key = request.headers.get("idempotency-key")
    made: dict[str, int] = request.app.state.made
    if key and key in made:
        again = {"ticket": world.ticket(made[key]), "audit": world.audits(made[key])[0]}
        return JSONResponse(again, 201, {"x-idempotency-lookup": "hit"})
    headers = limits_of(request).particular("tickets-create", (), 100)
    at, ticket_id = world.now(), world.next_ticket_id()
    comment = asked.get("comment")
    text = str(comment.get("body") or comment.get("html_body") or "") if isinstance(comment, dict) else ""
    if not text.strip():
        raise errors.record_invalid("base", "Description: cannot be blank", error="BlankValue")
    requester = asked.get("requester_id") or person.id
    if not isinstance(requester, int):
        raise errors.invalid_attribute("requester_id", "must be an integer")
    record = tickets.ticket(ticket_id, str(asked.get("subject") or text[:80]), text, "open", requester, at, at)
    record["submitter_id"] = person.id
    source = asked.get("via_followup_source_id")
    if source is not None:
        record["via"] = wire.via("web") | {"source": {"from": {"ticket_id": source}, "to": {}, "rel": "follow_up"}}
    writes.check(world, person, record, asked)
    held = Record(record, [], [])
    world.add(held)
    ticket, audit = writes.apply(writes.Change(world, person, asked, at, world.new_id()), held)
    if key:
        made[key] = ticket_id
        headers["x-idempotency-lookup"] = "miss"
    answer = {"ticket": paging.linked(request, ticket), "audit": audit}
    location = f"{paging.base_url(request)}{ticket['url']}"
    return JSONResponse(answer, 201, headers | warn(asked) | {"location": location})


async def tags(request: Request) -> Response:
    """Show, set, add or remove tags."""
    record = _existing(request)
    if request.method == "GET":
        return JSONResponse({"tags": record["tags"]})
    asked = await body(request)
    given = writes.clean_tags(asked.get("tags") or [])
    wanted = {
        "POST": set(given),
        "PUT": {*record["tags"], *given},
        "DELETE": set(record["tags"]) - set(given),
    }[request.method]
    headers = limits_of(request).update(record["id"], person_of(request).id)
    change = {key: asked[key] for key in ("safe_update", "updated_stamp") if key in asked} | {"tags": sorted(wanted)}
    ticket, _ = writes.update(world_of(request), person_of(request), record["id"], change)
    return JSONResponse({"tags": ticket["tags"]}, 201 if request.method == "POST" else 200, headers)


def delete(request: Request) -> Response:
    """Delete a ticket."""
    record = _existing(request)
    world = world_of(request)
    world.deleted.add(record["id"])
    world.settle(record["id"])
    return Response(status_code=204)


ROUTES = [
    Route("/api/v2/tickets", create, methods=["POST"]),
    Route("/api/v2/tickets/show_many", show_many),
    Route("/api/v2/tickets/{id}", show),
    Route("/api/v2/tickets/{id}", update, methods=["PUT"]),
    Route("/api/v2/tickets/{id}", delete, methods=["DELETE"]),
    Route("/api/v2/tickets/{id}/comments", comments),
    Route("/api/v2/tickets/{id}/audits", audits),
    Route("/api/v2/tickets/{id}/tags", tags, methods=["GET", "PUT", "POST", "DELETE"]),
]
