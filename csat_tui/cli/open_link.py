"""`csat-tui open`: show what a link names, in the workstation that is open or in a new one."""

from dataclasses import replace
from typing import Annotated

import typer

from csat_tui.cli.console import say
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.screen import Screen, open_screen, options_of, screen_of
from csat_tui.domain.recovery.link import NotATarget, RecoveryTarget, read_link

SILENT = (
    "A workstation is open in this home and does not answer. Nothing was opened; "
    "look at its terminal, or quit it and open the link again."
)
NO_TERMINAL = (
    "There is no terminal here, and none was found to open one. Nothing was opened; "
    "type csat-tui open '{}' in a terminal, or name yours in the variable TERMINAL."
)


def open_link(
    context: typer.Context,
    link: Annotated[str, typer.Argument(metavar="LINK", help="Such as csat-tui://recovery?ticket=60&group=billing.")],
) -> None:
    """Show what a link names: a survey's recovery notes, or a support group's of a day.

    The open workstation of this home asks whether to show it; where none is open, one is started, in this terminal or
    in a new one. A link never changes anything.
    """
    import os

    from csat_tui.cli.desktop import notify_desktop

    screen = screen_of(context)
    try:
        _open(context, screen, link)
    except Failure as failure:
        if not _in_terminal(screen):
            notify_desktop(str(failure), os.environ)  # whoever clicked a link sees no standard error
        raise


def _open(context: typer.Context, screen: Screen, link: str) -> None:
    from csat_tui.cli.installation import find_installation
    from csat_tui.workstation_socket import SHOWN, WorkstationSilent, ask_workstation

    try:
        target = read_link(link)
    except NotATarget as error:
        raise Failure(Exit.USAGE, f"{error} Nothing was opened.") from error
    installation = find_installation()
    try:
        answer = ask_workstation(installation.paths.data_dir, target.link)
    except WorkstationSilent:
        raise Failure(Exit.NEEDS_PERSON, SILENT) from None
    if answer is None:
        _start(context, screen, target)
    elif answer == SHOWN:
        say("The open workstation asks whether to show it.")
    else:
        raise Failure(Exit.NEEDS_PERSON, answer)


def _start(context: typer.Context, screen: Screen, target: RecoveryTarget) -> None:
    """Start a workstation that shows the target, in this terminal or in a new one."""
    import os

    from csat_tui.cli.desktop import open_in_terminal, own_command

    options = options_of(context)
    if _in_terminal(screen):
        raise typer.Exit(open_screen(context, replace(options, target=target)))
    command = own_command(os.environ, *options.arguments, "open", "--", target.link)
    if not open_in_terminal(command, os.environ):
        raise Failure(Exit.NEEDS_PERSON, NO_TERMINAL.format(target.link))
    say("A workstation is being opened in a new terminal.")


def _in_terminal(screen: Screen) -> bool:
    try:
        screen.check()
    except Failure:
        return False
    return True
