"""No exported cell is a formula, and every one reads back as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.reports.tracker import LONGEST_CELL, defused, readable, workbook_text
from tests.reports.reading import as_it_was, is_formula

FORMULAS = (
    "=1+1", "+49 30 123", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1+1", "＋1",
    "\u200b=1", "\ufeff=1", "\u00a0=1", "'=1", "''=1", "\n=1", "\u3164=1", "\u2066\u034f=1", "\ufe0f=1",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert defused(text).replace("\t'=", "\t=") == f"'{text}"
    assert as_it_was(defused(text)) == text


@pytest.mark.parametrize("text", ["", "No response needed", "2 = 2", "don't", "'tis late", "5", "7300001", "a@b"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_reads_back_as_it_was_but_for_control_characters(text: str) -> None:
    assert as_it_was(defused(text)) == readable(text)


@pytest.mark.parametrize(
    "text", ["Bob\t=1+1", "Bob;=1+1", "Bob| +1", "a\t\t @x", "a;'=1", "x\t\u200b\t-2", ";=1", "\t'\t=1"]
)
def test_a_part_behind_a_separator_is_no_formula_either(text: str) -> None:
    assert defused(text).count("'") == text.count("'") + (2 if text[0] == "\t" else 1)
    assert as_it_was(defused(text)) == text


RISKY = st.lists(st.sampled_from(["Bob", " ", "\t", ";", "|", "=", "-", "＋", "'", "\n", "\u200b", "\u3164", "1", ","]))


@given(RISKY.map("".join))
def test_whatever_separates_cells_none_begins_as_a_formula_and_all_reads_back(text: str) -> None:
    for part in re.split("[\t;|]", defused(text)):
        assert not is_formula(part)
    assert as_it_was(defused(text)) == readable(text)


def test_a_long_cell_of_nothing_but_blanks_and_separators_takes_no_time() -> None:
    for text in (
        "\t" * 200_000,
        " " * 200_000,
        "'" * 200_000,
        ";'" * 100_000,
        "\u200b" * 200_000,
        "\t \u200b" * 70_000,
    ):
        assert as_it_was(defused(text)) == text


def test_control_characters_are_made_visible() -> None:
    assert readable("a\x00b\x1b[2Jc\x7f\ud800") == "a␀b␛[2Jc␡�"


def test_what_looks_like_a_workbooks_escape_stays_what_it_says() -> None:
    assert workbook_text("_x0041_") == "_x005F_x0041_"


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    cell = workbook_text("a" * 40_000)
    assert len(cell) == LONGEST_CELL
    assert cell.endswith("this text has 40,000; the CSV has the full text)")
