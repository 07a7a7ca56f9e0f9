"""A bad line over real sockets: it stands between any client and a server, and lets requests go wrong by a plan."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import h11

from tests.faulty_plan import Act, Plan, is_page
from tests.faulty_wire import OF_THE_LINE, Answer, Asked, Gone, Headers, Upstream, Wire, reply

HOST = "127.0.0.1"
_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_JSON: Headers = [(b"Content-Type", b"application/json")]
_HTML: Headers = [(b"Content-Type", b"text/html")]
_TEXT: Headers = [(b"Content-Type", b"text/plain")]


@dataclass(frozen=True)
class Done:
    """What was done with one request."""

    number: int
    method: str
    target: str
    act: Act


class FaultyProxy:
    """Stands in front of one server; as a context manager it ends with its block. Runs in a thread of its own.

    `late` is how many seconds a late answer or arrival takes: more than the client's patience; `away` for how long
    connections are refused; `wait` the seconds that a 429 asks for.
    """

    def __init__(self, upstream: str, plan: Plan, *, late: float = 1.5, away: float = 0.5, wait: int = 1) -> None:
        there = urlsplit(upstream)
        self._upstream = (there.hostname or HOST, there.port or 80)
        self.plan, self.late, self.away, self.wait = plan, late, away, wait
        self.counts: Counter[Act] = Counter()
        self.journal: list[Done] = []
        self.url = ""
        self.calm = False
        """Whether everything is let through; may be set by any thread."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="faulty-proxy", daemon=True)
        self._listener: asyncio.Server | None = None
        self._port = 0
        self._wires: set[Wire] = set()
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._first: dict[str, Answer] = {}
        self._last: Answer | None = None
        self._once: list[tuple[str, str, Act]] = []

    # For the test

    def once(self, method: str, path: str, act: Act) -> None:
        """Let the next request with this method, and this text in its target, go wrong in this way."""
        self._once.append((method, path, act))

    def idle(self) -> bool:
        """Tell whether nothing is under way, late arrivals included."""
        return self._busy == 0

    def __enter__(self) -> Self:
        """Listen on a free port."""
        self._thread.start()
        self._call(self._listen())
        self.url = f"http://{HOST}:{self._port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop everything."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    # The listener

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._accept, HOST, self._port)
        self._port = self._listener.sockets[0].getsockname()[1]

    async def _go_away(self) -> None:
        """Refuse connections for a while, and cut those that are open."""
        if self._listener is None:
            return
        self._listener.close()
        self._listener = None
        for wire in tuple(self._wires):
            wire.end(hard=True)
        await asyncio.sleep(self.away)
        await self._listen()

    async def _end(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._keep(self._converse(Wire(h11.SERVER, (reader, writer))))

    async def _converse(self, client: Wire) -> None:
        """Serve one client until it goes or is cut off."""
        self._wires.add(client)
        upstream = Upstream(self._upstream)
        try:
            while True:
                head = await client.event()
                if not isinstance(head, h11.Request):
                    return
                body = await client.body()
                number = len(self.journal) + 1
                headers = [(name, value) for name, value in head.headers if name not in OF_THE_LINE]
                asked = Asked(number, head.method.decode(), head.target.decode(), headers, body)
                act = self._decide(asked)
                self._busy += 1
                try:
                    await self._perform(act, asked, client, upstream)
                finally:
                    self._busy -= 1
                if not client.fresh:
                    return
                client.state.start_next_cycle()
        except Gone:
            return
        finally:
            self._wires.discard(client)
            client.end()
            upstream.end()

    def _decide(self, asked: Asked) -> Act:
        act = Act.PASS if self.calm else self.plan.decide(asked.number, asked.method, asked.target)
        for wish in self._once:
            if wish[0] == asked.method and wish[1] in asked.target:
                self._once.remove(wish)
                act = wish[2]
                break
        self.journal.append(Done(asked.number, asked.method, asked.target, act))
        self.counts[act] += 1
        return act

    # What happens to one request

    async def _perform(self, act: Act, asked: Asked, client: Wire, upstream: "Upstream") -> None:
        if made := self._made_up(act):
            await reply(client, made)
            return
        match act:
            case Act.DROP_BEFORE:
                client.end(hard=True)
                raise Gone
            case Act.REFUSE:
                self._keep(self._go_away())
                client.end(hard=True)
                raise Gone
            case Act.LATE_ARRIVAL:
                await asyncio.sleep(self.late)
            case Act.STALE_PAGE if asked.target in self._first:
                await reply(client, self._first[asked.target])
                return
            case Act.DOUBLED_PAGE if self._last is not None:
                await reply(client, self._last)
                return
        answer = await upstream.exchange(asked)
        if is_page(asked.method, asked.target) and answer.status == 200:
            self._first.setdefault(asked.target, answer)
            self._last = answer
        await self._tell(act, answer, client)

    async def _tell(self, act: Act, answer: Answer, client: Wire) -> None:
        """Give the answer of the server, or what becomes of it on the way."""
        match act:
            case Act.DROP_AFTER:
                client.end(hard=True)
                raise Gone
            case Act.CUT:
                await reply(client, answer, cut=True)
                client.end()
                raise Gone
            case Act.NEVER:
                await client.closed_by_peer()
                raise Gone
            case Act.LATE_ANSWER:
                await asyncio.sleep(self.late)
            case Act.MALFORMED:
                half = answer.body[: len(answer.body) // 2]
                answer = Answer(answer.status, answer.headers, half)
            case Act.STALE_AUDITS:
                answer = _without_latest(answer)
            case Act.FAILED_AFTER | Act.GATEWAY_AFTER | Act.UNAVAILABLE_AFTER:
                answer = _TROUBLES[act]()
        await reply(client, answer)

    def _made_up(self, act: Act) -> Answer | None:
        """Give the answer that is given without asking the server, if the act is of that kind."""
        match act:
            case Act.LIMITED_SECONDS:
                return _limited([(b"Retry-After", str(self.wait).encode())])
            case Act.LIMITED_DATE:
                until = format_datetime(datetime.now(UTC) + timedelta(seconds=self.wait), usegmt=True)
                return _limited([(b"Retry-After", until.encode())])
            case Act.FAILED_AFTER | Act.GATEWAY_AFTER | Act.UNAVAILABLE_AFTER:
                return None
            case _ if act in _TROUBLES:
                return _TROUBLES[act]()
            case _:
                return None


def _without_latest(answer: Answer) -> Answer:
    """Give a list of audits as it was before the last write, as a copy that lags behind would."""
    told = json.loads(answer.body)
    latest = max(told["audits"], key=lambda audit: audit["id"], default=None)
    told["audits"] = [audit for audit in told["audits"] if audit is not latest]
    return Answer(answer.status, answer.headers, json.dumps(told).encode())


def _limited(headers: Headers) -> Answer:
    return Answer(429, [*_TEXT, *headers], b"Number of allowed API requests per minute exceeded")


def _failed() -> Answer:
    return Answer(500, _JSON, b'{"error":"InternalError","description":"An unexpected error occurred"}')


def _gateway() -> Answer:
    return Answer(502, _HTML, _PAGE)


def _unavailable() -> Answer:
    return Answer(503, _TEXT, b"Service Unavailable")


_TROUBLES: dict[Act, Callable[[], Answer]] = {
    Act.LIMITED_SILENT: lambda: _limited([]),
    Act.FAILED_BEFORE: _failed,
    Act.FAILED_AFTER: _failed,
    Act.GATEWAY_BEFORE: _gateway,
    Act.GATEWAY_AFTER: _gateway,
    Act.UNAVAILABLE_BEFORE: _unavailable,
    Act.UNAVAILABLE_AFTER: _unavailable,
    Act.UNAUTHENTICATED: lambda: Answer(401, _TEXT, b"Couldn't authenticate you"),
    Act.CONFLICT: lambda: Answer(
        409, _JSON, b'{"error":"UpdateConflict","description":"Safe Update prevented the update"}'
    ),
}
