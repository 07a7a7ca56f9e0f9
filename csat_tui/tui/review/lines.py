"""Draw delivered notes: a row with what a note fails, and a note as it was delivered with the replies beside it."""

from datetime import datetime

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.delivered_note import outcome_words
from csat_tui.domain.review.steps import (
    ReviewState,
)
from csat_tui.store.review import FREE, NoteFilter, NoteInList
from csat_tui.tui.base.lines import NOTHING, Line, wrap
from csat_tui.tui.base.text import age, one_line, safe, safe_line, stamp
from csat_tui.tui.base.windowed_list import Inks
from csat_tui.tui.review.scoring import NoteReading
from csat_tui.tui.review.set_aside import set_aside_lines
from csat_tui.tui.windows.conversation import conversation_lines
from csat_tui.workflow.review import NoteToReview
from csat_tui.workflow.review_samples import due_day_words

RISKY = 8
"""From this risk on, a note stands out."""


INDENT = 6
"""Cells before the text of a row: bar, risk, and a space."""


def draw_note(
    note: NoteInList, playbook: Playbook, width: int, now: datetime, inks: Inks, *, cursor: bool
) -> tuple[Strip, Strip]:
    """Return the two lines of a note: its risk, author and age; what it decided and what it fails."""
    ground = inks.highlight if cursor else inks.plain
    bar = Segment("▌" if cursor else " ", ground + inks.bar)
    risk, ink = _risk(note, inks)
    room = max(1, width - INDENT - 5)
    author = one_line(note.author or "somebody", room)
    first = [
        bar,
        Segment(f"{risk:>3}  ", ground + ink),
        Segment(author + " " * (room - cell_len(author)), ground + Style(bold=True)),
        Segment(f" {age(note.at, now):>3} ", ground + inks.muted),
    ]
    second = [bar, Segment(" " * (INDENT - 1), ground)]
    room = max(1, width - INDENT - 1)
    labels = {rule.id: rule.label for rule in playbook.audit}
    failed = ", ".join(labels.get(one, one).lower() for one in note.failed)
    state = inks.good if note.state in (ReviewState.ACCEPTED, ReviewState.SETTLED) else inks.fair
    parts = [(word, state) for word in state_words(note)]
    if due := due_words(note, now):
        parts.append((due, inks.fair if note.due is not None and note.due < now else inks.bar))
    parts += [(outcome_words(note.outcome_ids, playbook), inks.muted)]
    parts += [(failed, inks.fair)] if failed else []
    for place, (text, ink) in enumerate(parts):
        said = one_line(f" · {text}" if place else text, room) if not place else " · " + one_line(text, room - 3)
        if room > 3 or not place:
            second.append(Segment(said, ground + ink))
            room -= cell_len(said)
    return (
        Strip(first).adjust_cell_length(width, ground),
        Strip(second).adjust_cell_length(width, ground),
    )


def _risk(note: NoteInList, inks: Inks) -> tuple[str, Style]:
    if note.risk is None:
        return "…", inks.muted
    if not note.risk:
        return "✔", inks.good
    return str(note.risk), inks.fair + Style(bold=True) if note.risk >= RISKY else inks.fair


def due_words(note: NoteInList, now: datetime) -> str:
    """Return until when a note of a sample is to be reviewed; empty for other notes."""
    return "" if note.due is None else due_day_words(note.due, now)


def state_words(note: NoteInList) -> list[str]:
    """Return where the conversation about a note stands, and whether a review of it is begun here."""
    words = ["✎ draft"] if note.drafted else []
    if note.state is not ReviewState.NOT_REVIEWED:
        words.append(note.state.value)
    elif not note.shown:
        words.append("not in this list any more")
    return words


def filter_words(view: NoteFilter, playbook: Playbook) -> list[str]:
    """Return what a filter lets through, in words; nothing for all notes."""
    words = ["to do"] if view.to_do else []
    words += [" or ".join(state.value for state in view.states)] if view.states else []
    words += [f"calibration: {one_line(view.calibration_name, 24)}, blind"] if view.calibration else []
    words += ["in my sample"] if view.sampled_by is not None else []
    if view.reviewer:
        words.append(f"reviewed by {one_line(view.reviewer, 24)}")
    if view.author:
        words.append(f"by {one_line(view.author, 24)}")
    if view.outcome:
        words.append("free notes" if view.outcome == FREE else playbook.label_of(view.outcome).lower())
    if view.since is not None:
        words.append(f"since {view.since.astimezone():%d %b}")
    if view.until is not None:
        words.append(f"until {view.until.astimezone():%d %b}")
    if view.least_risk:
        words.append("failing a rule" if view.least_risk == 1 else f"risk {view.least_risk} or more")
    return words


def note_lines(reading: NoteReading, playbook: Playbook, width: int, now: datetime, *, field: str = "") -> list[Line]:
    """Return a note as it was delivered, what was said of it, and what was written beside it; a field can be marked."""
    found = reading.found
    note, case = found.subject.note, found.subject.case
    ticket = case.survey_ticket
    state = f" · {ticket.status.value}" if ticket is not None else ""
    about = f"#{note.ticket_id}{state} · {stamp(note.at, now)} · {outcome_words(note.outcome_ids, playbook)}"
    lines = [Line(safe_line(note.author or "somebody", "bold", width)), Line(safe_line(about, "$muted", width))]
    lines += set_aside_lines(found.set_aside, width, now)
    lines += [Line(Content("")), *_text(note.body, width, note.fields.get(field, ""))]
    if reading.thread.steps:
        lines += [Line(Content("")), *conversation_lines(reading.thread, width, now)]
    lines += _decided_here(found, playbook, width, now)
    for reply in found.subject.replies:
        head = f"Reply by {reply.author_name or 'somebody'} on #{reply.ticket_id} · {stamp(reply.created_at, now)}"
        lines += [Line(Content("")), Line(safe_line(head, "bold $public", width)), *_text(reply.body, width)]
    for other in found.other_notes:
        head = f"Another note by {other.author or 'somebody'} · {stamp(other.at, now)}"
        lines += [Line(Content("")), Line(safe_line(head, "bold", width)), *_text(other.body, width)]
    return lines


def _decided_here(found: NoteToReview, playbook: Playbook, width: int, now: datetime) -> list[Line]:
    """Return how a case was decided at this home: when, and each answer with what the records say of it."""
    case = found.subject.case
    if case.decided is None or not case.answers:
        return []
    decided, began = case.decided, min(one.at for one in case.answers.values())
    seconds = max(0, int((decided.at - began).total_seconds()))
    took = f"{seconds // 60} min {seconds % 60} s"
    when = f"Decided here by {decided.by or 'somebody'} · {stamp(decided.at, now)} · {took} after the first answer"
    lines = [Line(Content("")), Line(safe_line(when, "bold", width))]
    for check_id, answered in case.answers.items():
        ask = playbook.checks[check_id].ask if check_id in playbook.checks else check_id
        how = "as suggested" if answered.suggested else "by hand"
        said = safe(f"{ask} {answered.answer.value}") + Content.styled(f" · {how}", "$muted")
        lines += [Line(line) for line in wrap(said, width, "· ", 2)]
        known = found.suggestions.get(check_id)
        for evidence in known.evidence if known is not None else ():
            lines += [Line(line) for line in wrap(safe(evidence, "$muted"), width, "", 4)]
    return lines


FIELD = 0
"""The item of the lines of a note that a line of the scorecard is about."""


def _text(text: str, width: int, about: str = "") -> list[Line]:
    """Return the lines of a text; those of the words that are pointed out belong to the item `FIELD`."""
    begin = text.find(about) if about else -1
    lines, start = [], 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        marked = begin >= 0 and start < begin + len(about) and begin <= end
        bar = Content.styled("▌ ", "bold $accent") if marked else Content("▎ ")
        shown = wrap(safe(paragraph, "bold" if marked else ""), width, bar, 2)
        lines += [Line(line, FIELD if marked else NOTHING) for line in shown]
        start = end + 1
    return lines
