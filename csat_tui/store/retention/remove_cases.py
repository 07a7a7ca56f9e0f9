"""Remove the rows of cases: all in one transaction, each found by an index."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, text

from csat_tui.domain.ids import TicketId
from csat_tui.domain.shells import RetainedRow
from csat_tui.store.retention import erasing
from csat_tui.store.tables.lifetime import WhenOld, removed_tables
from csat_tui.store.types import Moment, as_json

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
        "AND EXISTS (SELECT 1 FROM \"case\" WHERE survey_id = survey.id AND stage <> 'gone')"
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
