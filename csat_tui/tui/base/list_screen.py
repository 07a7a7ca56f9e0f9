"""A screen with a list and the details of the item under its cursor; both are read beside the keys.

A subclass says what is read (`fetch`), which items that gives (`take`), by what key an item is found again (`key_of`)
and how its details are shown (`show_detail`); tests/tui/test_list_screen.py builds a small one.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from csat_tui.tui.base.background_work import FollowsStore
from csat_tui.tui.base.commands import Command, Commanded, always
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.lines import NOTHING, CursorList, LinesView
from csat_tui.tui.base.session import Session

Item = TypeVar("Item")
Data = TypeVar("Data")


class ItemList(CursorList, Generic[Item]):
    """A list of items; a subclass draws it in `build`, including the empty list."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[Item] = ()

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self.items[self.cursor] if 0 <= self.cursor < len(self.items) else None


def moves(mode: str, thing: str, unavailable: Callable[[Any], str] = always) -> tuple[Command, Command]:
    """Return the commands that move a list's cursor; `thing` names an item, such as "effect"."""
    return (
        Command(f"{mode}.down", ("j", "down"), "next", f"Go to the next {thing}.", lambda s: s.move(1), unavailable),
        Command(f"{mode}.up", ("k", "up"), "previous", f"Go to the previous {thing}.", lambda s: s.move(-1),
                unavailable),
    )  # fmt: skip


class ListScreen(FollowsStore, Commanded, Screen[None], Generic[Item, Data]):
    """Shows a list and details; if a read fails, a sentence says so and the earlier items stay."""

    KIND: ClassVar[str] = ""
    """Prefix of the ids in its style sheet: `#KIND` around the list and details, `#KIND-head` above them."""
    TOPICS: ClassVar[frozenset[str]] = frozenset()
    """The store's topics that make the screen read its list again."""
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

    # Implemented by the subclass

    def fetch(self) -> Data:
        """Read the data of the list; runs on another thread. Raises StoreError."""
        raise NotImplementedError

    def take(self, found: Data) -> Sequence[Item]:
        """Show the data outside the list, such as the line above it, and return the list's items."""
        raise NotImplementedError

    def key_of(self, item: Item) -> Hashable:
        """Return the key by which an item is found again after the list was read again."""
        raise NotImplementedError

    @property
    def wanted(self) -> Hashable:
        """Identifies the wanted contents, if the list can show several; results for other contents are dropped."""
        return None

    def show_detail(self) -> None:
        """Show the details of the item under the cursor, or nothing if there is none."""
        raise NotImplementedError

    def place_of(self, previous: Item | None, items: Sequence[Item]) -> int:
        """Return the cursor's index in a new list that has items: that of the same item, or else the same index."""
        if previous is not None:
            key = self.key_of(previous)
            for place, item in enumerate(items):
                if self.key_of(item) == key:
                    return place
        return max(min(self.items.cursor, len(items) - 1), 0)

    # Layout

    def compose(self) -> ComposeResult:
        """Lay out the head, the list, its details and the line of keys."""
        yield self.head
        with Horizontal(id=self.KIND):
            yield from self.compose_list()
            yield from self.details
        yield self.key_bar

    def compose_list(self) -> ComposeResult:
        """Yield the list with its frame."""
        yield self.items

    def on_mount(self) -> None:
        """Listen to the store and focus the list."""
        if self.TOPICS:
            self.follow_store(self.session.desk.listen)
        self.items.focus()

    def on_screen_resume(self) -> None:
        """Read the list when the screen is shown."""
        self.reload()

    def store_changed(self, topics: frozenset[str]) -> None:
        """Read the list again, if it is about what has changed."""
        if self.TOPICS & topics and self.is_current:
            self.reload()

    # Contents

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self.items.current

    @property
    def page(self) -> int:
        """The number of lines of a page of the list."""
        return max(self.items.size.height - 1, 1)

    def reload(self) -> None:
        """Read the list in the background and show it; the cursor stays on its item."""
        self.read_store("list", f"The {self.NAME.lower()} could not be read", self.fetch, self._show_found, self.wanted)

    def _show_found(self, found: Data) -> None:
        self.show_items(self.take(found))

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these items; the cursor stays on its item."""
        previous = self.current
        place = self.place_of(previous, items) if items else NOTHING
        self.items.items = items
        self.items.set_reactive(LinesView.cursor, place)
        self.items.rebuild()
        self._show_detail()

    def _show_detail(self) -> None:
        self.show_detail()
        self.key_bar.show_keys()

    # Moving

    def move(self, step: int) -> None:
        """Move the cursor by `step` items; it stops at the ends."""
        if self.items.items:
            self.go(max(0, min(self.items.cursor + step, len(self.items.items) - 1)))

    def go(self, place: int) -> None:
        """Put the cursor on the item at an index."""
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
