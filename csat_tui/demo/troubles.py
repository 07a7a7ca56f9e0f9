"""Answers of a desk in trouble, ready to be given instead of the right one, or after the work was done all the same."""

from datetime import datetime
from email.utils import format_datetime

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from csat_tui.demo import errors
from csat_tui.demo.faults import Fault, drop

GATEWAY_PAGE = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"
HALF = b'{"ticket":{"id":35436,"url":"https://larder-lane.zendesk.com/api/v2/tickets/35436.json","subj'


def limited(retry_after: int | datetime | None = None) -> Response:
    """Ask to wait: for some seconds, until a moment that is given as an HTTP date, or without saying how long."""
    said = format_datetime(retry_after, usegmt=True) if isinstance(retry_after, datetime) else retry_after
    headers = {} if said is None else {"retry-after": str(said)}
    return errors.Refusal(429, "Number of allowed API requests per minute exceeded", headers).response()


def failed() -> Response:
    """Say that something went wrong inside."""
    return errors.Refusal(500, {"error": "InternalError", "description": "An unexpected error occurred"}).response()


def bad_gateway() -> Response:
    """Answer with a web page, as something between us and the desk does."""
    return HTMLResponse(GATEWAY_PAGE, 502)


def unavailable(retry_after: int | None = None) -> Response:
    """Say that the desk is being worked on, with the seconds to wait where they are known."""
    return PlainTextResponse(
        "Service Unavailable", 503, {} if retry_after is None else {"retry-after": str(retry_after)}
    )


def malformed() -> Response:
    """Answer 200 with half a JSON object, complete as far as HTTP knows."""
    return Response(HALF, 200, media_type="application/json")


class Truncated(Response):
    """Half a JSON object under the length of a whole one, then the line drops."""

    def __init__(self) -> None:
        super().__init__(HALF, 200, {"content-length": str(4 * len(HALF))}, "application/json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send what there is and cut the line."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": HALF, "more_body": True})
        await drop(send)


def conflict() -> Response:
    """Say that the ticket has moved on."""
    return errors.conflict().response()


def closed() -> Response:
    """Say that the ticket is closed."""
    return errors.closed().response()


def unauthenticated() -> Response:
    """Say that the credential is not good (any more)."""
    return errors.oauth("invalid_token", 401).response()


def late(seconds: float, *, applied: bool = True) -> Fault:
    """Let the answer come so late that nobody waits for it any more; the line drops then."""
    return Fault(applied, delay=seconds)
