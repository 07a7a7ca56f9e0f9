"""The authorization of requests: one header, which may have to be renewed. Light: a start loads it without a client."""

from typing import Protocol


class Authorizer(Protocol):
    """Gives the authorization header of each request."""

    @property
    def sign_in(self) -> int:
        """A number that changes when the header may have become somebody else's."""
        ...

    async def header(self) -> str:
        """Return the header to send now; empty for a service that asks for none. Raises HelpDeskError."""
        ...

    async def renew(self, refused: str) -> str:
        """Return another header after this one was refused (401), or an empty one where there is none.

        Raises Denied where it knows better than the service what the person has to do.
        """
        ...


class Fixed:
    """A header that stays as it is."""

    sign_in = 0

    def __init__(self, header: str = "") -> None:
        self._header = header

    async def header(self) -> str:
        """Return the header."""
        return self._header

    async def renew(self, refused: str) -> str:  # noqa: ARG002 - there is no other one, whichever was refused
        """Return an empty header: there is no other."""
        return ""
