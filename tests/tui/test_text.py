"""Text from a customer is only ever shown by the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from csat_tui.domain.safe_text import visible
from csat_tui.tui.base.text import one_line, safe, safe_line
from tests.domain.test_safe_text import SHOWN

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.parametrize(("written", "shown"), SHOWN)
def test_what_would_steer_the_terminal_is_shown_as_a_sign(written: str, shown: str) -> None:
    assert safe(written).plain == shown


UNSEEN = [
    *"\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u00ad\u061c\ufeff\ufe0f\u200b\u200c\u200d",
    *map(chr, (*range(0x180B, 0x1810), *range(0x2060, 0x2070), *range(0xFFF0, 0xFFFC), *range(0x1BCA0, 0x1BCA4))),
    *map(chr, (*range(0x1D173, 0x1D17B), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000))),
]
"""Unicode's Default_Ignorable_Code_Point, and the annotation marks: nothing is drawn for them."""


@pytest.mark.parametrize("around", ["a{}b", "{}", "漢{}字", "1{} ", "é{}\u0301"])
def test_what_nobody_sees_is_shown_as_its_number(around: str) -> None:
    for unseen in UNSEEN:
        assert visible(around.format(unseen)) == around.format(f"‹U+{ord(unseen):04X}›"), hex(ord(unseen))


def test_every_format_character_that_unicode_knows_is_shown_but_where_a_script_needs_it() -> None:
    passed = [hex(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cf", "Zl", "Zp")
              and chr(code) in visible(f"a{chr(code)}b")]  # fmt: skip
    assert passed == []


@given(ANYTHING)
def test_what_is_made_visible_once_stays_as_it_is(written: str) -> None:
    assert visible(visible(written)) == visible(written)


def test_markup_is_text() -> None:
    content = safe("[red]x[/] [B]y[/B]", "bold")
    assert content.plain == "[red]x[/] [B]y[/B]"
    assert len(content.spans) == 1


@given(ANYTHING)
def test_no_control_ever_comes_through(written: str) -> None:
    for character in visible(written):
        assert character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
        assert unicodedata.bidirectional(character) not in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )
    visible(written).encode()


@given(ANYTHING, st.integers(0, 40))
def test_a_line_is_one_line_of_at_most_its_width(written: str, width: int) -> None:
    line = one_line(written, width)
    assert "\n" not in line
    assert "\t" not in line
    assert cell_len(line) <= width


def test_a_line_says_that_it_was_cut() -> None:
    assert one_line("a long sentence", 6) == "a lon…"
    assert one_line("表示表示", 5) == "表示…"
    assert one_line("first\n\n second", 40) == "first ↵ second"


def test_a_line_of_a_huge_text_costs_little() -> None:
    assert len(one_line("x\n" * 10_000_000)) < 20_000
    assert cell_len(one_line("e" + "\u0301" * 1_000_000, 10)) <= 10


def test_a_styled_line_keeps_its_style() -> None:
    assert isinstance(safe_line("x", "$muted"), Content)
    assert safe_line("x", "$muted").spans
