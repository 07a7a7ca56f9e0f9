"""`csat-tui outbox`: list the effects that are not confirmed, and retry, accept or withdraw one.

An effect, and its conflict, are a JSON document or lines of text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, read_number, say, say_json, single_line, time_or_day
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.conflict import SeenTicket
    from csat_tui.domain.effect import OutboxSummary
    from csat_tui.domain.ticket import Ticket
    from csat_tui.store.outbox import OutboxItem
    from csat_tui.store.outbox.attempts import Attempt
    from csat_tui.workflow.dispatch import Conflict, Dispatch
    from csat_tui.workflow.opening import Workplace

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


outbox = typer.Typer(rich_markup_mode=None)

Number = Annotated[str, typer.Argument(metavar="ID", help="The effect's number, as `csat-tui outbox` lists it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

SETTLED = 100
"""The default number of settled effects that `--all` adds, the latest first."""


@outbox.callback(invoke_without_command=True)
def list_effects(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also show settled effects, newest first.")] = False,
    settled: Annotated[
        int,
        typer.Option(
            "--settled",
            metavar="N",
            min=1,
            max=1_000_000,
            help="With --all: how many settled effects to show, newest first.",
        ),
    ] = SETTLED,
    json: Json = False,
) -> None:
    """List the effects that are decided and not yet confirmed, each with its history; ends with 1 if some need you."""
    if context.invoked_subcommand is not None:
        return
    with opened_workplace(find_installation()) as workplace:
        dispatch = workplace.dispatch
        unsettled, recent = dispatch.unsettled(), dispatch.recent(settled) if everything else ()
        held_by = dispatch.held_by(unsettled)
        documents = [
            effect_document(effect, dispatch.history(effect.id), held_by.get(effect.id))
            for effect in (*unsettled, *recent)
        ]
        summary = summary_document(dispatch.summary())
        left_out = {
            "unsettled": max(0, sum(summary.values()) - len(unsettled)),
            "settled": max(0, dispatch.settled() - len(recent)) if everything else 0,
        }
        if json:
            say_json({"effects": documents, "summary": summary, "left_out": left_out})
        elif not documents:
            say("The outbox is empty: everything decided is confirmed.")
        for document in () if json else documents:
            for line in effect_lines(document, workplace.desk.now):
                say(line)
        if not json and any(left_out.values()):
            say(left_out_line(left_out, shown=len(recent)))
        if not json and any(summary.values()):
            say(summary_sentence(summary))
    if any(document["needs_person"] for document in documents):
        raise typer.Exit(Exit.NEEDS_PERSON)


@outbox.command("show")
def show(number: Number, json: Json = False) -> None:
    """Show everything about one effect; for a conflict, what you saw, what is there now, and what came since."""
    with opened_workplace(find_installation()) as workplace:
        effect_id = read_number(number)
        document = _document(workplace, effect_id)
        document |= conflict_document(workplace.dispatch.conflict(effect_id) if _stale(document) else None)
        if json:
            say_json(document)
            return
        for line in effect_lines(document, workplace.desk.now):
            say(line)
        for line in quoted_lines(document["body"] or "\n".join(f"{k}: {v}" for k, v in document["cells"].items())):
            say(line)
        for line in conflict_text(document):
            say(line)


@outbox.command("retry")
def retry(
    number: Number,
    read: Annotated[
        int,
        typer.Option(
            "--read", min=0, max=2**63 - 1, metavar="MESSAGE", help="You have read what came since, up to this message."
        ),
    ] = 0,
    json: Json = False,
) -> None:
    """Send an effect again: after a rejection, over a conflict, or when you saw that it did not arrive.

    If the customer has written since you decided, --read is needed; `csat-tui outbox show ID` prints its value.
    """
    _act(number, lambda dispatch, effect_id: _again(dispatch, effect_id, read), json=json, words="It is queued again.")


@outbox.command("accept")
def accept(number: Number, json: Json = False) -> None:
    """Confirm an effect that you have seen at the help desk, where csat-tui could not find out whether it arrived."""
    _act(number, lambda dispatch, effect_id: dispatch.accept_as_sent(effect_id), json=json, words="It is confirmed.")


@outbox.command("withdraw")
def withdraw(number: Number, json: Json = False) -> None:
    """Give up an effect; if nothing of its decision has arrived, the case comes back with its words."""
    _act(number, lambda dispatch, effect_id: dispatch.give_up(effect_id), json=json, words="It will not be sent.")


def _act(number: str, act: "Callable[[Dispatch, int], object]", *, json: bool, words: str) -> None:
    from csat_tui.domain.effect import ImpossibleStep
    from csat_tui.domain.ids import SurveyId

    effect_id = read_number(number)
    with opened_workplace(find_installation()) as workplace:
        before = workplace.desk.draft(SurveyId(_document(workplace, effect_id)["case_id"]))
        try:
            reopened = act(workplace.dispatch, effect_id)
        except ImpossibleStep as error:
            raise Failure(Exit.USAGE, f"That cannot be done: {error}. Nothing was changed.") from error
        document = _document(workplace, effect_id)
        if json:
            say_json(document)
            return
        say(f"{words} Effect {effect_id} is {document['state']}.")
        if reopened is not None:
            stayed = before.typed and before == workplace.desk.draft(SurveyId(document["case_id"]))
            words = "and newer words of it stay; `outbox show` has the decision's own" if stayed else "with its words"
            say(f"The whole decision is taken back: case {reopened} is open again, {words}.")


def _document(workplace: "Workplace", effect_id: int) -> dict[str, Any]:
    effect = workplace.dispatch.effect(effect_id)
    if effect is None:
        raise Failure(Exit.USAGE, f"There is no effect {effect_id} in the outbox; `csat-tui outbox --all` lists them.")
    held_by = workplace.dispatch.held_by([effect])
    return effect_document(effect, workplace.dispatch.history(effect_id), held_by.get(effect_id))


def _stale(document: dict[str, Any]) -> bool:
    return bool(document["state"] == "conflict")


def _again(dispatch: "Dispatch", effect_id: int, read: int) -> None:
    """Send an effect again, over a conflict on the ticket as it is looked at here and only where that was read."""
    effect = dispatch.effect(effect_id)
    conflict = dispatch.conflict(effect_id) if effect is not None and _stale(effect_document(effect, ())) else None
    if conflict is not None and any(message.id > read for message in conflict.to_read):
        raise Failure(
            Exit.USAGE,
            "Nothing was changed: the customer has written since you decided. "
            f"`csat-tui outbox show {effect_id}` prints it, and how to send it anyway.",
        )
    dispatch.retry(effect_id, seen=None if conflict is None else conflict.ticket)
