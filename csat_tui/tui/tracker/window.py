"""The rows of a sheet around the cursor, however long the sheet is."""

from collections.abc import Callable

from csat_tui.store.sheets import SheetKey, SheetRow, SheetView

PAGE = 200
"""Rows that are read at once."""

KEPT = 600
"""Rows that are kept at most."""

NEAR = 40
"""Rows before the end of the window at which the next ones are read."""

Reader = Callable[[SheetKey | None, int], list[SheetRow]]


class SheetWindow:
    """Rows, newest first; both readers look into the store and may be called on any thread."""

    def __init__(self, view: SheetView, older: Reader, newer: Reader) -> None:
        self.view = view
        self._older = older
        self._newer = newer
        self.rows: list[SheetRow] = []
        self._whole_above = True
        self._whole_below = False

    def begin(self) -> None:
        """Read the newest rows."""
        self.rows = self._older(None, PAGE)
        self._whole_above, self._whole_below = True, len(self.rows) < PAGE

    def lacks(self, cursor: int) -> bool:
        """Tell whether rows near the cursor are to be read."""
        below = not self._whole_below and cursor > len(self.rows) - NEAR
        return below or (not self._whole_above and cursor < NEAR)

    def extend(self, cursor: int) -> int:
        """Read what the cursor comes near, let go of what is far, and return the cursor's new place."""
        if not self.rows:
            return cursor
        if not self._whole_below and cursor > len(self.rows) - NEAR:
            more = self._older(self.rows[-1].key, PAGE)
            self._whole_below = len(more) < PAGE
            gone = max(len(self.rows) + len(more) - KEPT, 0)
            self.rows = [*self.rows[gone:], *more]
            self._whole_above = self._whole_above and not gone
            return cursor - gone
        if not self._whole_above and cursor < NEAR:
            more = self._newer(self.rows[0].key, PAGE)
            self._whole_above = len(more) < PAGE
            self.rows = [*reversed(more), *self.rows][:KEPT]
            self._whole_below = self._whole_below and len(self.rows) < KEPT
            return cursor + len(more)
        return cursor
