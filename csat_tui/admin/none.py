"""An organisation without an admin system that we can ask."""

from csat_tui.domain.account import Account


class NoAdmin:
    """Knows no account, so that validation goes on with what the ticket shows."""

    async def account(self, email: str) -> Account | None:  # noqa: ARG002 - the port's signature
        """Return None."""
        return None

    async def close(self) -> None:
        """Hold nothing, and let go of nothing."""
