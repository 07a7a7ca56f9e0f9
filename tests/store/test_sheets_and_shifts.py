"""Tracker rows and shifts are found over an index, whatever the number of surveys, and narrowed as asked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.domain.sheet import Sheet
from csat_tui.store import shifts
from csat_tui.store.database import Database
from csat_tui.store.sheets import SheetView, headings, newer, older, write
from tests.builders import NOON
from tests.store.shelf import arriving, put


@pytest.fixture
def rows(database: Database) -> Database:
    put(database, arriving(1, agent="Sol"), arriving(2, agent="Kim"))
    with database.write() as connection:
        for number in range(6):
            survey_id = SurveyId(1 + number % 2)
            at = NOON + timedelta(days=number)
            write(connection, Sheet.TRACKER, OpId(f"op{number}"), survey_id, {"A": str(number)}, at)
        connection.exec_driver_sql(
            "INSERT INTO decision (id, survey_id, outcome_id, fields, answers, decided_by, decided_at, findings) "
            "VALUES (1, 1, 'no-response', '{}', '{}', 'Ana', 1, '[]')"
        )
        connection.exec_driver_sql(
            "INSERT INTO outbox (decision_id, survey_id, position, kind, op_id, payload, payload_hash, state, "
            "not_before, attempt, reason, reference, changed_at) "
            "VALUES (1, 1, 0, 'tracker', 'op0', '{}', '', 'confirmed', 0, 1, '', '', 0)"
        )
    return database


def found(database: Database, view: SheetView, **where: Any) -> list[str]:
    with database.read() as connection:
        return [row.cells["A"] for row in older(connection, view, where.get("key"), where.get("limit", 10))]


def test_rows_come_newest_first_and_go_on_from_a_key(rows: Database) -> None:
    assert found(rows, SheetView(), limit=4) == ["5", "4", "3", "2"]
    with rows.read() as connection:
        last = older(connection, SheetView(), None, 4)[-1]
        assert [row.cells["A"] for row in newer(connection, SheetView(), last.key, 10)] == ["3", "4", "5"]
    assert found(rows, SheetView(), key=last.key) == ["1", "0"]


def test_rows_are_narrowed_to_days_first_agent_and_who_decided(rows: Database) -> None:
    day = timedelta(days=1)
    assert found(rows, SheetView(since=NOON + day, until=NOON + 3 * day)) == ["2", "1"]
    assert found(rows, SheetView(agent="Kim")) == ["5", "3", "1"]
    assert found(rows, SheetView(by="Ana")) == ["0"]
    assert found(rows, SheetView(Sheet.COACHING)) == []


def test_the_keys_of_all_rows_are_known(rows: Database) -> None:
    with rows.write() as connection:
        write(connection, Sheet.TRACKER, OpId("more"), SurveyId(1), {"A": "", "Z": ""}, NOON)
    with rows.read() as connection:
        assert headings(connection, Sheet.TRACKER) == ["A", "Z"]
        assert headings(connection, Sheet.CORRECTION) == []


def plans(database: Database, run: Any) -> list[str]:
    """Return how SQLite goes about every query of a run."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(database._engine, "before_cursor_execute", hear)
    try:
        with database.read() as connection:
            run(connection)
            known = list(asked)
            return [
                str(row[3])
                for statement, parameters in known
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
    finally:
        event.remove(database._engine, "before_cursor_execute", hear)


@pytest.mark.parametrize(
    "run",
    [
        lambda connection: shifts.worked(connection, "Ana", NOON, NOON + timedelta(days=1)),
        lambda connection: shifts.first_work(connection, "Ana", NOON),
        lambda connection: shifts.deliveries(connection, [SurveyId(1), SurveyId(2)]),
        lambda connection: shifts.coached(connection, [SurveyId(1)]),
        lambda connection: shifts.parked(connection),
        lambda connection: older(connection, SheetView(), None, 50),
        lambda connection: newer(connection, SheetView(since=NOON), (1, 1), 50),
        lambda connection: older(connection, SheetView(Sheet.COACHING), (1, 1), 50),
    ],
)
def test_no_query_of_a_shift_or_sheet_walks_a_whole_table(rows: Database, run: Any) -> None:
    told = plans(rows, run)
    walks = [step for step in told if step.startswith("SCAN") and "USING" not in step and "json_each" not in step]
    assert not walks, json.dumps(told, indent=1)
