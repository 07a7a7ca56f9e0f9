"""Recovery notes: written and read back without loss, and each sort of tampering is told."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.notes import (
    NotesState,
    RecoveryNote,
    clean_author,
    clean_words,
    default_author,
    is_recovery_note,
    read_recovery_note,
    write_recovery_note,
)
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.ticket import Author, Message
from csat_tui.helpdesk.zendesk.text import escaped_html, incoming
from tests.builders import NOON, SURVEY_TICKET, a_message

NOTE = RecoveryNote(
    id="0199d3a0-0000-7000-8000-000000000001", ticket_id=SURVEY_TICKET, by=HelpDeskUser(UserId(902), "Lee Lead"),
    at=NOON, author="Lee Lead", spoken=True, text="Called at noon.\nThe refund is on its way.",
)  # fmt: skip


def on_ticket(body: str, **over: Any) -> Message:
    parts: dict[str, Any] = {
        "id": 77, "ticket_id": SURVEY_TICKET, "author": Author.AGENT, "author_name": "Lee Lead", "public": False,
        "author_id": UserId(902), "body": body,
    }  # fmt: skip
    return a_message(**parts | over)


def test_people_without_csat_tui_can_read_it() -> None:
    lines = write_recovery_note(NOTE).split("\n")
    assert lines[:5] == [
        "CSAT recovery note",
        "Author: Lee Lead",
        "Spoke to the customer: yes",
        "Notes: Called at noon.",
        "  The refund is on its way.",
    ]


@given(st.text(max_size=300), st.text(max_size=60), st.booleans())
def test_what_was_written_is_read_back_without_loss(text: str, author: str, spoken: bool) -> None:
    wanted = replace(NOTE, text=clean_words(text), author=clean_author(author), spoken=spoken)
    if not wanted.text or not wanted.author:
        return
    body = write_recovery_note(wanted)
    found = read_recovery_note(on_ticket(body))
    assert (found.author, found.spoken, found.text, found.id, found.problems) == (
        wanted.author, spoken, wanted.text, NOTE.id, ()
    )  # fmt: skip


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=200))
def test_what_went_out_as_html_is_read_back_as_it_was_typed(text: str) -> None:
    wanted = replace(NOTE, text=clean_words(text) or "words")
    html = escaped_html(write_recovery_note(wanted))
    found = read_recovery_note(on_ticket(incoming(html, "", "", names={})))
    assert (found.text, found.problems) == (wanted.text, ())


CHANGED = "it was changed, or written for another ticket: its check does not fit its words"
CUT = "its end is missing: it was cut, or typed by hand"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("customer: yes", "customer: no", CHANGED),
        ("Author: Lee Lead", "Author: Kim Lead", CHANGED),
        ("refund", "voucher", CHANGED),
        ("Reference: 0199d3a0", "Reference: 0199d3a1", CHANGED),
        ("Reference: ", "P.S. call again\nReference: ", CHANGED),
    ],
)
def test_an_edited_note_is_shown_as_what_it_is(before: str, after: str, said: str) -> None:
    body = write_recovery_note(NOTE)
    assert body.count(before) == 1
    assert read_recovery_note(on_ticket(body.replace(before, after))).problems == (said,)


def test_a_cut_note_and_one_that_was_typed_by_hand_say_so() -> None:
    body = write_recovery_note(NOTE)
    cut = read_recovery_note(on_ticket(body[: body.index("Check:")]))
    assert (cut.text, cut.problems) == (NOTE.text, (CUT,))
    typed = read_recovery_note(on_ticket("CSAT recovery note\nSpoke to the customer: maybe"))
    assert (typed.author, typed.spoken) == ("Lee Lead", False)
    assert typed.problems == (
        "it does not say whose note it is",
        "it does not say whether somebody spoke to the customer, so it counts as no",
        "it has no words",
        CUT,
    )


def test_a_note_that_was_copied_to_another_ticket_says_so() -> None:
    found = read_recovery_note(on_ticket(write_recovery_note(NOTE), ticket_id=TicketId(5)))
    assert found.problems == (CHANGED,)


def test_who_wrote_it_is_the_help_desks_word_whatever_the_note_says() -> None:
    found = read_recovery_note(on_ticket(write_recovery_note(NOTE), author_name="Sol Forger", author_id=UserId(5)))
    assert (found.author, found.writer, found.by.id, found.problems) == ("Lee Lead", "Sol Forger", 5, ())
    assert read_recovery_note(on_ticket(write_recovery_note(NOTE))).writer == ""


def test_only_a_private_note_of_an_agent_is_one() -> None:
    body = write_recovery_note(NOTE)
    assert is_recovery_note(on_ticket(body))
    assert not is_recovery_note(on_ticket(body, public=True))
    assert not is_recovery_note(on_ticket(body, author=Author.CUSTOMER))
    assert not is_recovery_note(on_ticket(f"I have seen this:\n{body}"))


@pytest.mark.parametrize(
    ("signed_in", "recipient", "lead", "first"),
    [
        ("Robin", "Imke", "Joss", "Robin"),
        ("", "Imke", "Joss", "Imke"),
        ("  ", "", "Joss", "Joss"),
        ("", "", "", ""),
    ],
)
def test_the_author_is_by_default_the_first_of_three(signed_in: str, recipient: str, lead: str, first: str) -> None:
    assert default_author(signed_in, recipient, lead) == first


NONE, NEVER, SPOKEN = NotesState
TABLE = [
    # needs, notes:        y  r  x  w  v  s
    (True, NONE, "y r x"),
    (True, NEVER, "y r w v"),
    (True, SPOKEN, "y r w s"),
    (False, NONE, "y"),
    (False, NEVER, "y w v"),
    (False, SPOKEN, "y w s"),
]


@pytest.mark.parametrize(("needs", "notes", "letters"), TABLE)
def test_the_six_filters_by_the_documents_letters(needs: bool, notes: NotesState, letters: str) -> None:
    assert [one.value for one in RecoveryFilter if one.lets_through(needs, notes)] == letters.split()


def test_the_filters_have_the_documents_names() -> None:
    assert {one.value: one.label for one in RecoveryFilter} == {
        "y": "All surveys",
        "r": "All needing recovery",
        "x": "No SR notes",
        "w": "With SR notes",
        "v": "SR notes - Never spoken",
        "s": "SR notes - Has spoken",
    }
