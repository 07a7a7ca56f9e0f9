"""One side of a line: whole HTTP messages over one socket."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

import h11

Headers = list[tuple[bytes, bytes]]

LONGEST = 60.0
"""Seconds for which a request without an answer is held at most."""
OF_THE_LINE = (b"transfer-encoding", b"content-length", b"connection", b"keep-alive")
"""Headers that belong to one connection and are made anew for the next."""


class Gone(Exception):
    """The other end is not there (any more)."""


@dataclass(frozen=True)
class Asked:
    """One whole request."""

    number: int
    method: str
    target: str
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One whole answer."""

    status: int
    headers: Headers
    body: bytes


class Wire:
    """One connection, read and written in whole events."""

    def __init__(self, role: type[h11.CLIENT] | type[h11.SERVER], streams: tuple[Any, Any]) -> None:
        self._role = role
        self._reader: asyncio.StreamReader = streams[0]
        self.writer: asyncio.StreamWriter = streams[1]
        self.state = h11.Connection(our_role=role)

    async def event(self) -> Any:
        """Give the next event; Gone where there will be none."""
        while True:
            try:
                event = self.state.next_event()
                if event is h11.NEED_DATA:
                    self.state.receive_data(await self._reader.read(65_536))
                    continue
            except (h11.RemoteProtocolError, OSError) as error:
                raise Gone from error
            if isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
                raise Gone
            return event

    async def body(self) -> bytes:
        """Give the rest of a message."""
        parts: list[bytes] = []
        while True:
            event = await self.event()
            if isinstance(event, h11.EndOfMessage):
                return b"".join(parts)
            parts.append(bytes(event.data))

    async def send(self, *events: Any) -> None:
        """Send events; Gone where nobody takes them."""
        try:
            for event in events:
                self.writer.write(self.state.send(event) or b"")
            await self.writer.drain()
        except (h11.LocalProtocolError, OSError) as error:
            raise Gone from error

    async def closed_by_peer(self) -> None:
        """Wait until the other end goes."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(LONGEST):
                while await self._reader.read(65_536):
                    pass

    @property
    def fresh(self) -> bool:
        """Whether another message may follow on this connection."""
        return (
            self.state.our_state is h11.DONE
            and self.state.their_state is h11.DONE
            and not self._reader.at_eof()
            and not self.writer.is_closing()
        )

    def end(self, *, hard: bool = False) -> None:
        """Close, or cut the line without a word."""
        if hard:
            self.writer.transport.abort()
        else:
            self.writer.close()


class Upstream:
    """The way to the server for one client: one connection, made when it is needed."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._wire: Wire | None = None

    async def exchange(self, asked: Asked) -> Answer:
        """Send a request and give the whole answer; Gone where the server does not answer."""
        if self._wire is not None and self._wire.fresh:
            self._wire.state.start_next_cycle()
        else:
            self.end()
            try:
                self._wire = Wire(h11.CLIENT, await asyncio.open_connection(*self._address))
            except OSError as error:
                raise Gone from error
        wire = self._wire
        headers = [*asked.headers, (b"Content-Length", str(len(asked.body)).encode())]
        request = h11.Request(method=asked.method, target=asked.target, headers=headers)
        await wire.send(request, h11.Data(asked.body), h11.EndOfMessage())
        head = await wire.event()
        while isinstance(head, h11.InformationalResponse):
            head = await wire.event()
        kept = [(name, value) for name, value in head.headers if name not in OF_THE_LINE]
        return Answer(head.status_code, kept, await wire.body())

    def end(self) -> None:
        """Let go of the server."""
        if self._wire is not None:
            self._wire.end()
            self._wire = None


async def reply(client: Wire, answer: Answer, *, cut: bool = False) -> None:
    """Give a client an answer under its whole length, or half of it."""
    bodiless = answer.status in (204, 304)
    length: Headers = [] if bodiless else [(b"Content-Length", str(len(answer.body)).encode())]
    head = h11.Response(status_code=answer.status, headers=[*answer.headers, *length])
    if cut and not bodiless:
        await client.send(head, h11.Data(answer.body[: len(answer.body) // 2]))
    else:
        await client.send(head, h11.Data(answer.body), h11.EndOfMessage())
