"""Knowing a question by its wording: the playbook's factors, and the one question that every survey ends with."""

import re
from collections.abc import Sequence

from csat_tui.domain.playbook import Factor

_COMMENT_QUESTION = re.compile(
    r"(?:is there )?anything else (?:you(?:'d| would) like to|that you want to)\b[^?]{0,80}"
    r"|(?:additional |further |customer |your |any )?(?:comments?|feedback|verbatim)",
    re.IGNORECASE,
)

_ANSWERED = re.compile(
    r"(?:(?:is there )?anything else you.{0,90}?\?|(?:(?:additional|further|customer|your|any) )?"
    r"(?:comments?|feedback|verbatim)\s?[:|])\s*[-–:|]*\s*(\S.*)",
    re.IGNORECASE,
)


def words_of(text: str) -> list[str]:
    """Return the words of a list that is written as a text."""
    return text.split()


def plain(text: str) -> str:
    """Return a text as questions are compared: one line, no capitals, straight apostrophes."""
    return " ".join(text.replace("’", "'").casefold().split())


def factor_of(text: str, factors: Sequence[Factor]) -> Factor | None:
    """Return the factor that a question is about: of several whose fragments it contains, the longest fragment's."""
    asked = plain(text)
    best: Factor | None = None
    longest = 0
    for factor in factors:
        for fragment in factor.match:
            if len(fragment) > longest and fragment in asked:
                best, longest = factor, len(fragment)
    return best


def asks_for_comment(text: str) -> bool:
    """Tell whether a text is the invitation to write freely, and nothing more."""
    return _COMMENT_QUESTION.fullmatch(plain(text).strip(" :?*-.")) is not None


def comment_behind(text: str) -> str:
    """Return what stands on the line of the invitation behind it; empty where it is no such line."""
    match = _ANSWERED.fullmatch(" ".join(text.replace("’", "'").split())) if len(text) <= 4_000 else None
    return match[1] if match else ""
