"""`csat-tui links`: have this user's desktop open links of csat-tui with `csat-tui open`, or no more."""

import os
from typing import Annotated

import typer

from csat_tui.cli.console import ask_leave, say
from csat_tui.cli.exits import Exit

links = typer.Typer(no_args_is_help=True, help="Have the desktop open links of csat-tui, such as those in reports.")

Unasked = Annotated[bool, typer.Option("--yes", help="Ask nothing.")]


@links.command("install")
def install_links(yes: Unasked = False) -> None:
    """Have this user's desktop open links with csat-tui; shows what it writes, and asks first."""
    from csat_tui.cli.link_handlers import link_handlers

    plans = [(handler, handler.plan()) for handler in link_handlers(os.environ)]
    if not any(plan for _, plan in plans):
        say("Links are opened by this csat-tui already; nothing was written.")
        return
    for paragraph in (paragraph for _, plan in plans for paragraph in plan):
        say(f"{paragraph}\n")
    ask_leave("Write this?", yes=yes)
    for handler, plan in plans:
        if plan:
            handler.install()
    say("Links are opened by csat-tui from now on. `csat-tui links uninstall` takes that back.")


@links.command("uninstall")
def uninstall_links(yes: Unasked = False) -> None:
    """Remove exactly what `csat-tui links install` wrote; shows it, and asks first."""
    from csat_tui.cli.link_handlers import link_handlers

    handlers = link_handlers(os.environ)
    there = [line for handler in handlers for line in handler.installed()]
    if not there:
        say("Nothing of links is installed.")
        return
    for line in there:
        say(f"It removes {line}")
    ask_leave("Remove this?", yes=yes)
    for handler in handlers:
        handler.uninstall()
    say("Links are not opened by csat-tui any more; `csat-tui open LINK` works all the same.")


@links.command("status")
def link_status() -> None:
    """Say whether links are opened by this csat-tui, and what is installed for that."""
    from csat_tui.cli.link_handlers import link_handlers

    handlers = link_handlers(os.environ)
    there = [line for handler in handlers for line in handler.installed()]
    for line in there:
        say(line)
    if not any(handler.plan() for handler in handlers):
        say("Links are opened by this csat-tui.")
        return
    state = "belongs to another csat-tui, or only a part is there" if there else "is not installed"
    say(f"What opens links {state}; `csat-tui links install` sets it up.")
    raise typer.Exit(Exit.NEEDS_PERSON)
