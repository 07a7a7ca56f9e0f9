"""Merging at Zendesk: a job that is begun by one request and asked after until it is done (facts: zendesk.md).

There is no stamp and no operation id on a merge. What keeps it from happening twice is that it closes its sources: a
closed ticket takes no other merge. So a lost answer is looked for in the sources, and never guessed.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import Forbidden, HelpDeskError, Malformed, Missing, Refused, Uncertain
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author, Message, Receipt, TicketMerge
from csat_tui.helpdesk.zendesk.client import Client
from csat_tui.helpdesk.zendesk.text import COMMENT_LIMIT, outgoing
from csat_tui.transport.session import HeaderListener
from csat_tui.transport.shapes import JsonShape

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
"""Seconds between two questions after a job; each pause is half as long again as the one before."""
PATIENCE = 20.0
"""Seconds that a job is waited for; what is not done by then is unknown, and looked for."""
SAID = 300
"""Characters of a job's own words that a sentence repeats."""

Sleep = Callable[[float], Awaitable[None]]


class Merging:
    """Begins merges and waits for their jobs."""

    def __init__(self, client: Client, clock: Clock, sleep: Sleep) -> None:
        self._client = client
        self._clock = clock
        self._sleep = sleep

    async def merge(self, merge: TicketMerge, heard: HeaderListener, *, under: int | None) -> Receipt:
        """Merge, and return the job as a receipt; Uncertain from the moment that the job may have begun."""
        try:
            begun = await self._client.post(f"tickets/{merge.ticket_id}/merge", _asked(merge), heard, under=under)
        except Forbidden as error:
            raise Forbidden(
                f"you may not merge into ticket #{merge.ticket_id}; nothing was applied. An administrator can allow "
                f"it in your role (Admin Center, People, Roles). The answer was: {error}"
            ) from error
        except Missing as error:
            raise Missing(f"there is no ticket #{merge.ticket_id} any more; nothing was applied") from error
        job = await self._outcome(merge, begun)
        return Receipt(merge.op_id, merge.ticket_id, f"merge {job}", self._clock.now())

    async def _outcome(self, merge: TicketMerge, begun: object) -> str:
        """Ask after the job until it has ended, and return its id; Refused where it failed."""
        try:
            job = JsonShape.of(begun, "the answer").part("job_status")
            number, pause, waited = job.text("id"), FIRST_PAUSE, 0.0
            while not _ended(job):
                if not number or waited >= PATIENCE:
                    raise Malformed(f"the job is {job.text('status') or 'silent'} after {waited:.0f} s")
                await self._sleep(pause)
                waited, pause = waited + pause, min(pause * 1.5, LONGEST_PAUSE)
                job = (await self._client.get(f"job_statuses/{number}")).part("job_status")
            failures = _failures(job, merge.sources)
        except HelpDeskError as error:
            # Even a refusal: it is of the question, and says nothing about the job.
            raise Uncertain(
                f"whether the merge into ticket #{merge.ticket_id} was made is not known ({error}); the tickets are "
                "looked at before anything is sent again"
            ) from error
        if failures:
            which = ", ".join(f"#{one}" for one in failures if one) or ", ".join(f"#{one}" for one in merge.sources)
            said = "; ".join(f"#{one}: {words}" if one else words for one, words in failures.items() if words.strip())
            words = f" It says: {' '.join(said.split())[:SAID]}" if said else ""
            raise Refused(f"Zendesk did not merge {which} into #{merge.ticket_id}.{words}")
        return number


def names(messages: Sequence[Message], ticket_id: TicketId) -> bool:
    """Tell whether the last comment that no customer wrote names a ticket by its number."""
    said = next((one.body for one in reversed(messages) if one.author is not Author.CUSTOMER), "")
    return re.search(rf"#{ticket_id}(?!\d)", said) is not None


def _asked(merge: TicketMerge) -> dict[str, object]:
    """Return a merge as Zendesk takes it; Refused for comments that it would cut."""
    target, source = outgoing(merge.target_comment), outgoing(merge.source_comment)
    if max(len(target.encode()), len(source.encode())) > COMMENT_LIMIT:
        raise Refused(
            f"a comment is longer than {COMMENT_LIMIT:,} bytes, which Zendesk would cut off. Nothing was sent"
        )
    return {
        "ids": list(merge.sources),
        "target_comment": target,
        "source_comment": source,
        "target_comment_is_public": False,
        "source_comment_is_public": False,
    }


def _ended(job: JsonShape) -> bool:
    return job.text("status") in ("completed", "failed", "killed")


def _failures(job: JsonShape, sources: Sequence[TicketId]) -> dict[TicketId | None, str]:
    """Return which tickets a job failed for, each with its words; under None what is said of no ticket of ours.

    A job that is “completed” has only ended: whether it did something with each ticket stands in its rows, in one of
    several shapes, or in one object for all of them.
    """
    if job.text("status") != "completed":
        return {None: job.text("message")}
    failures: dict[TicketId | None, str] = {}
    for row in _rows(job):
        if words := _failed(row):
            ticket = _which(row, sources)
            failures[ticket] = "; ".join(filter(None, (failures.get(ticket), words)))
    return failures


def _rows(job: JsonShape) -> Iterator[JsonShape]:
    """Yield a job's rows; an object in their place is a row itself, or has the rows as its values."""
    results = job.value.get("results")
    if not isinstance(results, dict):
        yield from job.maybe_rows("results")
        return
    inner = [one for value in results.values() for one in (value if isinstance(value, list) else [value])]
    rows = [one for one in inner if isinstance(one, dict)]
    for row in [*rows, results]:
        yield JsonShape.of(row, f"{job.where}.results")


def _failed(row: JsonShape) -> str:
    """Return what a row says of its failure; empty where it tells of none."""
    told = [row.value.get(key) for key in ("error", "errors", "details") if row.value.get(key)]
    words = ": ".join(dict.fromkeys(one if isinstance(one, str) else json.dumps(one) for one in told))
    status = row.value.get("status")
    ended_badly = isinstance(status, str) and status.casefold() in ("failed", "error", "killed")
    failed = row.value.get("success") is False or ended_badly or bool(row.value.get("error") or row.value.get("errors"))
    return (words or "it gives no reason") if failed else ""


def _which(row: JsonShape, sources: Sequence[TicketId]) -> TicketId | None:
    """Return which of the sources a row is about: by its id, else by its place among those that were asked for."""
    number, place = row.value.get("id"), row.value.get("index")
    if number in sources:
        return TicketId(int(str(number)))
    if type(place) is int and 0 <= place < len(sources):
        return sources[place]
    return None
