"""`csat-tui demo`: the workstation on a help desk of invented customers, in one command."""

import dataclasses
import os
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import finite
from csat_tui.cli.demo_desk import DemoDesk, DemoSettings, furnish, prepare_reports, running_desk
from csat_tui.cli.demo_server import Day, Latency, Port, RateLimit, Reports, Seed, Surveys, require_demo
from csat_tui.cli.exits import Exit
from csat_tui.cli.installation import find_installation
from csat_tui.cli.screen import Animation, Debug, Mouse, Screen, ScreenOptions, Theme, options_of, screen_of

if TYPE_CHECKING:
    from csat_tui.sync.engine import Engine
    from csat_tui.workflow.opening import Workplace


def demo(
    context: typer.Context,
    port: Port = 0,
    surveys: Surveys = 60,
    seed: Seed = 7,
    latency: Latency = 0,
    rate_limit: RateLimit = 700,
    undo: Annotated[
        float | None,
        typer.Option(min=0, max=600, callback=finite, metavar="SECONDS", help="How long a decision can be taken back."),
    ] = None,
    reports: Reports = None,
    review: Day = False,
    pair: Annotated[
        bool,
        typer.Option(
            "--pair",
            help="An agent's and a supervisor's workstation on one help desk: both in tmux, or else two commands, "
            "each to be run in a terminal of its own.",
        ),
    ] = False,
    theme: Theme = None,
    mouse: Mouse = None,
    animation: Animation = None,
    debug: Debug = False,
) -> None:
    """Open the workstation on a demo help desk of invented customers; nothing of it is left afterwards."""
    options = options_of(context).then(ScreenOptions(theme, mouse, animation, debug, review))
    folder = reports and reports.absolute()
    wishes = DemoSettings(port, surveys, seed, latency, rate_limit, undo, folder, options.review or pair)
    if pair:
        from csat_tui.cli.demo_pair import run_pair

        raise typer.Exit(run_pair(options, wishes))
    raise typer.Exit(run_demo(screen_of(context), options, wishes))


def run_demo(screen: Screen, options: ScreenOptions, wishes: DemoSettings) -> Exit:
    """Start the help desk, open the workstation at once, and end both together."""
    require_demo()
    prepare_reports(wishes.reports)
    screen.check()
    with running_desk(wishes) as (desk, home):
        # Only now, while the help desk starts, the libraries that take their time.
        environ = furnish(home, desk.url, wishes, "admin" if wishes.review else "agent")

        def prepared(workplace: "Workplace") -> "Workplace":
            desk.check()
            return _patient(workplace, desk)

        return screen.run(find_installation({**os.environ, **environ}), options, prepared)


def _patient(workplace: "Workplace", desk: DemoDesk) -> "Workplace":
    """Start the sync when the help desk listens, so that its first attempt succeeds."""
    make = workplace.make_engine
    if make is None:
        return workplace

    def make_patiently() -> "Engine":
        desk.wait()
        return make()

    return dataclasses.replace(workplace, make_engine=make_patiently)
