"""The list of notes is read in windows, forwards and backwards, and each order and filter has its index."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.domain.review.steps import ReviewState
from csat_tui.store.database import Database
from csat_tui.store.review import (
    NoteFilter,
    NoteInList,
    NoteOrder,
    authors_of_notes,
    note_if_listed,
    notes_after,
    notes_before,
    reviewers_of_notes,
)
from tests.builders import NOON
from tests.store.noted import notes_by, set_risk
from tests.store.test_plans import Asked

ORDERS = tuple(NoteOrder)


@pytest.fixture
def there(database: Database) -> list[int]:
    """Ten notes, the newest first: of three risks, some of them reviewed, one of those disputed, two in a sample."""
    numbers = notes_by(database, [7, 8, 9, 7, 8, 9, 7, 8, 9, 7])
    set_risk(database, dict(zip(numbers, (0, 9, 3, 0, 9, 3, 0, 0, 3, 0), strict=True)))
    states = {2: ("accepted", "", "Ana"), 5: ("sent back", "agent", "Ana"), 7: ("disputed", "reviewer", "Lee")}
    with database.write() as connection:
        for place, told in states.items():
            connection.exec_driver_sql(
                "UPDATE delivered_note SET review_state = ?, turn = ?, reviewer = ? WHERE comment_id = ?",
                (*told, numbers[place]),
            )
        for place, days in ((3, 2), (4, 1)):
            connection.exec_driver_sql(
                "UPDATE delivered_note SET sampled_due = ?, sampled_by = 5 WHERE comment_id = ?",
                (int((NOON + timedelta(days=days)).timestamp() * 1000), numbers[place]),
            )
    return numbers


def forwards(database: Database, wanted: NoteFilter, window: int = 50) -> list[NoteInList]:
    found: list[NoteInList] = []
    with database.read() as connection:
        while more := notes_after(connection, wanted, found[-1].key if found else None, window):
            found += more
    return found


def backwards(database: Database, wanted: NoteFilter, window: int = 50) -> list[NoteInList]:
    found: list[NoteInList] = []
    with database.read() as connection:
        while more := notes_before(connection, wanted, found[0].key if found else None, window):
            found = more + found
    return found


def places(database: Database, there: list[int], wanted: NoteFilter) -> list[int]:
    return [there.index(note.comment_id) for note in forwards(database, wanted)]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("to_do", [False, True])
@pytest.mark.parametrize("window", [1, 2, 3, 50])
def test_each_note_is_listed_once_in_both_directions_whatever_the_window(
    database: Database, there: list[int], order: NoteOrder, to_do: bool, window: int
) -> None:
    wanted = NoteFilter(order=order, to_do=to_do)
    whole = forwards(database, wanted)
    assert len({note.id for note in whole}) == len(whole) == (8 if to_do else 10)
    assert forwards(database, wanted, window) == backwards(database, wanted, window) == whole


def test_what_waits_for_a_reviewer_begins_with_what_was_answered_and_then_samples(
    database: Database, there: list[int]
) -> None:
    assert places(database, there, NoteFilter(order=NoteOrder.RISK, to_do=True)) == [7, 4, 3, 1, 8, 0, 6, 9]
    assert places(database, there, NoteFilter(to_do=True)) == [7, 0, 1, 3, 4, 6, 8, 9]
    assert places(database, there, NoteFilter(order=NoteOrder.RISK)) == [4, 3, 1, 2, 5, 8, 0, 6, 7, 9]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (NoteFilter("Mei"), [0, 3, 6, 9]),
        (NoteFilter(states=(ReviewState.ACCEPTED, ReviewState.DISPUTED)), [2, 7]),
        (NoteFilter(states=(ReviewState.SENT_BACK,)), [5]),
        (NoteFilter(reviewer="Ana"), [2, 5]),
        (NoteFilter(least_risk=9), [1, 3, 4]),
        (NoteFilter(since=NOON - timedelta(hours=3), until=NOON - timedelta(hours=1)), [1, 2]),
        (NoteFilter(outcome="free"), []),
        (NoteFilter(outcome="no-response", author="Sam", least_risk=1), [2, 5, 8]),
    ],
)
def test_a_filter_leaves_what_matches_in_every_order(
    database: Database, there: list[int], wanted: NoteFilter, found: list[int]
) -> None:
    for order in ORDERS:
        view = replace(wanted, order=order)
        assert sorted(places(database, there, view)) == found
        with database.read() as connection:
            listed = [note_if_listed(connection, view, note.id) for note in forwards(database, NoteFilter())]
        assert sorted(there.index(note.comment_id) for note in listed if note is not None) == found


def test_who_wrote_and_who_reviewed_is_known_by_name(database: Database, there: list[int]) -> None:
    with database.read() as connection:
        assert authors_of_notes(connection, 10) == ["Mei", "Noor", "Sam"]
        assert authors_of_notes(connection, 2) == ["Mei", "Noor"]
        assert reviewers_of_notes(connection, 10) == ["Ana", "Lee"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "wanted",
    [
        NoteFilter(), NoteFilter(to_do=True), NoteFilter("Mei"), NoteFilter(outcome="no-response"),
        NoteFilter(states=(ReviewState.ACCEPTED,)), NoteFilter(reviewer="Ana"),
    ],
    ids=["all", "to-do", "author", "outcome", "state", "reviewer"],
)  # fmt: skip
def test_a_window_is_found_by_an_index_and_nothing_is_sorted(
    database: Database, there: list[int], wanted: NoteFilter, order: NoteOrder
) -> None:
    view = replace(wanted, order=order)
    asked = Asked(database)
    key = forwards(database, view)[0].key
    with asked.listening(), database.read() as connection:
        for begin in (None, key):
            notes_after(connection, view, begin, 50)
            notes_before(connection, view, begin, 50)
    with database.read() as connection:
        for statement, parameters in asked.statements.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings().all()
            told = [step["detail"] for step in plan]
            assert any("delivered_note USING INDEX" in step for step in told), told
            assert not any("TEMP B-TREE" in step for step in told), (statement, told)
