"""Nothing that a customer, an agent or a server wrote reaches the terminal as an order, on any surface."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.end_to_end.evil_desk import HEARD, EvilDesk
from tests.end_to_end.places import point_at
from tests.terminal import Terminal
from tests.warm import Piped

CSAT = [sys.executable, "-m", "csat_tui"]


def assert_nothing_was_heard(raw: bytes) -> None:
    for order in HEARD:
        assert order not in raw, order


def to_merge(screen: str) -> int:
    """How many tickets the screen wants merged before the case is decided."""
    found = re.search(r"(\d) to merge", screen)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (140, 45)])
def test_every_surface_of_the_workstation(tmp_path: Path, columns: int, lines: int) -> None:
    with DemoServer(DemoOptions(seed=7)) as server, EvilDesk(server.url) as evil:
        environ = point_at(server, tmp_path / "home", address=evil.url)
        with Terminal(CSAT, environ, columns, lines) as terminal:
            terminal.wait_for(r"[1-9]\d* open", "online", "␛")
            terminal.press("enter")
            terminal.wait_for(r"#93\d+ · ", "Survey", "␛")
            # Every pane, and what opens over them: evidence, menus, help and the palette.
            terminal.press("J", "J", "G", "3")
            terminal.wait_for("y n x w")
            for key, title in (
                ("enter", "The guide"),
                ("e", "Decide"),
                ("?", "Help ·"),
                ("ctrl+p", "what do you want"),
            ):
                terminal.press(key)
                terminal.wait_for(title)
                terminal.press("esc")
                terminal.wait_until(lambda text, title=title: title not in text, f"no {title}")
            terminal.press("1", "/", "owned", "enter")
            terminal.wait_for("found")
            # A decision whose rejection quotes the server: the toast, the outbox, its history.
            terminal.press("esc")
            for left in range(to_merge(terminal.wait_for(r"\d to merge")) - 1, -1, -1):
                terminal.press("H")
                terminal.wait_for("n not to merge")
                terminal.press("n")
                terminal.wait_for("is not to be merged")
                terminal.press("Another matter.", "enter")
                terminal.wait_until(lambda text, left=left: to_merge(text) == left, f"{left} to merge")
            terminal.press("e")
            terminal.wait_for("esc closes")
            terminal.press("v", "Something to look at.", "tab", "By whom?", "ctrl+s")
            terminal.wait_for("takes it back")
            terminal.press("g", "o")
            terminal.wait_for("Outbox", "refused|rejected", "␛|owned")
            terminal.press("ctrl+q")
            terminal.wait_for_end()
            assert_nothing_was_heard(bytes(terminal.raw))


def said(environ: dict[str, str], *command: str) -> tuple[bytes, bytes]:
    """Run a command; returns what it wrote, and its stream of errors, byte for byte."""
    with Piped(*command, environ=environ) as started:
        started.stdin.close()
        out, err = started.stdout.buffer.read(), started.stderr.buffer.read()
        started.wait(60)
        return out, err


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A home to which the evil desk has told everything it has."""
    with DemoServer(DemoOptions(seed=7)) as server, EvilDesk(server.url) as evil:
        environ = point_at(server, tmp_path_factory.mktemp("evil") / "home", address=evil.url)
        assert_nothing_was_heard(b"".join(said(environ, "sync")))
        yield environ


@pytest.mark.parametrize(
    "command", [("queue",), ("case", "1"), ("queue", "--json"), ("case", "1", "--json"), ("sync",), ("doctor",)]
)
def test_every_command(synced: dict[str, str], command: tuple[str, ...]) -> None:
    out, err = said(synced, *command)
    assert out
    assert_nothing_was_heard(out + err)
