"""`csat-tui review set-aside`, `restore` and `set-asides`: ratings that are not the agent's."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.case import find_cases
from csat_tui.cli.console import date_and_time, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.domain.review.set_aside import SetAside, SetAsideDeed, SetAsideKind

if TYPE_CHECKING:
    from csat_tui.store.review import SetAsideInList

CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A case's, survey ticket's or source ticket's number.")
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; everybody can read it later.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def set_rating_aside(
    case: CaseArgument,
    kind: Annotated[SetAsideKind, typer.Option("--kind", help="What the rating is really about.")],
    reason: ReasonOption,
    to: Annotated[
        str, typer.Option("--to", metavar="AGENT", help="With wrong-person: the agent to whom the rating belongs.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Take a rating that is not the agent's out of the figures, or give it to the agent to whom it belongs."""
    from csat_tui.workflow.setting_aside import NotSetAside

    with opened_workplace(find_installation()) as workplace:
        survey_id = find_cases(workplace, case)[0]
        try:
            step = workplace.paperwork.aside.set_aside(survey_id, kind, reason, to)
        except NotSetAside as error:
            raise Failure(Exit.USAGE, str(error)) from error
        _say_step(step, f"The rating of case {survey_id} is {step.words}. `review restore` takes that back.", json=json)


def restore_rating(case: CaseArgument, reason: ReasonOption, json: JsonOption = False) -> None:
    """Let a rating count again as it was rated."""
    from csat_tui.workflow.setting_aside import NotSetAside

    with opened_workplace(find_installation()) as workplace:
        survey_id = find_cases(workplace, case)[0]
        try:
            step = workplace.paperwork.aside.restore(survey_id, reason)
        except NotSetAside as error:
            raise Failure(Exit.USAGE, str(error)) from error
        _say_step(step, f"The rating of case {survey_id} counts again as it was rated.", json=json)


def list_set_asides(
    log: Annotated[
        bool, typer.Option("--log", help="Every step that was ever taken, also what was restored since.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    json: JsonOption = False,
) -> None:
    """List the ratings that are set aside or given, the latest first, and count them; works offline."""
    with opened_workplace(find_installation()) as workplace:
        every = workplace.paperwork.aside.every()
        standing = [one for one in every if one.stands]
        listed = (every if log else standing)[:limit]
        given = sum(one.step.deed is SetAsideDeed.GIVEN for one in standing)
        kinds = Counter(one.step.kind.value for one in standing if one.step.deed is SetAsideDeed.SET_ASIDE)
        if json:
            counts = {"set_aside": len(standing) - given, "given": given, "by_kind": dict(sorted(kinds.items()))}
            say_json({**counts, "steps": [_line(one) for one in listed]})
            return
        if not listed:
            say("No rating is set aside.")
            return
        lines = [["CASE", "TICKET", "RATED", "RATING", "WHEN", "BY", "NOW" if not log else "STEP", "WHY"]]
        lines += [
            [str(one.step.survey_id), "" if one.ticket_id is None else f"#{one.ticket_id}", one.rated[:30],
             "" if one.rating is None else f"{one.rating:g}", date_and_time(one.step.at), one.step.author[:30],
             one.step.words, one.step.reason]
            for one in listed
        ]  # fmt: skip
        table(lines, right=(0, 3))
        spread = ", ".join(f"{kind.replace('-', ' ')} {count}" for kind, count in sorted(kinds.items()))
        said = f"{len(standing) - given} set aside{f' ({spread})' if spread else ''}, {given} given to another agent."
        say(said)


def _say_step(step: SetAside, sentence: str, *, json: bool) -> None:
    if json:
        say_json(step_document(step))
    else:
        say(sentence)


def step_document(step: SetAside) -> dict[str, Any]:
    """Return a step as JSON has it."""
    return {
        "id": step.id, "case_id": step.survey_id, "at": step.at, "author_id": step.author_id, "author": step.author,
        "deed": step.deed.value, "kind": step.kind.value, "given_to": step.given_to or None, "reason": step.reason,
    }  # fmt: skip


def _line(one: "SetAsideInList") -> dict[str, Any]:
    return {
        **step_document(one.step), "ticket_id": one.ticket_id, "rated": one.rated, "rating": one.rating,
        "stands": one.stands,
    }  # fmt: skip
