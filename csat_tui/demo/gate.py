"""The gate before every endpoint: faults, latency, sign-in and rate limit."""

import asyncio
import base64
import binascii
import contextlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from csat_tui.demo import faults, people, responses, wire
from csat_tui.demo.grants import Grants
from csat_tui.demo.limits import Limits
from csat_tui.demo.world import World

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
