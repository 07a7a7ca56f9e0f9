"""Delivered notes: what is read in the private notes of a survey ticket, typed by a person or written by csat-tui."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.formats import reads_as, render_note
from csat_tui.domain.ids import UserId
from csat_tui.domain.review.delivered_note import DeliveredNote, delivered_notes, note_formats
from csat_tui.domain.ticket import Author, Message
from csat_tui.playbook import load_builtin
from tests.builders import NOON, a_ticket

STRIKE = load_builtin("strike-team")
RETAIL = load_builtin("retail")


def a_note(text: str, number: int = 1, **over: object) -> Message:
    message = Message(
        number, a_ticket().id, NOON + timedelta(minutes=number), Author.AGENT, "Sam Oduya", False, text,
        author_id=UserId(7),
    )  # fmt: skip
    return replace(message, **over)  # type: ignore[arg-type]


def read(text: str, *tags: str) -> DeliveredNote:
    (found,) = delivered_notes(replace(a_ticket(), tags=tags), [a_note(text)], STRIKE)
    return found


@pytest.mark.parametrize("playbook", [STRIKE, RETAIL, load_builtin("service-desk")], ids=lambda one: one.id)
def test_a_note_that_csat_tui_wrote_is_read_in_its_own_format_again(playbook) -> None:
    for format_id in note_formats(playbook):
        form = playbook.formats[format_id]
        names = [name for line in form.lines for name in playbook_places(line)]
        text = render_note(form, {name: f"words of {name}" for name in names})
        (found,) = delivered_notes(a_ticket(), [a_note(text)], playbook)
        assert (found.format_id, found.remainder, found.problems) == (format_id, "", ()), text
        assert dict(found.fields) == {name: f"words of {name}" for name in names}


def playbook_places(line: str) -> tuple[str, ...]:
    from csat_tui.domain.places import places

    return places(line)


def test_what_was_typed_by_hand_is_read_leniently_and_what_is_left_over_is_kept() -> None:
    found = read("nrn\nsummary: box late\nWhy:  within the guide\nAsk me if in doubt: Robin")
    assert (found.format_id, found.outcome_id) == ("nrn", "no-response")
    assert found.fields["summary"] == "box late"
    assert "Ask me if in doubt" in (found.remainder + found.fields["rationale"])


@pytest.mark.parametrize(
    "text",
    [
        "Looked at it, all good.",
        "Why: because I say so.",
        "Summary of the call: the customer is happy now.",
        "NRN",
        "The customer wrote NRN once.",
        "",
    ],
)
def test_other_texts_are_free_notes_and_no_outcome_is_guessed(text: str) -> None:
    notes = delivered_notes(a_ticket(), [a_note(text)], STRIKE)
    assert all(note.free and note.outcome_id is None and not note.fields for note in notes)


def test_messages_to_the_customer_and_words_of_the_customer_are_no_notes() -> None:
    others = [
        a_note("NRN\nSummary: x", 1, public=True),
        a_note("NRN\nSummary: x", 2, author=Author.CUSTOMER),
        a_note("left the chat", 3, author=Author.SYSTEM),
    ]
    assert delivered_notes(a_ticket(), others, STRIKE) == ()


def test_of_outcomes_with_one_format_the_tags_tell_or_nobody_does() -> None:
    text = "Handled: Refunded\nIssue: late\nResolution or recommendation: refund\nWhy: no order"
    (found,) = delivered_notes(replace(a_ticket(), tags=("survey_answered",)), [a_note(text)], RETAIL)
    assert found.format_id == "handled"
    assert len(found.outcome_ids) > 1
    assert found.outcome_id is None


def test_the_author_is_the_help_desks_and_never_a_name_in_the_text() -> None:
    found = read("NRN\nSummary: x\nWhy: y\nBy: Priya")
    assert (found.author, found.author_id) == ("Sam Oduya", UserId(7))


@given(st.text(max_size=300))
def test_no_text_makes_reading_fail_and_none_of_its_words_is_lost(text: str) -> None:
    for note in delivered_notes(a_ticket(), [a_note(text)], STRIKE):
        assert note.body == text
        assert note.free or reads_as(STRIKE.formats[note.format_id], text)
