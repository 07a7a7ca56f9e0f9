"""A demo help desk to talk to, a home of its own for each test, and the command line in this process."""

import json
import logging
import os
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import typer
from typer.testing import CliRunner

from csat_tui.cli.logs import PrivateFile
from csat_tui.cli.main import app
from csat_tui.config import load_config
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.paths import Paths
from csat_tui.workflow.opening import Workplace, open_workplace


@dataclass
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """`csat-tui` as a person at one home types it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"CSAT_TUI_HOME": str(home), "CSAT_TUI_TOKEN": "", "CSAT_TUI_ADMIN_TOKEN": "", "COLUMNS": "160"}

    def __call__(self, *arguments: str, stdin: str | None = None, screen: object = None) -> Ended:
        done = CliRunner().invoke(app, arguments, input=stdin, env=self.environ, obj=screen)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ended(done.exit_code, done.stdout, done.stderr)

    @property
    def paths(self) -> Paths:
        return Paths.find(self.environ)

    def connect_to(
        self, url: str, *, view: int | str = 1, user: str = "", token: str = "t0ken", more: str = ""
    ) -> None:
        shown = view if isinstance(view, int) else json.dumps(view)
        self.home.mkdir(exist_ok=True)
        text = f'[helpdesk]\nkind = "zendesk"\nurl = "{url}"\nview = {shown}\nuser = "{user}"\n{more}'
        self.paths.config_file.write_text(text, encoding="utf-8")
        self.environ["CSAT_TUI_TOKEN"] = token

    def connect_to_demo(self, demo: DemoServer, who: str = "agent", more: str = "") -> None:
        email, token = demo.world.credentials[who]
        admin = f'[admin]\nurl = "{demo.url}/admin"\n'
        self.connect_to(demo.url, view=demo.view_id, user=email, token=token, more=admin + more)

    def may_review(self) -> "CommandLine":
        """Let the person of this home review, whatever their role at the help desk; returns this."""
        text = self.paths.config_file.read_text("utf-8")
        user = tomllib.loads(text)["helpdesk"]["user"]
        more = f'[review]\nview = 1\nreviewers = ["{user}"]\n'
        self.paths.config_file.write_text(text + more, encoding="utf-8")
        return self

    def workplace(self) -> Workplace:
        """Open what the commands open, to do what only the screen does."""
        return open_workplace(self.paths, load_config(self.paths), {**os.environ, **self.environ})


@pytest.fixture(scope="package", autouse=True)
def _options_read_once() -> Iterator[None]:
    """Read the commands' options once, as a process does, and not for each command that a test types."""
    with patch("typer.testing._get_command", cache(typer.main.get_command)):
        yield


@pytest.fixture
def command(tmp_path: Path) -> Iterator[CommandLine]:
    """A command line that knows no help desk yet."""
    yield CommandLine(tmp_path / "home")
    close_logs()


def close_logs() -> None:
    """Let go of the logs that commands have opened in this process."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, PrivateFile)]:
        root.removeHandler(handler)
        handler.close()


@pytest.fixture(scope="package")
def quiet_demo() -> Iterator[DemoServer]:
    """A help desk for tests that only read from it."""
    with DemoServer(DemoOptions(surveys=60, rate_limit=0)) as server:
        yield server


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    """A help desk for one test that writes to it or breaks it."""
    with DemoServer(DemoOptions(surveys=8, rate_limit=0)) as server:
        yield server


@pytest.fixture
def demo_of_many() -> Iterator[DemoServer]:
    """A help desk for one test that writes to it, with customers of every kind."""
    with DemoServer(DemoOptions(surveys=60, rate_limit=0)) as server:
        yield server


@pytest.fixture
def connected(command: CommandLine, quiet_demo: DemoServer) -> CommandLine:
    """A command line at a help desk, before its first sync."""
    command.connect_to_demo(quiet_demo)
    return command


@pytest.fixture(scope="package")
def synced_home(quiet_demo: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first sync, to be copied."""
    first = CommandLine(tmp_path_factory.mktemp("synced") / "home")
    first.connect_to_demo(quiet_demo)
    assert first("sync").code == 0
    close_logs()
    return first.home


@pytest.fixture
def synced(connected: CommandLine, synced_home: Path) -> CommandLine:
    """A command line after its first sync."""
    shutil.copytree(synced_home, connected.home, dirs_exist_ok=True)
    return connected
