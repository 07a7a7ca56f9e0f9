"""`csat-tui connect`: connect a help desk by address, user and token; a first start does the same from the screen."""

import asyncio
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import ask, require_person, say
from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.installation import Installation, find_installation, opened_workplace
from csat_tui.config import HelpDeskConfig
from csat_tui.config.help_desks import DEFAULT_HELP_DESK
from csat_tui.file_access import expanded
from csat_tui.paths import Paths
from csat_tui.secrets import HELPDESK_TOKEN, Credential

if TYPE_CHECKING:
    from csat_tui.cli.help_desk_calls import HelpDeskView
    from csat_tui.domain.ticket import Agent


REVIEW_VIEW_HELP = "The view of finished surveys whose notes are reviewed, its number or its title."


def connect(
    url: Annotated[
        str, typer.Option(metavar="URL", help=f"The help desk's address, {DEFAULT_HELP_DESK.example}.")
    ] = "",
    view: Annotated[str, typer.Option(metavar="VIEW", help="The surveys' view, its number or its title.")] = "",
    review_view: Annotated[str, typer.Option("--review-view", metavar="VIEW", help=REVIEW_VIEW_HELP)] = "",
    user: Annotated[
        str | None, typer.Option(metavar="USER", help="Whose API token it is; empty for an OAuth access token.")
    ] = None,
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read the token from standard input.")] = False,
    insecure_storage: Annotated[
        bool, typer.Option("--insecure-storage", help="Keep the token in a plain file that only you can read.")
    ] = False,
) -> None:
    """Connect a help desk with a token: try the token and the view, and save them only if both work.

    `csat-tui login` needs no token, where the help desk lets people sign in.
    """
    from csat_tui.cli.logs import begin_log

    paths = Paths.find(os.environ)
    begin_log(paths)
    url = tidy_address(url or ask("Address of the help desk"))
    user = user if user is not None else ask("User, an e-mail address (empty for an OAuth token)", default="")
    given = os.environ.get(HELPDESK_TOKEN, "").strip()
    token = given if given and not token_stdin else _token(token_stdin)
    proof = Credential(user.strip(), token, "the command line")
    asked = not view
    wanted = HelpDeskConfig(DEFAULT_HELP_DESK.name, url, read_view(view or choose_view(url, proof)), user.strip())
    reviewed = read_view(review_view or (choose_review_view() if asked else ""))
    reached = asyncio.run(try_connection(wanted, proof))
    for line in introduction(reached.agent, url, f"the view shows {reached.surveys}"):
        say(line)
    for line in try_review_view(wanted, proof, reviewed):
        say(line)
    kept = "" if given and not token_stdin else token
    for line in save_connection(paths, wanted, kept, insecure=insecure_storage, review_view=reviewed):
        say(line)
    with opened_workplace(
        find_installation()
    ) as workplace:  # binds the database to this help desk, or says that it holds another one's
        workplace.signed_in()
        say("Connected. `csat-tui` opens the workstation.")
        if workplace.warning:
            complain(workplace.warning)


def introduction(agent: "Agent", url: str, also: str = "") -> list[str]:
    """Return who it is at the help desk, and what they may not do there."""
    lines = [f"This is {agent.name} at {url}{f'; {also}' if also else ''}."]
    if not agent.may_reply:
        lines.append(
            f"{agent.name} may write private notes but not reply to customers: outcomes with a public reply will be "
            "rejected. An administrator can allow it."
        )
    return lines


async def try_connection(wanted: HelpDeskConfig, proof: Credential) -> "HelpDeskView":
    """Ask the help desk who we are and open the view; Failure where that does not work."""
    from csat_tui.cli.help_desk_calls import try_view
    from csat_tui.domain.errors import HelpDeskError

    try:
        return await try_view(wanted, proof)
    except HelpDeskError as error:
        raise Failure(Exit.HELP_DESK, f"{sentence(str(error))} Nothing was written down.") from error


def try_review_view(wanted: HelpDeskConfig, proof: Credential, view: int | str) -> list[str]:
    """Open the view of finished surveys, where one is named, and say what it shows; Failure where that fails."""
    if not view:
        return []
    reached = asyncio.run(try_connection(replace(wanted, view=view), proof))
    return [f"The view of what is reviewed shows {reached.surveys}."]


def save_connection(
    paths: Paths, wanted: HelpDeskConfig, token: str, *, insecure: bool = False, review_view: int | str = ""
) -> list[str]:
    """Store the credential, unless it is empty, and write the connection; returns where. Raises NoCredential."""
    from csat_tui.secrets import store_credential

    kept = f"The credential is taken from {HELPDESK_TOKEN} each time, and was not stored."
    if token:
        where = store_credential(paths, wanted.url, wanted.user, token, insecure=insecure)
        kept = f"The credential is kept in {where}."
    return [kept, write_connection(paths, wanted, review_view=review_view)]


def write_connection(paths: Paths, wanted: HelpDeskConfig, *, client_id: str = "", review_view: int | str = "") -> str:
    """Write the connection into the configuration, OAuth client and view to review where given; returns where it is."""
    from csat_tui.config import write_helpdesk

    try:
        write_helpdesk(
            paths, wanted.url, wanted.view, wanted.user, kind=wanted.kind, client_id=client_id, review_view=review_view
        )
    except OSError as error:
        raise Failure(
            Exit.CONFIGURATION,
            f"{paths.config_file} cannot be written ({error.strerror}). What stood there is unchanged; "
            "check the folder's permissions and the free disk space.",
        ) from error
    return f"The connection is written to {paths.config_file}."


def tidy_address(url: str) -> str:
    """Return an address as it is kept; Failure for one that cannot be a help desk's."""
    from csat_tui.config.help_desks import tidy_url

    try:
        return tidy_url(url)
    except ValueError as error:
        raise Failure(Exit.USAGE, f"The address should be {error}. Nothing was written.") from error


def read_view(text: str) -> int | str:
    """Return a view's number or title."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else text


def _token(from_input: bool) -> str:
    """Return the token, typed without an echo or read from standard input."""
    token = sys.stdin.readline().strip() if from_input else ""
    if not from_input:
        require_person("the token", "--token-stdin")
        token = str(typer.prompt("Token (it is not shown)", hide_input=True, err=True)).strip()
    if not token:
        raise Failure(Exit.CONFIGURATION, "The input has no token. Nothing was written.")
    if not (token.isascii() and token.isprintable()):
        raise Failure(
            Exit.CONFIGURATION, "What was given has characters that no token has; copy it again. Nothing was written."
        )
    return token


def choose_view(url: str, proof: Credential) -> str:
    """Let the person choose among the views that the help desk has."""
    from csat_tui.cli.help_desk_calls import views_of, who_am_i

    asked = HelpDeskConfig(DEFAULT_HELP_DESK.name, url, 0, proof.user)
    asyncio.run(who_am_i(asked, proof))
    views = asyncio.run(views_of(asked, proof))
    listed = "\n".join(f"  {one.id}  {one.title}" for one in views)
    if not views:
        raise Failure(
            Exit.HELP_DESK,
            sentence(
                f"{url} has no view that {proof.user or 'this credential'} can open; ask for one. Nothing was written"
            ),
        )
    if not sys.stdin.isatty():
        raise Failure(Exit.USAGE, f"Name the surveys' view with --view. Nothing was written. There are:\n{listed}")
    say(f"Views:\n{listed}")
    return ask("The surveys' view, its number or its title")


def choose_review_view() -> str:
    """Ask which of the views that were listed holds finished surveys; empty for none."""
    return ask("The view of finished surveys whose notes are reviewed (empty for none)", default="")


MOST_ERRORS = 3
"""Errors of a file that a form has room for; `csat-tui import` lists them all."""


def is_first_start(installation: Installation) -> bool:
    """Return whether there is nothing to work on yet: no help desk, and no survey that was imported."""
    if installation.config.helpdesk is not None:
        return False
    if not installation.paths.database.exists():
        return True
    with opened_workplace(installation) as workplace:
        return not any(workplace.desk.counts().by_stage.values())


def connect_first(installation: Installation, url: str, view: str, user: str, token: str) -> None:
    """Try a help desk, and keep credential and connection where it works. Raises Failure, NoCredential."""
    wanted = HelpDeskConfig(DEFAULT_HELP_DESK.name, tidy_address(url), read_view(view.strip()), user.strip())
    asyncio.run(try_connection(wanted, Credential(wanted.user, token.strip(), "the first start")))
    save_connection(installation.paths, wanted, token.strip())


def import_first(installation: Installation, path: str) -> None:
    """Import a survey file, whole or not at all. Raises Failure with the first things that are wrong with it."""
    file = expanded(path.strip())
    with opened_workplace(installation) as workplace:
        from csat_tui.cli.importing import write_import
        from csat_tui.intake import read_export

        preview = read_export(file, workplace.playbook)
        if preview.errors:
            told = "; ".join(map(str, preview.errors[:MOST_ERRORS]))
            more = f"; `csat-tui import {file}` lists them all" if len(preview.errors) > MOST_ERRORS else ""
            raise Failure(Exit.NEEDS_PERSON, f"Nothing was imported: {told}{more}.")
        if not preview.surveys:
            raise Failure(Exit.NEEDS_PERSON, "Nothing was imported: it has no survey that can be imported.")
        write_import(workplace, preview.surveys)
