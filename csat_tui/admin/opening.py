"""From configuration to the admin system that it names."""

from csat_tui.admin.none import NoAdmin
from csat_tui.admin.port import AdminSystem
from csat_tui.config import AdminConfig
from csat_tui.secrets import Credential


def open_admin(config: AdminConfig | None, credential: Credential | None) -> AdminSystem:
    """Return the admin system of a configuration; nothing is asked of it yet."""
    if config is None:
        return NoAdmin()
    from csat_tui.admin.http import HttpAdmin

    mapped = None
    if config.map is not None:
        from csat_tui.admin.mapping import Mapped

        mapped = Mapped(config.map)
    return HttpAdmin(config.url, credential.token if credential else "", mapped=mapped)
