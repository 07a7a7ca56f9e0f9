"""The list of surveys of service recovery in windows: the six filters over hand-made surveys, at the same cost."""

from datetime import timedelta

import pytest

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.notes import RecoveryNote
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.service_recovery import (
    RecoveryKey,
    RecoveryList,
    keep_places,
    put_recovery_note,
    recovery_surveys_after,
    recovery_surveys_before,
)
from tests.builders import NOON, the_playbook
from tests.store.shelf import arriving, put
from tests.store.test_plans import Asked

RULES = the_playbook().recovery
A_DAY = timedelta(days=1)

# name, rating, days after the first, whether each note tells of a talk
TABLE = [
    ("untouched", 1, 0, ()),
    ("voicemail", 2, 1, (False,)),
    ("spoken at last", 1, 2, (False, True)),
    ("happy", 5, 3, ()),
    ("happy, called all the same", 4, 4, (True,)),
    ("happy, not reached", 3, 5, (False, False)),
    ("unreadable", None, 6, ()),
    ("at the threshold", 2, 7, ()),
]
WANTED = {
    "y": [name for name, *_ in TABLE],
    "r": ["untouched", "voicemail", "spoken at last", "at the threshold"],
    "x": ["untouched", "at the threshold"],
    "w": ["voicemail", "spoken at last", "happy, called all the same", "happy, not reached"],
    "v": ["voicemail", "happy, not reached"],
    "s": ["spoken at last", "happy, called all the same"],
}


@pytest.fixture
def there(database: Database) -> Database:
    for number, (name, rating, day, notes) in enumerate(TABLE, 1):
        came = {"rating": rating, "received_at": NOON + day * A_DAY, "comment": name}
        (survey_id,) = put(database, arriving(number, **came))
        for place, spoken in enumerate(notes):
            with database.write() as connection:
                put_recovery_note(connection, survey_id, a_note(number * 10 + place, spoken))
    keep_places(database, RULES, NOON)
    return database


def a_note(number: int, spoken: bool) -> RecoveryNote:
    return RecoveryNote(
        id=f"note-{number}", ticket_id=None, by=HelpDeskUser(), at=NOON + number * A_DAY, author="Lee",
        spoken=spoken, text=f"words {number}",
    )  # fmt: skip


def names(database: Database, wanted: RecoveryList, window: int, *, backwards: bool = False) -> list[str]:
    """Read a whole list window by window, and return the surveys' comments in the order of the list."""
    read = recovery_surveys_before if backwards else recovery_surveys_after
    found: list[str] = []
    key: RecoveryKey | None = None
    with database.read() as connection:
        while some := read(connection, wanted, key, window):
            told = [one.comment for one in some]
            found = told + found if backwards else found + told
            key = some[0].key if backwards else some[-1].key
    return found


@pytest.mark.parametrize("letter", WANTED)
@pytest.mark.parametrize("window", [1, 3, 50])
def test_each_filter_lists_what_the_document_says(there: Database, letter: str, window: int) -> None:
    wanted = RecoveryList(RecoveryFilter(letter), oldest_first=True)
    assert names(there, wanted, window) == WANTED[letter]
    assert names(there, wanted, window, backwards=True) == WANTED[letter]
    newest = RecoveryList(RecoveryFilter(letter))
    assert names(there, newest, window) == WANTED[letter][::-1]
    assert names(there, newest, window, backwards=True) == WANTED[letter][::-1]


def test_a_period_is_half_open_and_a_group_can_be_none(there: Database) -> None:
    since, until = NOON + A_DAY, NOON + 4 * A_DAY
    assert names(there, RecoveryList(since=since, until=until), 2) == ["happy", "spoken at last", "voicemail"]
    assert names(there, RecoveryList(group="billing"), 2) == []
    assert len(names(there, RecoveryList(group=""), 2)) == len(TABLE)


def test_the_newest_note_stands_behind_the_comment(there: Database) -> None:
    with there.read() as connection:
        wanted = RecoveryList(RecoveryFilter.HAS_SPOKEN, oldest_first=True)
        first = recovery_surveys_after(connection, wanted, None, 1)[0]
    assert first.comment_with_note == "spoken at last — Lee: words 31 (Spoke? Yes)"


def test_a_replaced_survey_is_in_no_list_and_its_notes_count_for_the_later_one(there: Database) -> None:
    again = arriving(99, rating=1, source_ticket_id=TicketId(7_300_002), comment="again", received_at=NOON + 9 * A_DAY)
    with there.write() as connection:
        surveys.put_surveys(connection, [again])
    keep_places(there, RULES, NOON)
    assert names(there, RecoveryList(RecoveryFilter.NEVER_SPOKEN, oldest_first=True), 5) == [
        "happy, not reached",
        "again",
    ]


@pytest.mark.parametrize("letter", WANTED)
@pytest.mark.parametrize("group", [None, "billing"])
def test_a_window_is_found_by_an_index_and_nothing_is_sorted(there: Database, letter: str, group: str | None) -> None:
    key = (NOON + 4 * A_DAY, SurveyId(4))
    asked = Asked(there)
    with asked.listening(), there.read() as connection:
        recovery_surveys_after(connection, RecoveryList(RecoveryFilter(letter), group), key, 20)
    index = "ix_recovery_survey_place" if group is None else "ix_recovery_survey_group"
    with there.read() as connection:
        for statement, parameters in asked.statements.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings().all()
            steps = [step["detail"] for step in plan]
            places = "survey.customer" not in statement
            wanted = f"USING COVERING INDEX {index}" if places else "recovery_survey USING INTEGER PRIMARY KEY"
            assert any(wanted in step for step in steps), steps
            assert not any("SCAN" in step or "TEMP B-TREE" in step for step in steps), steps
