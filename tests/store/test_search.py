"""Search takes whatever a person types and never stumbles over it."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from csat_tui.domain.ids import SurveyId
from csat_tui.store import tickets
from csat_tui.store.cases import queue
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.database import Database
from tests.builders import NOON, SOURCE_TICKET, a_message
from tests.store.shelf import Shelf, arriving, put


def found(database: Database, words: str) -> list[SurveyId]:
    with database.read() as connection:
        return [row.id for row in queue.after(connection, QueueView(search=words), None, 99)]


@pytest.fixture
def stocked(database: Database) -> tuple[Database, SurveyId, SurveyId]:
    one, two = put(
        database,
        arriving(1, comment='My "box" was two days late, Ångström!', customer="Lea Brandt", agent="Sol"),
        arriving(2, comment="NEAR the AND OR NOT column:word", customer="Noor", agent="Sol"),
    )
    with database.write() as connection:
        tickets.put_transcripts(connection, [(SOURCE_TICKET, [a_message(body="The courier never rang.")], NOON)])
    return database, one, two


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("late", "1"),
        ("LATE", "1"),
        ("days late", "1"),
        ("late days", "1"),  # in any order
        ("lat", "1"),  # the last word may be unfinished
        ("lat days", ""),  # only the last one
        ("angstrom", "1"),  # without its accents
        ('"box"', "1"),
        ("two-days", "1"),
        ("lea", "1"),
        ("courier", "1"),  # in the transcript
        ("sol", "12"),
        ("late noor", ""),
        ("AND OR NOT", "2"),
        ("NEAR", "2"),
        ("column:word", "2"),
        ("7300001", "1"),
        ("#7300001", "1"),
        ("  #9900002 ", "2"),
        ("9900003", ""),
        ("nothing-like-it", ""),
        ("", "12"),
        ("   ", "12"),
    ],
)
def test_finds_what_the_words_say(stocked: tuple[Database, SurveyId, SurveyId], words: str, which: str) -> None:
    database, one, two = stocked
    assert found(database, words) == [survey_id for mark, survey_id in (("1", one), ("2", two)) if mark in which]


@pytest.mark.parametrize(
    "words",
    [
        '"', '""', "'", "*", "^", "a*b", "(", ")", "NEAR(", "NEAR(a b, 2)", "comment:", "{comment}:x", "-", "- a", "+",
        "a AND", "OR", "NOT", "!!!", "\x00", "a\x00b", "\\", "%", "_", ";", "--", "'; DROP TABLE survey; --", "#",
        "##1", "1e9", "९", "²", "9" * 18, "9" * 19, "9" * 400, "-1", "\ud83d", "a \ud83d", "\u202e", "漢字", "\n", "🙂",
        "a" * 5000, "x " * 300,
    ],
)  # fmt: skip
def test_takes_hostile_words(stocked: tuple[Database, SurveyId, SurveyId], words: str) -> None:
    found(stocked[0], words)
    assert found(stocked[0], "late")


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.text(st.characters(exclude_categories=[])) | st.text(alphabet='"*():^{}+-#0 aANDOR\x00'), max_size=40)
)
@example(["NOT NOT", '"* "'])
def test_never_stumbles(searches: list[str]) -> None:
    with Shelf() as database:
        put(database, arriving(1))
        for words in searches:
            found(database, words)


def test_follows_a_comment_that_changes(database: Database) -> None:
    survey_id = put(database, arriving(1, comment="aubergine"))[0]
    put(database, arriving(1, comment="broccoli"))
    assert (found(database, "aubergine"), found(database, "broccoli")) == ([], [survey_id])


def test_brings_no_more_than_anybody_reads(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SEARCH_LIMIT", 5)
    put(database, *(arriving(number, comment="late") for number in range(9)))
    assert len(found(database, "late")) == 5
