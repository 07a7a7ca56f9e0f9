"""Filling note formats."""

from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.formats import fill, places, render_note
from csat_tui.domain.playbook import Format

NOTE = Format("n", "Note", ("NRN", "Summary: {summary}", "Ticket {ticket} of {customer}", "Why: {why}"))


def test_a_note_is_its_lines_filled():
    words = {"summary": " late box ", "ticket": "7", "customer": "Pat", "why": "credit given"}
    assert render_note(NOTE, words) == "NRN\nSummary: late box\nTicket 7 of Pat\nWhy: credit given"


def test_a_line_whose_places_are_all_empty_is_left_out():
    assert render_note(NOTE, {"summary": "late", "ticket": "7", "why": "  "}) == "NRN\nSummary: late\nTicket 7 of"


def test_words_of_several_lines_stay_as_they_are():
    assert fill("{a}", {"a": "one\n\ntwo"}) == "one\n\ntwo"


def test_places_are_told_in_order():
    assert places("{b} and {a-1} but not {A} or {}") == ("b", "a-1")


@given(st.text(), st.text())
def test_what_a_person_typed_is_never_itself_a_format(typed, other):
    assert fill("{summary}|", {"summary": typed, "why": other}) == f"{typed.strip()}|"


@given(st.text())
def test_a_customer_s_braces_reach_nothing(typed):
    assert fill("{a}{b}", {"a": "{b}" + typed, "b": ""}) == ("{b}" + typed).strip()
