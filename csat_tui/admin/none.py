"""An organisation without an admin system that we can ask, or one whose credential is not available."""

from csat_tui.domain.account import Account
from csat_tui.domain.change import Unreachable


class NoAdmin:
    """Knows no account, so that validation goes on with what the ticket shows."""

    async def account(self, email: str) -> Account | None:  # noqa: ARG002 - the port's signature
        """Return None."""
        return None

    async def close(self) -> None:
        """Hold nothing, and let go of nothing."""


class ShutAdmin:
    """Says of every account why it cannot be asked for, so that nothing else waits for a locked keyring."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def account(self, email: str) -> Account | None:  # noqa: ARG002 - the port's signature
        """Raise Unreachable with the reason."""
        raise Unreachable(f"the admin system is not asked: {self._reason}")

    async def close(self) -> None:
        """Hold nothing, and let go of nothing."""
