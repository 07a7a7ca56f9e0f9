"""`csat-tui history` and `csat-tui merge`: a customer's other tickets, and putting some of them together."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.asking import ask
from csat_tui.cli.case import find_cases, read_number
from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.place import Place, here, opened
from csat_tui.cli.printing import clock_time, say, say_json

if TYPE_CHECKING:
    from csat_tui.domain.case import Case
    from csat_tui.domain.ids import TicketId
    from csat_tui.store.customers import CustomerHistory
    from csat_tui.workflow.opening import Workplace

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
    from csat_tui.cli.history_document import history_document, history_lines

    place = here()
    with opened(place) as workplace:
        case, known, problem = _known(place, workplace, number, (), offline=offline)
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
    from csat_tui.cli.history_document import plan_document
    from csat_tui.domain.ids import TicketId
    from csat_tui.domain.merge_plan import merge_sentences
    from csat_tui.workflow.merging import CannotMerge

    stays, goes = TicketId(read_number(into)), [TicketId(read_number(one)) for one in tickets]
    place = here()
    with opened(place) as workplace:
        case, known, problem = _known(place, workplace, number, (stays, *goes), offline=False)
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
            f"{clock_time(taken.sends_at, workplace.desk.now)} by an open csat-tui or by the next `csat-tui sync`. "
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
    place: Place, workplace: "Workplace", number: str, also: "Sequence[TicketId]", *, offline: bool
) -> "tuple[Case, CustomerHistory, str]":
    """Return a case with its customer's history, and why that could not be brought up to date."""
    survey_id = find_cases(workplace, number)[0]
    problem = "" if offline or place.config.helpdesk is None else _bring(place, workplace, survey_id, also)
    case = workplace.desk.case(survey_id)
    if case is None:
        raise Failure(Exit.USAGE, f"There is no case {survey_id} here.")
    return case, workplace.paperwork.merging.history(case, also), problem


def _bring(place: Place, workplace: "Workplace", survey_id: Any, also: "Sequence[TicketId]") -> str:
    from csat_tui.cli.reaching import bring_history
    from csat_tui.domain.change import HelpDeskError
    from csat_tui.secrets import NoCredential

    try:
        asyncio.run(bring_history(place, workplace, survey_id, also))
    except (HelpDeskError, NoCredential) as error:
        return str(error)
    return ""
