"""Where a help desk signs people in, relative to its address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInPaths:
    """The places of an OAuth sign-in, and what is asked for there."""

    page: str
    """The page that a person signs in at."""
    tokens: str
    """Where a code or a refresh token is exchanged for tokens."""
    current: str
    """Where the access token that asks is ended."""
    scope: str
    """What is asked for: surveys and cases are read, notes, replies and tags are written."""
