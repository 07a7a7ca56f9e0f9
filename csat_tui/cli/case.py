"""`csat-tui case ID`: everything that the screen shows of one case."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.place import Place, here, opened
from csat_tui.cli.printing import say, say_json

if TYPE_CHECKING:
    from csat_tui.domain.ids import SurveyId
    from csat_tui.workflow.opening import Workplace


def case(
    number: Annotated[str, typer.Argument(metavar="ID", help="A case's, survey ticket's or source ticket's number.")],
    offline: Annotated[
        bool, typer.Option("--offline", help="Show what is here, without asking the help desk.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show everything about one case: survey, transcript, checks with evidence, draft, decision and deliveries."""
    from csat_tui.cli.case_document import case_document

    place = here()
    with opened(place) as workplace:
        survey_id, *others = find_cases(workplace, number)
        problem = "" if offline else bring_here_or_why(place, workplace, survey_id)
        document = case_document(workplace, survey_id, others, problem)
        if json:
            say_json(document)
            return
        from csat_tui.cli.case_text import case_lines

        for line in case_lines(document):
            say(line)
        if problem:
            complain(f"{sentence(problem)} This is the case as it was last seen here.")


def read_number(text: str) -> int:
    """Return a number as people write it, with or without a number sign; Failure for anything else."""
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise Failure(Exit.USAGE, f"“{text}” is not a number, such as 60 or #7335060.")
    return int(digits)


def find_cases(workplace: "Workplace", text: str) -> "list[SurveyId]":
    """Return the cases that a number means, the newest first; Failure where there is none."""
    number = read_number(text)
    found = workplace.desk.find(number)
    if not found:
        raise Failure(
            Exit.USAGE,
            f"There is no case and no ticket {number} here. `csat-tui sync` fetches what is new in the view.",
        )
    return found


def bring_here_or_why(place: Place, workplace: "Workplace", survey_id: "SurveyId") -> str:
    """Bring the case up to date where there is a help desk; returns why that did not work."""
    if place.config.helpdesk is None:
        return ""
    from csat_tui.cli.reaching import bring_here
    from csat_tui.domain.change import HelpDeskError
    from csat_tui.secrets import NoCredential

    try:
        return asyncio.run(bring_here(place, workplace, survey_id))
    except (HelpDeskError, NoCredential) as error:
        return str(error)
