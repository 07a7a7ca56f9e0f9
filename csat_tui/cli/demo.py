"""`csat-tui demo`: the workstation on a help desk of invented customers, in one command."""

import dataclasses
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.demo_config import demo_config
from csat_tui.cli.demo_desk import DemoDesk, free_port
from csat_tui.cli.demo_server import Latency, Port, RateLimit, Reports, Seed, Surveys, require_demo
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.face import Animation, Debug, Mouse, Screen, ScreenOptions, Theme, options_of, screen_of
from csat_tui.cli.numbers import finite
from csat_tui.cli.place import Place, here
from csat_tui.cli.printing import say
from csat_tui.paths import Paths

if TYPE_CHECKING:
    from csat_tui.sync.engine import Engine
    from csat_tui.workflow.opening import Workplace


@dataclasses.dataclass(frozen=True, slots=True)
class DemoWishes:
    """What kind of demo is wanted."""

    port: int = 0
    surveys: int = 60
    seed: int = 7
    latency: int = 0
    rate_limit: int = 700
    undo: float | None = None
    reports: Path | None = None

    @property
    def arguments(self) -> list[str]:
        """Return them as `demo-server` takes them, but for the port."""
        return [
            *("--surveys", str(self.surveys), "--seed", str(self.seed)),
            *("--latency", str(self.latency), "--rate-limit", str(self.rate_limit)),
            *(("--reports", str(self.reports)) if self.reports else ()),
        ]


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
    theme: Theme = None,
    mouse: Mouse = None,
    animation: Animation = None,
    debug: Debug = False,
) -> None:
    """Open the workstation on a demo help desk of invented customers; nothing of it is left afterwards."""
    wishes = DemoWishes(port, surveys, seed, latency, rate_limit, undo, reports and reports.absolute())
    options = options_of(context).then(ScreenOptions(theme, mouse, animation, debug))
    raise typer.Exit(run_demo(screen_of(context), options, wishes))


def run_demo(screen: Screen, options: ScreenOptions, wishes: DemoWishes) -> Exit:
    """Start the help desk, open the workstation on it at once, and end both together."""
    require_demo()
    _prepare(wishes.reports)
    screen.check()
    port = free_port(wishes.port)
    under = os.environ.get("CSAT_TUI_HOME", "").strip()
    keep = bool(under) and wishes.port != 0
    with _home(under, port, keep=keep) as home:
        # A terminal that is closed ends this process on the spot; the help desk outlives it and tidies up.
        arguments = wishes.arguments if keep else [*wishes.arguments, "--forget", str(home)]
        with DemoDesk(port, arguments, home / "demo-server.log") as desk:
            # Only now, while the help desk starts, the libraries that take their time.
            place = _place(home, desk, wishes)

            def prepared(workplace: "Workplace") -> "Workplace":
                desk.check()
                return _patient(workplace, desk)

            code = screen.run(place, options, prepared)
        if wishes.reports:
            say(f"Its list of low scores is in {wishes.reports}, and stays there.")
        say(f"The demo's help desk was at {desk.url}; it has ended, and nothing of it is left.")
    return code


def _prepare(reports: Path | None) -> None:
    """Make the folder for the lists of low scores; Failure where that cannot be."""
    try:
        if reports is not None:
            reports.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            Exit.USAGE,
            f"The list of low scores cannot be written to {reports} ({error.strerror}). "
            "Nothing was started; choose another folder for --reports.",
        ) from error


@contextmanager
def _home(under: str, port: int, *, keep: bool) -> Iterator[Path]:
    """Give a folder for one demo.

    With a port of its own choosing, under CSAT_TUI_HOME, a demo finds its drafts again; any other leaves nothing.
    """
    if under:
        home = Paths.find(os.environ).config_dir / f"demo-{port}"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        home = Path(tempfile.mkdtemp(prefix="csat-tui-demo-"))
    yield home
    if not keep:
        shutil.rmtree(home, ignore_errors=True)


def _place(home: Path, desk: DemoDesk, wishes: DemoWishes) -> Place:
    """Write the demo's configuration; its credential goes by the environment alone."""
    from csat_tui.demo.people import credentials
    from csat_tui.demo.view import SURVEYS_VIEW

    user, token = credentials(wishes.seed)["agent"]
    playbook = "" if wishes.undo is None else _write_playbook(home / "demo.toml", wishes.undo)
    text = demo_config(desk.url, SURVEYS_VIEW, user, home, playbook=playbook)
    (home / "config.toml").write_text(text, encoding="utf-8")
    return here({**os.environ, "CSAT_TUI_HOME": str(home), "CSAT_TUI_TOKEN": token, "CSAT_TUI_ADMIN_TOKEN": token})


def _write_playbook(file: Path, undo: float) -> str:
    """Write the built-in playbook with another undo grace; returns how a configuration names it."""
    built_in = (resources.files("csat_tui.playbook") / "builtin" / "strike-team.toml").read_text("utf-8")
    file.write_text(re.sub(r'(?m)^undo = "[^"]*"', f'undo = "{undo:g}s"', built_in, count=1), encoding="utf-8")
    return file.name


def _patient(workplace: "Workplace", desk: DemoDesk) -> "Workplace":
    """Let the sync begin when the help desk listens, so that its first attempt is not in vain."""
    make = workplace.make_engine
    if make is None:
        return workplace

    def make_patiently() -> "Engine":
        desk.wait()
        return make()

    return dataclasses.replace(workplace, make_engine=make_patiently)
