"""`csat-tui case` shows a case, `survey fix` corrects its survey, `account` shows what the admin system says."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import read_number, say, say_json, single_line
from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.installation import Installation, find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.account import Account
    from csat_tui.domain.case import Case
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

    installation = find_installation()
    with opened_workplace(installation) as workplace:
        survey_id, *others = find_cases(workplace, number)
        problem = "" if offline else fetch_case_or_reason(installation, workplace, survey_id)
        document = case_document(workplace, survey_id, others, problem)
        if json:
            say_json(document)
            return
        from csat_tui.cli.case_document import case_lines

        for line in case_lines(document):
            say(line)
        if problem:
            complain(f"{sentence(problem)} This is the case as it was last seen here.")


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


def fetch_case_or_reason(installation: Installation, workplace: "Workplace", survey_id: "SurveyId") -> str:
    """Bring the case up to date where there is a help desk; returns why that did not work."""
    if installation.config.helpdesk is None:
        return ""
    from csat_tui.cli.help_desk_calls import fetch_case
    from csat_tui.domain.errors import HelpDeskError
    from csat_tui.secrets import NoCredential

    try:
        return asyncio.run(fetch_case(installation, workplace, survey_id))
    except (HelpDeskError, NoCredential) as error:
        return str(error)


def account(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The customer's address.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look up a customer in the admin system, and show what `[admin.map]` reads in its answer; saves nothing."""
    from csat_tui.cli.case_document import account_lines
    from csat_tui.store.tickets import write_account

    installation = find_installation()
    if installation.config.admin is None:
        raise Failure(
            Exit.CONFIGURATION,
            f"There is no [admin] in {installation.paths.config_file}, so csat-tui cannot ask the admin system.",
        )
    found = asyncio.run(_look_up(installation, email))
    if found is None:
        raise Failure(Exit.NEEDS_PERSON, f"The admin system has no customer with the address {email}.")
    document = write_account(found)
    if json:
        say_json(document)
        return
    for line in account_lines(document):
        say(line)


async def _look_up(installation: Installation, email: str) -> "Account | None":
    from csat_tui.admin.port import open_admin
    from csat_tui.secrets import Credential, NoCredential, admin_credential, credential

    assert installation.config.admin is not None  # noqa: S101 - the command has looked
    helpdesk = installation.config.helpdesk
    lent: Credential | None = None
    if helpdesk is not None:
        try:
            lent = credential(helpdesk, installation.environ, installation.paths)
        except NoCredential:
            lent = None  # the admin system may have its own, or want none
    admin = open_admin(
        installation.config.admin,
        admin_credential(installation.config.admin, installation.environ, installation.paths, helpdesk, lent),
    )
    try:
        return await admin.account(email)
    finally:
        await admin.close()


survey = typer.Typer(rich_markup_mode=None, help="Look at what csat-tui read in surveys, and correct it.")


@survey.command("fix")
def fix(
    number: Annotated[str, typer.Argument(metavar="ID", help="A case's, survey ticket's or source ticket's number.")],
    ticket: Annotated[
        str | None, typer.Option(metavar="TICKET", help="The ticket that it rates; empty for no ticket.")
    ] = None,
    rating: Annotated[
        list[str] | None, typer.Option("--rating", metavar="FACTOR=1-5", help="A factor's rating; empty for skipped.")
    ] = None,
    comment: Annotated[str | None, typer.Option(metavar="TEXT", help="The customer's words.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Do not fetch the ticket now.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change without changing anything.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Enter or correct what a survey says: its ticket, ratings and comment; whatever you do not name stays.

    Who did it, when and what was there before are kept with the case. Without an option it shows what was read, and
    which tickets the survey may be about.
    """
    from csat_tui.cli.case_document import mending_document, survey_document
    from csat_tui.workflow.mending import COMMENT, TICKET, NotMended

    installation = find_installation()
    with opened_workplace(installation) as workplace:
        survey_id = find_cases(workplace, number)[0]
        case = _case(workplace, survey_id)
        desk = workplace.paperwork.mending
        texts = _pairs(rating)
        texts |= {} if ticket is None else {TICKET: ticket}
        texts |= {} if comment is None else {COMMENT: comment}
        changes: tuple[str, ...] = ()
        if texts:
            try:
                reading = desk.typed(case.survey, texts)
                changes = desk.preview(case, reading)
                if not dry_run:
                    desk.mend(case.id, reading, case.survey)
            except NotMended as error:
                raise Failure(Exit.USAGE, str(error)) from error
        mended = bool(texts) and not dry_run
        problem = fetch_case_or_reason(installation, workplace, survey_id) if mended and not offline else ""
        after = _case(workplace, survey_id)
        document = {
            "case_id": survey_id,
            "mended": mended,
            "changes": list(changes),
            "path": after.path.id,
            "survey": survey_document(after),
            "offered_tickets": list(desk.offered(after)),
            "mendings": [mending_document(one) for one in after.mendings],
            "problem": problem,
        }
        if json:
            say_json(document)
            return
        for line in _lines(document):
            say(line)
        if problem:
            complain(f"{problem} The fix is saved; the next sync fetches the ticket.")


def _case(workplace: "Workplace", survey_id: Any) -> "Case":
    case = workplace.desk.case(survey_id)
    if case is None:
        raise Failure(Exit.USAGE, f"There is no case {survey_id} here (any more).")
    return case


def _pairs(given: list[str] | None) -> dict[str, str]:
    pairs = {}
    for one in given or ():
        name, sign, text = one.partition("=")
        if not sign or not name.strip():
            raise Failure(Exit.USAGE, f"“{one}” is not of the form FACTOR=RATING. Nothing was changed.")
        pairs[name.strip()] = text
    return pairs


def _lines(document: dict[str, Any]) -> Iterator[str]:
    survey, changes = document["survey"], document["changes"]
    if document["mended"]:
        yield f"Fixed the survey of case {document['case_id']}: {', '.join(changes) or 'confirmed as it was read'}."
    elif changes:
        yield f"Would fix the survey of case {document['case_id']}: {', '.join(changes)}. Nothing was changed."
    number = survey["source_ticket_id"]
    yield f"  ticket {f'#{number}' if number else '—'}, path {document['path']}"
    yield f"  ratings {', '.join(f'{name} {figure}' for name, figure in survey['ratings'].items()) or '—'}"
    yield f"  comment {single_line(survey['comment'])[:200] or '—'}"
    if survey["problem"]:
        yield f"  {single_line(survey['problem'])}"
    if not number and document["offered_tickets"]:
        yield f"  it may be about {', '.join(f'#{one}' for one in document['offered_tickets'])}"
