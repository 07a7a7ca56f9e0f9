"""What text from outside becomes: everything that is not seen, or that a terminal might act on, is a sign."""

import pytest

from csat_tui.domain.safe_text import visible, visible_line

SHOWN = [
    ("\x1b[2J", "␛[2J"),
    ("\x00\x07\x1f\x7f", "␀␇␟␡"),
    ("\x9b31m", "‹U+009B›31m"),
    ("gnp\u202eexe", "gnp‹U+202E›exe"),
    ("\u061c\u200e\u2066x\u2069", "‹U+061C›‹U+200E›‹U+2066›x‹U+2069›"),
    ("\ud83d", "‹U+D83D›"),
    ("one\r\ntwo", "one\ntwo"),
    ("one\rtwo", "one␍two"),
    ("tab\tand\nline", "tab\tand\nline"),
    ("[bold]no markup[/] [@click=app.quit]x[/] [LINK]", "[bold]no markup[/] [@click=app.quit]x[/] [LINK]"),
    ("表示 عربي é", "表示 عربي é"),
    ("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"),
    ("pay\u200dpal pay\u200cpal", "pay‹U+200D›pal pay‹U+200C›pal"),
    ("می\u200c\u200c\u200dخ", "می\u200c‹U+200C›‹U+200D›خ"),
    ("👩🏽\u200d🚀 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 🇩🇪", "👩🚀 ❤🔥 1\u20e3 DE"),
    ("🇦🇿", "AZ"),
    ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🏴gbeng"),
    ("a\ufe0fb 😀\ufe0f\ufe0f", "a‹U+FE0F›b 😀‹U+FE0F›"),
    ("x\U000e0041\U000e0042", "x‹U+E0041›‹U+E0042›"),
]
"""What somebody writes, and what the screen shows of it."""


@pytest.mark.parametrize(("written", "shown"), SHOWN, ids=ascii)
def test_what_would_steer_the_terminal_is_shown_as_a_sign(written: str, shown: str) -> None:
    assert visible(written) == shown


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("", ""),
        ("  Survey\tfor \n you\r\n", "Survey for you"),
        ("a\x00b", "a b"),
        ("\u202egnp", "gnp"),
        ("a\u200b\u200b b", "a b"),
        # What is composed stays so: another program shows it.
        ("👩🏽\u200d🚀 🇩🇪", "👩🏽\u200d🚀 🇩🇪"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_one_line_for_another_program_has_a_space_where_something_is_not_seen(written: str, line: str) -> None:
    assert visible_line(written) == line
