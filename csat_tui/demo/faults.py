"""What a test can make go wrong at exactly the request it chooses, and the answers of a desk in trouble."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from csat_tui.demo import responses


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: is the request still applied, what is answered (nothing: the line drops), how late."""

    applied: bool
    answer: Response | None = None
    delay: float = 0.0


DROP_BEFORE = Fault(applied=False)
"""The connection drops and the desk never saw the request."""
DROP_AFTER = Fault(applied=True)
"""The desk did what was asked, and the connection drops before the answer."""

Hook = Callable[[Request], Response | Fault | None]


class Faults:
    """A list of hooks asked in turn for every request; the first that answers decides."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []

    def append(self, hook: Hook) -> None:
        """Ask this hook from now on."""
        self.hooks.append(hook)

    def once(self, method: str, path: str, fault: Response | Fault) -> None:
        """Make the next request with this method, and this text in its path, go wrong in this way."""

        def hook(request: Request) -> Response | Fault | None:
            if request.method != method or path not in request.url.path:
                return None
            self.hooks.remove(hook)
            return fault

        self.append(hook)

    def clear(self) -> None:
        """Let everything go right again."""
        self.hooks.clear()

    def decide(self, request: Request) -> Fault | None:
        """Tell what goes wrong with a request, if anything."""
        for hook in tuple(self.hooks):
            found = hook(request)
            if found is not None:
                return found if isinstance(found, Fault) else Fault(applied=False, answer=found)
        return None


async def swallow(message: Message) -> None:
    """Stand in for the way back when an answer must not arrive."""


async def drop(send: Send) -> None:
    """Cut the connection under a request, so that the client sees it close without an answer."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0.01)


GATEWAY_PAGE = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n"
HALF = b'{"ticket":{"id":35436,"url":"https://larder-lane.zendesk.com/api/v2/tickets/35436.json","subj'


def limited(retry_after: int | datetime | None = None) -> Response:
    """Ask to wait: for some seconds, until a moment that is given as an HTTP date, or without saying how long."""
    said = format_datetime(retry_after, usegmt=True) if isinstance(retry_after, datetime) else retry_after
    headers = {} if said is None else {"retry-after": str(said)}
    return responses.Refusal(429, "Number of allowed API requests per minute exceeded", headers).response()


def failed() -> Response:
    """Say that something went wrong inside."""
    return responses.Refusal(500, {"error": "InternalError", "description": "An unexpected error occurred"}).response()


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
    return responses.conflict().response()


def closed() -> Response:
    """Say that the ticket is closed."""
    return responses.closed().response()


def unauthenticated() -> Response:
    """Say that the credential is not good (any more)."""
    return responses.oauth("invalid_token", 401).response()


def late(seconds: float, *, applied: bool = True) -> Fault:
    """Let the answer come so late that nobody waits for it any more; the line drops then."""
    return Fault(applied, delay=seconds)
