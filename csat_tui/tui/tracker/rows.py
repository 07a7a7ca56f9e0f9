"""The rows of the tracker: read in windows, drawn as a table, and each in full."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from csat_tui.reports.tracker import SheetColumns
from csat_tui.store.sheets import SheetKey, SheetRow, SheetView
from csat_tui.tui.base.lines import Line, LinesView, wrap
from csat_tui.tui.base.list_screen import ItemList
from csat_tui.tui.base.text import one_line, safe, safe_line, stamp

NARROW = 18
"""The largest width in cells of any column but the widest."""

LEAST = 30
"""The smallest useful width in cells of the widest column."""

GAP = 2

MARK = "✎ "
"""Marks a row that corrects another."""


def widths(rows: Sequence[SheetRow], columns: SheetColumns, width: int) -> Mapping[str, int]:
    """Return the widths of the columns that fit; the column with the longest text takes the remaining width."""
    keys = [key for key in columns.keys if key]
    headings = dict(zip(columns.keys, columns.headings, strict=True))
    looked_at = rows[:50]
    lengths = {key: max([len(one_line(row.cells.get(key, ""), 200)) for row in looked_at], default=0) for key in keys}
    if not keys:
        return {}
    widest = max(keys, key=lambda key: lengths[key])
    found: dict[str, int] = {}
    left = width - len(MARK) - LEAST - GAP
    for key in keys:
        wanted = min(max(lengths[key], len(headings[key][:NARROW])), NARROW)
        if key == widest or not wanted:
            continue
        if wanted + GAP > left:
            break
        found[key] = wanted
        left -= wanted + GAP
    found[widest] = left + LEAST
    return {key: found[key] for key in keys if key in found}


def head_line(columns: SheetColumns, room: Mapping[str, int]) -> Content:
    """Return the headings of the table."""
    headings = dict(zip(columns.keys, columns.headings, strict=True))
    return Content(" " * len(MARK)) + _row({key: headings[key] for key in room}, room, "bold $muted")


def list_lines(rows: Sequence[SheetRow], room: Mapping[str, int]) -> list[Line]:
    """Return the table, a line for each row."""
    return [Line(_marked(row, _row(row.cells, room)), index) for index, row in enumerate(rows)]


def _marked(row: SheetRow, line: Content) -> Content:
    """Return a line with a mark before its first cell if the row corrects another."""
    return Content.styled(MARK, "bold $accent") + line if row.corrects is not None else Content(" " * len(MARK)) + line


def detail_lines(row: SheetRow, columns: SheetColumns, width: int, now: datetime) -> list[Line]:
    """Return the details of one row: each heading with its text, and the origin of the row."""
    lines: list[Line] = []
    headings = dict(zip(columns.keys, columns.headings, strict=True))
    for key in dict.fromkeys([*(key for key in columns.keys if key), *row.cells]):
        letter = f"{key}  " if len(key) < 3 else ""
        lines.append(Line(safe_line(f"{letter}{headings.get(key, key)}", "$muted", width)))
        text = safe(row.cells.get(key, "")) if row.cells.get(key, "").strip() else Content.styled("(empty)", "$faint")
        lines += [Line(line) for line in wrap(text, width)]
        lines.append(Line(Content("")))
    about = [f"case {row.survey_id}", f"ticket #{row.ticket_id}" if row.ticket_id else "no ticket"]
    about += [f"first agent {row.agent}"] if row.agent else []
    about += [f"decided by {row.by}"] if row.by else []
    about += [f"row {row.id}, corrected by {row.corrected_by}"] if row.corrects is not None else []
    about += [f"outcome {row.outcome}; the old case was removed"] if row.is_shell else []
    about.append(f"written {stamp(row.written_at, now)}")
    lines += [Line(line) for line in wrap(safe(" · ".join(about), "$faint"), width, indent=0)]
    for earlier in row.before:
        lines += [Line(Content("")), Line(safe_line(f"Before: row {earlier.id}", "bold", width)), Line(Content(""))]
        lines += detail_lines(replace(earlier, before=()), columns, width, now)
    return lines


def _row(cells: Mapping[str, str], room: Mapping[str, int], style: str = "") -> Content:
    parts = []
    for key, wide in room.items():
        cell = safe_line(cells.get(key, ""), style, wide)
        parts.append(cell.pad_right(max(wide - cell.cell_length, 0)))
    return Content(" " * GAP).join(parts)


PAGE = 200
"""Rows of one read."""


MAX_ROWS = 600
"""The largest number of rows in memory."""


MARGIN = 40
"""Distance of the cursor to the end of the window, in rows, at which more rows are read."""


Reader = Callable[[SheetKey | None, int], list[SheetRow]]


class SheetWindow:
    """A window of rows, newest first; the readers read the store and may be called on any thread."""

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

    def needs_rows(self, cursor: int) -> bool:
        """Return whether rows near the cursor must be read."""
        below = not self._whole_below and cursor > len(self.rows) - MARGIN
        return below or (not self._whole_above and cursor < MARGIN)

    def extend(self, cursor: int) -> int:
        """Read rows near the cursor, drop distant ones, and return the cursor's new index."""
        if not self.rows:
            return cursor
        if not self._whole_below and cursor > len(self.rows) - MARGIN:
            more = self._older(self.rows[-1].key, PAGE)
            self._whole_below = len(more) < PAGE
            gone = max(len(self.rows) + len(more) - MAX_ROWS, 0)
            self.rows = [*self.rows[gone:], *more]
            self._whole_above = self._whole_above and not gone
            return cursor - gone
        if not self._whole_above and cursor < MARGIN:
            more = self._newer(self.rows[0].key, PAGE)
            self._whole_above = len(more) < PAGE
            self.rows = [*reversed(more), *self.rows][:MAX_ROWS]
            self._whole_below = self._whole_below and len(self.rows) < MAX_ROWS
            return cursor + len(more)
        return cursor


class SheetTable(ItemList[SheetRow]):
    """The table of rows."""

    def __init__(self, headings: Static) -> None:
        super().__init__()
        self.columns = SheetColumns((), ())
        self._headings = headings

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the table, and set the headings above its columns."""
        room = widths(self.items, self.columns, width)
        self._headings.update(head_line(self.columns, room) if self.items else Content(""))
        return list_lines(self.items, room)


class SheetDetail(LinesView):
    """The details of one row."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.row: SheetRow | None = None
        self.columns = SheetColumns((), ())
        self.now: datetime | None = None

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the row."""
        if self.row is None or self.now is None:
            return ()
        return detail_lines(self.row, self.columns, width, self.now)
