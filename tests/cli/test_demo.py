"""`csat-tui demo` and `demo-server` as real processes in a real terminal."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from csat_tui.launch import Terminal as Face
from tests.cli.conftest import CommandLine
from tests.cli.saying import says
from tests.terminal import PROGRAM, Terminal
from tests.warm import Piped


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def silent_within(port: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while answers(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def server() -> Iterator[Piped]:
    command = ["demo-server", "--json", "--surveys", "5", "--seed", "3", "--exit-with-parent"]
    with Piped(*command, environ={}) as process:
        yield process


def test_a_demo_server_announces_itself_in_one_line_of_json(server: Piped) -> None:
    desk = json.loads(server.stdout.readline())
    assert set(desk) == {"url", "email", "token", "view_id", "admin_url"}
    asked = httpx.get(
        f"{desk['url']}/api/v2/views/{desk['view_id']}/count.json",
        auth=(f"{desk['email']}/token", desk["token"]),
        trust_env=False,
    )
    assert asked.json()["view_count"]["value"] == 5


def test_a_demo_server_ends_with_whoever_started_it(server: Piped) -> None:
    server.stdout.readline()
    server.stdin.close()
    assert server.wait(5) == 0


def test_a_demo_server_says_how_to_point_a_workstation_at_it() -> None:
    with Piped("demo-server", environ={}) as process:
        said = "".join(iter(process.stdout.readline, "Ctrl-C ends it; nothing of it is kept.\n"))
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
    for part in ("http://127.0.0.1:", "robin.vale@example.com", "token  demo", "csat-tui connect --url", "[admin]"):
        assert part in said


def test_a_port_that_is_taken_is_told(command: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = command("demo-server", "--port", port)
    says(ended, 2, what=f"port {port}", safe="cannot listen", todo="choose another port")


def test_a_demo_that_is_not_installed_says_how_to_install_it(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else real(name))
    for one in ("demo", "demo-server"):
        ended = command(one, screen=Face())
        says(ended, 3, what="needs uvicorn", safe="Nothing was changed", todo=r"csat-tui\[demo\]")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def environ(home: Path) -> dict[str, str]:
    return {"CSAT_TUI_HOME": str(home), "CSAT_TUI_TOKEN": "", "CSAT_TUI_ADMIN_TOKEN": ""}


def test_a_demo_opens_the_workstation_and_leaves_nothing_when_it_ends(home: Path) -> None:
    with Terminal([*PROGRAM, "demo", "--surveys", "9", "--no-animation"], environ(home)) as terminal:
        terminal.wait_for(r"Queue", r"[1-9]\d* open", "online")
        terminal.press("ctrl+q")
        terminal.wait_for_end()
    said = bytes(terminal.raw).decode()
    assert terminal.process.exitstatus == 0
    assert "The demo's help desk was at http://127.0.0.1:" in said
    port = int(said.rpartition("http://127.0.0.1:")[2].partition(";")[0])
    assert not answers(port)
    assert list(home.glob("demo-*")) == []


def test_the_help_desk_of_a_killed_demo_ends_too(home: Path) -> None:
    port = free_port()
    with Terminal([*PROGRAM, "demo", "--port", str(port), "--surveys", "9"], environ(home)) as terminal:
        terminal.wait_for(r"[1-9]\d* open", "online")
        assert answers(port)
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.wait_for_end()
    assert silent_within(port, 10)


def test_a_demo_whose_terminal_is_closed_leaves_nothing_either(home: Path) -> None:
    with Terminal([*PROGRAM, "demo", "--surveys", "9"], environ(home)) as terminal:
        terminal.wait_for(r"[1-9]\d* open", "online")
        (folder,) = home.glob("demo-*")
        os.kill(terminal.process.pid, signal.SIGHUP)
        terminal.wait_for_end()
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


def test_a_demo_keeps_its_token_out_of_every_file(home: Path) -> None:
    port = free_port()
    with Terminal([*PROGRAM, "demo", "--port", str(port), "--surveys", "9"], environ(home)) as terminal:
        terminal.wait_for(r"[1-9]\d* open", "online")
        from csat_tui.demo.people import credentials

        token = credentials(7)["agent"][1].encode()
        files = [file for file in (home / f"demo-{port}").rglob("*") if file.is_file()]
        assert any(file.name == "config.toml" for file in files)
        assert [file for file in files if token in file.read_bytes()] == []


def test_a_demo_on_a_taken_port_is_told_before_the_screen(home: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        Terminal([*PROGRAM, "demo", "--port", str(taken.getsockname()[1])], environ(home)) as terminal,
    ):
        terminal.wait_for_end()
        assert "choose another --port" in " ".join(terminal.text.split())
        assert terminal.process.exitstatus == 2


def test_a_supervisors_day_opens_on_the_review_screen_with_a_dispute_first_and_then_a_planted_fault(home: Path) -> None:
    with Terminal([*PROGRAM, "demo", "--review", "--no-animation"], environ(home)) as terminal:
        terminal.wait_for("Delivered note", "Scorecard", "risky first · to do")
        terminal.wait_for(r"▌ .*Wren Hadlow", "disputed · No response", "The summary has only words that")
        # The newest of those that count most: it says that all is in order, and the records say otherwise.
        terminal.wait_for(r"  8  Wren Hadlow", r"8  Nora Keld")
        assert "Queue" not in terminal.text
        terminal.press("ctrl+q")
        terminal.wait_for_end()
    assert terminal.process.exitstatus == 0


def test_a_home_opens_on_the_review_screen_too(synced: CommandLine) -> None:
    with Terminal([*PROGRAM, "--review", "--no-animation"], synced.environ) as terminal:
        terminal.wait_for("There is nothing to review")
        terminal.press("esc")
        terminal.wait_for("Queue", r"[1-9]\d* open")


def test_a_demo_server_of_a_supervisors_day_announces_the_supervisor() -> None:
    with Piped("demo-server", "--json", "--review", "--exit-with-parent", environ={}) as process:
        assert json.loads(process.stdout.readline())["email"] == "alex.marren@example.com"
