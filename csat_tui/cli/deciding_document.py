"""A decision that is taken, or would be, as the plain values of its JSON document, and as lines of text."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from csat_tui.cli.outbox_document import quoted
from csat_tui.cli.printing import clock_time, one_line

if TYPE_CHECKING:
    from csat_tui.domain.decide import Decision
    from csat_tui.domain.effect import Effect
    from csat_tui.workflow.desk import Taken


def decision_document(
    case_id: int, decision: "Decision", taken: "Taken | None", *, tickets_known: bool = True
) -> dict[str, Any]:
    """Return a decision with its effects; its number and when it leaves are null where it was not taken."""
    return {
        "case_id": case_id,
        "decision_id": None if taken is None else taken.decision_id,
        "sends_at": None if taken is None else taken.sends_at,
        "outcome": decision.outcome_id,
        "fields": dict(decision.fields),
        "findings": list(decision.findings),
        "parks": decision.parks,
        "other_tickets_known": tickets_known,
        "effects": [_effect(effect) for effect in decision.effects],
    }


def decision_lines(document: dict[str, Any], now: datetime) -> Iterator[str]:
    """Yield what a decision does, and when."""
    from csat_tui.effects.registry import kind_named

    if document["decision_id"] is None:
        yield f"Case {document['case_id']} would be decided “{document['outcome']}”. Nothing was changed."
    else:
        yield (
            f"Case {document['case_id']} is decided “{document['outcome']}”. It leaves at "
            f"{clock_time(document['sends_at'], now)}, with the workstation or `csat-tui sync`."
        )
    if not document["other_tickets_known"]:
        yield (
            f"The customer's other tickets are not all known here, so merging was not looked at; `csat-tui history"
            f" {document['case_id']}` asks for them."
        )
    if document["parks"]:
        yield "It waits for the answer; `csat-tui answer` brings it back."
    for effect in document["effects"]:
        where = f" on #{effect['ticket_id']}" if effect["ticket_id"] else ""
        to = f": {one_line(effect['goes_to'])}" if effect["goes_to"] else ""
        sets = f", sets {effect['status']}" if effect["status"] else ""
        tags = f", tags {' '.join(effect['add_tags'])}" if effect["add_tags"] else ""
        yield f"  {kind_named(effect['kind']).words.command_line}{where}{to}{sets}{tags}"
        yield from (f"  {line}" for line in quoted(effect["text"]))


def _effect(effect: "Effect") -> dict[str, Any]:
    from csat_tui.effects.registry import kind_of

    kind = kind_of(effect)
    ticket_id, payload = kind.to_row(effect)
    cells = payload.get("cells") or {}
    return {
        "kind": kind.name, "ticket_id": ticket_id, "goes_to": kind.words.goes_to(payload),
        "status": payload.get("status"), "add_tags": payload.get("add_tags") or [], "cells": cells,
        "text": payload.get("body") or "\n".join(f"{heading}: {cell}" for heading, cell in cells.items()),
    }  # fmt: skip
