"""The queue in windows: every row once, in one order, at the same cost at any size."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.store import cases
from csat_tui.store.cases import drafts, queue
from csat_tui.store.cases.queue import QueueRow, QueueView, Sort
from csat_tui.store.database import Database
from tests.builders import NOON, ratings
from tests.store.shelf import Shelf, arriving, put

VIEWS = st.builds(
    QueueView,
    stage=st.sampled_from([Stage.OPEN, Stage.SNOOZED]),
    path=st.sampled_from([None, "low-with-comment", "acceptable"]),
    claimed_by=st.sampled_from([None, "Ana", ""]),
    search=st.sampled_from(["", "box", "late"]),
    sort=st.sampled_from(Sort),
)

ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 3),  # the hour it came in, so that many are due together
        st.sampled_from([(1, 1, 1, 1, 1, 1), (1, 2, 3, 1, 1, 2), (1, 5, 5, 5, 5, 5), (4, 4, 4, 4, 4, 4)]),
        st.sampled_from(["the box was late", "no box", "nothing"]),
        st.sampled_from(["", "Ana"]),
        st.booleans(),
    ),
    max_size=14,
)


def stock(database: Database, arrivals: list[tuple[int, tuple[int, ...], str, str, bool]]) -> None:
    """Fill a store with surveys of which many share their moments and ratings."""
    survey_ids = put(
        database,
        *(
            arriving(number, received_at=NOON + timedelta(hours=hour), ratings=ratings(*figures), comment=comment)
            for number, (hour, figures, comment, _, _) in enumerate(arrivals)
        ),
    )
    with database.write() as connection:
        for survey_id, (_, _, _, claimed, snoozed) in zip(survey_ids, arrivals, strict=True):
            cases.set_claim(connection, survey_id, claimed)
            if snoozed:
                cases.snooze(connection, survey_id, NOON)


def forward(connection: Any, view: QueueView, size: int) -> Iterator[QueueRow]:
    key = None
    while rows := queue.after(connection, view, key, size):
        yield from rows
        key = rows[-1].key


def backward(connection: Any, view: QueueView, size: int) -> list[QueueRow]:
    found: list[QueueRow] = []
    key = None
    while rows := queue.before(connection, view, key, size):
        found = rows + found
        key = rows[0].key
    return found


def expected(rows: list[QueueRow], sort: Sort) -> list[SurveyId]:
    """Sort rows as the order's name promises."""
    orders: dict[Sort, Any] = {
        Sort.DUE: lambda row: (row.due_at, row.id),
        Sort.WORST: lambda row: (row.lowest or 0, row.mean or 0, row.due_at, row.id),
        Sort.NEWEST: lambda row: (-row.received_at.timestamp(), -row.id),
    }
    return [row.id for row in sorted(rows, key=orders[sort])]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(ARRIVALS, VIEWS, st.integers(1, 6), st.integers(1, 6))
def test_walking_either_way_in_any_windows_gives_each_row_once_in_one_order(
    arrivals: list[tuple[int, tuple[int, ...], str, str, bool]], view: QueueView, size: int, other: int
) -> None:
    with Shelf() as database:
        stock(database, arrivals)
        with database.read() as connection:
            down, up = list(forward(connection, view, size)), backward(connection, view, other)
            assert down == up
            assert [row.id for row in down] == expected(down, view.sort)
            assert len({row.id for row in down}) == len(down)
            wanted = [
                arrival
                for arrival in arrivals
                if arrival[4] is (view.stage is Stage.SNOOZED)
                and view.path in (None, "acceptable" if min(arrival[1]) > 2 else "low-with-comment")
                and view.claimed_by in (None, arrival[3])
                and view.search in arrival[2]
            ]
            assert len(down) == len(wanted)
            for row in down:
                assert queue.find(connection, view, row.id) == row


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """Collect the query plan of each question that is asked of the queue, but for the handful that was sent back."""
    found: list[str] = []

    def look(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            raw = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan = "\n".join(row[3] for row in raw.fetchall())
            if "SCAN case USING INDEX ix_case_sent_back" not in plan:  # it has no other cases in it
                found.append(plan)

    event.listen(database._engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(database._engine, "before_cursor_execute", look)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("path", [None, "low-with-comment"])
@pytest.mark.parametrize("claimed_by", [None, "Ana"])
def test_a_window_is_read_along_an_index_and_never_sorted(
    database: Database, sort: Sort, path: str | None, claimed_by: str | None
) -> None:
    stock(
        database, [(number % 4, (1, 1, 1, 1, 1, 1), "late", "Ana" if number % 2 else "", False) for number in range(40)]
    )
    view = QueueView(path=path, claimed_by=claimed_by, sort=sort)
    with database.read() as connection:
        rows = queue.after(connection, view, None, 9)
        with plans(database) as found:
            queue.after(connection, view, None, 9)
            queue.before(connection, view, None, 9)
            queue.after(connection, view, rows[3].key, 9)
            queue.before(connection, view, rows[3].key, 9)
    assert len(found) == 4
    wanted = "ix_case_claimed" if claimed_by else "ix_case_path" if path else "ix_case"
    for number, plan in enumerate(found):
        first = next(line for line in plan.splitlines() if "case" in line)
        assert "TEMP B-TREE" not in plan, plan
        assert first.startswith("SEARCH case USING INDEX ix_case"), plan
        assert wanted in first, plan
        if number >= 2:  # with a key, the walk begins at it and not at the top
            assert ">" in first or "<" in first, plan


@pytest.mark.parametrize("sort", Sort)
def test_cases_with_tickets_to_merge_are_read_along_an_index_of_their_own(database: Database, sort: Sort) -> None:
    stock(database, [(number % 4, (1, 1, 1, 1, 1, 1), "late", "", False) for number in range(40)])
    with database.write() as connection:
        connection.exec_driver_sql('UPDATE "case" SET to_merge = 2 WHERE survey_id % 3 = 0')
    view = QueueView(sort=sort, to_merge=True)
    with database.read() as connection:
        rows = queue.after(connection, view, None, 9)
        with plans(database) as found:
            queue.after(connection, view, rows[3].key, 9)
            queue.before(connection, view, rows[3].key, 9)
            queue.after(connection, view, None, 9)
    assert {row.to_merge for row in rows} == {2}
    for plan in found:
        assert "TEMP B-TREE" not in plan, plan
        assert "USING INDEX ix_case_merging" in plan, plan


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("size", [1, 2, 3, 20])
def test_what_was_sent_back_stands_above_what_is_open_and_is_walked_with_it(
    database: Database, sort: Sort, size: int
) -> None:
    stock(database, [(number % 4, (1, 1, 1, 1, 1, 1), "late", "", False) for number in range(9)])
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET sent_back = 1, stage = 'decided' WHERE survey_id % 3 = 0")
    view = QueueView(sort=sort)
    with database.read() as connection:
        down, up = list(forward(connection, view, size)), backward(connection, view, size)
        assert down == up
        back, rest = down[:3], down[3:]
        assert [row.sent_back for row in down] == [1] * 3 + [0] * 6
        assert [row.id for row in back] == expected(back, sort)
        assert [row.id for row in rest] == expected(rest, sort)
        for row in down:
            assert queue.find(connection, view, row.id) == row
        assert queue.counts(connection, NOON).sent_back == 3
        for looking in (replace(view, search="late"), replace(view, stage=Stage.SNOOZED)):
            assert not any(row.sent_back for row in queue.after(connection, looking, None, 20))


def test_counting_costs_the_same_at_any_size(database: Database) -> None:
    stock(database, [(1, (1, 1, 1, 1, 1, 1), "late", "", False)] * 20)
    with database.read() as connection, plans(database) as found:
        queue.counts(connection, NOON)
    assert "SCAN case" not in "".join(found)
    assert "ix_case" in found[1]


def test_counting_what_is_due_stops_where_nobody_counts_any_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNT_LIMIT", 3)
    stock(database, [(1, (1, 1, 1, 1, 1, 1), "late", "", False)] * 5)
    with database.read() as connection:
        assert queue.counts(connection, NOON + timedelta(days=9)).overdue == 3


def test_a_row_says_whether_there_is_a_draft_and_who_has_it(database: Database) -> None:
    one, two = put(database, arriving(1), arriving(2))
    with database.write() as connection:
        drafts.put_draft(connection, two, Draft(None, {"summary": "x"}), NOON)
        cases.set_claim(connection, one, "Ana")
    with database.read() as connection:
        rows = queue.after(connection, QueueView(), None, 5)
        assert [(row.id, row.drafted, row.claimed_by) for row in rows] == [(one, False, "Ana"), (two, True, "")]
        assert queue.find(connection, replace(QueueView(), stage=Stage.DECIDED), one) is None


def test_a_key_keeps_its_place_when_its_row_is_gone(database: Database) -> None:
    one, two, three = put(database, arriving(1), arriving(2), arriving(3))
    with database.read() as connection:
        key = queue.after(connection, QueueView(), None, 5)[1].key
    with database.write() as connection:
        cases.snooze(connection, two, NOON)
    with database.read() as connection:
        assert [row.id for row in queue.after(connection, QueueView(), key, 5)] == [three]
        assert [row.id for row in queue.before(connection, QueueView(), key, 5)] == [one]


def test_a_survey_that_could_not_be_read_comes_before_the_worst(database: Database) -> None:
    worst, unread = put(database, arriving(1, rating=1.0), arriving(2, rating=None, problem="no ratings"))
    with database.read() as connection:
        rows = queue.after(connection, QueueView(sort=Sort.WORST), None, 5)
    assert [row.id for row in rows] == [unread, worst]
