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
    """The paths of an OAuth sign-in, and the requested scope."""

    page: str
    """The page where a person signs in."""
    tokens: str
    """The endpoint that exchanges a code or a refresh token for tokens."""
    current: str
    """The endpoint that ends the access token of the request."""
    scope: str
    """The requested scope: read surveys and cases, write notes, replies and tags."""
