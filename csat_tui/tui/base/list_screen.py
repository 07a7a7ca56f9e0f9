"""A screen that shows a list beside the details of the item under its cursor, and reads both beside the keys.

A mode that shows a list says in a subclass what is read (`fetch`), which items that gives (`take`), how an item is
known again (`key_of`) and what its details are (`show_detail`); tests/tui/test_list_screen.py builds a small one.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from csat_tui.tui.base.background_work import BackgroundWork, Changes, StoreChanged
from csat_tui.tui.base.commands import Command, Commanded, always
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.lines import NOTHING, CursorList, LinesView
from csat_tui.tui.base.session import Session

Item = TypeVar("Item")
Found = TypeVar("Found")


class ItemList(CursorList, Generic[Item]):
    """A list whose lines belong to items; a subclass draws them in `build`, also where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[Item] = ()

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self.items[self.cursor] if 0 <= self.cursor < len(self.items) else None


def moves(mode: str, thing: str, unavailable: Callable[[Any], str] = always) -> tuple[Command, Command]:
    """Return the commands that move a list's cursor by one thing, such as "effect"."""
    return (
        Command(f"{mode}.down", ("j", "down"), "next", f"Go to the next {thing}.", lambda s: s.move(1), unavailable),
        Command(f"{mode}.up", ("k", "up"), "previous", f"Go to the previous {thing}.", lambda s: s.move(-1),
                unavailable),
    )  # fmt: skip


class ListScreen(BackgroundWork, Commanded, Screen[None], Generic[Item, Found]):
    """Shows items beside the details of one; what is read fails with a sentence, and what was shown stays."""

    KIND: ClassVar[str] = ""
    """Names the screen's parts for its style sheet: `#KIND` around the list and details, `#KIND-head` above them."""
    TOPICS: ClassVar[frozenset[str]] = frozenset()
    """The store's topics after whose changes the list is read again."""
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [  # type: ignore[misc]
        (0, "-narrow"),
        (100, "-normal"),
    ]
    COMMANDS: ClassVar[tuple[Command, ...]] = ()  # type: ignore[assignment]

    def __init__(self, session: Session, items: ItemList[Item], *details: Widget) -> None:
        super().__init__()
        self.session = session
        self.items = items
        self.details: Iterable[Widget] = details
        self.head = Static("", id=f"{self.KIND}-head", markup=False)
        self.key_bar = KeyBar()
        self._changes: Changes | None = None

    # What a mode says

    def fetch(self) -> Found:
        """Read what the list shows; runs on a thread beside the screen. Raises StoreError."""
        raise NotImplementedError

    def take(self, found: Found) -> Sequence[Item]:
        """Show what was read besides the list, such as the line above it, and return the list's items."""
        raise NotImplementedError

    def key_of(self, item: Item) -> Hashable:
        """Return by what an item is known again after the list was read anew."""
        raise NotImplementedError

    @property
    def wanted(self) -> Hashable:
        """What the list is to show, where it can show several things; what was read for another is not shown."""
        return None

    def show_detail(self) -> None:
        """Show the details of the item under the cursor, or that there is none."""
        raise NotImplementedError

    def place_of(self, stood: Item | None, items: Sequence[Item]) -> int:
        """Return where the cursor goes in a list that has items: it stays on its item, or else in its place."""
        if stood is not None:
            key = self.key_of(stood)
            for place, item in enumerate(items):
                if self.key_of(item) == key:
                    return place
        return max(min(self.items.cursor, len(items) - 1), 0)

    # The parts

    def compose(self) -> ComposeResult:
        """Lay the details beside the list, or below it where there is no room beside."""
        yield self.head
        with Horizontal(id=self.KIND):
            yield from self.compose_list()
            yield from self.details
        yield self.key_bar

    def compose_list(self) -> ComposeResult:
        """Yield the list, with what surrounds it."""
        yield self.items

    def on_mount(self) -> None:
        """Listen to the store."""
        if self.TOPICS:
            self._changes = Changes(self, self.session.desk.listen)
        self.items.focus()

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._changes is not None:
            self._changes.stop()

    def on_screen_resume(self) -> None:
        """Read the list when the person comes to it."""
        self.look()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Read the list again, a moment later and once for all that has changed until then."""
        self.set_timer(message.pause, self._look_again)

    def _look_again(self) -> None:
        if self._changes is not None and self.TOPICS & self._changes.take() and self.is_current:
            self.look()

    # What is shown

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self.items.current

    @property
    def page(self) -> int:
        """How many lines of the list are on the screen."""
        return max(self.items.size.height - 1, 1)

    def look(self) -> None:
        """Read the list beside the keys and show it; the cursor stays on its item."""
        self.read_store("list", f"The {self.NAME.lower()} could not be read", self.fetch, self._show_found, self.wanted)

    def _show_found(self, found: Found) -> None:
        self.show_items(self.take(found))

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these items, with the cursor on the one where it stood."""
        stood = self.current
        place = self.place_of(stood, items) if items else NOTHING
        self.items.items = items
        self.items.set_reactive(LinesView.cursor, place)
        self.items.rebuild()
        self._show_detail()

    def _show_detail(self) -> None:
        self.show_detail()
        self.key_bar.tell()

    # Moving

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        if self.items.items:
            self.go(max(0, min(self.items.cursor + step, len(self.items.items) - 1)))

    def go(self, place: int) -> None:
        """Put the cursor on a place of the list."""
        self.items.cursor = place
        self._show_detail()

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Go to the item that was clicked."""
        message.stop()
        if message.view is self.items:
            self.items.focus()
            self.go(message.item)

    def leave(self) -> None:
        """Go back to the queue."""
        self.app.switch_mode(self.app.DEFAULT_MODE)
