"""The port to the admin system, what stands in for it where there is none, and opening the configured one."""

from collections.abc import Mapping
from typing import Protocol

from csat_tui.config import AdminConfig, Config
from csat_tui.domain.account import Account
from csat_tui.domain.errors import Unreachable
from csat_tui.paths import Paths
from csat_tui.secrets import Credential, Endpoint, NoCredential, admin_credential


class AdminSystem(Protocol):
    """A read-only look-up of accounts. May raise the errors of `domain.errors`."""

    async def account(self, email: str) -> Account | None:
        """Return the account of that address, or None if there is none."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class NoAdmin:
    """Stands in for a missing admin system: it knows no account, so validation uses the ticket alone."""

    async def account(self, email: str) -> Account | None:  # noqa: ARG002 - the port's signature
        """Return None."""
        return None

    async def close(self) -> None:
        """Do nothing."""


class UnavailableAdmin:
    """Stands in for an admin system without a usable credential, so that nothing else waits for a locked keyring."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def account(self, email: str) -> Account | None:  # noqa: ARG002 - the port's signature
        """Raise Unreachable with the reason."""
        raise Unreachable(f"the admin system is not asked: {self._reason}")

    async def close(self) -> None:
        """Do nothing."""


def open_admin(config: AdminConfig | None, credential: Credential | None) -> AdminSystem:
    """Return the configured admin system; nothing is requested yet."""
    if config is None:
        return NoAdmin()
    from csat_tui.admin.http import HttpAdmin

    mapped = None
    if config.map is not None:
        from csat_tui.admin.mapping import AnswerMapping

        mapped = AnswerMapping(config.map)
    return HttpAdmin(config.url, credential.token if credential else "", mapped=mapped)


def admin_for_help_desk(
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
        return UnavailableAdmin(str(error))
