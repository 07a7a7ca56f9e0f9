"""Where an end-to-end test plays: a free port, and a home that points at a help desk."""

import os
import socket
from importlib.resources import files
from pathlib import Path

from csat_tui.demo.desk_views import SOLVED_VIEW
from csat_tui.demo.server import DemoServer


def free_port() -> int:
    """Return a port on this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def point_at(
    server: DemoServer,
    home: Path,
    *,
    address: str = "",
    undo_seconds: int = 1,
    who: str = "agent",
    review: bool = False,
) -> dict[str, str]:
    """Write a configuration for a help desk into somebody's home; returns the environment that uses both.

    `address` is where the help desk is reached instead of at its own; `review` names its view of finished surveys.
    """
    home.mkdir(parents=True, exist_ok=True)
    url = address or server.url
    user, token = server.world.credentials[who]
    playbook = (files("csat_tui.playbook") / "builtin" / "strike-team.toml").read_text("utf-8")
    (home / "quick.toml").write_text(playbook.replace('undo = "10s"', f'undo = "{undo_seconds}s"'), "utf-8")
    (home / "config.toml").write_text(
        f'[helpdesk]\nkind = "zendesk"\nurl = "{url}"\nview = {server.view_id}\nuser = "{user}"\n'
        f'[admin]\nurl = "{url}/admin"\n[playbook]\nuse = "quick.toml"\n'
        + (f"[review]\nview = {SOLVED_VIEW}\n" if review else ""),
        "utf-8",
    )
    return {**os.environ, "CSAT_TUI_HOME": str(home), "CSAT_TUI_TOKEN": token}
