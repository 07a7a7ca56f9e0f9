"""The desk's ticket endpoints: read, comment, change, tag, and merge in a job."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import people, responses, tickets, wire, writes
from csat_tui.demo.gate import limits_of
from csat_tui.demo.requests import body, ident, idents, person_of, world_of
from csat_tui.demo.wire import Json
from csat_tui.demo.world import Record, World


def users_of(request: Request, user_ids: Iterable[int | None]) -> Json:
    """Give the people beside the records when the caller asked for them."""
    if "users" not in request.query_params.get("include", "").split(","):
        return {}
    world = world_of(request)
    found = (world.user(user_id) for user_id in dict.fromkeys(user_ids) if user_id is not None)
    return {"users": [responses.linked(request, user) for user in found if user is not None]}


def ticket_users(request: Request, listed: list[Json]) -> Json:
    """Give the people and groups of tickets, as far as the caller asked for them; nobody belongs to an organisation."""
    keys = ("requester_id", "submitter_id", "assignee_id")
    beside = users_of(request, (record[key] for record in listed for key in keys))
    asked = request.query_params.get("include", "").split(",")
    if "groups" in asked:
        there = {record["group_id"] for record in listed}
        beside["groups"] = [
            dated(request, "groups", number, **group(number)) for number in people.GROUPS if number in there
        ]
    if "organizations" in asked:
        beside["organizations"] = []
    return beside


def dated(request: Request, kind: str, number: int, **fields: object) -> Json:
    """Describe one of the desk's small things with when it was made."""
    joined = wire.stamp(world_of(request).anchor.replace(month=1, day=9))
    return {"id": number, "url": f"/api/v2/{kind}/{number}.json", **fields, "created_at": joined, "updated_at": joined}


def group(number: int) -> Json:
    """Describe a group by its number."""
    return {"name": people.GROUPS[number], "deleted": False}


def _existing(request: Request) -> Json:
    record = world_of(request).ticket(ident(request))
    if record is None:
        raise responses.not_found()
    return record


def show(request: Request) -> Response:
    """Show one ticket."""
    record = _existing(request)
    return JSONResponse({"ticket": responses.linked(request, record), **ticket_users(request, [record])})


def show_many(request: Request) -> Response:
    """Show up to a hundred tickets; those that are gone are simply absent."""
    world = world_of(request)
    found = [record for record in map(world.ticket, idents(request)) if record is not None]
    answer = {"tickets": [responses.linked(request, record) for record in found], "count": len(found)}
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
    answer = responses.paged(request, "comments", len(listed), lambda start, size: listed[start : start + size])
    return JSONResponse(answer | users_of(request, [said["author_id"] for said in answer["comments"]]))


def audits(request: Request) -> Response:
    """List a ticket's audits, with what each writer left in its metadata."""
    listed = world_of(request).audits(_existing(request)["id"])
    if request.query_params.get("sort", "").startswith("-") or request.query_params.get("sort_order") == "desc":
        listed = listed[::-1]
    return JSONResponse(
        responses.paged(request, "audits", len(listed), lambda start, size: listed[start : start + size])
    )


async def update(request: Request) -> Response:
    """Write to a ticket; keys that the desk does not know are ignored and named in a header."""
    asked = await body(request, "ticket")
    ticket_id, person = ident(request), person_of(request)
    headers = limits_of(request).update(ticket_id, person.id)
    ticket, audit = writes.update(world_of(request), person, ticket_id, asked)
    headers |= warn(asked)
    return JSONResponse({"ticket": responses.linked(request, ticket), "audit": audit}, headers=headers)


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
        raise responses.record_invalid("base", "Description: cannot be blank", error="BlankValue")
    requester = asked.get("requester_id") or person.id
    if not isinstance(requester, int):
        raise responses.invalid_attribute("requester_id", "must be an integer")
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
    answer = {"ticket": responses.linked(request, ticket), "audit": audit}
    location = f"{responses.base_url(request)}{ticket['url']}"
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


STEPS = ("queued", "working", "completed")
UNATTENDED = 0.3
"""Seconds after which a job is carried out though nobody has asked after it."""


@dataclass
class Job:
    """One merge; it is carried out when it is first asked after or a moment later, and done when asked again."""

    world: World
    target: int
    sources: list[int]
    asked: Json
    person: people.Staff
    step: int = 0
    carried_out: bool = False
    results: list[Json] = field(default_factory=list)
    failed: str = ""

    def carry_out(self) -> None:
        """Do what was asked for, once: each source for itself, or nothing where the ticket that stays takes none."""
        if self.carried_out:
            return
        self.carried_out = True
        try:
            merge_all(self)
        except responses.Refusal as refusal:
            self.failed = f"Merge failed: {refusal.body}"


def describe(request: Request, ident: str, job: Job) -> Json:
    """Tell how far a job is."""
    status = "failed" if job.failed else STEPS[job.step]
    done = len(job.sources) if status == "completed" else 0
    return {
        "id": ident,
        "url": f"{responses.base_url(request)}/api/v2/job_statuses/{ident}.json",
        "job_type": "Bulk Ticket Merge",
        "total": len(job.sources),
        "progress": done,
        "status": status,
        "message": job.failed or (f"Completed at {world_of(request).now()}" if done else None),
        "results": job.results or None,
    }


async def merge(request: Request) -> Response:
    """Take a merge in; whether it can be done shows in the job."""
    asked = await body(request)
    world, target = world_of(request), ident(request)
    if world.ticket(target) is None:
        raise responses.not_found()
    given = asked.get("ids")
    numbers = [number for number in given if type(number) is int] if isinstance(given, list) else []
    sources = list(dict.fromkeys(numbers))
    if not sources or target in sources:
        raise responses.invalid_attribute("ids", "must be an array of the ids of other tickets")
    jobs: dict[str, Job] = request.app.state.jobs
    number = uuid5(UUID(int=world.seed), f"{target}/{len(jobs)}").hex
    job = jobs[number] = Job(world, target, sources, asked, person_of(request))
    asyncio.get_running_loop().call_later(UNATTENDED, job.carry_out)
    return JSONResponse({"job_status": describe(request, number, job)})


async def status(request: Request) -> Response:
    """Tell how far a job is, and take it one step on."""
    jobs: dict[str, Job] = request.app.state.jobs
    number = request.path_params["id"]
    if number not in jobs:
        raise responses.not_found()
    job = jobs[number]
    job.carry_out()
    job.step = min(job.step + 1, len(STEPS) - 1)
    return JSONResponse({"job_status": describe(request, number, job)})


def merge_all(job: Job) -> None:
    """Close each source with a comment and a tag, and comment on the ticket that stays; its status stays too.

    As at the real desk a job that is completed may have failed for some of its tickets: their rows say so.
    """
    world, asked = job.world, job.asked
    target = writes.writable(world, job.target, {})
    writes.check(world, job.person, target, {"comment": _said(asked, "target", "?", open_to_all=False)})
    merged = []
    for index, number in enumerate(job.sources):
        try:
            record = dict(writes.writable(world, number, {}))
            open_to_all = bool(target["is_public"] and record["is_public"])
            writes.update(world, job.person, number, _closing(asked, target, record, open_to_all))
        except responses.Refusal as refusal:
            job.results.append(_row_of(refusal, index, number))
            continue
        merged.append(record)
        job.results.append({"id": number, "index": index, "action": "update", "success": True, "status": "Updated"})
    if not merged:
        return
    open_to_all = all(record["is_public"] for record in (target, *merged))
    said = _said(asked, "target", "\n\n".join(_told(world, record) for record in merged), open_to_all)
    kept, _ = writes.update(world, job.person, job.target, {"comment": said})
    files = [file for record in merged for said in world.comments(record["id"]) for file in said["attachments"]]
    world.comments(job.target)[-1]["attachments"] = files
    others = {record["requester_id"] for record in merged} - {kept["requester_id"]}
    for name in ("collaborator_ids", "email_cc_ids"):
        kept[name] = sorted({*kept[name], *others})


def _row_of(refusal: responses.Refusal, index: int, number: int) -> Json:
    """Give the row of a ticket that was not merged."""
    body = refusal.body if isinstance(refusal.body, dict) else {"error": "Failed", "details": str(refusal.body)}
    details = body.get("details") or body.get("description") or ""
    if isinstance(details, dict):
        details = " ".join(one["description"] for rows in details.values() for one in rows)
    return {"index": index, "error": str(body.get("error")), "id": number, "details": str(details)}


def _closing(asked: Json, target: Json, record: Json, open_to_all: bool) -> Json:
    words = f'This request was closed and merged into request #{target["id"]} "{target["subject"]}".'
    comment = _said(asked, "source", words, open_to_all)
    return {"comment": comment, "status": "closed", "tags": [*record["tags"], tickets.MERGED_TAG]}


def _said(asked: Json, side: str, otherwise: str, open_to_all: bool) -> Json:
    """Give the comment that one side keeps: private unless asked otherwise, and always where a ticket is private."""
    text = str(asked.get(f"{side}_comment") or "").strip()
    return {"body": text or otherwise, "public": open_to_all and asked.get(f"{side}_comment_is_public") is True}


def _told(world: World, record: Json) -> str:
    last = next((said["body"] for said in reversed(world.comments(record["id"])) if said["public"]), "")
    return (
        f'Request #{record["id"]} "{record["subject"]}" was closed and merged into this request. '
        f"Last comment in request #{record['id']}:\n\n{last}"
    )


MERGE_ROUTES = [
    Route("/api/v2/tickets/{id}/merge", merge, methods=["POST"]),
    Route("/api/v2/job_statuses/{id}", status),
]
