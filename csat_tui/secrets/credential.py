"""What proves who asks, and what kind of proof it is."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from csat_tui.secrets.keeping import Kept


class Endpoint(Protocol):
    """What a credential is for: the `[helpdesk]` or `[admin]` section."""

    @property
    def url(self) -> str:
        """The address it is sent to."""
        ...

    @property
    def user(self) -> str:
        """Whose it is."""
        ...

    @property
    def token_command(self) -> tuple[str, ...] | str:
        """The command that prints it; empty where there is none."""
        ...


class CredentialKind(Enum):
    """How a credential proves who asks, and so what becomes of it in time."""

    API_TOKEN = auto()
    """A user's own, valid until it is taken back or the help desk stops taking such tokens."""
    ACCESS_TOKEN = auto()
    """Somebody else keeps it fresh: a token command, a person."""
    SIGN_IN = auto()
    """A pair of tokens that we keep and renew ourselves."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Who we are and what proves it; the token never shows in a repr. `origin` says where it came from.

    A sign-in has no token here: its tokens change, and are read from where they are `kept`.
    """

    user: str
    token: str = field(repr=False)
    origin: str
    kept: Kept | None = field(default=None, repr=False)

    @property
    def kind(self) -> CredentialKind:
        """What kind of proof it is."""
        if self.kept is not None:
            return CredentialKind.SIGN_IN
        return CredentialKind.API_TOKEN if self.user else CredentialKind.ACCESS_TOKEN
