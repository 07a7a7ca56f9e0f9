"""The queue pane: which case is next, and the keys that move, mark, sort, filter, claim and put away."""

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
from csat_tui.store.cases.queue import QueueCounts, QueueView, Sort
from csat_tui.sync.status import SyncStatus
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import keys_of, with_keys
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.triage.queue.lines import empty_lines, state_lines
from csat_tui.tui.triage.queue.list_view import LINES, QueueList
from csat_tui.tui.triage.queue.window import Rows

SEARCH_PAUSE = 0.15
"""Seconds without a key before a search is run."""


def _nothing(pane: "QueuePane") -> str:
    return "" if pane.survey_id is not None else "no case here"


def _no_search(pane: "QueuePane") -> str:
    return "" if pane.view.search or pane.marked or pane.list.ranging else "nothing to clear"


MOVES = ("queue.down", "queue.up", "queue.bottom", "queue.half-down", "queue.half-up")
"""The commands that only move the cursor."""

VIEWS = ("queue.top", "queue.sort", "queue.filter", "queue.clear")
"""The commands that mean no case: the newest wish counts, whatever is still being read."""


class QueuePane(Pane):
    """Shows the cases of one view. The case under the cursor is the one that the other panes work on."""

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
            "Read this case's survey and transcript. In a row, 38m is how long ago the survey came; ! is overdue.",
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
        """The cursor is on another case, or on none."""

        survey_id: SurveyId | None

    @dataclass
    class Opened(Message):
        """The person wants to read this case."""

        survey_id: SurveyId

    @dataclass
    class FilterWanted(Message):
        """The person wants to choose what is shown."""

    @dataclass
    class ClaimWanted(Message):
        """The person wants their name on these cases, or off them if it is on all."""

        survey_ids: tuple[SurveyId, ...]

    @dataclass
    class SnoozeWanted(Message):
        """The person wants these cases out of the way for a while."""

        survey_ids: tuple[SurveyId, ...]

    @dataclass
    class ViewChanged(Message):
        """Other cases are shown, or in another order."""

        view: QueueView

    def __init__(
        self,
        source: Rows,
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
        self._told: SurveyId | None = None
        self.begun: Callable[[], bool] = bool
        """Tells whether the person has begun to work on the case under the cursor."""
        self.rows_read: Callable[[], None] = lambda: None
        """Called when rows that were read are shown."""

    def measure(self, low: float, path_names: dict[str, str], row_labels: dict[str, str]) -> None:
        """Learn from which rating on a case is bad, and what the ways are called."""
        self._names = path_names
        self.list.measure(low, row_labels)

    def moving_keys(self) -> frozenset[str]:
        """Return the keys that only move the cursor."""
        return self._keys(MOVES)

    def view_keys(self) -> frozenset[str]:
        """Return the keys that choose what is shown, and mean no case."""
        return self._keys(VIEWS)

    def _keys(self, ids: tuple[str, ...]) -> frozenset[str]:
        return frozenset(key for command in self.COMMANDS if command.id in ids for key in keys_of(self.app, command))

    @property
    def searching(self) -> bool:
        """Whether the person is in the search line."""
        return self._search.has_focus

    def compose(self) -> ComposeResult:
        """Yield the search line, which is out of sight until wanted, and the rows."""
        self._search.display = False
        yield self._search
        yield self.list

    def on_mount(self) -> None:
        """Show the first rows."""
        self.list.changed = self._rows_changed
        self.list.open(self.view)

    def _rows_changed(self) -> None:
        self._describe()
        self.tell()
        self.rows_read()

    @property
    def survey_id(self) -> SurveyId | None:
        """The case under the cursor."""
        return self.list.survey_id

    @property
    def marked(self) -> frozenset[SurveyId]:
        """The cases that are marked."""
        return frozenset(self.list.marks)

    @property
    def targets(self) -> tuple[SurveyId, ...]:
        """The cases that a command works on: the marked ones, or else the one under the cursor."""
        here = (self.survey_id,) if self.survey_id is not None else ()
        return tuple(sorted(self.list.marks)) or here

    @property
    def half(self) -> int:
        """Half a screen in rows."""
        return max(1, self.list.window.height // 2)

    @property
    def told(self) -> SurveyId | None:
        """The case that was last said to be under the cursor."""
        return self._told

    def tell(self) -> None:
        """Say which case the cursor is on, if it is another one than before."""
        if self.survey_id != self._told:
            self._told = self.survey_id
            self.post_message(self.Highlighted(self._told))

    def on_queue_list_moved(self, message: QueueList.Moved) -> None:
        """Pass on what the cursor is on now."""
        message.stop()
        if self.list.marks or self.list.ranging:
            self._describe()
        self.tell()

    def reread(self) -> None:
        """Read the rows again after a change in the store; the cursor keeps its case."""
        self.list.reread()

    def move_on(self) -> Awaitable[object]:
        """Go on to the next case if the person has dealt with this one and it has left the view; await the end."""
        return self.list.move_on()

    def go_to(self, survey_id: SurveyId) -> Awaitable[object]:
        """Put the cursor on a case, whether this view shows it or not; gives False where there is no such case."""
        return self.list.go_to(survey_id)

    def show(self, view: QueueView) -> None:
        """Show another view from its first row; a case that was begun stays under the cursor."""
        self.view = view
        self.list.open(view, lambda: self.survey_id if self.begun() else None)
        self._describe()
        self.post_message(self.ViewChanged(view))

    def mark(self) -> None:
        """Mark this case and go to the next one."""
        self.list.toggle_mark()
        self.list.move(1)
        self._describe()

    def range(self) -> None:
        """Begin or end marking what the cursor passes."""
        self.list.ranging = not self.list.ranging
        if self.list.ranging and self.survey_id is not None:
            self.list.mark((self.survey_id,))
        self.list.redraw()
        self._describe()

    def sort(self) -> None:
        """Take the next order."""
        orders = tuple(Sort)
        self.show(replace(self.view, sort=orders[(orders.index(self.view.sort) + 1) % len(orders)]))

    def clear(self) -> None:
        """Take back the marks first, then the search."""
        if self.list.marks or self.list.ranging:
            self.unmark()
        else:
            self._close_search()

    def unmark(self) -> None:
        """Take all marks off."""
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
            self.list.choose_match()  # enter chooses, and what was open may be no match
        if not self.view.search:
            self._search.display = False
        self.list.focus()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Search at once when the line is left: the rows must not change under the next key."""
        if self._search.display:
            self._search_now()

    def on_key(self, event: events.Key) -> None:
        """Leave the search line by the keys that leave any."""
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
        """Take the focus on the rows, also while the search line is there."""
        self.list.focus()

    def watch_counts(self) -> None:
        """Tell the new numbers."""
        self._describe()

    def watch_status(self) -> None:
        """Tell what an empty queue is waiting for."""
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
        """Put the cursor where the mouse is; twice opens."""
        if event.widget is not self.list:
            return
        window = self.list.window
        index = window.top + event.y // LINES
        if index < len(window.rows):
            self.list.move(index - window.index)
            if event.chain > 1 and self.survey_id is not None:
                self.post_message(self.Opened(self.survey_id))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move what is shown."""
        event.stop()
        self._scroll(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move what is shown."""
        event.stop()
        self._scroll(-1)

    def _scroll(self, rows: int) -> None:
        """Scroll where the person is in the queue: the cursor goes along, and nobody who writes means that."""
        if self.list.has_focus:
            self.list.scroll_rows(rows)
