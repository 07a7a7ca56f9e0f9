"""Retention: whole cases that are settled and old go, with every word of them in every file; a shell of the row stays.

It goes in short transactions, and what is removed is written down until it is out of every file (`forgotten`), so that
a removal that is interrupted is finished by the next one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from csat_tui.domain.case import Stage
from csat_tui.domain.shells import RetainedRow
from csat_tui.store.database import Database
from csat_tui.store.retention import erasing
from csat_tui.store.retention.erasing import files_set_aside
from csat_tui.store.retention.known_time import known_time
from csat_tui.store.retention.remove_cases import remove_cases
from csat_tui.store.retention.removed import RemovalCopy, removal_copy
from csat_tui.store.retention.shifts_and_lists import ShiftsAndLists, count_settled, find_old, remove_rows
from csat_tui.store.types import Moment

CASES_PER_TRANSACTION = 5
"""Cases that one transaction removes: nobody waits long for the lock, whatever there is to remove."""

FEW_CASES = 10
"""How much may go without a question, whatever share of the settled it is."""

UNUSUAL_SHARE = 0.25
"""The share of what is settled that may go without a question: what goes day by day is far less."""

SETTLED = (Stage.DECIDED, Stage.GONE, Stage.SUPERSEDED)

Cells = Callable[[RetainedRow, Mapping[str, str]], Mapping[str, str]]
"""Returns what stays of a tracker row's cells."""

_QUIET = """
SELECT survey_id FROM "case"
WHERE stage IN (:decided, :gone, :superseded)
  AND received_at < :before
  AND NOT EXISTS (SELECT 1 FROM decision WHERE survey_id = "case".survey_id AND decided_at >= :before)
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE survey_id = "case".survey_id
                  AND (changed_at >= :before OR state NOT IN ('confirmed', 'withdrawn')))
  AND NOT EXISTS (SELECT 1 FROM answer WHERE survey_id = "case".survey_id AND at >= :before)
"""
"""Settled cases to which nothing but the writing of words has happened since a moment."""

_HELD = """EXISTS (SELECT 1 FROM draft WHERE survey_id = "case".survey_id
                  AND (saved_at >= :before OR "case".stage <> :decided))"""
"""Words that somebody may still want keep a case here. What a decision left unsent, as another terminal's words, goes
with its case once nobody has written there for as long: the decision has said what was to be said."""

_ORDERED = "ORDER BY survey_id"


@dataclass(frozen=True, slots=True)
class Purged:
    """What went, or would go: cases, the tickets that nobody needs any more; `left` are files that a person set aside.

    `complete` is False where removed words may still stand in a file: `why` says in which and what keeps them there.
    """

    cases: int
    papers: int = 0
    """Lists of low scores and shifts."""
    tickets: int = 0
    left: tuple[Path, ...] = ()
    complete: bool = True
    why: str = ""
    held: tuple[int, ...] = ()
    """Cases that are as old and stay because of words that nobody has sent."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a removal would do, and `doubt`: why it is not to be done without a person, or empty."""

    cases: int
    papers: int
    doubt: str = ""
    clock: bool = False
    """Whether it is the clock that is in doubt."""
    held: tuple[int, ...] = ()
    """Cases that are as old and stay because of words that nobody has sent."""


def no_cells(_shell: RetainedRow, _cells: Mapping[str, str]) -> Mapping[str, str]:
    """Keep nothing of a tracker row but its shell."""
    return {}


def outlook(database: Database, older_than: timedelta, now: datetime) -> Outlook:
    """Return what a removal by the known time would do, and whether a person has to be asked first."""
    with database.read() as connection:
        known = known_time(connection, now)
        cases, papers = _old(connection, known.moment - older_than), find_old(connection, known.moment - older_than)
        held = _held(connection, known.moment - older_than)
        settled, settled_beside = _settled(connection), count_settled(connection)
        by_clock = len(_old(connection, now - older_than)) + len(find_old(connection, now - older_than))
    if known.leaps and by_clock:
        return Outlook(0, 0, known.in_words(), clock=True, held=held)
    if _unusual(len(cases), settled) or _unusual(len(papers), settled_beside):
        doubt = (
            f"{len(cases):,} of {settled:,} settled cases and {len(papers):,} of {settled_beside:,} completed shifts "
            f"and lists are older than {older_than.total_seconds() / 86400:g} days. That is an unusual share, so that "
            "nothing was removed; “csat-tui purge” removes them once you have agreed."
        )
        return Outlook(len(cases), len(papers), doubt, held=held)
    return Outlook(len(cases), len(papers), held=held)


def purge(
    database: Database, older_than: timedelta, now: datetime, *, dry_run: bool = False, cells: Cells = no_cells
) -> Purged:
    """Remove the settled cases to which nothing has happened for so long before `now`, the known time.

    Whether that is to be done at all is asked before (`outlook`). What an earlier removal left to do is done as well.
    Raises StoreError, OSError.
    """
    before = now - older_than
    with database.read() as connection:
        ids, papers, held = _old(connection, before), find_old(connection, before), _held(connection, before)
    left = files_set_aside(database.file)
    if dry_run:
        return Purged(len(ids), len(papers), left=left, held=held)
    removed, beside = 0, 0
    if ids or papers:
        with removal_copy(database.file, now) as keeper:
            for start in range(0, len(ids), CASES_PER_TRANSACTION):
                removed += _remove(database, keeper, ids[start : start + CASES_PER_TRANSACTION], before, now, cells)
            beside = _remove_papers(database, keeper, papers, before)
    forgot = erasing.finish(database)
    if removed or beside or forgot.tickets:
        database.announce("queue", "outbox", "report", "shift", "tracker")
    return Purged(removed, beside, forgot.tickets, left, not forgot.why, forgot.why, held)


def _remove(
    database: Database, keeper: RemovalCopy, ids: Sequence[int], before: datetime, now: datetime, cells: Cells
) -> int:
    """Remove some cases in one transaction, after their rows were written down; returns how many."""
    keeper.keep(cases=ids)
    with database.write() as connection:
        # Asked again under the lock: somebody may have reopened one of them.
        some = _old(connection, before, ids)
        remove_cases(connection, some, now, cells)
    return len(some)


def _remove_papers(database: Database, keeper: RemovalCopy, papers: ShiftsAndLists, before: datetime) -> int:
    if not papers:
        return 0
    keeper.keep(shifts=papers.shifts, lists=papers.lists)
    with database.write() as connection:
        # Under the lock, as with cases: a recap may be going out again.
        papers = papers.among(find_old(connection, before))
        remove_rows(connection, papers)
        erasing.note(connection, "shift", papers.shifts)
        erasing.note(connection, "list", papers.lists)
    return len(papers)


def _old(connection: Connection, before: datetime, among: Iterable[int] | None = None) -> list[int]:
    """Return the settled cases that may go, in order."""
    these = "" if among is None else "AND survey_id IN (SELECT value FROM json_each(:ids))"
    given = {} if among is None else {"ids": str(list(among))}
    return _asked(connection, f"{_QUIET} AND NOT {_HELD} {these} {_ORDERED}", before, given)


def _held(connection: Connection, before: datetime) -> tuple[int, ...]:
    """Return the settled cases that would go but for words in their drafts."""
    return tuple(_asked(connection, f"{_QUIET} AND {_HELD} {_ORDERED}", before, {}))


def _asked(connection: Connection, query: str, before: datetime, more: Mapping[str, str]) -> list[int]:
    given = {
        "before": Moment().process_bind_param(before, connection.dialect),
        "decided": Stage.DECIDED.value, "gone": Stage.GONE.value, "superseded": Stage.SUPERSEDED.value, **more,
    }  # fmt: skip
    return [row[0] for row in connection.execute(text(query), given)]


def _settled(connection: Connection) -> int:
    """Return how many cases are settled, by the tally."""
    query = "SELECT coalesce(sum(cases), 0) FROM tally WHERE stage IN (:decided, :gone, :superseded)"
    return int(connection.execute(text(query), {stage.value: stage.value for stage in SETTLED}).scalar_one())


def _unusual(going: int, settled: int) -> bool:
    return going > FEW_CASES and going > UNUSUAL_SHARE * settled
