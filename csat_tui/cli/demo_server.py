"""`csat-tui demo-server`: a help desk of invented customers, spoken to exactly like a real one."""

import importlib.util
import os
import re
import shutil
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import say, say_json
from csat_tui.cli.exits import Exit, Failure

if TYPE_CHECKING:
    from csat_tui.demo.server import Announcement

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 chooses a free port.")]
Surveys = Annotated[int, typer.Option(min=0, max=1_000_000, help="How many surveys there are.")]
Seed = Annotated[
    int, typer.Option(help="Each number makes a different set of surveys; the same number makes the same set.")
]
Latency = Annotated[int, typer.Option(min=0, max=600_000, metavar="MS", help="Milliseconds added to each answer.")]
Reports = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Write the day's list of low scores there, as CSV, XLSX, mail and text."),
]
Day = Annotated[
    bool, typer.Option("--review", help="A supervisor's day: forty delivered notes to review, ten with a fault.")
]
RateLimit = Annotated[int, typer.Option(min=0, max=1_000_000, metavar="N", help="Requests a minute; 0 for no limit.")]

DEMO_HOME = re.compile(r"(csat-tui-)?demo-\w+")
"""The names of demo folders; no other folder is ever removed."""

FORCED_AFTER = 3.0
"""Seconds that a server whose parent has ended has to end cleanly."""


def require_demo() -> None:
    """Raise Failure with how to install the demo if it is missing."""
    lacking = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    if lacking:
        raise Failure(
            Exit.CONFIGURATION,
            f"The demo needs {' and '.join(lacking)}, which {'is' if len(lacking) == 1 else 'are'} not installed. "
            "Nothing was changed; install the demo with `pipx install 'csat-tui[demo]'` "
            "or `uv tool install 'csat-tui[demo]'`.",
        )


def demo_server(
    port: Port = 0,
    surveys: Surveys = 60,
    seed: Seed = 7,
    latency: Latency = 0,
    rate_limit: RateLimit = 700,
    reports: Reports = None,
    review: Day = False,
    json: Annotated[bool, typer.Option("--json", help="Print the address as one line of JSON.")] = False,
    exit_with_parent: Annotated[
        bool, typer.Option("--exit-with-parent", hidden=True, help="End when standard input ends.")
    ] = False,
    forget: Annotated[Path | None, typer.Option(hidden=True, help="A demo's folder, to be removed at the end.")] = None,
) -> None:
    """Run the demo's help desk and admin system until Ctrl-C, and print how to point a workstation at them."""
    require_demo()
    from csat_tui.demo.server import DemoOptions, DemoServerError, serve

    if exit_with_parent:
        threading.Thread(target=_end_with_input, name="parent", daemon=True).start()
    options = DemoOptions(
        port=port, surveys=surveys, seed=seed, latency_ms=latency, rate_limit=rate_limit, reports=reports, review=review
    )
    try:
        serve(options, _announce_json if json else _announce)
    except DemoServerError as error:
        raise Failure(Exit.USAGE, str(error)) from error
    finally:
        if forget is not None and DEMO_HOME.fullmatch(forget.name):
            shutil.rmtree(forget, ignore_errors=True)


def _announce(desk: "Announcement") -> None:
    for line in (
        f"The demo help desk listens at {desk.url}",
        f"  user   {desk.email}",
        f"  token  {desk.token}",
        f"  view   {desk.view_id}",
        f"  admin  {desk.admin_url}",
        f"  forms  {desk.url}/forms/tracker, …/coaching, …/corrections",
        f"  channel {desk.url}/channel",
        f"  reports {desk.url}/reports/low-scores.csv, .xlsx, .eml, .txt",
        "",
        "Point a workstation at it from another terminal:",
        f"  csat-tui login --url {desk.url} --view {desk.view_id}",
        "signs in in a browser, with the token as the password; without one,",
        f"  csat-tui connect --url {desk.url} --view {desk.view_id} --user {desk.email}",
        "and give the token when asked, or have it in CSAT_TUI_TOKEN. For the checks' evidence, add to config.toml:",
        "  [admin]",
        f'  url = "{desk.admin_url}"',
        "",
        "Ctrl-C ends it; nothing of it is kept.",
    ):
        say(line)
    sys.stdout.flush()


def _announce_json(desk: "Announcement") -> None:
    say_json(asdict(desk), indent=None)
    sys.stdout.flush()


def _end_with_input() -> None:
    """End this process when whoever started it is gone: the pipe on standard input closes then, however they ended."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(FORCED_AFTER)
    os._exit(0)
