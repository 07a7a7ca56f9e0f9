"""A sign-in as data: its addresses here and at the help desk, and its pair of tokens."""

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

HOST = "127.0.0.1"
PATH = "/callback"
PORT = 47113
"""Unless another port is said; an administrator registers http://127.0.0.1:47113/callback with the client."""


def redirect_to(port: int) -> str:
    """Return the address that the help desk sends the browser to."""
    return f"http://{HOST}:{port}{PATH}"


@dataclass(frozen=True, slots=True)
class SignInPaths:
    """The paths of an OAuth sign-in, and the requested scope."""

    page: str
    """The page where a person signs in."""
    tokens: str
    """The endpoint that exchanges a code or a refresh token for tokens."""
    current: str
    """The endpoint that ends the access token of the request."""
    scope: str
    """The requested scope: read surveys and cases, write notes, replies and tags."""


MARGIN = timedelta(minutes=1)
"""An access token with less left than this is renewed before it is used."""
LONGEST_LIFE = 10 * 365 * 86_400.0
"""Seconds; a longer lifetime counts as implausible."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that the help desk has granted; they never show in a repr. Times are by this machine's clock."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    """Empty if the help desk gave none: then the sign-in ends with the access token."""
    issued_at: datetime
    expires_at: datetime | None
    refresh_expires_at: datetime | None
    client_id: str
    scope: str

    @property
    def header(self) -> str:
        """The authorization header."""
        return f"Bearer {self.access}"

    def stale(self, now: datetime) -> bool:
        """Return whether the access token should be renewed before it is used.

        A token that lives only for minutes is used for most of its life. A clock that went back makes nothing stale:
        the help desk refuses expired tokens.
        """
        if self.expires_at is None:
            return False
        margin = min(MARGIN, (self.expires_at - self.issued_at) / 4)
        return now >= self.expires_at - margin

    def to_json(self) -> str:
        """Return the pair as it is stored: a line of ASCII."""
        return json.dumps({
            "access": self.access,
            "refresh": self.refresh,
            "issued_at": _written(self.issued_at),
            "expires_at": _written(self.expires_at),
            "refresh_expires_at": _written(self.refresh_expires_at),
            "client_id": self.client_id,
            "scope": self.scope,
        })  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> "Tokens":
        """Return a pair from its stored text. Raises ValueError, which does not repeat the text."""
        try:
            kept = json.loads(text)
            issued_at = _read(kept["issued_at"])
            if issued_at is None:
                raise ValueError
            return cls(
                access=token_of(kept["access"]),
                refresh=token_of(kept["refresh"]) if kept["refresh"] else "",
                issued_at=issued_at,
                expires_at=_read(kept["expires_at"]),
                refresh_expires_at=_read(kept["refresh_expires_at"]),
                client_id=str(kept["client_id"]),
                scope=str(kept["scope"]),
            )
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            raise ValueError("this is not a pair of tokens") from None

    @classmethod
    def granted(cls, answer: object, client_id: str, scope: str, now: datetime) -> "Tokens":
        """Return the pair that a token answer grants. Raises ValueError with what is wrong with it."""
        if not isinstance(answer, dict):
            raise ValueError("is not an object")
        if str(answer.get("token_type", "bearer")).lower() != "bearer":
            raise ValueError("is not for a bearer")
        refresh, given = answer.get("refresh_token"), answer.get("scope")
        return cls(
            access=token_of(answer.get("access_token")),
            refresh=token_of(refresh) if refresh else "",
            issued_at=now,
            expires_at=_after(now, answer.get("expires_in")),
            refresh_expires_at=_after(now, answer.get("refresh_token_expires_in")),
            client_id=client_id,
            scope=given if isinstance(given, str) and given else scope,
        )


def token_of(value: object) -> str:
    """Return a token if a header can hold it, else raise ValueError."""
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("has no usable token in it")
    return value


def _after(now: datetime, seconds: object) -> datetime | None:
    """Return when a lifetime in seconds ends; None if it is missing or implausible."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        life = float(seconds)
    except (ValueError, OverflowError):
        return None
    return now + timedelta(seconds=life) if math.isfinite(life) and 0 < life <= LONGEST_LIFE else None


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
