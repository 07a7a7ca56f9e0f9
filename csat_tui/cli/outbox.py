"""`csat-tui outbox`: list the effects that are not confirmed, and retry, accept or withdraw one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.case import read_number
from csat_tui.cli.console import say, say_json
from csat_tui.cli.context import find_installation, opened_workplace
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.outbox_document import (
    conflict_document,
    conflict_text,
    effect_document,
    effect_lines,
    left_out_line,
    quoted_lines,
    summary_document,
    summary_sentence,
)

if TYPE_CHECKING:
    from csat_tui.workflow.dispatch import Dispatch
    from csat_tui.workflow.opening import Workplace

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
