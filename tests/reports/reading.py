"""A reader of exported sheets, as whoever takes them over would write one."""

from csat_tui.reports.cells import defused


def as_it_was(cell: str) -> str:
    """Take off the apostrophe that keeps a cell from being a formula."""
    return cell[1:] if cell.startswith("'") and defused(cell[1:]) == cell else cell
