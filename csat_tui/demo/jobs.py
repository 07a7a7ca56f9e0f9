"""Merging tickets, which the desk does in a job that is asked after until it is done."""

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


@dataclass
class Job:
    """One merge; it is carried out when it is first asked after, and done when asked again."""

    target: int
    sources: list[int]
    asked: Json
    person: people.Staff
    step: int = 0
    results: list[Json] = field(default_factory=list)
    failed: str = ""


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
    sources = [number for number in given if isinstance(number, int)] if isinstance(given, list) else []
    if not sources or target in sources:
        raise errors.invalid_attribute("ids", "must be an array of the ids of other tickets")
    jobs: dict[str, Job] = request.app.state.jobs
    number = uuid5(UUID(int=world.seed), f"{target}/{len(jobs)}").hex
    jobs[number] = Job(target, sources, asked, person_of(request))
    return JSONResponse({"job_status": describe(request, number, jobs[number])})


def status(request: Request) -> Response:
    """Tell how far a job is, and take it one step on."""
    jobs: dict[str, Job] = request.app.state.jobs
    number = request.path_params["id"]
    if number not in jobs:
        raise errors.not_found()
    job = jobs[number]
    if job.step == 0:
        _carry_out(world_of(request), job)
    job.step = min(job.step + 1, len(STEPS) - 1)
    return JSONResponse({"job_status": describe(request, number, job)})


def _carry_out(world: World, job: Job) -> None:
    try:
        for number in (job.target, *job.sources):
            writes.writable(world, number, {})
        for number in job.sources:
            _close(world, job, number)
        text = str(job.asked.get("target_comment") or f"Requests {job.sources} were closed and merged into this one.")
        public = bool(job.asked.get("target_comment_is_public", False))
        writes.update(world, job.person, job.target, {"comment": {"body": text, "public": public}})
    except errors.Refusal as refusal:
        job.failed = f"Merge failed: {refusal.body}"


def _close(world: World, job: Job, number: int) -> None:
    record = world.ticket(number) or {}
    text = str(job.asked.get("source_comment") or f"This request was closed and merged into request #{job.target}.")
    comment = {"body": text, "public": bool(job.asked.get("source_comment_is_public", False))}
    change = {"comment": comment, "status": "closed", "tags": [*record["tags"], tickets.MERGED_TAG]}
    writes.update(world, job.person, number, change)
    job.results.append({"id": number, "index": len(job.results), "action": "update", "success": True})


ROUTES = [
    Route("/api/v2/tickets/{id}/merge", merge, methods=["POST"]),
    Route("/api/v2/job_statuses/{id}", status),
]
