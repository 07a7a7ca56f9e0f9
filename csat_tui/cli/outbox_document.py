"""An effect of the outbox, and its conflict, as JSON documents and as lines of text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from csat_tui.cli.console import date_and_time, single_line, time_or_day

if TYPE_CHECKING:
    from csat_tui.domain.conflict import SeenTicket
    from csat_tui.domain.effect import OutboxSummary
    from csat_tui.domain.ticket import Ticket
    from csat_tui.store.outbox import OutboxItem
    from csat_tui.store.outbox.attempts import Attempt
    from csat_tui.workflow.dispatch import Conflict

WHAT_TO_DO = {
    "asking": "It may have arrived. Look where it goes: `csat-tui outbox accept {id}` if it is there, "
    "`csat-tui outbox retry {id}` if not.",
    "conflict": "The ticket changed after you saw it: `csat-tui outbox show {id}` says what changed and how to "
    "send it anyway; or `csat-tui outbox withdraw {id}`.",
    "damaged": "What comes after it in its decision waits. `csat-tui doctor --repair` restores it from the ledger, "
    "or `csat-tui outbox withdraw {id}`.",
    "misdelivered": "It arrived with the wrong visibility. Correct it at the help desk now, then "
    "`csat-tui outbox accept {id}` lets the rest of the decision go on.",
    "rejected": "Nothing was applied. Correct the cause and `csat-tui outbox retry {id}`, "
    "or `csat-tui outbox withdraw {id}`.",
}
"""Advice for an effect that waits for a person, by its state."""


SUMMARY = {
    "needs_person": "{} need you",
    "sending": "{} sending",
    "unknown": "{} being checked",
    "waiting": "{} waiting",
    "held": "{} waiting behind what needs you",
}
"""Words for the number of effects in each state."""


def summary_document(summary: "OutboxSummary") -> dict[str, int]:
    """Return the number of effects in each state."""
    return {name: getattr(summary, name) for name in SUMMARY}


def summary_sentence(summary: dict[str, int]) -> str:
    """Return the numbers of effects as a line of text, without zeros."""
    return " · ".join(SUMMARY[name].format(count) for name, count in summary.items() if count)


def left_out_line(left_out: Mapping[str, int], *, shown: int) -> str:
    """Say how many effects a list leaves out, and how to see them."""
    parts = []
    if waiting := left_out["unsettled"]:
        parts.append(f"{waiting:,} more wait and are not shown.")
    if settled := left_out["settled"]:
        parts.append(f"Older settled effects not shown: {settled:,}; `--settled {shown + settled}` shows them all.")
    return " ".join(parts)


def waits_behind(before: "OutboxItem | None") -> str:
    """Say which earlier effect of its decision an effect waits for; empty if it waits for none."""
    if before is None:
        return ""
    where = f" on #{before.ticket_id}" if before.ticket_id else ""
    what = f"it waits behind effect {before.id}, the {before.declaration.words.command_line.partition(',')[0]}{where}"
    return f"{what}, which needs you ({before.state})" if before.state.needs_person else f"{what}, which is looked for"


def effect_document(
    effect: "OutboxItem", history: "Sequence[Attempt]", before: "OutboxItem | None" = None
) -> dict[str, Any]:
    """Return an effect with its history, and the effect that it waits for."""
    return {
        "id": effect.id, "decision_id": effect.decision_id, "case_id": effect.survey_id, "kind": effect.kind,
        "op_id": effect.op_id, "ticket_id": effect.ticket_id, "public": effect.public, "state": effect.state.value,
        "needs_person": effect.state.needs_person, "settled": effect.state.settled,
        "reason": effect.reason or waits_behind(before), "held_by": None if before is None else before.id,
        "not_before": effect.not_before, "attempt": effect.attempt, "changed_at": effect.changed_at,
        "landed_at": effect.landed_at, "reference": effect.reference, "body": effect.body,
        "cells": dict(effect.cells), "status": None if effect.status is None else effect.status.value,
        "add_tags": list(effect.add_tags),
        "goes_to": effect.declaration.words.goes_to(effect.details),
        "history": [
            {"at": one.at, "attempt": one.attempt, "event": one.event, "state": one.state.value,
             "sentence": one.sentence}
            for one in history
        ],
    }  # fmt: skip


def effect_lines(effect: dict[str, Any], now: datetime | None = None) -> Iterator[str]:
    """Yield an effect as text: what and where, its state, what to do, and its history."""
    from csat_tui.effects.registry import kind_named

    where = f" on #{effect['ticket_id']}" if effect["ticket_id"] else ""
    to = f": {single_line(effect['goes_to'])}" if effect["goes_to"] else ""
    what = f"{kind_named(effect['kind']).words.command_line}{where}{to}"
    yield f"{effect['id']}  {effect['state']}  {what}, case {effect['case_id']}"
    if effect["reason"]:
        yield f"    {effect['reason']}"
    if effect["state"] == "queued" and effect["held_by"] is None and now is not None and effect["not_before"] > now:
        yield f"    is sent at {time_or_day(effect['not_before'], now)}; until then it can be taken back"
    if effect["landed_at"]:
        yield f"    confirmed {date_and_time(effect['landed_at'])}, reference {effect['reference'] or '—'}"
    if effect["state"] in WHAT_TO_DO:
        yield f"    {WHAT_TO_DO[effect['state']].format(id=effect['id'])}"
    for one in effect["history"]:
        words = f": {one['sentence']}" if one["sentence"] else ""
        yield f"      {date_and_time(one['at'])}  {one['event']} → {one['state']}{words}"


def quoted_lines(text: str) -> Iterator[str]:
    """Yield text from outside with a bar before each line, so that it cannot be mistaken for our own text."""
    for line in text.replace("\r\n", "\n").split("\n"):
        yield f"  │ {line}".rstrip()


def conflict_document(conflict: "Conflict | None") -> dict[str, Any]:
    """Return the ticket as it was seen, as it is now, and the new messages; empty if there is no conflict.

    `read` is the number that says that everything by the customer was read; 0 where they wrote nothing.
    """
    if conflict is None:
        return {"saw": None, "there": None, "differences": [], "since": [], "read": 0}
    ticket, seen = conflict.ticket, conflict.seen
    return {
        "saw": None if seen is None else {"stamp": seen.stamp} | _side(seen),
        "there": None if ticket is None else {"stamp": ticket.updated_at} | _side(ticket),
        "differences": [
            {"what": one.what.value, "sentence": one.sentence, "harmless": one.harmless}
            for one in conflict.differences
        ],
        "since": [
            {"id": one.id, "created_at": one.created_at, "author": one.author.value, "author_name": one.author_name,
             "public": one.public, "body": one.body}
            for one in conflict.since
        ],
        "read": max((message.id for message in conflict.to_read), default=0),
    }  # fmt: skip


def conflict_text(document: dict[str, Any]) -> Iterator[str]:
    """Yield a conflict as text: the changes, both sides, each new message, and how to send it anyway."""
    if document["state"] != "conflict":
        return
    for one in document["differences"]:
        yield f"  {'·' if one['harmless'] else '!'} {single_line(one['sentence'])}"
    for title, side in (("you saw", document["saw"]), ("there now", document["there"])):
        if side is not None:
            said = (
                f"{side['status']}, assignee {side['assignee_name'] or 'nobody'}, tags {' '.join(side['tags']) or '—'}"
            )
            yield f"  {title:<9}  {date_and_time(side['stamp'])}  {single_line(said)}"
    for message in document["since"]:
        kind = "public" if message["public"] else "internal note"
        who = "customer" if message["author"] == "customer" else kind
        yield f"  since then, {date_and_time(message['created_at'])}, {single_line(message['author_name'])}, {who}:"
        yield from quoted_lines(message["body"])
    read = f" --read {document['read']}" if document["read"] else ""
    yield f"  To send it anyway: csat-tui outbox retry {document['id']}{read}"


def _side(side: "SeenTicket | Ticket") -> dict[str, Any]:
    return {
        "status": side.status.value,
        "subject": side.subject,
        "assignee_id": side.assignee_id,
        "assignee_name": side.assignee_name,
        "tags": list(side.tags),
        "fields": {str(number): value for number, value in side.fields.items()},
    }
