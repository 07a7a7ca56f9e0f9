"""A window of rows around the cursor, for lists of any length: the queue, the delivered notes."""

from copy import copy
from typing import Any, Generic, Protocol, Self, TypeVar

CHUNK = 80
"""Rows of one read: more than a screen, so that a read serves many keys."""

MAX_ROWS = 400
"""The largest number of rows in memory; rows far from the cursor are dropped first."""


class WindowRow(Protocol):
    """A row of a windowed list, known again by its id; `key` gives its place in the order of a view."""

    @property
    def id(self) -> Any:
        """What it is known again by, whatever the view."""

    @property
    def key(self) -> Any:
        """Its place in the order of the view with which it was read."""

    @property
    def shown(self) -> bool:
        """Whether the view shows it; False for a row that has left the view and is still under the cursor."""

    def left(self) -> Self:
        """Return the row as one that the view no longer shows."""


AnyRow = TypeVar("AnyRow", bound=WindowRow)
AnyView = TypeVar("AnyView")
AnyFilter = TypeVar("AnyFilter", contravariant=True)


class Rows(Protocol[AnyFilter, AnyRow]):
    """The source of rows; a key gives a row's place in the order of a view."""

    def rows_after(self, view: AnyFilter, key: Any, limit: int) -> list[AnyRow]:
        """Return at most `limit` rows after a key, or the first rows for None."""
        ...

    def rows_before(self, view: AnyFilter, key: Any, limit: int) -> list[AnyRow]:
        """Return at most `limit` rows before a key, or the last rows for None, in the order of the view."""
        ...

    def row(self, view: AnyFilter, row_id: Any, /) -> AnyRow | None:
        """Return the row of an id if the view shows it."""
        ...

    def row_anywhere(self, view: AnyFilter, row_id: Any, /) -> AnyRow | None:
        """Return the row of an id with its place in the order of the view, even if the view does not show it."""
        ...


class RowWindow(Generic[AnyView, AnyRow]):
    """Rows `top` to `top + height` are on screen, row `index` has the cursor; all three are inside `rows`.

    The window on the screen has no source: it moves within its rows and reads nothing. A copy with a source (`reading`)
    reads from the store on another thread, and the window on the screen then takes over its rows (`take`).
    """

    def __init__(self, source: Rows[AnyView, AnyRow] | None, view: AnyView) -> None:
        self._source = source
        self.view = view
        self.rows: list[AnyRow] = []
        self.index = 0
        self.top = 0
        self.height = 1
        self._starts = True
        self._ends = True

    @property
    def cursor(self) -> AnyRow | None:
        """The row under the cursor; None in an empty view."""
        return self.rows[self.index] if self.rows else None

    def reading(self, source: Rows[AnyView, AnyRow]) -> "RowWindow[AnyView, AnyRow]":
        """Return a copy with a source, for reading on another thread."""
        window = copy(self)
        window._source, window.rows = source, list(self.rows)
        return window

    def take(self, newer: "RowWindow[AnyView, AnyRow]", *, stay: bool) -> bool:
        """Take over the rows of a copy, and return whether that was possible.

        The cursor goes to the copy's position. With `stay` it stays on its row, at the same line of the screen; if the
        copy does not have that row, nothing changes and the result is False.
        """
        index, top, seen = newer.index, newer.top, self.cursor
        if stay and seen is not None:
            place = next((at for at, row in enumerate(newer.rows) if row.id == seen.id), None)
            if place is None:
                return False
            index, top = place, max(0, place - (self.index - self.top))
        self.view, self.rows = newer.view, newer.rows
        self._starts, self._ends = newer._starts, newer._ends
        self.index, self.top = index, top
        self.show_cursor()
        return True

    @property
    def _margin(self) -> int:
        return max(CHUNK // 2, 2 * self.height)

    @property
    def needs_rows(self) -> bool:
        """Whether rows near the screen must be read."""
        below = not self._ends and self.top + self.height + self._margin > len(self.rows)
        return below or (not self._starts and self.top < self._margin)

    @property
    def at_edge(self) -> bool:
        """Whether moving by a screen could take the cursor beyond the rows in memory."""
        below = not self._ends and self.index + self.height >= len(self.rows)
        return below or (not self._starts and self.index < self.height)

    def fill(self) -> None:
        """Read the rows near the screen, so that moving needs no read."""
        while not self._ends and self.top + self.height + self._margin > len(self.rows) and self._read_after():
            pass
        while not self._starts and self.top < self._margin and self._read_before():
            pass
        self._forget()

    @property
    def _store(self) -> Rows[AnyView, AnyRow]:
        if self._source is None:
            raise RuntimeError("the window on the screen reads nothing")
        return self._source

    def first(self) -> None:
        """Go to the view's first row."""
        self.rows = self._store.rows_after(self.view, None, CHUNK)
        self.index = self.top = 0
        self._starts, self._ends = True, len(self.rows) < CHUNK

    def last(self) -> None:
        """Go to the view's last row."""
        self.rows = self._store.rows_before(self.view, None, CHUNK)
        self.index = max(0, len(self.rows) - 1)
        self._starts, self._ends = len(self.rows) < CHUNK, True
        self.show_cursor()

    def move(self, rows: int) -> None:
        """Move the cursor down by a number of rows, or up if it is negative; it stops at the ends."""
        wanted = self.index + rows
        while wanted >= len(self.rows) and self._read_after():
            pass
        while wanted < 0 and (count := self._read_before()):
            wanted += count
        self.index = max(0, min(wanted, len(self.rows) - 1))
        self.show_cursor()

    def scroll(self, rows: int) -> None:
        """Scroll by a number of rows; the cursor moves only if it would leave the screen."""
        while self.top + rows + self.height > len(self.rows) and self._read_after():
            pass
        while self.top + rows < 0 and self._read_before():
            pass
        self.top = max(0, min(self.top + rows, len(self.rows) - self.height))
        self.index = max(self.top, min(self.index, self.top + self.height - 1))
        self._forget()

    def resize(self, height: int) -> None:
        """Set the height of the screen in rows, and keep the cursor on it."""
        self.height = max(1, height)
        self.show_cursor()

    def show_cursor(self) -> None:
        """Scroll as little as needed to show the cursor and to fill the screen."""
        self.top = max(self.index - self.height + 1, min(self.top, self.index))
        while self.top + self.height >= len(self.rows) and self._read_after():
            pass
        if self.top + self.height > len(self.rows):
            while len(self.rows) < self.height and self._read_before():
                pass
            self.top = max(0, len(self.rows) - self.height)
        self._forget()

    def refresh(self) -> None:
        """Read the rows again; the cursor stays on its row and its line.

        A row that has left the view stays under the cursor until the person moves on, because the next keys are
        meant for it.
        """
        seen = self.cursor
        if seen is None:
            self.first()
            return
        self._around(self._find(seen.id) or seen.left(), self.index - self.top)

    def move_on(self) -> None:
        """Read the rows again; if the row under the cursor has left the view, go to the next one."""
        seen = self.cursor
        if seen is None:
            self.first()
            return
        row = self._store.row(self.view, seen.id) or self._nearest(seen)
        if row is None:
            self.first()
        else:
            self._around(row, self.index - self.top)

    def go_to(self, row_id: Any) -> bool:
        """Put the cursor on the row of an id, whether the view shows it or not; False if there is none."""
        for index, row in enumerate(self.rows):
            if row.id == row_id:
                self.index = index
                self.show_cursor()
                return True
        found = self._find(row_id)
        if found is not None:
            self._around(found, self.height // 2)
        return found is not None

    def _find(self, row_id: Any) -> AnyRow | None:
        return self._store.row(self.view, row_id) or self._store.row_anywhere(self.view, row_id)

    def _nearest(self, row: AnyRow) -> AnyRow | None:
        following = self._store.rows_after(self.view, row.key, 1)
        return next(iter(following or self._store.rows_before(self.view, row.key, 1)), None)

    def _around(self, row: AnyRow, offset: int) -> None:
        wanted = max(offset, CHUNK // 2)
        before = self._store.rows_before(self.view, row.key, wanted)
        after = self._store.rows_after(self.view, row.key, CHUNK)
        self.rows = [*before, row, *after]
        self._starts, self._ends = len(before) < wanted, len(after) < CHUNK
        self.index = len(before)
        self.top = max(0, self.index - offset)
        self.show_cursor()

    def _read_after(self) -> int:
        if self._ends or self._source is None:
            return 0
        rows = self._store.rows_after(self.view, self.rows[-1].key if self.rows else None, CHUNK)
        self._ends = len(rows) < CHUNK
        self.rows += rows
        return len(rows)

    def _read_before(self) -> int:
        if self._starts or self._source is None:
            return 0
        rows = self._store.rows_before(self.view, self.rows[0].key if self.rows else None, CHUNK)
        self._starts = len(rows) < CHUNK
        self.rows = [*rows, *self.rows]
        self.index += len(rows)
        self.top += len(rows)
        return len(rows)

    def _forget(self) -> None:
        """Drop rows that are several screens away."""
        if len(self.rows) <= MAX_ROWS:
            return
        room = max(MAX_ROWS // 3, self.height * 2)
        low = max(0, min(self.index, self.top) - room)
        high = max(self.index, self.top + self.height) + room
        self._ends = self._ends and high >= len(self.rows)
        self._starts = self._starts and low == 0
        self.rows = self.rows[low:high]
        self.index -= low
        self.top -= low
