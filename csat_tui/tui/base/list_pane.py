"""A pane with a list of any length, and the gate that holds keys until what is under its cursor is on the screen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Generic

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import keys_of
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.row_window import AnyRow, AnyView
from csat_tui.tui.base.typeahead import Typed
from csat_tui.tui.base.windowed_list import LINES, WindowedList

TOGETHER = 0.08
"""Seconds for which a drawing waits at most for the rows that it is to show."""


MOVES = ("down", "up", "half-down", "half-up")
"""The ends of the ids of commands that only move the cursor."""


def list_moves(mode: str, thing: str, unavailable: Callable[[Any], str]) -> tuple[Command, ...]:
    """Return the commands that move the cursor of a pane's list; `thing` names a row, such as “note”."""
    return (
        Command(f"{mode}.down", ("j", "down"), "next", f"Go to the next {thing}.", lambda p: p.move(1), unavailable,
                footer=True, hint="move"),
        Command(f"{mode}.up", ("k", "up"), "previous", f"Go to the previous {thing}.", lambda p: p.move(-1),
                unavailable, footer=True, hint="move"),
        Command(f"{mode}.top", ("g g", "home"), "top", f"Go to the first {thing}.", lambda p: p.list.to_first()),
        Command(f"{mode}.bottom", ("G", "end"), "bottom", f"Go to the last {thing}.", lambda p: p.list.to_last()),
        Command(f"{mode}.half-down", ("pagedown",), "half down", "Half a screen down.",
                lambda p: p.move(p.list.half)),
        Command(f"{mode}.half-up", ("pageup",), "half up", "Half a screen up.", lambda p: p.move(-p.list.half)),
    )  # fmt: skip


class ListPane(Pane, Generic[AnyView, AnyRow]):
    """Shows what a filter lets through; the other panes show what is under the cursor."""

    MODE: ClassVar[str] = ""
    """How the ids of its commands begin."""

    class Highlighted(Message):
        """The cursor may be on another row, or the row under it has changed."""

    class Opened(Message):
        """The person wants to work on the row under the cursor."""

    def __init__(
        self,
        list_view: WindowedList[AnyView, AnyRow],
        view: AnyView,
        *,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.list = list_view
        self.view = view

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield self.list

    def on_mount(self) -> None:
        """Read the first rows."""
        self.list.changed = self._changed
        self.list.do("The list could not be opened", self.show_at_once(self.view), "open")

    def describe(self) -> None:
        """Show the filter in the frame, and why a list is empty."""
        raise NotImplementedError

    def moving_keys(self) -> frozenset[str]:
        """Return the keys that only move the cursor."""
        ids = {f"{self.MODE}.{step}" for step in MOVES}
        return frozenset(
            key for command in self.all_commands() if command.id in ids for key in keys_of(self.app, command)
        )

    @property
    def current(self) -> AnyRow | None:
        """The row under the cursor."""
        return self.list.window.cursor

    def move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.list.move(rows)

    def show(self, view: AnyView) -> Awaitable[object]:
        """Show what a filter lets through, from the first row on; what is returned ends once it is shown."""
        self.view = view
        self.list.touched = False
        shown = self.list.open(view)
        self.describe()
        return shown

    async def show_at_once(self, view: AnyView) -> None:
        """Show what a filter lets through in one drawing with what was in front before, if the rows come soon.

        A window that has closed would otherwise be drawn over by the old rows, and these by the new ones.
        """
        with self.app.batch_update():
            await asyncio.wait([asyncio.ensure_future(self.show(view))], timeout=TOGETHER)
        self.screen.check_idle()  # it draws what was held back

    def _changed(self) -> None:
        self.describe()
        self.post_message(self.Highlighted())

    def on_windowed_list_moved(self, message: WindowedList.Moved) -> None:
        """Say that the cursor may be on another row."""
        message.stop()
        self.post_message(self.Highlighted())

    def enter(self) -> None:
        """Focus the list."""
        self.list.focus()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked row; a double click opens it."""
        window = self.list.window
        index = window.top + event.y // LINES
        if event.widget is self.list and index < len(window.rows):
            self.list.move(index - window.index)
            if event.chain > 1:
                self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down if the list has the focus."""
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up if the list has the focus."""
        self._scroll(event, -1)

    def _scroll(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        if self.list.has_focus:
            self.list.scroll_rows(rows)


class ListKeyGate:
    """Holds keys back until what is under the cursor of a list is what the screen shows.

    `harmless` are the beginnings of the ids of commands that concern no row, so that they need not wait for one.
    """

    def __init__(
        self,
        pane: ListPane[Any, Any],
        *,
        shown: Callable[[], bool],
        harmless: tuple[str, ...],
        not_shown: str,
        front: Callable[[], Pane],
        command_id: Callable[[str], str],
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        self._pane = pane
        self._shown = shown
        self._harmless = ("app.", "pane.", "screen.", *harmless)
        self._not_shown = not_shown
        self._front = front
        self._command_id = command_id
        self._begun = begun

    def ready_for(self, key: Typed) -> bool:
        """Whether a key can act now."""
        return self._settled("" if isinstance(key, events.Paste) else key.key)

    def timeout(self) -> float:
        """Return the least number of seconds for which a key waits."""
        return 0.0

    def refusal(self, key: Typed) -> str:
        """Return why a key is dropped that would act on another row than the one it was typed for."""
        return "" if self.ready_for(key) else self._not_shown

    def begin(self) -> None:
        """Take note of a key: the person works on the row, which stays under the cursor."""
        self._pane.list.touched = True
        self._begun()

    def _settled(self, key: str) -> bool:
        if self._command_id(key).startswith(self._harmless):
            return True
        if self._front() is self._pane and key in self._pane.moving_keys():
            return not self._pane.list.holds_moves
        return not self._pane.list.arriving and self._shown()
