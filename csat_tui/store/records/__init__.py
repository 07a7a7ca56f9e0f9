"""What is written down: rows of the tracker, records, and shifts with the work done in them."""

from csat_tui.store.records import sheets, shifts

__all__ = [
    "sheets",
    "shifts",
]
