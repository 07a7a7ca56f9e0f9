"""A reader of exported sheets, as whoever takes them over would write one from docs/command-line.md."""

import re
import unicodedata

_SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"


def as_it_was(cell: str) -> str:
    """Take off the apostrophes that keep a cell, or a part of it behind a tab, from being a formula."""
    parts = re.split("([\t;|])", cell)
    parts[2::2] = [_bare(part) for part in parts[2::2]]
    first = parts[0].lstrip("'")
    begins_with_a_break = first[:1] in ("\n", "\r") or (not first and parts[1:2] == ["\t"])
    parts[0] = parts[0][1:] if begins_with_a_break and parts[0] else _bare(parts[0])
    return "".join(parts)


def is_formula(part: str) -> bool:
    """Tell whether a spreadsheet would take a cell for a formula, wherever blanks may stand before it."""
    return part.lstrip("".join(filter(_is_blank, set(part))))[:1] in tuple(_SIGNS)


def _bare(part: str) -> str:
    return part[1:] if part.startswith("'") and is_formula(part.lstrip("'")) else part


def _is_blank(sign: str) -> bool:
    from csat_tui.domain.safe_text import UNSAFE  # what is drawn as nothing: proven in tests/tui/test_text.py

    return sign.isspace() or (UNSAFE.match(sign) is not None and unicodedata.category(sign) != "Cc")
