"""`csat-tui login` signs in at the help desk in a browser, here or on another machine; `csat-tui logout` signs out."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.connect import (
    REVIEW_VIEW_HELP,
    choose_review_view,
    choose_view,
    introduction,
    read_view,
    tidy_address,
    try_connection,
    try_review_view,
    write_connection,
)
from csat_tui.cli.console import ask, require_person, say
from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.config import HelpDeskConfig, load_config
from csat_tui.config.help_desks import DEFAULT_HELP_DESK
from csat_tui.oauth.sign_in import PORT, Tokens, redirect_to
from csat_tui.paths import Paths
from csat_tui.secrets import HELPDESK_TOKEN, Credential, CredentialStore, forget_credential

if TYPE_CHECKING:
    from csat_tui.oauth.authority import Authority, SignInRequest

SIGN_IN_TIMEOUT = 300.0
"""Seconds for the person to sign in at the help desk, with a second factor and whatever else it asks for."""
PASTE_ATTEMPTS = 3
"""The number of attempts to paste a valid address."""
NOTHING = "Nothing was written down"


def login(
    url: Annotated[
        str, typer.Option(metavar="URL", help=f"The help desk's address, {DEFAULT_HELP_DESK.example}.")
    ] = "",
    view: Annotated[str, typer.Option(metavar="VIEW", help="The surveys' view, its number or its title.")] = "",
    review_view: Annotated[str, typer.Option("--review-view", metavar="VIEW", help=REVIEW_VIEW_HELP)] = "",
    client_id: Annotated[
        str, typer.Option(metavar="ID", help="The OAuth client's identifier at the help desk; csat-tui by default.")
    ] = "",
    port: Annotated[
        int, typer.Option(min=1, max=65535, metavar="PORT", help="Where the browser comes back to on this machine.")
    ] = PORT,
    paste: Annotated[
        bool, typer.Option("--paste", help="Sign in with a browser elsewhere and paste the address it ends at.")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address to open on this machine.")
    ] = False,
    insecure_storage: Annotated[
        bool, typer.Option("--insecure-storage", help="Keep the sign-in in a plain file that only you can read.")
    ] = False,
) -> None:
    """Sign in at the help desk in a browser; the sign-in renews itself from then on.

    Surveys, drafts and the outbox stay as they are. An open workstation uses the new sign-in by itself.
    """
    from csat_tui.cli.logs import begin_log
    from csat_tui.domain.clock import SystemClock
    from csat_tui.helpdesk.port import adapter_of
    from csat_tui.oauth.authority import Authority
    from csat_tui.oauth.renewal import abandon

    paths = Paths.find(os.environ)
    begin_log(paths)
    before = load_config(paths).helpdesk
    url = tidy_address(url or (before.url if before else ask("Address of the help desk")))
    known = before if before is not None and before.url == url else None
    if known is None and not view:
        require_person("the surveys' view", "--view")
    wanted = replace(known or HelpDeskConfig(DEFAULT_HELP_DESK.name, url, 0), user="")
    wanted = replace(wanted, client_id=client_id.strip() or wanted.client_id)
    kept = CredentialStore(paths, url)
    # A machine without a keyring says so now, and not after the person has been through the help desk's pages.
    insecure_storage = insecure_storage or kept.read().insecure
    authority = Authority(url, wanted.client_id, SystemClock(), adapter_of(wanted.kind).sign_in)
    tokens = _signed_in(authority, port, paste=paste or _far_away(os.environ), show=not no_browser)
    try:
        lines = _settled(paths, wanted, view, review_view, known, kept, tokens, authority, insecure=insecure_storage)
    except BaseException:
        abandon(tokens, authority)  # nobody will ever use it
        raise
    for line in lines:
        say(line)
    installation = find_installation()
    for line in _in_the_way(installation.helpdesk):
        complain(line)
    with opened_workplace(
        installation
    ) as workplace:  # binds the database to this help desk, or says that it holds another one's
        workplace.signed_in()
        say("Signed in. `csat-tui` opens the workstation.")


def _signed_in(authority: "Authority", port: int, *, paste: bool, show: bool) -> Tokens:
    """Return the tokens of somebody who has allowed it. Raises Failure."""
    from csat_tui.domain.errors import HelpDeskError, Uncertain
    from csat_tui.oauth.authority import SpentToken

    try:
        code, asked = _by_hand(authority, port) if paste else _by_browser(authority, port, show=show)
        return authority.exchange(code, asked)
    except SpentToken as error:
        raise Failure(
            Exit.HELP_DESK,
            f"The help desk does not take the code: it lives for two minutes and is good once. {NOTHING}; "
            "run `csat-tui login` again.",
        ) from error
    except Uncertain as error:
        raise Failure(
            Exit.HELP_DESK, f"The help desk gave no usable answer. {NOTHING}; run `csat-tui login` again."
        ) from error
    except HelpDeskError as error:
        raise Failure(Exit.HELP_DESK, f"{sentence(str(error))} {NOTHING}; `csat-tui login` tries again.") from error


def _by_browser(authority: "Authority", port: int, *, show: bool) -> "tuple[str, SignInRequest]":
    """Show the help desk's page in a browser on this machine, and wait for it to come back."""
    from csat_tui import browser
    from csat_tui.oauth.loopback import Loopback, NoAnswer

    try:
        loopback = Loopback(port)
    except OSError as error:
        raise Failure(
            Exit.USAGE,
            f"The browser could not come back to port {port} ({(error.strerror or 'it is not free').lower()}). "
            f"{NOTHING}; end what listens there, choose a --port that is registered at the help desk, or use --paste.",
        ) from error
    with loopback:
        asked = authority.ask(loopback.redirect)
        shown = show and browser.opens(asked.address, os.environ)
        say("The help desk's page is open in your browser. If it is not, open this address:" if shown else
            "Open this address in a browser on this machine:")  # fmt: skip
        say(f"\n  {asked.address}\n")
        sys.stdout.flush()
        try:
            return loopback.wait(asked.state, SIGN_IN_TIMEOUT, _believed), asked
        except NoAnswer:
            raise Failure(
                Exit.HELP_DESK,
                f"The help desk's page did not answer within {SIGN_IN_TIMEOUT / 60:g} minutes. {NOTHING}; run "
                "`csat-tui login` again, with --paste if the browser is on another machine.",
            ) from None


def _believed(said: str) -> bool:
    """Ask the person whether a no is theirs that nothing proves; where nobody is here to answer it is not believed."""
    complain(
        f"Suspicious: an answer says that the sign-in was not allowed ({said}), but it does not carry the mark of this "
        "sign-in. Some of the help desk's own pages leave the mark out; any other page could have sent it as well."
    )
    if not sys.stdin.isatty():
        complain("csat-tui does not trust it and keeps waiting for the help desk's page. Ctrl-C ends the sign-in.")
        return False
    if typer.confirm("Did you refuse the sign-in yourself? “No” keeps waiting for the page", default=False, err=True):
        return True
    complain("csat-tui keeps waiting for the help desk's page. Ctrl-C ends the sign-in.")
    return False


def _by_hand(authority: "Authority", port: int) -> "tuple[str, SignInRequest]":
    """Have the person open the page wherever they like, and paste what the browser ends at."""
    from csat_tui.oauth.loopback import ForeignAnswer, UnprovenRefusal, code_pasted, declined_error

    require_person("the address", "a browser on this machine, without --paste")
    redirect = redirect_to(port)
    asked = authority.ask(redirect)
    say(f"Open this address in any browser, on any machine:\n\n  {asked.address}\n")
    say(
        f"When you have allowed it, the browser goes to an address that begins with {redirect}.\n"
        "It cannot be opened there, and that is fine: copy the whole of it from the address bar."
    )
    for _ in range(PASTE_ATTEMPTS):
        pasted = ask("Address, or the code in it")
        try:
            return code_pasted(pasted, asked.state), asked
        except UnprovenRefusal as unproven:
            if _believed(str(unproven)):
                raise declined_error(str(unproven)) from None
        except ForeignAnswer:
            complain(
                "That does not belong to this sign-in. Open the address above, and copy the complete address that "
                "follows."
            )
    raise Failure(
        Exit.USAGE, f"What was pasted does not belong to this sign-in. {NOTHING}; run `csat-tui login` again."
    )


def _settled(
    paths: Paths,
    wanted: HelpDeskConfig,
    view: str,
    review_view: str,
    known: HelpDeskConfig | None,
    kept: CredentialStore,
    tokens: Tokens,
    authority: "Authority",
    *,
    insecure: bool,
) -> list[str]:
    """Try the sign-in, and only then write it and the connection down; returns what is told. Raises what fails."""
    from csat_tui.cli.help_desk_calls import who_am_i
    from csat_tui.oauth.renewal import keep_sign_in

    proof = Credential("", tokens.access, "the sign-in")
    if known is not None and not view:
        told = introduction(asyncio.run(who_am_i(wanted, proof)), wanted.url)
    else:
        wanted = replace(wanted, view=read_view(view or choose_view(wanted.url, proof)))
        review_view = review_view or ("" if view else choose_review_view())
        reached = asyncio.run(try_connection(wanted, proof))
        told = introduction(reached.agent, wanted.url, f"the view shows {reached.surveys}")
    told += try_review_view(wanted, proof, read_view(review_view))
    where = keep_sign_in(kept, tokens, authority, insecure=insecure)
    told.append(f"The sign-in is kept in {where} and renews itself.")
    if wanted != known or review_view:
        reviewed = read_view(review_view)
        told.append(write_connection(paths, wanted, client_id=wanted.client_id, review_view=reviewed))
    return told


def _in_the_way(helpdesk: HelpDeskConfig) -> list[str]:
    """Say what would be used before the sign-in."""
    found = []
    if os.environ.get(HELPDESK_TOKEN, "").strip():
        found.append(f"{HELPDESK_TOKEN} is set and comes before the sign-in; unset it.")
    if helpdesk.token_command:
        found.append("token_command in config.toml comes before the sign-in; remove it.")
    return found


def _far_away(environ: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine, whose browser cannot come back to this one; says so."""
    if not environ.get("SSH_CONNECTION") or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return False
    say("This is a session over SSH without a desktop, so the address is pasted here (as with --paste).")
    return True


def logout() -> None:
    """End the sign-in at the help desk and forget the credential; configuration, surveys and outbox stay."""
    from csat_tui.domain.clock import SystemClock
    from csat_tui.helpdesk.port import adapter_of
    from csat_tui.oauth.authority import Authority
    from csat_tui.oauth.renewal import sign_out

    installation = find_installation()
    helpdesk = installation.helpdesk
    paths = adapter_of(helpdesk.kind).sign_in
    authority = Authority(helpdesk.url, helpdesk.client_id, SystemClock(), paths)
    ended = sign_out(CredentialStore(installation.paths, helpdesk.url), authority)
    if helpdesk.user:
        forget_credential(installation.paths, helpdesk.url, helpdesk.user)
    say(f"The credential for {helpdesk.url} is forgotten here; what was fetched and decided stays.")
    if ended is False:
        say(
            "The help desk was not reached, so the sign-in is not ended there; it runs out by itself, "
            "or an administrator revokes it."
        )
    if installation.environ.get(HELPDESK_TOKEN, "").strip():
        say(f"{HELPDESK_TOKEN} still has one; unset it.")
    if helpdesk.token_command:
        say("token_command in config.toml still has one; remove it.")
