"""Draw service recovery: a row for each customer, and the log of what was done about one."""

from datetime import datetime

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from csat_tui.domain.recovery.notes import NotesState, RecoveryNote, spoken_in_words
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.store.service_recovery import RecoveryList, RecoverySurvey
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.text import age, one_line, safe, stamp
from csat_tui.tui.base.windowed_list import Inks
from csat_tui.workflow.recovery import RecoveryReading

INDENT = 6
"""Cells before the text of a row: bar, rating, what the notes come to, and spaces."""


def draw_survey(
    row: RecoverySurvey, rules: RecoveryRules, width: int, now: datetime, inks: Inks, *, cursor: bool, notes: bool
) -> tuple[Strip, Strip]:
    """Return the two lines of a customer: rating, name, group and age; the comment with the newest note behind it."""
    ground = inks.highlight if cursor else inks.plain
    bar = Segment("▌" if cursor else " ", ground + inks.bar)
    rating = "–" if row.rating is None else f"{row.rating:g}"
    glyph, ink = _state(row, inks)
    group = rules.group(row.group)
    where = one_line(group.label if group else row.lacks or "no group", max(6, width // 3))
    room = max(1, width - INDENT - cell_len(where) - 7)
    name = one_line(row.customer or "somebody", room)
    first = [
        bar,
        Segment(f"{rating:>3} ", ground + (inks.bad if row.needs else inks.muted)),
        Segment(f"{glyph} ", ground + ink),
        Segment(name + " " * (room - cell_len(name)), ground + Style(bold=True)),
        Segment(f" {where} ", ground + (inks.fair if row.lacks else inks.faint)),
        Segment(f"{age(row.received_at, now):>3} ", ground + inks.muted),
    ]
    room = max(1, width - INDENT - 1)
    behind = f"— {row.newest.words}" if notes and row.newest is not None else ""
    # A long comment leaves the note half of the line, and a long note its last words: whether somebody was spoken to.
    comment = one_line(row.comment or "no words", max(1, room - min(cell_len(behind) + 1, room // 2)))
    second = [
        bar,
        Segment(" " * (INDENT - 1), ground),
        Segment(comment, ground + (inks.muted if row.comment else inks.faint)),
        Segment(f" {_cut_before_the_end(behind, row, room - cell_len(comment) - 1)}", ground + inks.muted),
    ]
    return Strip(first).adjust_cell_length(width, ground), Strip(second).adjust_cell_length(width, ground)


def _cut_before_the_end(behind: str, row: RecoverySurvey, room: int) -> str:
    """Return the newest note cut to a width, with whether somebody spoke to the customer at its end."""
    if row.newest is None or cell_len(behind) <= room:
        return one_line(behind, max(1, room))
    end = f" {spoken_in_words(row.newest.spoken)}"
    return one_line(behind.removesuffix(end), max(1, room - cell_len(end))) + end


def _state(row: RecoverySurvey, inks: Inks) -> tuple[str, Style]:
    """Return the glyph of what the notes come to."""
    if row.notes is NotesState.HAS_SPOKEN:
        return "✔", inks.good
    if row.notes is NotesState.NEVER_SPOKEN:
        return "◌", inks.fair
    return ("!", inks.fair + Style(bold=True)) if row.needs else (" ", inks.muted)


def list_words(view: RecoveryList, rules: RecoveryRules, *, notes: bool) -> list[str]:
    """Return what a list shows, in words."""
    words = [view.filter.label.lower().replace("sr notes", "SR notes")]
    if view.group is not None:
        group = rules.group(view.group)
        words.append(one_line(group.label if group else view.group or "no group", 24))
    if view.since is not None and view.until is not None:
        words.append(f"{view.since.astimezone(rules.zone):%d %b}")
    return words if notes else [*words, "without notes"]


def log_lines(reading: RecoveryReading, width: int, now: datetime) -> list[Line]:
    """Return the log of earlier notes, the newest first; nobody can edit them."""
    lines: list[Content] = []
    if not reading.notes:
        lines = [Content.styled("Nobody has written a note yet.", "$muted"), Content("")]
    for note in reversed(reading.notes):
        lines += [*_note(note, width, now), Content("")]
    for fix in reversed(reading.fixes):
        what = " and ".join(part for part in (fix.group and f"group {fix.group}", fix.segment) if part)
        said = f"{fix.author or 'Somebody'} set {what}, {stamp(fix.at, now)}{f': {fix.reason}' if fix.reason else ''}"
        lines += wrap(safe(said, "$faint"), width, Content.styled("· ", "$faint"))
    return [Line(line) for line in lines]


def _note(note: RecoveryNote, width: int, now: datetime) -> list[Content]:
    spoke = Content.styled(note.spoken_in_words, "$good" if note.spoken else "$fair")
    by = f" · written by {note.writer}" if note.writer else ""
    head = safe(note.author, "bold") + Content("  ") + spoke + safe(f"  {stamp(note.at, now)}{by}", "$muted")
    lines = wrap(head, width, indent=0)
    for problem in note.problems:
        lines += wrap(safe(problem, "$fair"), width, Content.styled("! ", "bold $fair"))
    if note.comment_id is None and note.ticket_id is not None:
        lines += wrap(Content.styled("not on the ticket yet", "$faint"), width, indent=0)
    for paragraph in note.text.split("\n"):
        lines += wrap(safe(paragraph), width, "▎ ")
    return lines


def customer_heading(reading: RecoveryReading, now: datetime) -> str:
    """Return who the customer is and when the survey came, for the frame of the notes."""
    place = reading.place
    return f"{place.customer or 'somebody'} · {stamp(place.received_at, now)}"
