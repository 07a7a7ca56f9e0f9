"""`csat-tui account EMAIL`: what the admin system says of a customer, as config.toml has it read."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.place import Place, here
from csat_tui.cli.printing import say, say_json

if TYPE_CHECKING:
    from csat_tui.domain.account import Account


def account(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The customer's address.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look up a customer in the admin system, and show what `[admin.map]` reads in its answer; saves nothing."""
    from csat_tui.cli.case_text import account_lines
    from csat_tui.store.tickets import write_account

    place = here()
    if place.config.admin is None:
        raise Failure(
            Exit.CONFIGURATION,
            f"There is no [admin] in {place.paths.config_file}, so csat-tui cannot ask the admin system.",
        )
    found = asyncio.run(_look_up(place, email))
    if found is None:
        raise Failure(Exit.NEEDS_PERSON, f"The admin system has no customer with the address {email}.")
    document = write_account(found)
    if json:
        say_json(document)
        return
    for line in account_lines(document):
        say(line)


async def _look_up(place: Place, email: str) -> "Account | None":
    from csat_tui.admin.opening import open_admin
    from csat_tui.secrets import Credential, NoCredential, admin_credential, credential

    assert place.config.admin is not None  # noqa: S101 - the command has looked
    helpdesk = place.config.helpdesk
    lent: Credential | None = None
    if helpdesk is not None:
        try:
            lent = credential(helpdesk, place.environ, place.paths)
        except NoCredential:
            lent = None  # the admin system may have its own, or want none
    admin = open_admin(
        place.config.admin, admin_credential(place.config.admin, place.environ, place.paths, helpdesk, lent)
    )
    try:
        return await admin.account(email)
    finally:
        await admin.close()
