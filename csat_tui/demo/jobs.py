"""Merging tickets, which the desk does in a job that is asked after until it is done."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, paging, people, tickets, writes
from csat_tui.demo.asked import body, ident, person_of, world_of
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World

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
        except errors.Refusal as refusal:
            self.failed = f"Merge failed: {refusal.body}"


def describe(request: Request, ident: str, job: Job) -> Json:
    """Tell how far a job is."""
    status = "failed" if job.failed else STEPS[job.step]
    done = len(job.sources) if status == "completed" else 0
    return {
        "id": ident,
        "url": f"{paging.base_url(request)}/api/v2/job_statuses/{ident}.json",
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
        raise errors.not_found()
    given = asked.get("ids")
    numbers = [number for number in given if type(number) is int] if isinstance(given, list) else []
    sources = list(dict.fromkeys(numbers))
    if not sources or target in sources:
        raise errors.invalid_attribute("ids", "must be an array of the ids of other tickets")
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
        raise errors.not_found()
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
        except errors.Refusal as refusal:
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


def _row_of(refusal: errors.Refusal, index: int, number: int) -> Json:
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


ROUTES = [
    Route("/api/v2/tickets/{id}/merge", merge, methods=["POST"]),
    Route("/api/v2/job_statuses/{id}", status),
]
