"""What is reviewed: delivered notes as the help desk has them."""

from csat_tui.store.review.delivered_notes import (
    NoteFilter,
    NoteInList,
    delivered_note,
    put_delivered_notes,
    read_notes,
)

__all__ = ["NoteFilter", "NoteInList", "delivered_note", "put_delivered_notes", "read_notes"]
