"""Draw what people have fixed in a survey, and the other surveys of its ticket that it stands for."""

from datetime import datetime

from textual.content import Content

from csat_tui.domain.arrival import reading_changes
from csat_tui.domain.case import Case
from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.lines import hang
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.base.time_text import stamp

SHOWN = 300
"""Characters shown of a comment that another survey stands for; its own case has the whole."""


def mending_lines(case: Case, playbook: Playbook, now: datetime, width: int) -> list[Content]:
    """Return each mending with who, when and what it was before, then the surveys that gave way to this one."""
    lines: list[Content] = []
    for one in case.mendings:
        changes = ", ".join(reading_changes(one.before, one.reading, playbook.factors)) or "confirmed as it was read"
        said = f"fixed by {one.by or 'somebody'}, {stamp(one.at, now)}: {changes}"
        lines += hang(safe_line(said, "$muted"), width, Content.styled("✎", "$fair"))
        if one.before.comment.strip() and one.before.comment != one.reading.comment:
            before = " ".join(one.before.comment.split())
            lines += hang(safe_line(f"before: “{before[:SHOWN]}”", "$muted"), width)
    for number, survey in case.replaced:
        figures = ", ".join(
            f"{factor.short} {survey.ratings[factor.id]}" for factor in playbook.factors if factor.id in survey.ratings
        )
        words = survey.headline or " ".join(survey.raw.split())
        said = f"another survey for this ticket, {stamp(survey.received_at, now)}, case {number}"
        if figures:
            said += f": {figures}"
        if words:
            said += f" “{words[:SHOWN]}”"
        lines += hang(safe_line(said, "$muted"), width, Content.styled("↩", "$fair"))
    return lines
