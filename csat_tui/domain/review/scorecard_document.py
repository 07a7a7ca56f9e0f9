"""Scorecards as JSON: what a record keeps of the scorecard that it was scored by, whatever the playbook says later."""

from typing import Any

from csat_tui.domain.review.checked_json import JsonPart, UnexpectedJson
from csat_tui.domain.review.scorecard import Scale, Scorecard, ScorecardLine, ScorecardSection

_MOST_SECTIONS, _MOST_LINES, _MOST_CAUSES = 50, 200, 50
_LONGEST_ID, _LONGEST_LABEL, _LONGEST_HELP = 80, 300, 2_000
_HIGHEST_WEIGHT, _HIGHEST_PASS = 100, 100


def scorecard_document(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard as a JSON value that `read_scorecard_document` reads back without loss."""
    return {
        "id": card.id,
        "label": card.label,
        "pass_from": card.pass_from,
        "sections": [
            {"id": section.id, "label": section.label, "lines": [_line_document(line) for line in section.lines]}
            for section in card.sections
        ],
    }


def _line_document(line: ScorecardLine) -> dict[str, Any]:
    return {
        "id": line.id, "label": line.label, "weight": line.weight, "scale": line.scale.value,
        "critical": line.critical, "bonus": line.bonus, "na": line.na, "causes": list(line.causes),
        "audit": line.audit, "about": line.about, "help": line.help,
    }  # fmt: skip


def read_scorecard_document(part: JsonPart) -> Scorecard:
    """Return the scorecard of a JSON value. Raises UnexpectedJson."""
    sections = []
    for section in part.parts("sections", _MOST_SECTIONS):
        lines = tuple(_read_line(line) for line in section.parts("lines", _MOST_LINES))
        sections.append(ScorecardSection(section.text("id", _LONGEST_ID), section.text("label", _LONGEST_LABEL), lines))
        section.finish()
    card = Scorecard(
        part.text("id", _LONGEST_ID), part.text("label", _LONGEST_LABEL), part.number("pass_from", 1, _HIGHEST_PASS),
        tuple(sections),
    )  # fmt: skip
    part.finish()
    if len({line.id for line in card.lines}) < len(card.lines):
        raise UnexpectedJson("The scorecard has a line twice.")
    if not any(not line.bonus for line in card.lines):
        raise UnexpectedJson("The scorecard has no line that counts.")
    return card


def _read_line(part: JsonPart) -> ScorecardLine:
    line = ScorecardLine(
        id=part.text("id", _LONGEST_ID),
        label=part.text("label", _LONGEST_LABEL),
        weight=part.number("weight", 1, _HIGHEST_WEIGHT),
        scale=Scale(part.choice("scale", [one.value for one in Scale])),
        critical=part.flag("critical"),
        bonus=part.flag("bonus"),
        na=part.flag("na"),
        causes=part.texts("causes", _MOST_CAUSES, _LONGEST_LABEL),
        audit=part.text("audit", _LONGEST_ID, empty=True),
        about=part.text("about", _LONGEST_ID, empty=True),
        help=part.words("help", _LONGEST_HELP),
    )
    part.finish()
    return line
