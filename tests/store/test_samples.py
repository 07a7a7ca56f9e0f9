"""Samples are testimony: nobody changes them, they outlive a lost database, and go only with what they are about."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.sample import SampleMethod
from csat_tui.store.database import Database
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import removed_files, restore
from csat_tui.store.review import NoteFilter, NoteInList, NoteOrder, delivered_note, notes_after
from csat_tui.store.review.samples import Sample, items_of, put_sample, replace_item, sample_items, samples
from tests.builders import NOON
from tests.store.noted import REVIEWER, notes_by, set_risk
from tests.store.shelf import value
from tests.store.test_ledger import in_line
from tests.store.test_plans import Asked
from tests.store.test_retention import HALF_A_YEAR, MUCH_LATER, set_stage

DUE = NOON + timedelta(days=7)
TABLES = ("sample", "sample_item", "sample_replacement")


def note(database: Database, comment: int) -> NoteInList:
    with database.read() as connection:
        found = delivered_note(connection, comment)
    assert found is not None
    return found


def sampled(database: Database, comments: list[int], *, due: int = 7, by: int = REVIEWER) -> Sample:
    """Put notes into a sample."""
    sample = Sample(
        f"sample-{due}-{by}", UserId(by), "Ana", NOON, SampleMethod.RANDOM, 5, len(comments), NOON - timedelta(days=7),
        NOON, 9, "0" * 64, NOON + timedelta(days=due),
    )  # fmt: skip
    notes = [note(database, one) for one in comments]
    with database.write("notes") as connection:
        put_sample(connection, sample, notes)
    return sample


def replaced(database: Database, comment: int, by: int) -> None:
    successor = note(database, by)
    with database.write("notes") as connection:
        [item] = items_of(connection, comment)
        replace_item(connection, item, successor, "spam", (REVIEWER, "Ana"), NOON)


def listed(database: Database, wanted: NoteFilter, window: int = 50) -> list[int]:
    """Return the notes of a list that is read in windows."""
    found: list[NoteInList] = []
    while True:
        with database.read() as connection:
            more = notes_after(connection, wanted, found[-1].key if found else None, window)
        if not more:
            return [one.comment_id for one in found]
        found += more


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_change_or_to_remove_what_was_drawn(database: Database, table: str) -> None:
    there = notes_by(database, [7] * 3)
    sampled(database, there[:1])
    replaced(database, there[0], there[1])
    for statement in (f"UPDATE {table} SET author = 'Eve'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match=f"{table} is append-only"), database.write() as connection:
            connection.exec_driver_sql(statement)


def test_sampled_notes_stand_first_by_their_due_day_and_each_once_however_the_list_is_read(database: Database) -> None:
    there = notes_by(database, [7] * 8)
    set_risk(database, {there[0]: 3, there[1]: 9, there[2]: 9, there[3]: 0, there[4]: 5})
    sampled(database, [there[3], there[1]], due=9)
    sampled(database, [there[6]], due=2)
    wanted = NoteFilter(order=NoteOrder.RISK, least_risk=1)
    everything = listed(database, wanted)
    assert everything == [there[6], *sorted([there[1], there[3]], key=lambda one: note(database, one).id),
                          there[2], there[4], there[0]]  # fmt: skip
    for window in (1, 2, 3):
        assert listed(database, wanted, window) == everything
    assert listed(database, NoteFilter()) == there  # the newest first, sampled or not


def test_the_filter_finds_ones_own_sample(database: Database) -> None:
    there = notes_by(database, [7] * 5)
    sampled(database, there[:2])
    sampled(database, there[2:3], by=2)
    for order in NoteOrder:
        assert sorted(listed(database, NoteFilter(order=order, sampled_by=REVIEWER), 1)) == there[:2]


def test_a_replaced_or_reviewed_note_stands_where_it_stood_before(database: Database) -> None:
    there = notes_by(database, [7] * 4)
    sampled(database, there[:2])
    replaced(database, there[0], there[3])
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE delivered_note SET review_state = 'accepted' WHERE comment_id = ?", (there[1],)
        )
    assert [note(database, one).due for one in there] == [None, None, None, DUE]
    assert listed(database, NoteFilter(order=NoteOrder.RISK, least_risk=1)) == there[3:]


def test_sampled_notes_are_found_in_their_order_by_an_index(database: Database) -> None:
    sampled(database, notes_by(database, [7] * 3)[:1])
    asked = Asked(database)
    with asked.listening(), database.read() as connection:
        notes_after(connection, NoteFilter(order=NoteOrder.RISK), None, 1)
        notes_after(connection, NoteFilter(order=NoteOrder.RISK, sampled_by=REVIEWER), None, 1)
    with database.read() as connection:
        for statement, parameters in asked.statements.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings().all()
            assert [step["detail"].split(" (")[0] for step in plan if "delivered_note" in step["detail"]] == [
                "SEARCH delivered_note USING INDEX ix_delivered_note_sampled"
            ]


def test_a_lost_database_has_its_samples_again_and_a_note_that_comes_again_its_due_day(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "csat-tui.db")
    there = notes_by(database, [7] * 3)
    sample = sampled(database, there[:2])
    replaced(database, there[0], there[2])
    in_line(database)
    database.close()
    database.file.write_bytes(b"no database any more" * 500)
    database, _ = open_repaired(tmp_path / "csat-tui.db", NOON)
    with database.read() as connection:
        assert samples(connection, 5) == [sample]
        assert [item.state.value for item in sample_items(connection, [sample.id])] == ["replaced", "gone", "gone"]
    assert notes_by(database, [7] * 3) == there
    assert [note(database, one).due for one in there] == [None, DUE, DUE]
    with database.read() as connection:
        assert [item.state.value for item in sample_items(connection, [sample.id])] == ["replaced", "open", "open"]
    database.close()


def test_what_is_said_of_a_note_goes_with_its_survey_and_comes_back_with_it(database: Database) -> None:
    there = notes_by(database, [7] * 3)
    sampled(database, there[:1])
    replaced(database, there[0], there[1])
    surveys = [SurveyId(note(database, one).survey_id) for one in there]
    for survey in surveys[:2]:
        set_stage(database, survey, Stage.GONE)
    purge(database, HALF_A_YEAR, MUCH_LATER)
    assert [value(database, f"SELECT count(*) FROM {table}") for table in TABLES] == [1, 0, 0]
    [kept] = removed_files(database.file)
    restore(database, kept)
    assert [value(database, f"SELECT count(*) FROM {table}") for table in TABLES] == [1, 2, 1]
    in_line(database)
    with sqlite3.connect(database.file) as raw:
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
