"""The queue pane: the list of cases with its search line, and the commands that move, mark, sort, filter and so on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueCounts, QueueRow, QueueView, Sort
from csat_tui.sync.status import SyncStatus
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import keys_of, with_keys
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.row_window import Rows
from csat_tui.tui.base.windowed_list import LINES
from csat_tui.tui.triage.queue.lines import empty_lines, state_lines
from csat_tui.tui.triage.queue.list_view import QueueList

SEARCH_PAUSE = 0.15
"""Seconds without a key before a search runs."""


def _nothing(pane: "QueuePane") -> str:
    return "" if pane.survey_id is not None else "no case here"


def _no_search(pane: "QueuePane") -> str:
    return "" if pane.view.search or pane.marked or pane.list.ranging else "nothing to clear"


MOVES = ("queue.down", "queue.up", "queue.bottom", "queue.half-down", "queue.half-up")
"""Commands that only move the cursor."""

VIEWS = ("queue.top", "queue.sort", "queue.filter", "queue.clear")
"""Commands that concern no case, so that they need not wait for one; the newest of them counts."""


class QueuePane(Pane):
    """Shows the cases of one view; the other panes work on the case under the cursor."""

    NAME = "Queue"
    NUMBER = "1"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("queue.down", ("j", "down"), "down", "Next case.", lambda p: p.list.move(1),
                footer=True, hint="move"),
        Command("queue.up", ("k", "up"), "up", "Previous case.", lambda p: p.list.move(-1),
                footer=True, hint="move"),
        Command("queue.top", ("g g", "home"), "top", "First case.", lambda p: p.list.to_first()),
        Command("queue.bottom", ("G", "end"), "bottom", "Last case.", lambda p: p.list.to_last()),
        Command(
            "queue.half-down", ("ctrl+d", "pagedown"), "half down", "Half a screen down.", lambda p: p.list.move(p.half)
        ),
        Command(
            "queue.half-up", ("ctrl+u", "pageup"), "half up", "Half a screen up.", lambda p: p.list.move(-p.half)
        ),
        Command(
            "queue.open", ("enter", "l"), "open",
            "Read this case's survey and transcript. In a row, 38m is how long ago it came; ! is overdue, · due soon.",
            lambda p: p.post_message(p.Opened(p.survey_id)), _nothing, footer=True,
        ),
        Command("queue.mark", ("space",), "mark", "Mark or unmark this case.",
                lambda p: p.mark(), _nothing),
        Command("queue.range", ("v",), "range", "Mark every case you move over; press again to stop.",
                lambda p: p.range(), _nothing),
        Command("queue.sort", ("s",), "sort",
                "Change the order: due first, worst first (by the lowest rating, then ⌀, the mean), newest first.",
                lambda p: p.sort(), footer=True),
        Command("queue.filter", ("f",), "filter", "Choose which cases are shown.",
                lambda p: p.post_message(p.FilterWanted()), footer=True),
        Command("queue.claim", ("c",), "claim", "Claim the case, or release it; or all marked cases.",
                lambda p: p.post_message(p.ClaimWanted(p.targets)), _nothing, footer=True),
        Command("queue.snooze", ("b",), "snooze", "Snooze the case for a while, or all marked cases.",
                lambda p: p.post_message(p.SnoozeWanted(p.targets)), _nothing),
        Command("queue.clear", ("escape",), "clear", "Clear the search and the marks.",
                lambda p: p.clear(), _no_search),
    )  # fmt: skip

    counts: var[QueueCounts | None] = var(None)
    status: var[SyncStatus] = var(SyncStatus())

    @dataclass
    class Highlighted(Message):
        """The cursor has moved to another case, or there is none."""

        survey_id: SurveyId | None

    @dataclass
    class Opened(Message):
        """The person wants to read this case."""

        survey_id: SurveyId

    @dataclass
    class FilterWanted(Message):
        """The person wants to choose another view."""

    @dataclass
    class ClaimWanted(Message):
        """The person wants to claim these cases, or release them if all are claimed."""

        survey_ids: tuple[SurveyId, ...]

    @dataclass
    class SnoozeWanted(Message):
        """The person wants to snooze these cases."""

        survey_ids: tuple[SurveyId, ...]

    @dataclass
    class ViewChanged(Message):
        """Another view is shown."""

        view: QueueView

    def __init__(
        self,
        source: Rows[QueueView, QueueRow],
        now: Callable[[], datetime],
        *,
        low: float = 0,
        agent: str = "",
        path_names: dict[str, str] | None = None,
        row_labels: dict[str, str] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.view = QueueView()
        self.list = QueueList(source, self.view, now, low=low, agent=agent, path_labels=row_labels)
        self._names = path_names or {}
        self._search = Input(placeholder="words, a name or a ticket number", classes="search", compact=True)
        self._search_timer: object | None = None
        self._announced: SurveyId | None = None
        self.begun: Callable[[], bool] = bool
        """Returns whether the person has begun to work on the case under the cursor."""
        self.rows_read: Callable[[], None] = lambda: None
        """Called after new rows are shown."""

    def measure(self, low: float, path_names: dict[str, str], row_labels: dict[str, str]) -> None:
        """Set the threshold of low ratings, and the names of the paths in the frame and in rows."""
        self._names = path_names
        self.list.measure(low, row_labels)

    def moving_keys(self) -> frozenset[str]:
        """Return the keys that only move the cursor."""
        return self._keys(MOVES)

    def view_keys(self) -> frozenset[str]:
        """Return the keys that change the view and concern no case."""
        return self._keys(VIEWS)

    def _keys(self, ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(key for command in self.COMMANDS if command.id in ids for key in keys_of(self.app, command))

    @property
    def searching(self) -> bool:
        """Whether the search line has the focus."""
        return self._search.has_focus

    def compose(self) -> ComposeResult:
        """Lay out the search line, hidden until it is needed, and the list."""
        self._search.display = False
        yield self._search
        yield self.list

    def on_mount(self) -> None:
        """Read the first rows."""
        self.list.changed = self._rows_changed
        self.list.open(self.view)

    def _rows_changed(self) -> None:
        self._describe()
        self.announce()
        self.rows_read()

    @property
    def survey_id(self) -> SurveyId | None:
        """The case under the cursor."""
        return self.list.survey_id

    @property
    def marked(self) -> frozenset[SurveyId]:
        """The marked cases."""
        return frozenset(self.list.marks)

    @property
    def targets(self) -> tuple[SurveyId, ...]:
        """The cases that a command applies to: the marked ones, or else the case under the cursor."""
        here = (self.survey_id,) if self.survey_id is not None else ()
        return tuple(sorted(self.list.marks)) or here

    @property
    def half(self) -> int:
        """Half a screen in rows."""
        return self.list.half

    @property
    def announced(self) -> SurveyId | None:
        """The case of the last `Highlighted` message."""
        return self._announced

    def announce(self) -> None:
        """Post the case under the cursor if it has changed."""
        if self.survey_id != self._announced:
            self._announced = self.survey_id
            self.post_message(self.Highlighted(self._announced))

    def on_windowed_list_moved(self, message: QueueList.Moved) -> None:
        """Post the case under the cursor."""
        message.stop()
        if self.list.marks or self.list.ranging:
            self._describe()
        self.announce()

    def reread(self) -> None:
        """Read the rows again after a change in the store; the cursor stays on its case."""
        self.list.reread()

    def move_on(self) -> Awaitable[object]:
        """Go to the next case if the case under the cursor has left the view."""
        return self.list.move_on()

    def go_to(self, survey_id: SurveyId) -> Awaitable[object]:
        """Put the cursor on a case, in the view or not; the result is False if there is no such case."""
        return self.list.go_to(survey_id)

    def show(self, view: QueueView) -> None:
        """Show another view; a case with begun work stays under the cursor, else the first case takes it."""
        self.view = view
        self.list.open(view, lambda: self.survey_id if self.begun() else None)
        self._describe()
        self.post_message(self.ViewChanged(view))

    def mark(self) -> None:
        """Mark or unmark this case and go to the next one."""
        self.list.toggle_mark()
        self.list.move(1)
        self._describe()

    def range(self) -> None:
        """Begin or end marking the cases that the cursor passes."""
        self.list.ranging = not self.list.ranging
        if self.list.ranging and self.survey_id is not None:
            self.list.mark((self.survey_id,))
        self.list.redraw()
        self._describe()

    def sort(self) -> None:
        """Sort by the next order."""
        orders = tuple(Sort)
        self.show(replace(self.view, sort=orders[(orders.index(self.view.sort) + 1) % len(orders)]))

    def clear(self) -> None:
        """Clear the marks; without marks, clear the search."""
        if self.list.marks or self.list.ranging:
            self.unmark()
        else:
            self._close_search()

    def unmark(self) -> None:
        """Clear all marks."""
        self.list.marks.clear()
        self.list.ranging = False
        self.list.redraw()
        self._describe()

    def search(self) -> None:
        """Open the search line."""
        self._search.display = True
        self._search.focus()

    @on(Input.Changed)
    def _search_soon(self, message: Input.Changed) -> None:
        message.stop()
        if self._search_timer is not None:
            self._search_timer.stop()  # type: ignore[attr-defined]
        self._search_timer = self.set_timer(SEARCH_PAUSE, self._search_now)

    @on(Input.Submitted)
    def _search_done(self, message: Input.Submitted) -> None:
        message.stop()
        self._search_now()
        if self.view.search:
            self.list.choose_match()  # the case under the cursor may not match
        if not self.view.search:
            self._search.display = False
        self.list.focus()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Search at once when the line loses the focus, so that the rows do not change under the next key."""
        if self._search.display:
            self._search_now()

    def on_key(self, event: events.Key) -> None:
        """Leave the search line with Escape, which clears it, or the down arrow."""
        if self._search.has_focus and event.key in ("escape", "down"):
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                self._close_search()
            self._search_now()
            self.list.focus()

    def _search_now(self) -> None:
        words = self._search.value.strip()
        if words != self.view.search:
            self.show(replace(self.view, search=words))

    def _close_search(self) -> None:
        self._search.value = ""
        self._search.display = False
        self.list.focus()
        self._search_now()

    def enter(self) -> None:
        """Focus the list."""
        self.list.focus()

    def watch_counts(self) -> None:
        """Show the new numbers."""
        self._describe()

    def watch_status(self, before: SyncStatus, status: SyncStatus) -> None:
        """Update the text of an empty queue; after the first walk it is empty only if it was read since."""
        was_empty = self.list.ready and self.list.survey_id is None
        if was_empty and before.synced_at is None and status.synced_at is not None:
            self.list.begin_anew()
        self._describe()

    def _describe(self) -> None:
        marks = [f"{len(self.list.marks)} marked"] if self.list.marks else []
        if self.list.ranging:
            marks.append("range")
        self.states = state_lines(self.view, self.counts, self._names, marks)
        shown = empty_lines(self.list.window.view, self.status, partial(with_keys, self.app))
        self.list.empty = shown if self.list.ready else ()
        if self.list.survey_id is None:
            self.list.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked case; a double click opens it."""
        if event.widget is not self.list:
            return
        window = self.list.window
        index = window.top + event.y // LINES
        if index < len(window.rows):
            self.list.move(index - window.index)
            if event.chain > 1 and self.survey_id is not None:
                self.post_message(self.Opened(self.survey_id))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self._scroll(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._scroll(-1)

    def _scroll(self, rows: int) -> None:
        """Scroll if the list has the focus: the cursor may move, which must not happen while the person writes."""
        if self.list.has_focus:
            self.list.scroll_rows(rows)
