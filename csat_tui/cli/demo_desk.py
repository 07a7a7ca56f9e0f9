"""What a demo runs on: its help desk in the background, its settings, and the homes that are furnished for it."""

import dataclasses
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self

from csat_tui.cli.console import say
from csat_tui.cli.exits import Exit, Failure
from csat_tui.config.help_desks import DEFAULT_HELP_DESK
from csat_tui.paths import Paths

TRACKER = {
    "date": "{A}",
    "ticket": "{B}",
    "outcome": "{C}",
    "agent": "{D}",
    "why": "{E}",
    "coaching": "{F}",
    "rating": "{G}",
    "decided_by": "{H}",
    "findings": "{I}",
    "operation": "{op}",
}
COACHING = {
    "date": "{Date}",
    "agent": "{Agent}",
    "ticket": "{Ticket}",
    "opportunity": "{Opportunity}",
    "found": "{Found}",
    "submitted_by": "{Submitted by}",
}
CORRECTION = {
    "date": "{Date}",
    "ticket": "{Ticket}",
    "order": "{Order}",
    "logged_before": "{Logged before}",
    "logged_by": "{Logged by}",
    "logged_now": "{Logged now}",
    "refund": "{Refund}",
    "credit": "{Credit}",
    "corrected_by": "{Corrected by}",
}
"""The fields of the demo's forms, and what stands in them: columns of the tracker, headings of the records."""


def demo_config(url: str, view: int, user: str, home: Path, *, playbook: str = "") -> str:
    """Return the config.toml of a demo at an address; its credentials are only in the environment."""
    sections = [
        _section("helpdesk", kind=DEFAULT_HELP_DESK.name, url=url, view=view, user=user),
        _section("admin", url=f"{url}/admin"),
        *_beside(url, user, home),
        _section("review", view=FINISHED_VIEW),
    ]
    if playbook:
        sections.append(_section("playbook", use=playbook))
    return "\n".join(sections)


def _beside(url: str, user: str, home: Path) -> list[str]:
    """Return the sections for everything beside the help desk."""
    host = url.partition("://")[2]
    return [
        _form("tracker", f"{url}/forms/tracker", "form", TRACKER),
        _form("coaching", f"{url}/forms/coaching", "json", COACHING),
        _form("correction", f"{url}/forms/corrections", "json", CORRECTION),
        _section("channels.qa", url=f"json://{host}/channel"),
        _section("mail", **{"from": user, "folder": str(home / "mails")}),
    ]


def _form(name: str, url: str, encoding: str, fields: Mapping[str, str]) -> str:
    head = _section(f"forms.{name}", url=url, encoding=encoding)
    return f"{head}\n{_section(f'forms.{name}.fields', **fields)}"


def _section(name: str, **values: str | int) -> str:
    """Write one table; TOML takes texts and numbers as JSON writes them."""
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"[{name}]\n{''.join(lines)}"


FINISHED_VIEW = "CSAT surveys solved today"
"""The demo's view of finished surveys, whose notes are reviewed."""

HOST = "127.0.0.1"
START_TIMEOUT = 15.0
"""Seconds that the help desk may take until it listens; a hundred thousand surveys take one or two."""


def free_port(wanted: int) -> int:
    """Return a port that can be listened on, the wanted one unless that is 0; Failure where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise Failure(
                Exit.USAGE,
                f"The demo's help desk cannot listen on {HOST} port {wanted} ({error.strerror}). "
                "Nothing was started; choose another --port.",
            ) from error
        port: int = probe.getsockname()[1]
        return port


class DemoDesk:
    """A `demo-server` in the background; it ends with its block or with this process, whichever is first."""

    def __init__(self, port: int, arguments: list[str], words: Path) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._arguments = ["demo-server", "--exit-with-parent", "--json", "--port", str(port), *arguments]
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it without waiting until it listens."""
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                # -P: a file that happens to lie in the current folder must not stand in for a library
                [sys.executable, "-P", "-m", "csat_tui", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=words,
                start_new_session=True,  # a Ctrl-C at the terminal is for the workstation alone
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def check(self) -> None:
        """Raise Failure if it has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            said = self._words.read_text("utf-8", "replace").strip() or "it gave no reason."
            raise Failure(Exit.HELP_DESK, f"The demo's help desk has ended by itself: {said}")

    def wait(self) -> None:
        """Wait until it listens; if it does not in time, the sync reports it."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                socket.create_connection((HOST, self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return


@dataclasses.dataclass(frozen=True, slots=True)
class DemoSettings:
    """The options of a demo."""

    port: int = 0
    surveys: int = 60
    seed: int = 7
    latency: int = 0
    rate_limit: int = 700
    undo: float | None = None
    reports: Path | None = None
    review: bool = False

    @property
    def arguments(self) -> list[str]:
        """The options of `demo-server`, except the port."""
        return [
            *("--surveys", str(self.surveys), "--seed", str(self.seed)),
            *("--latency", str(self.latency), "--rate-limit", str(self.rate_limit)),
            *(("--reports", str(self.reports)) if self.reports else ()),
            *(("--review",) if self.review else ()),
        ]


@contextmanager
def running_desk(wishes: DemoSettings) -> Iterator[tuple[DemoDesk, Path]]:
    """Run a demo's help desk for a while, with a folder for what is opened on it; says at the end that it has ended."""
    port = free_port(wishes.port)
    under = os.environ.get("CSAT_TUI_HOME", "").strip()
    keep = bool(under) and wishes.port != 0
    with _home(under, port, keep=keep) as home:
        # A terminal that is closed ends this process on the spot; the help desk outlives it and tidies up.
        arguments = wishes.arguments if keep else [*wishes.arguments, "--forget", str(home)]
        with DemoDesk(port, arguments, home / "demo-server.log") as desk:
            yield desk, home
        if wishes.reports:
            say(f"Its list of low scores is in {wishes.reports}, and stays there.")
        say(f"The demo's help desk was at {desk.url}; it has ended, and nothing of it is left.")


def prepare_reports(reports: Path | None) -> None:
    """Create the folder for the lists of low scores; Failure if that is not possible."""
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
    """Create a folder for a demo.

    With a chosen port and CSAT_TUI_HOME, a demo finds its drafts again; any other demo leaves nothing.
    """
    if under:
        home = Paths.find(os.environ).config_dir / f"demo-{port}"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        home = Path(tempfile.mkdtemp(prefix="csat-tui-demo-"))
    yield home
    if not keep:
        shutil.rmtree(home, ignore_errors=True)


def furnish(home: Path, url: str, wishes: DemoSettings, sign_in: str) -> dict[str, str]:
    """Write the configuration of somebody at a demo into their home; returns the environment, with the credential."""
    from csat_tui.demo.desk_views import SURVEYS_VIEW
    from csat_tui.demo.people import credentials

    user, token = credentials(wishes.seed)[sign_in]
    playbook = "" if wishes.undo is None else _write_playbook(home / "demo.toml", wishes.undo)
    text = demo_config(url, SURVEYS_VIEW, user, home, playbook=playbook)
    (home / "config.toml").write_text(text, encoding="utf-8")
    return {"CSAT_TUI_HOME": str(home), "CSAT_TUI_TOKEN": token, "CSAT_TUI_ADMIN_TOKEN": token}


def _write_playbook(file: Path, undo: float) -> str:
    """Write the built-in playbook with another undo grace; returns how a configuration names it."""
    built_in = (resources.files("csat_tui.playbook") / "builtin" / "strike-team.toml").read_text("utf-8")
    file.write_text(re.sub(r'(?m)^undo = "[^"]*"', f'undo = "{undo:g}s"', built_in, count=1), encoding="utf-8")
    return file.name
