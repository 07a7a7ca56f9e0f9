"""What an answer to a check looks like wherever it is shown: glyph, colour and word."""

from dataclasses import dataclass

from textual.content import Content

from csat_tui.domain.case import EITHER, Answer
from csat_tui.domain.playbook import Check

WORDS: dict[Answer, str] = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.NOT_APPLICABLE: "n/a",
    Answer.UNSURE: "unsure",
}
"""What each answer is called."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an answer looks like: a glyph of one cell, its colour, and its words, so that colour alone says nothing."""

    glyph: str
    colour: str
    words: str


_OPEN = Look("·", "$muted", "")


def look_of(check: Check, answer: Answer | None) -> Look:
    """Return what an answer to a check looks like: good, not good, plain where neither is, or not settled."""
    match answer:
        case None:
            return _OPEN
        case Answer.NOT_APPLICABLE:
            return Look("–", "$muted", WORDS[answer])
        case Answer.UNSURE:
            return Look("?", "$fair", WORDS[answer])
    if check.in_order == EITHER:
        return Look("▪", "$accent", WORDS[answer])
    if answer.value == check.in_order:
        return Look("✔", "$good", WORDS[answer])
    # A cross would deny what a “yes” says: that something is to be done.
    return Look("✘", "$bad", WORDS[answer]) if answer is Answer.NO else Look("!", "$bad", WORDS[answer])


def in_order_or_plain(check: Check, answer: Answer) -> bool:
    """Whether nothing has to be seen any more of an answer: it is in order, or not applicable, or a plain fact."""
    fine = answer is Answer.NOT_APPLICABLE or answer.value == check.in_order
    return fine or (check.in_order == EITHER and answer is not Answer.UNSURE)


def word(check: Check, answer: Answer, *, bold: bool = True) -> Content:
    """Return an answer's word in its colour."""
    colour = look_of(check, answer).colour
    return Content.styled(WORDS[answer], f"bold {colour}" if bold else colour)
