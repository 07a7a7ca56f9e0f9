"""Draw a shift: the parts of its recap, the lines of its lists of low scores, and its obstacles."""

from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from csat_tui.domain.reconciliation import LineState, ReconciledLine
from csat_tui.domain.shift import RecapState
from csat_tui.reports.recap import RecapPart
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.text import safe, safe_line, stamp
from csat_tui.workflow.shift import ShiftState

LOOKS: dict[LineState, tuple[str, str]] = {
    LineState.DECIDED: ("✔", "$good"),
    LineState.PARKED: ("…", "$muted"),
    LineState.REPLIED: ("✔", "$good"),
    LineState.SETTLED: ("–", "$muted"),
    LineState.OPEN: ("!", "$fair"),
    LineState.SNOOZED: ("!", "$fair"),
    LineState.GONE: ("?", "$fair"),
    LineState.LONG_AGO: ("?", "$fair"),
    LineState.MISSING: ("✘", "$bad"),
    LineState.UNREADABLE: ("✘", "$bad"),
}
"""Glyph and colour of a line's state; its word is beside them."""

SENT: dict[RecapState, tuple[str, str]] = {
    RecapState.NONE: ("recap not sent", "$muted"),
    RecapState.SENDING: ("recap is being sent", "$fair"),
    RecapState.UNKNOWN: ("recap: not known if it arrived", "bold $bad"),
    RecapState.REFUSED: ("recap was refused", "bold $bad"),
    RecapState.SAVED: ("recap saved, not sent", "$fair"),
    RecapState.SENT: ("recap sent", "$good"),
}

ADVICE: dict[LineState, str] = {
    LineState.OPEN: "{shift.enter} opens its case, {shift.settle} explains it in your words.",
    LineState.SNOOZED: "{shift.enter} opens its case, {shift.settle} explains it in your words.",
    LineState.GONE: "{shift.enter} opens its case, {shift.settle} explains how it was answered.",
    LineState.LONG_AGO: "{shift.enter} opens the earlier case, {shift.fetch} fetches the ticket, "
    "{shift.settle} explains it in your words.",
    LineState.MISSING: "{shift.fetch} fetches it from the help desk as a case, "
    "{shift.settle} explains it in your words.",
    LineState.UNREADABLE: "Look it up in the system that made the list, then {shift.settle} explains it in your words.",
    LineState.SETTLED: "{shift.settle} changes the explanation; an empty one removes it.",
}
"""What the person can do, by the state of a line."""

Item = RecapPart | ReconciledLine


@dataclass(frozen=True, slots=True)
class Listed:
    """The contents of the list at the left: the items for the cursor, and the shift's state."""

    items: tuple[Item, ...]
    state: ShiftState


def listed(state: ShiftState) -> Listed:
    """Return the parts of the recap, then the lines of the lists; lines that are not accounted for come first."""
    lines = [line for report in state.lists for line in report.lines]
    return Listed((*state.recap.parts, *sorted(lines, key=lambda line: line.standing.accounted)), state)


def key_of(item: Item) -> str:
    """Return the key by which an item is found again."""
    return f"part {item.id}" if isinstance(item, RecapPart) else f"line {item.line.id}"


def head_line(state: ShiftState, now: datetime) -> Content:
    """Return the state of the shift in one line."""
    shift = state.shift
    word, colour = SENT[state.sent]
    left = sum(len(report.left) for report in state.lists)
    parts = [
        safe_line(f"{shift.name} shift" if shift.name else "Shift", "bold"),
        Content(f"since {stamp(shift.started_at, now)}"),
        Content(f"{len(state.facts.worked)} {'case' if len(state.facts.worked) == 1 else 'cases'}"),
        Content.styled(word, colour),
    ]
    if left:
        parts.append(Content.styled(f"{left} left on the list", "bold $bad"))
    if shift.ended_at is not None:
        parts.append(Content.styled(f"complete since {stamp(shift.ended_at, now)}", "$good"))
    return Content.styled(" · ", "$faint").join(parts)


def list_lines(shown: Listed, width: int, keys: InKeys = DEFAULT_KEYS) -> list[Line]:
    """Return the lines of the list: the recap's parts, the lists of low scores, and the obstacles."""
    lines = [Line(Content.styled("Recap", "bold"))]
    state = shown.state
    for index, item in enumerate(shown.items):
        if isinstance(item, RecapPart):
            mark = Content.styled("✎ ", "$accent") if item.edited else Content("  ")
            lines.append(Line((mark + safe_line(item.label)).truncate(width, ellipsis=True), index))
    left = sum(len(report.left) for report in state.lists)
    count = f"  {left} left" if left else "  all accounted for" if state.lists else ""
    lines += [Line(Content("")), Line(Content.assemble(("List of low scores", "bold"), (count, "$muted")))]
    if not state.lists:
        lines += [
            Line(line) for line in wrap(safe(keys("No list was added yet. {shift.import} adds one."), "$muted"), width)
        ]
    for index, item in enumerate(shown.items):
        if isinstance(item, ReconciledLine):
            lines.append(Line(_row(item, width), index))
    if state.obstacles:
        lines += [Line(Content("")), Line(Content.styled("Not done yet", "bold"))]
        for obstacle in state.obstacles:
            glyph = Content.styled("! " if obstacle.stops else "· ", "bold $bad" if obstacle.stops else "$muted")
            lines += [
                Line(line) for line in wrap(safe(obstacle.sentence, "" if obstacle.stops else "$muted"), width, glyph)
            ]
    return lines


def _row(item: ReconciledLine, width: int) -> Content:
    glyph, colour = LOOKS[item.standing]
    number = f"#{item.line.ticket_id}" if item.line.ticket_id else "no number"
    line = Content.assemble((f"{glyph} ", f"bold {colour}"), (f"{number:<11}", ""), (item.standing.value, colour))
    return line.truncate(width, ellipsis=True)


def detail_lines(
    item: ReconciledLine, state: ShiftState, width: int, now: datetime, keys: InKeys = DEFAULT_KEYS
) -> list[Line]:
    """Return the details of one line of a list."""
    glyph, colour = LOOKS[item.standing]
    blocks = [
        wrap(safe(item.sentence, colour), width, Content.styled(glyph, colour)),
        [Content("")],
        wrap(safe(item.line.text or "The list has nothing else about it."), width, indent=0),
    ]
    if advice := ADVICE.get(item.standing):
        blocks += [[Content("")], wrap(safe(keys(advice), "$muted"), width, indent=0)]
    report = next((entry.report for entry in state.lists if entry.report.id == item.line.report_id), None)
    if report is not None:
        origin = f"{report.name}, added {stamp(report.imported_at, now)}"
        blocks += [[Content("")], wrap(safe(origin, "$faint"), width, indent=0)]
    return [Line(line) for block in blocks for line in block]
