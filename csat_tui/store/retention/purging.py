"""Remove old, settled cases with all their words from every file; of a tracker row an empty shell stays.

A removal works in short transactions. It notes what it has removed until that is out of every file (`forgotten`), so
that the next removal finishes an interrupted one.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import TicketId
from csat_tui.effects.tracker_row import RetainedRow
from csat_tui.store.database import Database
from csat_tui.store.retention import erasing
from csat_tui.store.retention.erasing import ShiftsAndLists, count_settled, files_set_aside, find_old, remove_rows
from csat_tui.store.retention.known_time import known_time
from csat_tui.store.retention.removed import RemovalCopy, removal_copy
from csat_tui.store.tables.lifetime import WhenOld, removed_tables
from csat_tui.store.types import Moment, as_json

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
  AND NOT EXISTS (SELECT 1 FROM set_aside WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM coaching_item WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM coaching_step WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM conversation WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM review_step WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM review_draft WHERE survey_id = "case".survey_id AND saved_at >= :before)
  AND NOT EXISTS (SELECT 1 FROM recovery_note WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM recovery_fix WHERE survey_id = "case".survey_id AND at >= :before)
  AND NOT EXISTS (SELECT 1 FROM recovery_draft WHERE survey_id = "case".survey_id AND saved_at >= :before)
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


_OF_THESE = "survey_id IN (SELECT value FROM json_each(:ids))"
_SURVEYS = "id IN (SELECT value FROM json_each(:ids))"
_TICKETS = "id IN (SELECT value FROM json_each(:tickets))"
_EFFECTS = f"outbox_id IN (SELECT id FROM outbox WHERE {_OF_THESE})"

_LEAVING = """
SELECT value FROM json_each(:requesters) WHERE NOT EXISTS (
    SELECT 1 FROM ticket WHERE requester_id = value
    AND (EXISTS (SELECT 1 FROM survey WHERE survey_ticket_id = ticket.id)
         OR EXISTS (SELECT 1 FROM survey WHERE source_ticket_id = ticket.id))
)
"""
"""Those of some customers of whom no survey is here any more."""

_SHELLS = f"""
SELECT tracker_row.id, tracker_row.cells, tracker_row.written_at, survey.source_ticket_id, survey.survey_ticket_id,
       survey.agent, decision.decided_by, decision.decided_at, decision.outcome_id, tracker_row.corrects
FROM tracker_row JOIN survey ON survey.id = tracker_row.survey_id
LEFT JOIN outbox ON outbox.op_id = tracker_row.op_id
LEFT JOIN decision ON decision.id = outbox.decision_id
WHERE tracker_row.{_OF_THESE} ORDER BY tracker_row.id
"""


def remove_cases(
    connection: Connection,
    ids: Sequence[int],
    now: datetime,
    cells: Callable[[RetainedRow, Mapping[str, str]], Mapping[str, str]],
) -> None:
    """Remove cases with all that is said of them; their tickets are noted, to be looked at later (`erasing`)."""
    if not ids:
        return
    given: dict[str, object] = {"ids": str(list(ids)), "now": Moment().process_bind_param(now, connection.dialect)}

    def run(statement: str) -> None:
        connection.execute(text(statement), given)

    def numbers(query: str) -> list[object]:
        return [row[0] for row in connection.execute(text(query), given)]

    tickets = numbers(
        f"SELECT survey_ticket_id FROM survey WHERE {_SURVEYS} AND survey_ticket_id IS NOT NULL "
        f"UNION SELECT source_ticket_id FROM survey WHERE {_SURVEYS} AND source_ticket_id IS NOT NULL"
    )
    given["tickets"] = str(tickets)
    given["requesters"] = str(
        numbers(f"SELECT DISTINCT requester_id FROM ticket WHERE {_TICKETS} AND requester_id > 0")
    )
    emails = numbers(
        f"SELECT customer FROM survey WHERE {_SURVEYS} UNION SELECT requester_email FROM ticket WHERE {_TICKETS}"
    )
    # Rows go in any order: what refers to what is looked at when all is done.
    run("PRAGMA defer_foreign_keys = ON")
    run("INSERT OR REPLACE INTO sync_cursor (name, value, at) VALUES ('retention', '', :now)")
    run(
        f"INSERT OR REPLACE INTO purged (source, at) SELECT source, :now FROM survey WHERE {_SURVEYS} "
        "AND (EXISTS (SELECT 1 FROM \"case\" WHERE survey_id = survey.id AND stage <> 'gone') "
        "OR EXISTS (SELECT 1 FROM delivered_note WHERE survey_id = survey.id))"  # or each poll would bring it back
    )
    _leave_shells(connection, given, cells)
    for table in removed_tables(WhenOld.WITH_EFFECT):
        run(f'DELETE FROM "{table}" WHERE {_EFFECTS}')
    run('UPDATE "case" SET superseded_by = NULL WHERE superseded_by IN (SELECT value FROM json_each(:ids))')
    for table in removed_tables(WhenOld.WITH_SURVEY):
        run(f'DELETE FROM "{table}" WHERE {_OF_THESE}')
    run(f"DELETE FROM survey WHERE {_SURVEYS}")
    erasing.note(connection, "survey", ids)
    erasing.note(connection, "ticket", tickets)
    # What else customers wrote of whom no survey is here any more goes with them.
    given["leaving"] = str(numbers(_LEAVING))
    theirs = "requester_id IN (SELECT value FROM json_each(:leaving))"
    erasing.note(connection, "ticket", numbers(f"SELECT id FROM ticket WHERE {theirs}"))
    run("DELETE FROM requester WHERE id IN (SELECT value FROM json_each(:leaving))")
    _forget_accounts(connection, [str(email).casefold() for email in emails if email])
    run("DELETE FROM sync_cursor WHERE name = 'retention'")


def _leave_shells(
    connection: Connection,
    given: Mapping[str, object],
    cells: Callable[[RetainedRow, Mapping[str, str]], Mapping[str, str]],
) -> None:
    """Leave of a tracker row its ticket, its date, its outcome and the agents, and nothing that quotes a customer."""
    moment = partial(Moment().process_result_value, dialect=connection.dialect)
    decided: dict[int, tuple[Any, ...]] = {}
    for number, kept, written_at, source, survey, agent, *decision, corrects in connection.execute(
        text(_SHELLS), given
    ).all():
        # What corrects a row was no decision of its own, and comes after the row that it corrects.
        by, decided_at, outcome = decided[number] = decided.get(corrects, tuple(decision))
        at = moment(decided_at if decided_at is not None else written_at)
        shell = RetainedRow(
            None if source is None else TicketId(source), None if survey is None else TicketId(survey),
            agent, by or "", at or datetime.now(UTC), outcome or "",
        )  # fmt: skip
        connection.execute(
            text(
                "UPDATE tracker_row SET cells = :cells, ticket_id = :ticket, agent = :agent, decided_by = :by, "
                "outcome_id = :outcome WHERE id = :id"
            ),
            {
                "cells": as_json(dict(cells(shell, _read(kept)))), "ticket": shell.ticket_id, "agent": shell.agent,
                "by": shell.decided_by, "outcome": shell.outcome_id, "id": number,
            },
        )  # fmt: skip


def _read(kept: str) -> Mapping[str, str]:
    try:
        found = json.loads(kept)
    except ValueError:
        return {}  # damaged cells leave an empty shell, and keep nothing of the case here
    return found if isinstance(found, dict) else {}


def _forget_accounts(connection: Connection, emails: list[str]) -> None:
    """Remove the accounts of customers who have nothing else here."""
    for email in dict.fromkeys(emails):
        connection.execute(
            text(
                "DELETE FROM account WHERE email = :email "
                "AND NOT EXISTS (SELECT 1 FROM survey WHERE lower(customer) = :email) "
                "AND NOT EXISTS (SELECT 1 FROM ticket WHERE lower(requester_email) = :email "
                "AND NOT EXISTS (SELECT 1 FROM forgotten WHERE kind = 'ticket' AND id = ticket.id))"
            ),
            {"email": email},
        )
