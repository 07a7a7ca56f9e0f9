"""What an effect says, where and to whom, as its row in the outbox holds it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from csat_tui.domain.effect import (
    Effect,
    FormEntry,
    Mail,
    Merge,
    PrivateNote,
    PublicReply,
    Question,
    Record,
    TrackerRow,
)
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Status
from csat_tui.store.types import as_json

KINDS: Mapping[type[Effect], str] = {
    PrivateNote: "note",
    PublicReply: "reply",
    TrackerRow: "tracker",
    Record: "record",
    FormEntry: "form",
    Question: "question",
    Mail: "mail",
    Merge: "merge",
}
"""What each kind of effect is called in the table."""

ERRANDS = ("form", "question", "mail")
"""The kinds that go elsewhere than to the help desk; nobody there can be asked later whether they arrived."""

HOLDING_NOTHING = ("form",)
"""The kinds that no later effect of the decision waits for: a form repeats what is written here already."""

_STATUSES = frozenset(Status)


def described(effect: Effect) -> tuple[str, TicketId | None, dict[str, Any]]:
    """Return an effect's kind, its ticket and its payload, as they stand in the outbox."""
    payload, ticket_id = _payload(effect)
    return KINDS[type(effect)], ticket_id, payload


def _payload(effect: Effect) -> tuple[dict[str, Any], TicketId | None]:
    match effect:
        case TrackerRow(cells):
            return {"cells": dict(cells)}, None
        case Record(kind, cells):
            return {"kind": kind.value, "cells": dict(cells)}, None
        case FormEntry(form, cells):
            return {"form": form, "cells": dict(cells)}, None
        case Question(channel, body):
            return {"channel": channel, "body": body}, None
        case Mail(to, subject, body, html):
            return {"to": list(to), "subject": subject, "body": body, "html": html}, None
        case Merge():
            status = None if effect.status is None else effect.status.value
            return {
                "sources": list(effect.sources), "target_comment": effect.target_comment,
                "source_comment": effect.source_comment, "status": status, "assignee_id": effect.assignee_id,
                "body": effect.courtesy, "add_tags": [],
            }, effect.ticket_id  # fmt: skip
        case PrivateNote() | PublicReply():
            status = None if effect.status is None else effect.status.value
            owner = effect.assignee_id if isinstance(effect, PrivateNote) else None
            given = {} if owner is None else {"assignee_id": owner}
            return {"body": effect.body, "status": status, "add_tags": list(effect.add_tags), **given}, effect.ticket_id


def payload_hash(op_id: str, kind: str, ticket_id: int | None, payload: Mapping[str, Any]) -> str:
    """Return what tells an effect that was altered on the disk from the one that was decided."""
    return hashlib.sha256(as_json([op_id, kind, ticket_id, payload]).encode()).hexdigest()


def status_set(payload: Mapping[str, Any]) -> Status | None:
    """Return the status that an effect sets; None for none, or one that a damaged payload made up."""
    status = payload.get("status")
    return Status(status) if isinstance(status, str) and status in _STATUSES else None
