"""The demo as one web application: run it in the background of a test, or in the foreground until it is told to end."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from csat_tui.demo import (
    admin,
    delivered,
    desk_search,
    desk_tickets,
    desk_users,
    desk_views,
    forms,
    low_scores,
    oauth,
    plan,
    responses,
    reviewed,
)
from csat_tui.demo.desk_views import SURVEYS_VIEW
from csat_tui.demo.gate import UPDATES_A_MINUTE, Gate, Limits
from csat_tui.demo.oauth import ACCESS_SECONDS, REFRESH_SECONDS, Grants
from csat_tui.demo.world import World


async def _lost(request: Request, problem: Exception) -> Response:  # noqa: ARG001 - the signature is Starlette's
    return responses.no_endpoint().response()


async def _refused(request: Request, problem: Exception) -> Response:  # noqa: ARG001 - the signature is Starlette's
    assert isinstance(problem, responses.Refusal)  # noqa: S101 - registered for nothing else
    return problem.response()


def build(world: World, limits: Limits, grants: Grants, latency: float = 0.0) -> Gate:
    """Put everything behind the gate; latency in seconds is added to every answer."""
    routes = [*desk_tickets.ROUTES, *desk_views.ROUTES, *desk_users.ROUTES, *admin.ROUTES]
    routes += [
        *desk_search.HISTORY_ROUTES,
        *desk_search.ROUTES,
        *desk_tickets.MERGE_ROUTES,
        *oauth.CONSENT_ROUTES,
        *oauth.ROUTES,
    ]
    routes += [*forms.ROUTES, *forms.CHANNEL_ROUTES, *low_scores.ROUTES]
    inner = Starlette(routes=routes, exception_handlers={404: _lost, 405: _lost, responses.Refusal: _refused})
    inner.state.world, inner.state.limits, inner.state.grants = world, limits, grants
    inner.state.made, inner.state.counted, inner.state.jobs = {}, {}, {}
    inner.router.redirect_slashes = False
    return Gate(inner, world, limits, grants, latency)


HOST = "127.0.0.1"


class DemoServerError(Exception):
    """The demo cannot start; the message is one sentence for the person who started it."""


@dataclass(frozen=True)
class DemoOptions:
    """The options of a demo; rate_limit is requests a minute with 0 for none, rate_window its seconds.

    access_seconds and refresh_seconds are how long the tokens live that a program is given when somebody allows it.
    `reports` is a folder for the day's list of low scores. `review` has the day's notes delivered, and some
    of them reviewed, before it listens.
    """

    port: int = 0
    surveys: int = 60
    seed: int = 7
    latency_ms: int = 0
    rate_limit: int = 700
    now: datetime | None = None
    rate_window: float = 60.0
    updates_a_minute: int = UPDATES_A_MINUTE
    access_seconds: float = ACCESS_SECONDS
    refresh_seconds: float = REFRESH_SECONDS
    reports: Path | None = None
    review: bool = False


@dataclass(frozen=True)
class Announcement:
    """The demo's address and credentials."""

    url: str
    email: str
    token: str
    view_id: int
    admin_url: str


class _Quiet(uvicorn.Server):
    """A server that leaves signals to us and tells when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._listening()

    async def main_loop(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for taken in sockets or []:
            taken.close()
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()

    def end(self) -> None:
        """End at once, from any thread or signal handler: a demo has nothing to finish."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                self._loop.call_soon_threadsafe(self._ending.set)


class DemoServer:
    """The demo in a background thread; as a context manager it ends with its block."""

    def __init__(self, options: DemoOptions | None = None) -> None:
        self.options = options or DemoOptions()
        if not 0 <= self.options.surveys <= plan.LIMIT:
            raise DemoServerError(f"The demo can hold 0 to {plan.LIMIT:,} surveys, not {self.options.surveys:,}.")
        self.world = World(self.options.surveys, self.options.seed, self.options.now)
        if self.options.review:
            reviewed.review(self.world, delivered.deliver(self.world))
        self.limits = Limits(self.options.rate_limit, self.options.rate_window, updates=self.options.updates_a_minute)
        self.oauth = Grants(lambda: self.world.clock(), self.options.access_seconds, self.options.refresh_seconds)
        self.email, self.token = self.world.credentials["admin" if self.options.review else "agent"]
        self.view_id = SURVEYS_VIEW
        self.url = ""
        self._ready = threading.Event()
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._server: _Quiet | None = None

    @property
    def announcement(self) -> Announcement:
        """Tell where the demo listens and how to sign in."""
        return Announcement(self.url, self.email, self.token, self.view_id, f"{self.url}/admin")

    def run(self, announce: Callable[[Announcement], None] | None = None) -> None:
        """Serve until told to stop; the port is taken here, so that a clash is one sentence."""
        self._bind()
        self._report()
        self._build(announce)
        self._serve()

    def start(self) -> Self:
        """Serve in the background and come back once listening."""
        self._bind()
        self._report()
        self._build(None)
        self._thread = threading.Thread(target=self._serve, name="demo-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise DemoServerError("The demo server did not begin to listen within ten seconds.")
        return self

    def stop(self) -> None:
        """End at once, dropping whatever is still open."""
        if self._server is not None:
            self._server.end()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    def _bind(self) -> None:
        taken = socket.socket(
            socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
        )  # named, or answers wait for Nagle
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, self.options.port))
        except (OSError, OverflowError) as problem:
            taken.close()
            reason = getattr(problem, "strerror", None) or str(problem)
            raise DemoServerError(
                f"The demo server cannot listen on {HOST} port {self.options.port} ({reason}); choose another port."
            ) from problem
        self._socket = taken
        self.url = f"http://{HOST}:{taken.getsockname()[1]}"

    def _report(self) -> None:
        if self.options.reports is None:
            return
        try:
            low_scores.write_all(low_scores.derive_low_scores(self.world, self.url), self.options.reports)
        except OSError as problem:
            raise DemoServerError(
                f"The list of low scores cannot be written to {self.options.reports} ({problem.strerror}); "
                "choose another folder."
            ) from problem

    def _build(self, announce: Callable[[Announcement], None] | None) -> None:
        application = build(self.world, self.limits, self.oauth, self.options.latency_ms / 1000)
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
        )

        def listening() -> None:
            self._ready.set()
            if announce is not None:
                announce(self.announcement)

        self._server = _Quiet(config, listening)

    def _serve(self) -> None:
        if self._server is not None and self._socket is not None:
            self._server.run(sockets=[self._socket])
            self._socket.close()

    def end_on(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a signal handler's signature
        """End when the system says so; as a handler for signals."""
        if self._server is not None:
            self._server.end()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def serve(options: DemoOptions, announce: Callable[[Announcement], None]) -> None:
    """Serve in the foreground; SIGTERM and SIGINT end it cleanly. Must be called from the main thread."""
    demo = DemoServer(options)
    before = {number: signal.signal(number, demo.end_on) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        demo.run(announce)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
