"""Draw a check: its answer, its question, the evidence for it, and the keys that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from csat_tui.domain.case import EITHER, Answer, Answered, Suggestion
from csat_tui.domain.playbook import Check
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.text import safe, safe_line

EVIDENCE_SHOWN = 4
"""Lines of evidence under a check; the rest is one key away."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of the checklist's keys: for each answer, for accepting, for the rest, and for the evidence."""

    answers: Mapping[Answer, str]
    accept: str
    rest: str
    show: str = "enter"


def check_lines(
    item: int,
    check: Check,
    answered: Answered | None,
    suggestion: Suggestion | None,
    width: int,
    *,
    current: bool,
    keys: Keys,
    silent: bool = False,
    listening: bool = False,
) -> list[Line]:
    """Return the lines of one check; the evidence is hidden once the check is in order and the cursor is elsewhere.

    `silent` says that missing records are enough to answer it as in order, `listening` that the pane has the focus.
    """
    look = look_of(check, answered.answer if answered else None)
    ask = safe(check.ask, "bold" if current else "")
    if look.words:
        ask = ask + Content.styled(f"  {look.words}", look.colour)
    lines = wrap(ask, width, Content.styled(look.glyph, look.colour))
    settled = answered is not None and in_order_or_plain(check, answered.answer) and not current
    if suggestion is not None and not settled:
        for evidence in suggestion.evidence[:EVIDENCE_SHOWN]:
            lines += wrap(safe_line(evidence, "$muted", 400), width)
        if (more := len(suggestion.evidence) - EVIDENCE_SHOWN) > 0:
            lines += wrap(Content.styled(f"and {more} more, {keys.show} shows them", "$muted"), width)
    if answered is None or (suggestion is not None and not settled):
        # For the check under the cursor the hint waits for the focus; until then the evidence needs the room.
        show_silence = silent and (listening or not current)
        lines += _suggested(check, answered, suggestion, width, keys, silent=show_silence)
    if current and listening:
        lines += wrap(_answering(keys), width, Content.styled("▸", "bold $accent"))
    return [Line(line, item) for line in lines]


def step_line(label: str, words: Content, width: int, *, done: bool, here: bool) -> Content:
    """Return a step's heading: a glyph for done, current or still to come, its name, and `words` at the right."""
    glyph, colour = ("▸", "$accent") if here else ("✔", "$good") if done else ("·", "$muted")
    head = Content.styled(glyph, colour) + Content(" ")
    name = safe_line(label, "bold $accent" if here else "$muted")
    room = width - head.cell_length - (words.cell_length + 1 if words else 0)
    line = head + name.truncate(max(room, 4), ellipsis=True)
    rule = "─" * max(width - line.cell_length - (words.cell_length + 1 if words else 0) - 1, 0)
    line = line + Content.styled(f" {rule}" if rule else "", "$hairline")
    return line + Content(" ") + words if words else line


def _answering(keys: Keys) -> Content:
    """Return the keys that answer the check above."""
    parts: list[Content] = []
    for answer, key in keys.answers.items():
        lead = Content("  ") if parts else Content("")
        parts.append(lead + Content.assemble((key, "bold $accent"), (f" {WORDS[answer]}", "$muted")))
    return Content("").join(parts)


def _suggested(
    check: Check, answered: Answered | None, suggestion: Suggestion | None, width: int, keys: Keys, *, silent: bool
) -> list[Content]:
    """Return the suggestion if the check is open or has another answer."""
    muted = "$muted"
    if answered is None and silent:
        silence = "no record: "
        answers = (f" answers {WORDS[Answer(check.in_order)]}", muted)
        return wrap(Content.assemble((silence, muted), (keys.rest, "bold $accent"), answers), width)
    if suggestion is None:
        return []
    if suggestion.answer is None:
        return [] if answered else wrap(Content.styled("the records do not answer it", muted), width)
    if answered is None:
        parts = (
            ("suggested ", muted),
            word(check, suggestion.answer),
            ("  ", ""),
            (keys.accept, "bold $accent"),
            (" to accept", muted),
        )
        return wrap(Content.assemble(*parts), width)
    if answered.answer is not suggestion.answer:
        line = Content.assemble(("the records suggest ", muted), word(check, suggestion.answer, bold=False))
        return wrap(line, width)
    return []


WORDS: dict[Answer, str] = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.NOT_APPLICABLE: "n/a",
    Answer.UNSURE: "unsure",
}
"""The word for each answer."""


@dataclass(frozen=True, slots=True)
class AnswerLook:
    """The look of an answer: a glyph of one cell, its colour, and its word, so that colour is never the only sign."""

    glyph: str
    colour: str
    words: str


_OPEN = AnswerLook("·", "$muted", "")


def look_of(check: Check, answer: Answer | None) -> AnswerLook:
    """Return the look of an answer to a check: in order, not in order, neutral, or not answered yet."""
    match answer:
        case None:
            return _OPEN
        case Answer.NOT_APPLICABLE:
            return AnswerLook("–", "$muted", WORDS[answer])
        case Answer.UNSURE:
            return AnswerLook("?", "$fair", WORDS[answer])
    if check.in_order == EITHER:
        return AnswerLook("▪", "$accent", WORDS[answer])
    if answer.value == check.in_order:
        return AnswerLook("✔", "$good", WORDS[answer])
    # A cross would contradict a “yes” that asks for something to be done.
    return AnswerLook("✘", "$bad", WORDS[answer]) if answer is Answer.NO else AnswerLook("!", "$bad", WORDS[answer])


def in_order_or_plain(check: Check, answer: Answer) -> bool:
    """Whether an answer needs no attention: it is in order, not applicable, or neutral."""
    fine = answer is Answer.NOT_APPLICABLE or answer.value == check.in_order
    return fine or (check.in_order == EITHER and answer is not Answer.UNSURE)


def word(check: Check, answer: Answer, *, bold: bool = True) -> Content:
    """Return the word for an answer in its colour."""
    colour = look_of(check, answer).colour
    return Content.styled(WORDS[answer], f"bold {colour}" if bold else colour)
