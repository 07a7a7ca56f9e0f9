"""Draw a scorecard: its lines with the person's answers, the machine's verdicts beside them, and the card filled in."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from csat_tui.domain.audit import Verdict
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scale, ScorecardLine
from csat_tui.domain.review.scoring import FilledCard
from csat_tui.tui.base.keymap import InKeys
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.review.scoring import NoteScoring

WORDS = {LineAnswer.NOT_APPLICABLE: "n/a"}
"""The words for answers that are not their own."""


@dataclass(frozen=True, slots=True)
class CardLook:
    """How the card is shown: the line under the cursor, whether its evidence is open, and the names of the keys."""

    cursor: int
    unfolded: bool
    listening: bool
    """Whether the scorecard has the focus, so that keys score the line under the cursor."""
    keys: InKeys


def answer_word(answer: LineAnswer) -> str:
    """Return the word for an answer."""
    return WORDS.get(answer, answer.value)


def card_lines(scoring: NoteScoring, look: CardLook, width: int) -> list[Line]:
    """Return the lines of the scorecard, with what the machine says of the note besides them."""
    lines = _heading(scoring, width)
    item = 0
    for section in scoring.card.sections:
        lines += [Line(_rule(section.label, width))]
        for line in section.lines:
            lines += [Line(content, item) for content in _line(scoring, line, look, item, width)]
            item += 1
    beside = list(_beside_the_card(scoring, width))
    if beside:
        lines += [Line(Content("")), Line(_rule("Not on the card", width)), *(Line(content) for content in beside)]
    if scoring.comment:
        lines += [Line(Content("")), Line(_rule("Comment", width))]
        lines += [Line(line) for text in scoring.comment.split("\n") for line in wrap(safe(text), width, indent=0)]
    return lines


def _heading(scoring: NoteScoring, width: int) -> list[Line]:
    said = []
    if scoring.why_not:
        said += wrap(safe(f"You cannot review it: {scoring.why_not}.", "$muted"), width, Content.styled("–", "$muted"))
    if scoring.remark:
        said += wrap(safe(scoring.remark, "$fair"), width, Content.styled("!", "$fair"))
    return [*(Line(line) for line in said), Line(Content(""))] if said else []


def _rule(label: str, width: int) -> Content:
    name = safe_line(label, "$muted", width - 2)
    return name + Content.styled(f" {'─' * max(width - name.cell_length - 1, 0)}", "$hairline")


def _line(scoring: NoteScoring, line: ScorecardLine, look: CardLook, item: int, width: int) -> Iterator[Content]:
    given, here = scoring.of(line), item == look.cursor
    suggestion = scoring.suggestions.get(line.id)
    fails = given.answer is None and suggestion is not None and suggestion.verdict.verdict is Verdict.FAILS
    label = safe(line.label, "bold" if here else "")
    if given.answer is not None:
        glyph, colour = _look(line, given)
        label = label + Content.styled(f"  {answer_word(given.answer)}", f"bold {colour}")
    elif suggestion is not None:
        glyph, colour = ("!", "bold $fair") if fails else ("·", "$muted")
        label = label + Content.styled(f"  ({answer_word(suggestion.answer)})", "$muted")
    else:
        glyph, colour = "·", "$muted"
    yield from wrap(label, width, Content.styled(glyph, colour))
    verdict = scoring.verdict_of(line)
    if verdict is not None and (here or fails):
        unsure = "cannot tell: " if verdict.verdict is Verdict.CANNOT_TELL else ""
        yield from wrap(safe(f"{unsure}{verdict.sentence}", "$muted"), width)
        if here and look.unfolded:
            for evidence in verdict.evidence:
                yield from wrap(safe(evidence, "$muted"), width, "  ·", 4)
    if given.cause:
        yield from wrap(safe(given.cause, "$fair"), width, Content.styled("  ↳", "$fair"), 4)
    elif here and line.causes and given.loses_points:
        yield from wrap(Content.styled(look.keys("{scorecard.cause} says why"), "$muted"), width, "", 4)
    if given.comment:
        yield from wrap(safe(given.comment), width, Content.styled("  ✎", "$accent"), 4)
    if here:
        yield from _about(line, look, width)


def _about(line: ScorecardLine, look: CardLook, width: int) -> Iterator[Content]:
    if line.help:
        yield from wrap(safe(line.help, "$faint"), width)
    kinds = [f"{line.weight} point{'' if line.weight == 1 else 's'}"]
    kinds += ["critical"] * line.critical + ["bonus"] * line.bonus
    if not look.listening:
        yield from wrap(Content.styled(" · ".join(kinds), "$faint"), width)
        return
    if line.scale is Scale.YES_NO:
        keys = look.keys("{scorecard.yes} yes  {scorecard.no} no")
    else:
        keys = look.keys("{scorecard.0}–{scorecard.4}")
    if line.na:
        keys += look.keys("  {scorecard.not-applicable} n/a")
    words = Content.assemble((keys, "$accent"), (f"  {' · '.join(kinds)}", "$faint"))
    yield from wrap(words, width, Content.styled("▸", "bold $accent"))


def _look(line: ScorecardLine, given: LineScore) -> tuple[str, str]:
    """Return the glyph and the colour of an answer; what loses points is amber and never red: nobody is shouted at."""
    if given.answer is LineAnswer.NOT_APPLICABLE:
        return "–", "$muted"
    if not given.loses_points:
        return "✔", "$good"
    return ("✘" if given.answer is line.scale.lowest else "▪"), "$fair"


def _beside_the_card(scoring: NoteScoring, width: int) -> Iterator[Content]:
    """Return the verdicts of rules that suggest no line's answer, unless the note passes."""
    used = {line.audit for line in scoring.card.lines}
    for rule, found in scoring.found.audited.verdicts:
        if found.verdict is Verdict.PASSES or rule.id in used:
            continue
        fails = found.verdict is Verdict.FAILS
        glyph, colour = ("!", "bold $fair") if fails else ("?", "$muted")
        yield from wrap(safe(f"{rule.label}: {found.sentence}", "$muted"), width, Content.styled(glyph, colour))
        for evidence in found.evidence:
            yield from wrap(safe(evidence, "$faint"), width, "  ·", 4)


def filled_lines(scoring: NoteScoring, filled: FilledCard, deed: str, keys: InKeys, width: int) -> list[Line]:
    """Return the card as it waits to be confirmed: what the person vouches for first, then what the machine says."""
    result = filled.result
    score = "no score" if result.percent is None else f"{result.percent:g} %"
    style = "bold $good" if result.passes else "bold $fair"
    lines = wrap(Content.assemble((deed, "bold"), " at ", (score, style), "?"), width, indent=0)
    if result.passes is False:
        said = "A critical line earns nothing." if result.failed_critical else f"{scoring.card.pass_from} % pass."
        lines += wrap(Content.styled(said, "$fair"), width, indent=0)
    lines += wrap(Content.styled(keys("{scorecard.evidence} confirms · {screen.back} goes back"), "$accent"), width,
                  indent=0)  # fmt: skip
    groups = (
        ("Yours, at the full answer", filled.assumed, "$accent", "bold"),
        ("As the machine says", filled.taken_over, "$muted", "$muted"),
        ("As you scored", tuple(one for one in scoring.scores if scoring.scores[one].answer), "", ""),
    )
    by_id = {line.id: line for line in scoring.card.lines}
    for title, ids, colour, style in groups:
        if ids:
            lines += [Content(""), _rule(f"{title} ({len(ids)})", width)]
        for line_id in ids:
            line, given = by_id[line_id], filled.scores[line_id]
            glyph, own = _look(line, given)
            word = Content.styled(f"  {answer_word(given.answer or line.scale.full)}", f"bold {colour or own}")
            lines += wrap(safe(line.label, style) + word, width, Content.styled(glyph, colour or own))
    lines += _beside_the_card(scoring, width)
    return [Line(line) for line in lines]
