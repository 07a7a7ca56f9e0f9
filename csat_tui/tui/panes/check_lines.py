"""How a check is drawn: its glyph, its question, the evidence under it, the suggested answer with its key."""

from textual.content import Content

from csat_tui.domain.check import Answer, Answered, Suggestion
from csat_tui.domain.playbook import Check
from csat_tui.tui.panes.lines import Line, hang
from csat_tui.tui.text import safe, safe_line

GLYPHS: dict[Answer | None, tuple[str, str]] = {
    Answer.YES: ("✔", "$good"),
    Answer.NO: ("✘", "$bad"),
    Answer.NOT_APPLICABLE: ("–", "$muted"),
    Answer.UNSURE: ("?", "$fair"),
    None: ("·", "$muted"),
}
"""What each answer looks like: a glyph of one cell, so that it never rests on colour alone."""

WORDS: dict[Answer, str] = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.NOT_APPLICABLE: "n/a",
    Answer.UNSURE: "unsure",
}
"""What each answer is called."""

EVIDENCE_SHOWN = 4
"""Lines of evidence under a check; the rest is one key away."""


def word(answer: Answer, *, bold: bool = True) -> Content:
    """Return an answer's word in its colour."""
    return Content.styled(WORDS[answer], f"bold {GLYPHS[answer][1]}" if bold else GLYPHS[answer][1])


def check_lines(
    item: int, check: Check, answered: Answered | None, suggestion: Suggestion | None, width: int, *, current: bool
) -> list[Line]:
    """Return the lines of one check; the evidence folds away once the check is settled and the cursor elsewhere."""
    glyph, colour = GLYPHS[answered.answer if answered else None]
    ask = safe(check.ask, "bold" if current else "")
    if answered and answered.answer in (Answer.UNSURE, Answer.NOT_APPLICABLE):
        ask = ask + Content.styled(f"  {WORDS[answered.answer]}", "$muted")
    lines = hang(ask, width, Content.styled(glyph, colour))
    settled = answered is not None and answered.answer in (Answer.YES, Answer.NOT_APPLICABLE) and not current
    if suggestion is not None and not settled:
        for evidence in suggestion.evidence[:EVIDENCE_SHOWN]:
            lines += hang(safe_line(evidence, "$muted", 400), width)
        if (more := len(suggestion.evidence) - EVIDENCE_SHOWN) > 0:
            lines += hang(Content.styled(f"and {more} more, enter shows them", "$muted"), width)
        lines += _suggested(answered, suggestion, width)
    return [Line(line, item) for line in lines]


def step_line(label: str, words: Content, width: int, *, done: bool, here: bool) -> Content:
    """Return a step's heading: whether it is done, one is at it, or it is still to come, and what there is to say."""
    glyph, colour = ("▸", "$accent") if here else ("✔", "$good") if done else ("·", "$muted")
    head = Content.styled(glyph, colour) + Content(" ")
    name = safe_line(label, "bold $accent" if here else "$muted")
    room = width - head.cell_length - (words.cell_length + 1 if words else 0)
    line = head + name.truncate(max(room, 4), ellipsis=True)
    rule = "─" * max(width - line.cell_length - (words.cell_length + 1 if words else 0) - 1, 0)
    line = line + Content.styled(f" {rule}" if rule else "", "$hairline")
    return line + Content(" ") + words if words else line


def _suggested(answered: Answered | None, suggestion: Suggestion, width: int) -> list[Content]:
    """Say what the records suggest where that is news: the check is open, or answered otherwise."""
    muted = "$muted"
    if suggestion.answer is None:
        return [] if answered else hang(Content.styled("the records do not settle it", muted), width)
    if answered is None:
        parts = (
            ("suggested ", muted),
            word(suggestion.answer),
            ("  ", ""),
            ("a", "bold $accent"),
            (" to accept", muted),
        )
        return hang(Content.assemble(*parts), width)
    if answered.answer is not suggestion.answer:
        return hang(Content.assemble(("the records suggest ", muted), word(suggestion.answer, bold=False)), width)
    return []
