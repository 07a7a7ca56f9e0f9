"""`csat-tui history` shows a customer's other tickets, and `csat-tui merge` merges some of them."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.case import find_cases
from csat_tui.cli.console import ask, date_and_time, read_number, say, say_json, single_line, time_or_day
from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.installation import Installation, find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.case import Case
    from csat_tui.domain.ids import TicketId
    from csat_tui.domain.merge_plan import MergePlan
    from csat_tui.domain.merging import Advice
    from csat_tui.domain.playbook import Playbook
    from csat_tui.domain.ticket_comparison import Conversation
    from csat_tui.store.customers import CustomerHistory
    from csat_tui.workflow.opening import Workplace


def history_document(known: "CustomerHistory", playbook: "Playbook", case_id: int) -> dict[str, Any]:
    """Return the history with the advisor's verdicts."""
    return {
        "case_id": case_id,
        "ticket": None if known.hand is None else _ticket(known.hand, playbook),
        "asked_at": known.asked_at,
        "to_merge": known.to_merge,
        "tickets": [
            {
                **_ticket(one, playbook),
                "on_its_way": one.ticket.id in known.moving,
                "advice": _advice(known.advised(one.ticket.id), playbook),
            }
            for one in known.others
        ],
    }


def plan_document(does: "MergePlan", playbook: "Playbook") -> dict[str, Any]:
    """Return what a merge would do."""
    from csat_tui.domain.merge_plan import merge_sentences

    return {
        "into": does.stays.id, "merged": [ticket.id for ticket in does.goes],
        "status": None if does.status is None else does.status.value, "assignee_id": does.assign,
        "tells_owner": does.notify_owner, "responsible": does.responsible,
        "does": list(merge_sentences(does, playbook)),
    }  # fmt: skip


def history_lines(document: dict[str, Any]) -> Iterator[str]:
    """Yield the history as text: each ticket with its state, the verdict and why."""
    own, count = document["ticket"], len(document["tickets"])
    others = "no other tickets" if not count else "1 other ticket" if count == 1 else f"{count} other tickets"
    merging = f", {document['to_merge']} to merge" if document["to_merge"] else ""
    number = f"case {document['case_id']}, ticket #{own['id']}" if own else f"case {document['case_id']}"
    yield f"{number}: the customer has {others}{merging}."
    if document["asked_at"] is None:
        yield "The help desk was not asked for them yet; there may be more."
    else:
        yield f"From the help desk, {date_and_time(document['asked_at'])}."
    for one in document["tickets"]:
        yield ""
        yield (
            f"#{one['id']}  {one['status_word']}  {_day(one['created_at'])}  {single_line(one['assignee']) or '—'}  "
            + (single_line(one["subject"]))
        )
        if one["on_its_way"]:
            yield "    something is being sent to it; see `csat-tui outbox`"
        if one["advice"] is not None:
            yield from _advice_lines(one["advice"])


def _advice_lines(advice: dict[str, Any]) -> Iterator[str]:
    beside = f" with #{advice['beside']}" if advice["verdict"] == "merge" else ""
    yield f"    {advice['verdict']}{beside} ({advice['rule']})"
    yield from (f"      {single_line(reason)}" for reason in advice["reasons"])
    if advice["verdict"] == "merge" and advice["plan"] is not None:
        yield from (f"      → {single_line(line)}" for line in advice["plan"]["does"])


def _ticket(one: "Conversation", playbook: "Playbook") -> dict[str, Any]:
    from csat_tui.domain.merge_plan import status_word

    ticket = one.ticket
    return {
        "id": ticket.id, "subject": ticket.subject, "status": ticket.status.value,
        "status_word": status_word(ticket.status, playbook), "created_at": ticket.created_at,
        "updated_at": ticket.updated_at, "assignee": ticket.assignee_name, "requester": ticket.requester_name,
        "requester_email": ticket.requester_email, "merged": ticket.merged, "survey": one.survey,
    }  # fmt: skip


def _advice(advice: "Advice | None", playbook: "Playbook") -> dict[str, Any] | None:
    if advice is None:
        return None
    return {
        "verdict": advice.verdict.value, "rule": advice.rule.value, "beside": advice.beside.id,
        "reasons": list(advice.reasons),
        "plan": None if advice.plan is None else plan_document(advice.plan, playbook),
    }  # fmt: skip


def _day(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d")


Number = Annotated[str, typer.Argument(metavar="ID", help="A case's, survey ticket's or source ticket's number.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def history(
    number: Number,
    offline: Annotated[
        bool, typer.Option("--offline", help="Show what is here, without asking the help desk.")
    ] = False,
    json: Json = False,
) -> None:
    """List the other tickets of a case's customer, and say of each whether it should be merged and why."""

    installation = find_installation()
    with opened_workplace(installation) as workplace:
        case, known, problem = _known(installation, workplace, number, (), offline=offline)
        document = history_document(known, workplace.playbook, case.id)
        if json:
            say_json(document)
        else:
            for line in history_lines(document):
                say(line)
        if problem:
            complain(f"{sentence(problem)} This is what was known here before.")


def merge(
    number: Number,
    tickets: Annotated[
        list[str], typer.Argument(metavar="TICKET...", help="The tickets to merge; they will be closed.")
    ],
    into: Annotated[str, typer.Option(metavar="TICKET", help="The ticket that stays.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; a merge cannot be undone at the help desk.")] = False,
    json: Json = False,
) -> None:
    """Merge tickets of a case's customer into one of them, through the outbox."""
    from csat_tui.domain.ids import TicketId
    from csat_tui.domain.merge_plan import merge_sentences
    from csat_tui.workflow.merging import CannotMerge

    stays, goes = TicketId(read_number(into)), [TicketId(read_number(one)) for one in tickets]
    installation = find_installation()
    with opened_workplace(installation) as workplace:
        case, known, problem = _known(installation, workplace, number, (stays, *goes), offline=False)
        if problem:
            raise Failure(Exit.HELP_DESK, f"{sentence(problem)} Nothing was merged: what is not seen is not merged.")
        merging = workplace.paperwork.merging
        try:
            does = merging.plan(known, stays, goes)
            if not yes:
                _make_sure(known, goes, merge_sentences(does, workplace.playbook))
            taken = merging.merge(case, known, does, by=workplace.desk.agent)
        except CannotMerge as error:
            raise Failure(Exit.USAGE, f"{sentence(str(error))} Nothing was merged.") from error
        effects = workplace.dispatch.of_decision(taken.decision_id)
        document: dict[str, Any] = plan_document(does, workplace.playbook)
        document |= {"effects": [effect.id for effect in effects], "sends_at": taken.sends_at}
        if json:
            say_json(document)
            return
        for line in document["does"]:
            say(line)
        numbers = " and ".join(str(effect.id) for effect in effects)
        say(
            f"It is in the outbox as {numbers}, is sent at "
            f"{time_or_day(taken.sends_at, workplace.desk.now)} by an open csat-tui or by the next `csat-tui sync`. "
            f"`csat-tui outbox withdraw {effects[0].id}` stops it until then."
        )


def _make_sure(known: "CustomerHistory", goes: "Sequence[TicketId]", does: Sequence[str]) -> None:
    """Say what will be done and what the rules say about it, and ask for the one word that means yes."""
    for line in does:
        say(line)
    for ticket_id in goes:
        advice = known.advised(ticket_id)
        if advice is not None:
            say(f"The rules on #{ticket_id}: {advice.verdict} ({advice.rule}).")
    if ask("Merge them? (yes/no)").casefold() not in ("y", "yes"):
        raise Failure(Exit.USAGE, "Nothing was merged.")


def _known(
    installation: Installation, workplace: "Workplace", number: str, also: "Sequence[TicketId]", *, offline: bool
) -> "tuple[Case, CustomerHistory, str]":
    """Return a case with its customer's history, and why that could not be brought up to date."""
    survey_id = find_cases(workplace, number)[0]
    problem = (
        "" if offline or installation.config.helpdesk is None else _bring(installation, workplace, survey_id, also)
    )
    case = workplace.desk.case(survey_id)
    if case is None:
        raise Failure(Exit.USAGE, f"There is no case {survey_id} here.")
    return case, workplace.paperwork.merging.history(case, also), problem


def _bring(installation: Installation, workplace: "Workplace", survey_id: Any, also: "Sequence[TicketId]") -> str:
    from csat_tui.cli.help_desk_calls import fetch_history
    from csat_tui.domain.errors import HelpDeskError
    from csat_tui.secrets import NoCredential

    try:
        asyncio.run(fetch_history(installation, workplace, survey_id, also))
    except (HelpDeskError, NoCredential) as error:
        return str(error)
    return ""
