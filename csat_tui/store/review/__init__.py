"""What is reviewed: delivered notes as the help desk has them, what the machine finds in them, ratings set aside."""

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
from csat_tui.store.review.set_aside import (
    SetAsideInList,
    every_set_aside,
    put_set_aside,
    ratings_set_aside,
    set_aside_steps,
)

__all__ = [
    "FREE",
    "NoteFilter",
    "NoteInList",
    "NoteOrder",
    "NotePlace",
    "NoteWithCase",
    "SetAsideInList",
    "delivered_note",
    "every_set_aside",
    "forget_audits",
    "forget_audits_of",
    "load_note",
    "not_audited",
    "put_audit",
    "put_delivered_notes",
    "put_set_aside",
    "ratings_set_aside",
    "read_notes",
    "set_aside_steps",
]
