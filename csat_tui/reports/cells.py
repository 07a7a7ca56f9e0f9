"""What a cell of an exported sheet holds: text that no spreadsheet takes for a formula, and that it does not refuse."""

import re

from csat_tui.domain.safe_text import UNSEEN

LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""

_BEGINS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
"""Signs with which a spreadsheet takes a cell for a formula, full-width and small forms included."""

_FORMULA = f"'*(?:[^\\S\t]|{UNSEEN})*[{_BEGINS}]"
_AT_BEGINNING = re.compile(f"{_FORMULA}|'*[\t\r\n]")
_AFTER_A_SEPARATOR = re.compile(f"(?<=[\t;|])(?={_FORMULA})")
"""Where a reader that splits lines at tabs, semicolons or bars would begin a cell with a formula."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_PICTURES = 0x2400


def defused(text: str) -> str:
    """Return a cell of a CSV file: an apostrophe goes before what would be a formula, or looks defused already.

    Spreadsheets keep such a cell as text. The same is done within a cell, behind whatever else may separate cells: not
    every program asks which sign it is. Whoever reads the file takes those apostrophes off and has it as it was.
    """
    text = _AFTER_A_SEPARATOR.sub("'", readable(text))
    return f"'{text}" if _AT_BEGINNING.match(text) else text


def readable(text: str) -> str:
    """Return text without what a sheet refuses: a control character becomes its picture, half a character “�”."""
    return _CONTROLS.sub(_symbol, text.replace("\r\n", "\n"))


def workbook_text(text: str) -> str:
    """Return a cell of a workbook; one that is too long for it ends in words that say so."""
    text = readable(text)
    if len(text) > LONGEST:
        said = f"… (cut: a cell holds {LONGEST:,} characters, this text has {len(text):,}; the CSV has the full text)"
        text = text[: LONGEST - len(said)] + said
    # A workbook takes _x0041_ for the letter of that number; its underscore is written as such a number instead.
    escaped = _ESCAPE.sub("_x005F_", text)
    return escaped if len(escaped) <= LONGEST else text


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == 0x7F else "�"
