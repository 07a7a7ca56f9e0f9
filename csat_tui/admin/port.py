"""What validation needs of the admin system."""

from typing import Protocol

from csat_tui.domain.account import Account


class AdminSystem(Protocol):
    """A read-only look-up of accounts. May raise the errors of `domain.change`."""

    async def account(self, email: str) -> Account | None:
        """Return the account of that address, or None if there is none."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
