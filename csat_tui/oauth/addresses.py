"""Addresses of a sign-in: where the browser comes back to on this machine, and the pages of a help desk."""

from dataclasses import dataclass

HOST = "127.0.0.1"
PATH = "/callback"
PORT = 47113
"""Unless another port is said; an administrator registers http://127.0.0.1:47113/callback with the client."""


def redirect_to(port: int) -> str:
    """Return the address that the help desk sends the browser to."""
    return f"http://{HOST}:{port}{PATH}"


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
