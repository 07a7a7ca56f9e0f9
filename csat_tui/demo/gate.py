"""The gate before every endpoint: faults, latency, sign-in, and rate limits with their headers."""

import asyncio
import base64
import binascii
import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from csat_tui.demo import faults, people, responses, wire
from csat_tui.demo.oauth import Grants
from csat_tui.demo.responses import Refusal
from csat_tui.demo.world import World

UPDATES_A_MINUTE = 100
TICKET_UPDATES, TICKET_SECONDS = 30, 600
VIEW_RUNS = 5
EXPORTS = 100


@dataclass
class Window:
    """A count that starts afresh when its time is up."""

    ends: float
    used: int = 0


class Limits:
    """Fixed windows of `seconds`, read off a clock that tests may replace; a rate of 0 lets everything through."""

    def __init__(
        self,
        rate: int,
        seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        updates: int = UPDATES_A_MINUTE,
    ) -> None:
        self.rate, self.seconds, self.clock, self.updates = rate, seconds, clock, updates
        self._windows: dict[tuple[object, ...], Window] = {}

    def account(self) -> dict[str, str]:
        """Count one request of the account; gives the headers that go with every answer."""
        if self.rate <= 0:
            return {}
        left, resets = self._count(("account",), self.rate, self.seconds)
        headers = _headers(self.rate, max(left, 0), resets)
        if left < 0:
            text = "Number of allowed API requests per minute exceeded"
            raise Refusal(429, text, headers | {"retry-after": str(resets)})
        return headers

    def particular(
        self, name: str, key: tuple[object, ...], total: int, seconds: float | None = None
    ) -> dict[str, str]:
        """Count one request of a kind that has its own limit, such as running a view."""
        if self.rate <= 0:
            return {}
        left, resets = self._count((name, *key), total, seconds or self.seconds)
        header = {f"zendesk-ratelimit-{name}": f"total={total}; remaining={max(left, 0)}; resets={resets}"}
        if left < 0:
            text = f"You have exceeded the rate limit of this endpoint ({name}). Try again later."
            raise Refusal(429, {"error": "TooManyRequests", "description": text}, header | {"retry-after": str(resets)})
        return header

    def update(self, ticket_id: int, person: int) -> dict[str, str]:
        """Count one write to a ticket, against the account's writes and this person's writes to it."""
        headers = self.particular("tickets-update", (), self.updates)
        long = TICKET_SECONDS * self.seconds / 60
        return headers | self.particular("ticket-updates", (ticket_id, person), TICKET_UPDATES, long)

    def _count(self, key: tuple[object, ...], total: int, seconds: float) -> tuple[int, int]:
        now = self.clock()
        window = self._windows.get(key)
        if window is None or now >= window.ends:
            window = self._windows[key] = Window(now + seconds)
        window.used += 1
        return total - window.used, max(1, math.ceil(window.ends - now))


def limits_of(request: Request) -> Limits:
    """Give the limits of the desk."""
    limits: Limits = request.app.state.limits
    return limits


def _headers(limit: int, left: int, resets: int) -> dict[str, str]:
    return {
        "x-rate-limit": str(limit),
        "x-rate-limit-remaining": str(left),
        "ratelimit-limit": str(limit),
        "ratelimit-remaining": str(left),
        "ratelimit-reset": str(resets),
        "rate-limit": str(limit),
        "rate-limit-remaining": str(left),
        "rate-limit-reset": str(resets),
    }


OPEN = ("/forms/", "/channel", "/reports/")
"""Paths that need no credential; a credential that is sent must still be valid."""


class Gate:
    """The outermost layer; what it refuses never reaches the desk."""

    def __init__(self, inner: ASGIApp, world: World, limits: Limits, grants: Grants, latency: float) -> None:
        self.inner, self.world, self.limits, self.grants, self.latency = inner, world, limits, grants, latency
        self._tokens = {token: name for name, (_, token) in world.credentials.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here; what is under way when the demo ends is let go quietly."""
        if scope["type"] == "http":
            with contextlib.suppress(asyncio.CancelledError):
                await self._handle(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removesuffix(".json").rstrip("/")
        scope = {**scope, "path": path, "raw_path": path.encode(), "state": {}}
        fault = self.world.faults.decide(Request(scope, receive))
        if fault is None:
            await self._serve(scope, receive, send)
            return
        if fault.applied:
            await self._serve(scope, receive, faults.swallow)
        else:
            await Request(scope, receive).body()  # a line cut with bytes unread is reset, which clients tell apart
        await asyncio.sleep(fault.delay)
        if fault.answer is None:
            await faults.drop(send)
        else:
            await fault.answer(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if self.latency:
            await asyncio.sleep(self.latency)
        headers: dict[str, str] = {"x-zendesk-api-version": "v2", "cache-control": "max-age=0, private"}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(k.encode(), v.encode()) for k, v in headers.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        try:
            early = self._enter(request, headers)
        except responses.Refusal as refusal:
            early = refusal.response()
        await (early or self.inner)(scope, receive, answer)

    def _enter(self, request: Request, headers: dict[str, str]) -> Response | None:
        path = request.url.path
        if path.startswith("/oauth/"):
            return None  # whoever comes here has nothing to show yet
        if path.startswith(OPEN) and "authorization" not in request.headers:
            return None  # as with a form's or a webhook's address: who knows it may use it
        person = self._holder(request) or self.sign_in(request.headers.get("authorization", ""), request.url.path)
        if person is None:
            if request.url.path == "/api/v2/users/me":
                return JSONResponse({"user": wire.anonymous_user()})
            raise responses.unauthenticated()
        request.state.person = person
        if request.url.path.startswith("/api/"):
            headers |= self.limits.account()
        return None

    def _holder(self, request: Request) -> people.Staff | None:
        """Tell who allowed the access token that a request came with; a bearer that is good for nothing is refused."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or given.strip() in self._tokens or not request.url.path.startswith("/api/"):
            return None
        pair = self.grants.find(given.strip())
        if pair is None:
            raise responses.oauth("invalid_token", 401)
        needed = "read" if request.method in ("GET", "HEAD") else "write"
        if needed not in pair.scope:
            raise responses.oauth("insufficient_scope", 403)
        request.state.pair = pair
        return people.SIGN_INS[pair.sign_in]

    def sign_in(self, authorization: str, path: str) -> people.Staff | None:
        """Tell who a credential belongs to: an address with its token, or the token as bearer."""
        kind, _, given = authorization.partition(" ")
        if kind.lower() == "bearer":
            return people.SIGN_INS.get(self._tokens.get(given.strip(), ""))
        if kind.lower() != "basic" or path.startswith("/admin"):
            return None
        try:
            user, _, token = base64.b64decode(given.strip()).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        name = self._tokens.get(token, "")
        email = self.world.credentials.get(name, ("", ""))[0]
        return people.SIGN_INS[name] if name and user == f"{email}/token" else None
