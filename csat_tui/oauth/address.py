"""Where on this machine the browser comes back to."""

HOST = "127.0.0.1"
PATH = "/callback"
PORT = 47113
"""Unless another port is said; an administrator registers http://127.0.0.1:47113/callback with the client."""


def redirect_to(port: int) -> str:
    """Return the address that the help desk sends the browser to."""
    return f"http://{HOST}:{port}{PATH}"
