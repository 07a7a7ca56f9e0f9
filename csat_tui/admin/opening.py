"""From configuration to the admin system that it names."""

from collections.abc import Mapping

from csat_tui.admin.none import NoAdmin, ShutAdmin
from csat_tui.admin.port import AdminSystem
from csat_tui.config import AdminConfig, Config
from csat_tui.paths import Paths
from csat_tui.secrets import Credential, Endpoint, NoCredential, admin_credential


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


def admin_beside(
    config: Config, environ: Mapping[str, str], paths: Paths, helpdesk: Endpoint, ours: Credential
) -> AdminSystem:
    """Return the admin system beside a help desk; where its credential is not available, one that says so.

    May block: a keyring may be asking its owner.
    """
    if config.admin is None:
        return open_admin(None, None)
    try:
        return open_admin(config.admin, admin_credential(config.admin, environ, paths, helpdesk, ours))
    except NoCredential as error:
        return ShutAdmin(str(error))
