"""Where an end-to-end test plays: a free port, and a home that points at a help desk."""

import socket
from pathlib import Path

from csat_tui.demo.server import DemoServer


def free_port() -> int:
    """Return a port on this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def point_at(server: DemoServer, home: Path, extra: str = "") -> dict[str, str]:
    """Write a configuration for a help desk into a home; returns the environment that uses both."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(
        f'[helpdesk]\nkind = "zendesk"\nurl = "{server.url}"\nview = {server.view_id}\nuser = "{server.email}"\n'
        f'[admin]\nurl = "{server.url}/admin"\n{extra}',
        encoding="utf-8",
    )
    return {"CSAT_TUI_HOME": str(home), "CSAT_TUI_TOKEN": server.token}
