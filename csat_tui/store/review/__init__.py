"""What is reviewed: delivered notes as the help desk has them, and what the machine finds in them."""

from csat_tui.store.review.delivered_notes import (
    FREE,
    NoteFilter,
    NoteInList,
    NoteOrder,
    NotePlace,
    NoteWithCase,
    delivered_note,
    forget_audits,
    forget_audits_of,
    load_note,
    not_audited,
    put_audit,
    put_delivered_notes,
    read_notes,
)

__all__ = [
    "FREE",
    "NoteFilter",
    "NoteInList",
    "NoteOrder",
    "NotePlace",
    "NoteWithCase",
    "delivered_note",
    "forget_audits",
    "forget_audits_of",
    "load_note",
    "not_audited",
    "put_audit",
    "put_delivered_notes",
    "read_notes",
]
