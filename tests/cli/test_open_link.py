"""`csat-tui open`: a link reaches the workstation that is open, starts one, or says in a sentence why it does not."""

import os
import socket
from pathlib import Path

import pytest

from csat_tui.cli.exits import Exit
from csat_tui.cli.screen import ScreenOptions
from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.link import RecoveryTarget
from csat_tui.launch import Terminal as Face
from csat_tui.workstation_socket import FOLDER, WorkstationSocket
from tests.cli.conftest import CommandLine
from tests.cli.saying import says
from tests.cli.test_start import Shown
from tests.terminal import PROGRAM, Terminal

TARGET = RecoveryTarget(TicketId(60), "billing")


@pytest.fixture
def programs(tmp_path: Path, command: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which programs of the desktop lie, and no other ones are found; there is a window system."""
    folder = tmp_path / "programs"
    folder.mkdir()
    command.environ |= {"PATH": str(folder), "DISPLAY": ":7", "TERMINAL": ""}
    return folder


def program(folder: Path, name: str, ends: int = 0) -> Path:
    """A program that writes down what it was given; returns where."""
    given = folder / f"{name}.given"
    file = folder / name
    file.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {given}\nexit {ends}\n')
    file.chmod(0o755)
    return given


def test_a_link_that_is_none_is_told_why(command: CommandLine, programs: Path) -> None:
    ended = command("open", "https://example.com/\x1b[2J", screen=Face())
    says(ended, 2, what="no link of csat-tui", safe="Nothing was opened", todo="csat-tui://recovery")


def test_a_link_is_no_option(command: CommandLine, programs: Path) -> None:
    assert command("open", "--", "--help", screen=Face()).code == 2


def test_in_a_terminal_a_workstation_starts_on_what_the_link_names(synced: CommandLine) -> None:
    screen = Shown()
    assert synced("--theme", "light", "open", TARGET.link, screen=screen).code == 0
    assert screen.opened == [("run", ScreenOptions("light", target=TARGET))]


def test_at_a_first_start_the_ways_to_begin_come_first(command: CommandLine) -> None:
    screen = Shown()
    assert command("open", TARGET.link, screen=screen).code == 0
    assert screen.opened == [("welcome", ScreenOptions(target=TARGET))]


def test_the_open_workstation_is_asked_and_none_is_started(synced: CommandLine) -> None:
    screen, asked = Shown(), []
    with WorkstationSocket(synced.paths.data_dir, lambda link: asked.append(link) or "shown"):
        ended = synced("open", TARGET.link, screen=screen)
    assert (ended.code, ended.out) == (0, "The open workstation asks whether to show it.\n")
    assert asked == [TARGET.link]
    assert screen.opened == []


def test_what_the_open_workstation_refuses_is_said(synced: CommandLine) -> None:
    with WorkstationSocket(synced.paths.data_dir, lambda _: "Another link waits\x1b[2J."):
        ended = synced("open", TARGET.link, screen=Shown())
    says(ended, Exit.NEEDS_PERSON, what="Another link waits", safe="", todo="")


def test_a_workstation_that_does_not_answer_is_not_doubled(synced: CommandLine) -> None:
    screen = Shown()
    with WorkstationSocket(synced.paths.data_dir, lambda _: str(1 // 0)):
        ended = synced("open", TARGET.link, screen=screen)
    says(ended, Exit.NEEDS_PERSON, what="does not answer", safe="Nothing was opened", todo="quit it")
    assert screen.opened == []


def test_from_the_desktop_the_persons_terminal_is_opened(command: CommandLine, programs: Path) -> None:
    command.environ["TERMINAL"] = "their-terminal --maximized"
    given, system = program(programs, "their-terminal"), program(programs, "x-terminal-emulator")
    ended = command("--theme", "light", "open", TARGET.link, screen=Face())
    assert (ended.code, ended.out) == (0, "A workstation is being opened in a new terminal.\n")
    maximized, before, env, home, *command_line = given.read_text().splitlines()
    assert (maximized, before, env, home) == ("--maximized", "-e", "env", f"CSAT_TUI_HOME={command.home}")
    assert command_line[-5:] == ["--theme", "light", "open", "--", TARGET.link]
    assert not system.exists()


def test_a_terminal_that_opens_nothing_is_passed_over(command: CommandLine, programs: Path) -> None:
    command.environ["TERMINAL"] = "broken"
    program(programs, "broken", ends=1)
    given = program(programs, "x-terminal-emulator")
    assert command("open", TARGET.link, screen=Face()).code == 0
    assert given.read_text().splitlines()[0] == "-e"


def test_only_what_was_read_is_handed_on(command: CommandLine, programs: Path) -> None:
    given = program(programs, "x-terminal-emulator")
    assert command("open", "csat-tui://recovery/?group=billing&ticket=60", screen=Face()).code == 0
    assert given.read_text().splitlines()[-1] == "csat-tui://recovery?ticket=60&group=billing"


@pytest.mark.parametrize("display", ["", ":7"])
def test_where_no_terminal_is_found_the_desktop_is_told(command: CommandLine, programs: Path, display: str) -> None:
    command.environ["DISPLAY"] = display
    command.environ["WAYLAND_DISPLAY"] = ""
    notified = program(programs, "notify-send")
    ended = command("open", TARGET.link, screen=Face())
    says(
        ended,
        Exit.NEEDS_PERSON,
        what="no terminal",
        safe="Nothing was opened",
        todo=f"open '{TARGET.link}'".replace("?", r"\?"),
    )
    assert "no terminal here" in notified.read_text()


def test_the_desktop_is_told_of_a_bad_link_without_its_markup(command: CommandLine, programs: Path) -> None:
    notified = program(programs, "notify-send")
    assert command("open", "<b>http</b>", screen=Face()).code == 2
    assert "&lt;b&gt;http" in notified.read_text()


def garbage(command: CommandLine) -> socket.socket:
    """A connection to the open workstation that says what is no request, and stays."""
    line = socket.socket(socket.AF_UNIX)
    (path,) = (command.paths.data_dir / FOLDER).iterdir()
    line.connect(os.fspath(path.readlink() if path.is_symlink() else path))
    line.sendall(b"\x00\xff\x1b]0;owned\x07" * 50)
    return line


def test_a_link_is_asked_about_in_the_real_workstation_and_a_killed_one_is_replaced(
    synced: CommandLine, programs: Path
) -> None:
    environ = {**synced.environ, "PATH": os.environ["PATH"]}
    with Terminal(PROGRAM, environ) as terminal:
        terminal.wait_for("open")
        lines = [garbage(synced) for _ in range(100)]
        assert synced("open", TARGET.link, screen=Face()).out == "The open workstation asks whether to show it.\n"
        terminal.wait_for("A link asks to open ticket 60, support group Billing", "y opens it")
        terminal.press("y")
        terminal.wait_until(lambda text: "A link asks" not in text, "that it is answered")
        for line in lines:
            line.close()
        terminal.kill()
    assert len(list((synced.paths.data_dir / FOLDER).iterdir())) == 1
    with Terminal([*PROGRAM, "open", TARGET.link], environ) as terminal:
        terminal.wait_for("icket #?60")
        assert len(list((synced.paths.data_dir / FOLDER).iterdir())) == 1
        terminal.press("ctrl+q")
        assert terminal.wait_for_end() == 0
    assert list((synced.paths.data_dir / FOLDER).iterdir()) == []
