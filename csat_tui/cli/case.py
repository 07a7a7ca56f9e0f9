"""`csat-tui case` shows everything about one case, `csat-tui account` what the admin system says of a customer."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import say, say_json
from csat_tui.cli.context import Installation, find_installation, opened_workplace
from csat_tui.cli.exits import Exit, Failure, complain, sentence

if TYPE_CHECKING:
    from csat_tui.domain.account import Account
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


def fetch_case_or_reason(installation: Installation, workplace: "Workplace", survey_id: "SurveyId") -> str:
    """Bring the case up to date where there is a help desk; returns why that did not work."""
    if installation.config.helpdesk is None:
        return ""
    from csat_tui.cli.help_desk_calls import fetch_case
    from csat_tui.domain.change import HelpDeskError
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
    from csat_tui.admin.opening import open_admin
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
