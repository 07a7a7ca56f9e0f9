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
        """Do what was asked for, once: all of it, or nothing where any part is refused."""
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
    """Close every source with a comment and a tag, and comment on the ticket that stays; its status stays too."""
    world, asked = job.world, job.asked
    target = writes.writable(world, job.target, {})
    sources = [dict(writes.writable(world, number, {})) for number in job.sources]
    open_to_all = all(record["is_public"] for record in (target, *sources))
    changes = [_closing(asked, target, record, open_to_all) for record in sources]
    staying = {"comment": _said(asked, "target", "\n\n".join(_told(world, record) for record in sources), open_to_all)}
    for record, change in zip((target, *sources), (staying, *changes), strict=True):
        writes.check(world, job.person, record, change)
    files = [file for number in job.sources for said in world.comments(number) for file in said["attachments"]]
    for record, change in zip(sources, changes, strict=True):
        writes.update(world, job.person, record["id"], change)
        job.results.append(
            {"id": record["id"], "index": len(job.results), "action": "update", "success": True, "status": "Updated"}
        )
    kept, _ = writes.update(world, job.person, job.target, staying)
    world.comments(job.target)[-1]["attachments"] = files
    others = {record["requester_id"] for record in sources} - {kept["requester_id"]}
    for name in ("collaborator_ids", "email_cc_ids"):
        kept[name] = sorted({*kept[name], *others})


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
