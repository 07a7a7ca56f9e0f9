"""Patterns of wording rules as people write them in a playbook: what they may hold, and how a space is read."""

import re

from csat_tui.playbook.patterns import slowness

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_LETTERS_ONLY = re.compile(r"\\[wd]|\[(?:\\[wd]|[A-Za-z0-9']|[A-Za-z]-[A-Za-z]|\d-\d)+\]|[A-Za-z0-9]")
_BY_NUMBER = re.compile(r"(?<!\\)\\[1-9]|\(\?P[<=]|\(\?\(")


def word_pattern(text: str) -> str:
    """Return a token's regular expression: a space in it is any one space or line break.

    Raises ValueError with the end of a sentence where it would be slow on a long text, or where it counts on groups
    that several tokens cannot share. Whether it is a regular expression at all is for `flaw_of`.
    """
    if _BY_NUMBER.search(text):
        raise ValueError("which refers to groups by name or number; wording rules cannot do that")
    written: list[str] = []
    last, at = "", 0
    while at < len(text):
        endless = _ENDLESS.match(text, at)
        if endless and last and last != "(":
            if not _LETTERS_ONLY.fullmatch(last):
                raise ValueError(
                    f"in which “{last}{endless[0]}” may run through a whole text; end it, as in “{last}{{0,40}}”"
                )
            written.append(endless[0])
            at = endless.end()
            continue
        atom = _ATOM.match(text, at)
        last = atom[0] if atom else text[at]
        written.append(r"\s" if last == " " else last)
        at += len(last)
    return "".join(written)


def flaw_of(pattern: str) -> str:
    """Return what is wrong with a regular expression as the end of a sentence; empty where nothing is."""
    try:
        compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except re.error as error:
        return f"which is not a regular expression: {error.msg}"
    return "which also matches no words at all" if compiled.match("") else slowness(pattern)
