"""Whatever a customer writes, the terminal only ever shows it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from csat_tui.domain.visible import visible
from csat_tui.tui.text import one_line, safe, safe_line

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("\x9b31m", "‹U+009B›31m"),
        ("gnp\u202eexe", "gnp‹U+202E›exe"),
        ("\u061c\u200e\u2066x\u2069", "‹U+061C›‹U+200E›‹U+2066›x‹U+2069›"),
        ("\ud83d", "‹U+D83D›"),
        ("one\r\ntwo", "one\ntwo"),
        ("one\rtwo", "one␍two"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("[bold]no markup[/] [@click=app.quit]x[/] [LINK]", "[bold]no markup[/] [@click=app.quit]x[/] [LINK]"),
        ("表示 عربي é ‍", "表示 عربي é ‍"),
    ],
)
def test_what_would_steer_the_terminal_is_shown_as_a_sign(written: str, shown: str) -> None:
    assert visible(written) == shown
    assert safe(written).plain == shown


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
