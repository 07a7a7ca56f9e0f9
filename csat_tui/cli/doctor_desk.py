"""What the doctor asks the help desk: who we are, whether the view opens, what may be written."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from csat_tui.cli.diagnosis import Diagnosis, bad, look, ok
from csat_tui.cli.exits import Exit, sentence
from csat_tui.cli.place import Place
from csat_tui.config import HelpDeskConfig
from csat_tui.helpdesk.adapter import notice
from csat_tui.secrets import Credential, CredentialKind, NoCredential, admin_credential, credential


def look_at_desk(place: Place) -> Iterator[Diagnosis]:
    """Yield how the help desk takes us."""
    helpdesk = place.config.helpdesk
    if helpdesk is None:
        return
    try:
        proof = credential(helpdesk, place.environ, place.paths)
    except NoCredential as error:
        yield bad("credential", str(error), "until then you work offline with what is here", Exit.CONFIGURATION)
        return
    yield _origin(proof)
    if told := notice(helpdesk, datetime.now(UTC).date()):
        yield look("API token", told, "`csat-tui login` takes its place")
    yield from _reach(helpdesk, proof)
    if place.config.admin is not None:
        yield from _reach_admin(place, helpdesk, proof)


def _origin(proof: Credential) -> Diagnosis:
    """Return where the credential comes from and whom it speaks for."""
    if "insecure storage" in proof.origin:
        return look("credential", f"from {proof.origin}", "`csat-tui login` on a machine with a keyring is safer")
    whom = {
        CredentialKind.API_TOKEN: f"for {proof.user}",
        CredentialKind.ACCESS_TOKEN: "for whoever the OAuth token names",
        CredentialKind.SIGN_IN: f"a sign-in that renews itself{_unused_until(proof)}",
    }
    return ok("credential", f"from {proof.origin}, {whom[proof.kind]}")


def _unused_until(proof: Credential) -> str:
    """Say until when a sign-in lives without being used, where the help desk has told it."""
    from csat_tui.oauth.tokens import Tokens

    if proof.kept is None:
        return ""
    try:
        ends = Tokens.from_json(proof.kept.read().text).refresh_expires_at
    except (NoCredential, ValueError):
        return ""  # asking the help desk tells what is wrong with it, in the next line
    return "" if ends is None else f", and ends on {ends:%Y-%m-%d} if it is not used"


def _reach(helpdesk: HelpDeskConfig, proof: Credential) -> Iterator[Diagnosis]:
    from csat_tui.cli.reaching import try_view, who
    from csat_tui.domain.change import HelpDeskError

    try:
        agent = asyncio.run(who(helpdesk, proof))
    except HelpDeskError as error:
        yield bad("help desk", sentence(str(error)), "until then you work offline with what is here", Exit.HELP_DESK)
        return
    yield ok("help desk", f"{helpdesk.url} knows us as {agent.name} <{agent.email}>")
    try:
        reached = asyncio.run(try_view(helpdesk, proof))
    except HelpDeskError as error:
        yield bad("view", sentence(str(error)), "set view in config.toml, or have it shared with you", Exit.HELP_DESK)
    else:
        yield ok("view", f"{helpdesk.view} opens, {reached.surveys} on it")
    if not agent.may_reply:
        todo = "outcomes that answer the customer will be rejected; an administrator can allow it"
        yield look("replies", f"{agent.name} may not reply to customers", todo)


def _reach_admin(place: Place, helpdesk: HelpDeskConfig, proof: Credential) -> Iterator[Diagnosis]:
    """Yield whether the admin system answers, asked for an address that nobody has."""
    from csat_tui.domain.change import HelpDeskError

    todo = "until then checks come without evidence from it"
    try:
        asyncio.run(_ask_admin(place, helpdesk, proof))
    except (HelpDeskError, NoCredential) as error:
        yield look("admin", sentence(str(error)), todo)
    else:
        yield ok("admin", f"{place.config.admin.url if place.config.admin else ''} answers")


async def _ask_admin(place: Place, helpdesk: HelpDeskConfig, proof: Credential) -> None:
    from csat_tui.admin.opening import open_admin

    if place.config.admin is None:
        return
    lent = admin_credential(place.config.admin, place.environ, place.paths, helpdesk, proof)
    admin = open_admin(place.config.admin, lent)
    try:
        await admin.account("nobody@example.invalid")
    finally:
        await admin.close()
