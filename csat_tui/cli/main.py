"""The program `csat-tui`: all commands, and what happens without one."""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from csat_tui import __version__
from csat_tui.cli.alerts import alerts
from csat_tui.cli.case import account, case, survey
from csat_tui.cli.channel_and_mail import channel, mail
from csat_tui.cli.connect import connect
from csat_tui.cli.conversation import record_conversation
from csat_tui.cli.deciding import answer_question, decide_case
from csat_tui.cli.demo import demo
from csat_tui.cli.demo_server import demo_server
from csat_tui.cli.doctor import doctor
from csat_tui.cli.exits import errors_as_sentences
from csat_tui.cli.history import history, merge
from csat_tui.cli.importing import import_file
from csat_tui.cli.links import links
from csat_tui.cli.login import login, logout
from csat_tui.cli.open_link import open_link
from csat_tui.cli.outbox import outbox
from csat_tui.cli.playbook import playbook
from csat_tui.cli.purge import purge_cases
from csat_tui.cli.queue import queue
from csat_tui.cli.recovery import recovery as recovery_commands
from csat_tui.cli.report import report_commands
from csat_tui.cli.review import review as review_commands
from csat_tui.cli.screen import (
    Animation,
    Debug,
    Mouse,
    ReviewOption,
    ScreenOptions,
    Theme,
    open_screen,
    remember_options,
)
from csat_tui.cli.shift import recap, shift
from csat_tui.cli.sync import sync
from csat_tui.cli.tracker import tracker
from csat_tui.cli.wording import wording


class CommandGroup(TyperGroup):
    """Commands whose errors are told in a sentence, all in one place."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with errors_as_sentences():
            return super().invoke(ctx)


app = typer.Typer(
    name="csat-tui",
    cls=CommandGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"csat-tui {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def workstation(
    context: typer.Context,
    theme: Theme = None,
    mouse: Mouse = None,
    animation: Animation = None,
    debug: Debug = False,
    review: ReviewOption = False,
    version: Annotated[  # noqa: ARG001 - acts by its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Review bad surveys from the keyboard. Without a command, open the workstation.

    Exit codes: 0 all is well, 1 something needs you, 2 the command was misspelt, 3 configuration, playbook or
    credential, 4 the help desk cannot be reached or refuses, 5 the database, 70 a fault of csat-tui itself.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows “?”, and nothing fails
    options = ScreenOptions(theme, mouse, animation, debug, review)
    remember_options(context, options)
    if context.invoked_subcommand is None:
        raise typer.Exit(open_screen(context, options))


app.command("sync")(sync)
app.command("queue")(queue)
app.command("case")(case)
app.command("decide")(decide_case)
app.command("answer")(answer_question)
app.command("conversation")(record_conversation)
app.add_typer(survey, name="survey")
app.command("history")(history)
app.command("merge")(merge)
app.add_typer(outbox, name="outbox")
app.add_typer(tracker, name="tracker")
app.add_typer(report_commands, name="report")
app.add_typer(shift, name="shift")
app.command("recap")(recap)
app.add_typer(recovery_commands, name="recovery")
app.add_typer(review_commands, name="review")
app.add_typer(alerts, name="alerts")
app.command("open")(open_link)
app.add_typer(links, name="links")
app.add_typer(wording, name="wording")
app.add_typer(playbook, name="playbook")
app.command("import")(import_file)
app.command("login")(login)
app.command("logout")(logout)
app.command("connect")(connect)
app.command("disconnect", help="The same as logout.")(logout)
app.command("account")(account)
app.add_typer(channel, name="channel")
app.add_typer(mail, name="mail")
app.command("doctor")(doctor)
app.command("purge")(purge_cases)
app.command("demo")(demo)
app.command("demo-server")(demo_server)
