"""Draw the queue: two lines for each case, the state in the frame, and the text of an empty queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactState
from csat_tui.domain.playbook import Playbook
from csat_tui.store.cases.queue import QueueCounts, QueueRow, QueueView, Sort, due_words
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.tui.base.keymap import InKeys
from csat_tui.tui.base.text import age, one_line
from csat_tui.tui.base.windowed_list import Inks
from csat_tui.tui.transcript.lines import WORST, first_figure

INDENT = 15
"""Cells before the text of a row: bar, mark, rating, mean, age, and the sign of an overdue case."""

LEFT_VIEW = {
    Stage.DECIDED: "decided",
    Stage.SNOOZED: "put away",
    Stage.PARKED: "parked",
    Stage.SUPERSEDED: "replaced by a later survey",
    Stage.GONE: "finished elsewhere",
}
"""The words in the row of a case that has left the view and is still under the cursor."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """The data besides a row that its two lines depend on."""

    width: int
    now: datetime
    low: float
    agent: str
    path_labels: dict[str, str]


def draw(row: QueueRow, context: RowContext, inks: Inks, *, cursor: bool, marked: bool) -> tuple[Strip, Strip]:
    """Return the two lines of a row, each of the width of the context."""
    ground = inks.highlight if cursor else inks.plain
    bar = Segment("▌" if cursor else " ", ground + inks.bar)
    mark = Segment("•" if marked else " ", ground + inks.bar)
    state = row.clock.state(context.now, row.hours)
    late, late_ink = _lateness(state, inks)
    room = max(1, context.width - INDENT - 1)
    words = Style(bold=True) if cursor else Style.null()
    headline, ink = (row.headline, words) if row.headline else ("— no comment —", inks.muted + words)
    first = [
        bar,
        mark,
        Segment(_rating(row), ground + _rating_ink(row, context, inks)),
        Segment(_mean(row), ground + inks.muted),
        Segment(f"  {age(row.received_at, context.now):>3}{late} ", ground + late_ink),
        Segment(one_line(headline, room), ground + ink),
    ]
    second = [bar, Segment(" " * (INDENT - 1), ground), *_below(row, state, context, inks, room, ground)]
    return tuple(Strip(line).adjust_cell_length(context.width, ground) for line in (first, second))  # type: ignore[return-value]


def _rating(row: QueueRow) -> str:
    return "?" if row.first is None else f"{row.first:.0f}"


def _mean(row: QueueRow) -> str:
    return "     " if row.mean is None else f" ⌀{row.mean:.1f}"


def _rating_ink(row: QueueRow, context: RowContext, inks: Inks) -> Style:
    if row.rating is None or row.rating < WORST:
        return inks.bad + Style(bold=True)
    return inks.fair + Style(bold=True) if row.rating <= context.low else inks.muted


def _lateness(state: ContactState, inks: Inks) -> tuple[str, Style]:
    """Return the sign of a contact clock; the second line has the word."""
    match state:
        case ContactState.OVERDUE:
            return "!", inks.bad
        case ContactState.DUE_SOON:
            return "·", inks.fair
        case _:
            return " ", inks.muted


def _contact(row: QueueRow, state: ContactState, context: RowContext, inks: Inks) -> list[tuple[str, Style]]:
    """Return the word for a row's contact clock; none while it simply runs, or where nothing is due any more."""
    match state:
        case ContactState.OVERDUE:
            return [(state.value, inks.bad)]
        case ContactState.DUE_SOON:
            return [(state.value, inks.fair)]
        case ContactState.MET:
            return [(state.value, inks.muted)]
        case ContactState.LATE:
            return [(row.clock.words(context.now, row.hours), inks.muted)]
        case _:
            return []


def _below(
    row: QueueRow, state: ContactState, context: RowContext, inks: Inks, room: int, ground: Style
) -> list[Segment]:
    """Return the second line; words that need attention come first, so that a narrow pane does not cut them."""
    parts: list[tuple[str, Style]] = []
    if not row.shown:
        parts.append((LEFT_VIEW.get(row.stage, "not in this view"), inks.fair))
    if row.sent_back:
        parts.append(("↩ sent back", inks.fair))
    if row.problem:
        parts.append((f"! {row.problem}", inks.bad))
    parts += _contact(row, state, context, inks)
    if row.stage is Stage.PARKED:
        parts.append(("? asked", inks.fair))
    if row.to_merge:
        parts.append((f"{row.to_merge} to merge", inks.fair))
    if row.drafted:
        parts.append(("✎ draft", inks.fair))
    if row.claimed_by:
        parts.append(("yours" if row.claimed_by == context.agent else f"@{row.claimed_by}", inks.bar))
    who = " · ".join(name for name in (row.customer, row.agent) if name) or "nobody named"
    parts.append((who, inks.faint))
    if not row.problem and (label := context.path_labels.get(row.path)):
        parts.append((label, inks.faint))
    segments: list[Segment] = []
    for position, (text, ink) in enumerate(parts):
        if room <= 0:
            break
        text = one_line(f" · {text}" if position else text, room) if position == 0 else " · " + one_line(text, room - 3)
        segments.append(Segment(text, ground + ink))
        room -= segments[-1].cell_length
    return segments


def state_lines(
    view: QueueView, counts: QueueCounts | None, path_names: Mapping[str, str], marks: Sequence[str]
) -> tuple[str, ...]:
    """Return versions of the text in the frame, the longest first; `marks` are words about marked cases."""
    marked, shown = list(marks), _view_words(view, path_names)
    number, due = _numbers(view, counts)
    short = [part.replace("due soon", "soon") for part in due]  # and not “due”, which is also what is overdue
    wordings = (
        marked + shown + number + due, marked + shown + number + short, marked + shown + short, marked + shown, marked,
    )  # fmt: skip
    return tuple(" · ".join(words) for words in wordings if words) or ("",)


def _numbers(view: QueueView, counts: QueueCounts | None) -> tuple[list[str], list[str]]:
    """Return the number of cases in the view and of those that are due; empty if they are not known for this view."""
    if counts is None or view.search or view.to_merge or view.contact is not None or view.claimed_by is not None:
        return [], []
    if view.path is not None:
        return [f"{counts.by_path.get(view.path, 0):,}"], []
    if view.stage is not Stage.OPEN:
        return [f"{counts.by_stage.get(view.stage, 0):,}"], []
    back = [f"{counts.sent_back:,} sent back"] if counts.sent_back else []
    return [f"{counts.open:,} open"], back + due_words(counts.overdue, counts.due_soon)


def _view_words(view: QueueView, path_names: Mapping[str, str]) -> list[str]:
    words = []
    if view.stage is not Stage.OPEN:
        words.append(view.stage.value)
    if view.path is not None:
        words.append(path_names.get(view.path) or view.path)
    if view.claimed_by is not None:
        words.append("mine")
    if view.contact is not None:
        words.append(view.contact.value)
    words += ["to merge"] * view.to_merge + ["found"] * bool(view.search)
    if view.sort is not Sort.DUE:
        words.append(view.sort.value)
    return words


def empty_lines(view: QueueView, status: SyncStatus, keys: InKeys) -> tuple[str, ...]:
    """Return the text for a view without rows: the reason, and the key that helps."""
    if view.search:
        return ("Nothing matches the search.", "", keys("{queue.clear} clears it."))
    if view.to_merge:
        why = "Opening a case fetches its customer's other tickets."
        return ("No case here has tickets to merge.", why, keys("{queue.filter} chooses again."))
    if view.stage is not Stage.OPEN or view.path is not None or view.claimed_by is not None or view.contact is not None:
        return ("No case matches this filter.", "", keys("{queue.filter} chooses another filter."))
    if status.synced_at is None and status.link is Link.CONNECTING:
        return ("Fetching the first surveys…", "", "They appear here as they come.")
    if status.synced_at is None and status.busy:
        return (f"Fetching surveys… {status.fetched:,}", "", "They appear here as they come.")
    if status.synced_at is None:
        return ("No surveys here yet.", "", keys("{sync.now} tries to fetch them again."))
    return ("The queue is empty.", "Every case is decided.", "", keys("{sync.now} looks for new cases."))


def path_names(playbook: Playbook) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of the paths by id, and the names that are shown in rows."""
    names = {path.id: path.label.lower() for path in playbook.paths}
    return names, {path.id: names[path.id] for path in playbook.paths[1:] if path.comment is not False}


def figures(playbook: Playbook) -> str:
    """Return the names of the two figures in a row, in their order."""
    return f"{first_figure(playbook)} ⌀mean"
