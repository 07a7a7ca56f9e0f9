"""Draw tracker rows: as a table that takes the width there is, and one row in full."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from textual.content import Content

from csat_tui.reports.tracker import SheetColumns
from csat_tui.store.sheets import SheetRow
from csat_tui.tui.base.lines import Line, hang
from csat_tui.tui.base.text import one_line, safe, safe_line, stamp

NARROW = 18
"""Cells of a column that is not the widest, at most."""

LEAST = 30
"""Cells without which the widest column says nothing."""

GAP = 2

MARK = "✎ "
"""Stands before a row that was corrected."""


def widths(rows: Sequence[SheetRow], columns: SheetColumns, width: int) -> Mapping[str, int]:
    """Return which columns there is room for and how wide they are; the one with the most to say takes the rest."""
    keys = [key for key in columns.keys if key]
    headings = dict(zip(columns.keys, columns.headings, strict=True))
    looked_at = rows[:50]
    said = {key: max([len(one_line(row.cells.get(key, ""), 200)) for row in looked_at], default=0) for key in keys}
    if not keys:
        return {}
    widest = max(keys, key=lambda key: said[key])
    found: dict[str, int] = {}
    left = width - len(MARK) - LEAST - GAP
    for key in keys:
        wanted = min(max(said[key], len(headings[key][:NARROW])), NARROW)
        if key == widest or not wanted:
            continue
        if wanted + GAP > left:
            break
        found[key] = wanted
        left -= wanted + GAP
    found[widest] = left + LEAST
    return {key: found[key] for key in keys if key in found}


def head_line(columns: SheetColumns, room: Mapping[str, int]) -> Content:
    """Return the headings over the table."""
    headings = dict(zip(columns.keys, columns.headings, strict=True))
    return Content(" " * len(MARK)) + _row({key: headings[key] for key in room}, room, "bold $muted")


def list_lines(rows: Sequence[SheetRow], room: Mapping[str, int]) -> list[Line]:
    """Return the table, a line for each row."""
    return [Line(_marked(row, _row(row.cells, room)), index) for index, row in enumerate(rows)]


def _marked(row: SheetRow, line: Content) -> Content:
    """Return a line with a mark before its first cell where the row corrects another."""
    return Content.styled(MARK, "bold $accent") + line if row.corrects is not None else Content(" " * len(MARK)) + line


def detail_lines(row: SheetRow, columns: SheetColumns, width: int, now: datetime) -> list[Line]:
    """Return one row whole: each heading with all that stands under it, and where the row comes from."""
    lines: list[Line] = []
    headings = dict(zip(columns.keys, columns.headings, strict=True))
    for key in dict.fromkeys([*(key for key in columns.keys if key), *row.cells]):
        letter = f"{key}  " if len(key) < 3 else ""
        lines.append(Line(safe_line(f"{letter}{headings.get(key, key)}", "$muted", width)))
        said = safe(row.cells.get(key, "")) if row.cells.get(key, "").strip() else Content.styled("(empty)", "$faint")
        lines += [Line(line) for line in hang(said, width)]
        lines.append(Line(Content("")))
    about = [f"case {row.survey_id}", f"ticket #{row.ticket_id}" if row.ticket_id else "no ticket"]
    about += [f"first agent {row.agent}"] if row.agent else []
    about += [f"decided by {row.by}"] if row.by else []
    about += [f"row {row.id}, corrected by {row.corrected_by}"] if row.corrects is not None else []
    about += [f"outcome {row.outcome}; the old case was removed"] if row.is_shell else []
    about.append(f"written {stamp(row.written_at, now)}")
    lines += [Line(line) for line in hang(safe(" · ".join(about), "$faint"), width, indent=0)]
    for one in row.before:
        lines += [Line(Content("")), Line(safe_line(f"Before: row {one.id}", "bold", width)), Line(Content(""))]
        lines += detail_lines(replace(one, before=()), columns, width, now)
    return lines


def _row(cells: Mapping[str, str], room: Mapping[str, int], style: str = "") -> Content:
    parts = []
    for key, wide in room.items():
        cell = safe_line(cells.get(key, ""), style, wide)
        parts.append(cell.pad_right(max(wide - cell.cell_length, 0)))
    return Content(" " * GAP).join(parts)
