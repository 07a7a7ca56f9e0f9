"""Starting `csat-tui` itself: the screen, the doors of a first start, and what is said where there is no screen."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from csat_tui import __version__
from csat_tui.cli.exits import Exit
from csat_tui.cli.installation import Installation, find_installation
from csat_tui.cli.screen import ScreenOptions
from csat_tui.config import Config
from csat_tui.demo.server import DemoServer
from csat_tui.launch import Terminal as Face
from csat_tui.launch import configured
from csat_tui.tui.app import Workstation
from csat_tui.workflow import playbook_changes
from tests.cli.conftest import CommandLine
from tests.cli.saying import says
from tests.intake.exports import a_csv, a_row
from tests.terminal import PROGRAM, Terminal


def test_the_version_is_told(command: CommandLine) -> None:
    assert command("--version").out == f"csat-tui {__version__}\n"


def test_help_loads_nothing_that_takes_time() -> None:
    code = (
        "import sys; from csat_tui.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "slow = {'sqlalchemy', 'sqlmodel', 'textual', 'httpx', 'keyring', 'starlette', 'uvicorn', 'alembic'}\n"
        "sys.exit(', '.join(slow & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Exit codes: 0 all is well" in done.stdout


def test_the_workstation_opens_without_what_only_a_message_a_file_or_a_sign_in_needs() -> None:
    code = (
        "import sys, csat_tui.launch, csat_tui.tui.app, csat_tui.workflow.opening\n"
        "rare = {'httpx', 'keyring', 'authlib', 'alembic', 'apprise', 'requests', 'aiosmtplib', 'smtplib', 'jmespath',"
        " 'openpyxl', 'lxml', 'html_text', 'markdown_it', 'tomlkit', 'stamina', 'starlette', 'uvicorn', 'typst',"
        " 'uharfbuzz'}\n"
        "sys.exit(', '.join(sorted(rare & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_targets_are_made_without_what_sends_to_them() -> None:
    code = (
        "import sys, csat_tui.targets.opening, csat_tui.admin.port\n"
        "sys.exit(', '.join({'apprise', 'requests', 'aiosmtplib', 'jmespath'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_costs_little_more_than_the_library_that_prints_it() -> None:
    def seconds(*command: str) -> float:
        before = os.times()
        subprocess.run(command, capture_output=True, check=True)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    # Side by side, and the best of several: how busy the machine is with other tests says nothing about either.
    runs = [(seconds(*PROGRAM, "--help"), seconds(sys.executable, "-c", "import typer.main")) for _ in range(4)]
    assert min(ours for ours, _ in runs) < 6 * min(library for _, library in runs)


@pytest.mark.parametrize("arguments", [(), ("demo",)])
def test_without_a_terminal_the_commands_that_print_are_named(command: CommandLine, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments, screen=Face())
    says(ended, 2, what="needs a terminal", safe="Nothing was changed", todo="csat-tui queue")


@pytest.mark.parametrize("name", ["sync", "queue", "case", "outbox", "import", "connect", "disconnect", "doctor"])
def test_every_command_explains_itself(command: CommandLine, name: str) -> None:
    ended = command(name, "--help")
    assert (ended.code, "Usage:" in ended.out) == (0, True)


@pytest.mark.parametrize("arguments", [("nonsense",), ("queue", "--nonsense"), ("queue", "--limit", "0"), ("case",)])
def test_what_is_misspelt_ends_with_2(command: CommandLine, arguments: tuple[str, ...]) -> None:
    ended = command(*arguments)
    assert ended.code == 2
    assert "Traceback" not in ended.err


class Shown:
    """A screen that only remembers how it was opened."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, ScreenOptions]] = []

    def check(self) -> None:
        return

    def run(self, installation: Installation, options: ScreenOptions, prepare: object) -> Exit:
        self.opened.append(("run", options))
        return Exit.OK

    def welcome(self, installation: Installation, options: ScreenOptions) -> Exit:
        self.opened.append(("welcome", options))
        return Exit.OK

    def problems(self, installation: Installation) -> list[str]:
        return []


def test_a_first_start_offers_doors_and_a_later_one_opens_the_workstation(
    command: CommandLine, quiet_demo: DemoServer
) -> None:
    screen = Shown()
    assert command(screen=screen).code == 0
    assert command("queue").code == 0  # which makes a database, and that is still a first start
    assert command("--theme", "light", screen=screen).code == 0
    command.connect_to_demo(quiet_demo)
    assert command("--no-mouse", "--no-animation", "--debug", screen=screen).code == 0
    assert screen.opened == [
        ("welcome", ScreenOptions()),
        ("welcome", ScreenOptions("light")),
        ("run", ScreenOptions(None, False, False, debug=True)),
    ]


def test_surveys_that_were_imported_are_something_to_work_on(command: CommandLine, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(a_csv(a_row()), encoding="utf-8")
    assert command("import", str(export), "--apply").code == 0
    screen = Shown()
    command(screen=screen)
    assert screen.opened == [("run", ScreenOptions())]


def test_a_broken_configuration_is_told_before_any_screen(command: CommandLine) -> None:
    command.home.mkdir()
    command.paths.config_file.write_text("[helpdesk]\n", encoding="utf-8")
    screen = Shown()
    assert command(screen=screen).code == 3
    assert screen.opened == []


def test_what_is_said_on_the_command_line_counts_more_than_the_configuration() -> None:
    ui = configured(Config(), ScreenOptions(theme="light", mouse=False)).ui
    assert (ui.theme, ui.mouse, ui.animation) == ("light", False, True)


def test_options_before_and_after_the_commands_name_are_joined() -> None:
    assert ScreenOptions("light", False).then(ScreenOptions(None, None, False)) == ScreenOptions("light", False, False)


def test_a_survey_file_is_imported_through_its_door(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(a_csv(a_row(Q2="Where is my box?")), encoding="utf-8")
    with Terminal(PROGRAM, {"CSAT_TUI_HOME": str(tmp_path / "home"), "CSAT_TUI_TOKEN": ""}) as terminal:
        terminal.wait_for("Look around in the demo", "Import a survey file")
        terminal.press("i")
        terminal.wait_for("esc back")
        terminal.press(str(export), "enter")
        terminal.wait_for("Where is my box", "1 open")
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0


def test_a_help_desk_is_tried_through_its_door_and_asked_for_again_where_it_refuses(
    tmp_path: Path, quiet_demo: DemoServer
) -> None:
    command = CommandLine(tmp_path / "home")
    environ = {**command.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    with Terminal(PROGRAM, environ) as terminal:
        terminal.wait_for("Connect a help desk")
        terminal.press("c")
        terminal.wait_for("ctrl.s connects")
        for label, text in (
            ("Address", quiet_demo.url), ("View", str(quiet_demo.view_id)), ("User", quiet_demo.email)
        ):  # fmt: skip
            terminal.press(text)
            terminal.wait_for(rf"{label} +{re.escape(text)}")
            terminal.press("tab")
            time.sleep(0.5)  # nothing on the screen's text tells which field has the focus
        terminal.press("wr0ng")
        terminal.wait_for(r"Token +[^aA\s]")
        terminal.press("ctrl+s")
        terminal.wait_for("does not know this credential", "ctrl.s connects")
        assert not command.paths.config_file.exists()


def test_colours_that_there_are_not_are_told(tmp_path: Path, quiet_demo: DemoServer) -> None:
    command = CommandLine(tmp_path / "home")
    command.connect_to_demo(quiet_demo)
    with Terminal([*PROGRAM, "--theme", "pink"], command.environ) as terminal:
        terminal.wait_for_end()
        assert "choose one of dark, light" in " ".join(terminal.text.split())
        assert terminal.process.exitstatus == 2


def test_a_fault_of_the_screen_is_a_sentence_and_a_log(tmp_path: Path, quiet_demo: DemoServer) -> None:
    command = CommandLine(tmp_path / "home")
    command.connect_to_demo(quiet_demo)
    code = (
        "from csat_tui.launch import main\n"
        "from csat_tui.tui.app import Workstation\n"
        "def broken(self): raise ValueError('a customer wrote this')\n"
        "Workstation.on_mount = broken\n"
        "main()\n"
    )
    with Terminal([sys.executable, "-P", "-c", code], command.environ) as terminal:
        terminal.wait_for_end()
    said = bytes(terminal.raw).decode()
    assert terminal.process.exitstatus == 70
    assert "error in csat-tui (ValueError)" in " ".join(said.split())
    assert "Traceback" not in said
    assert "a customer wrote this" not in said
    log = command.paths.log_file.read_text()
    assert "in broken" in log
    assert "a customer wrote this" not in log


def test_the_workstation_opens_before_a_full_desk_is_measured_by_another_playbook(
    synced: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, asked = threading.Event(), threading.Event()

    def recast(*_: object) -> int:
        asked.set()
        assert shown.wait(5), "the screen waits until the whole desk is measured"
        return 0

    def launch(_: Workstation) -> None:
        shown.set()
        assert asked.wait(5), "the desk is measured beside the screen"

    monkeypatch.setattr(playbook_changes, "CASES_BEFORE_OPENING", 0)
    monkeypatch.setattr(playbook_changes, "measure", lambda _: "otherwise")
    monkeypatch.setattr(playbook_changes, "recast", recast)
    monkeypatch.setattr(Workstation, "launch", launch)
    assert Face().run(find_installation(synced.environ), ScreenOptions(), None) is Exit.OK
