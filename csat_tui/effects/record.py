"""A record beside the tracker, kept in the store: a coaching submission or a correction."""

from csat_tui.domain.effect import Record
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import RecordKind
from csat_tui.effects.kind import Carriage, Kind, Payload, Words, cells_in

LABELS = {RecordKind.COACHING.value: "coaching submission", RecordKind.CORRECTION.value: "correction"}
"""What the kinds of records are called."""


def _destination(_ticket_id: TicketId | None, payload: Payload) -> str:
    return LABELS.get(str(payload.get("kind")), "record")


KIND = Kind(
    name="record",
    effect=Record,
    to_row=lambda effect: (None, {"kind": effect.kind.value, "cells": dict(effect.cells)}),
    from_row=lambda _ticket_id, payload: Record(RecordKind(payload["kind"]), cells_in(payload)),
    carriage=Carriage.KEPT_HERE,
    sheet=lambda payload: str(payload["kind"]),
    words=Words(
        label="record",
        command_line="record",
        destination=_destination,
        goes_to=lambda payload: str(payload.get("kind") or ""),
    ),
)
