"""A server that answers exactly the bytes it is told to, and then hangs up."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RawServer:
    """Answers each request with the next of `answers`; None hangs up without a word, and the last one repeats.

    `requests` are the requests as they came, so that a test can tell what left this machine.
    """

    def __init__(self, answers: tuple[bytes | None, ...], *, pause: float = 0.0, last: bytes = b"") -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.port = 0
        self._pause = pause
        self._last = last

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            first = await reader.readexactly(1)
            if first == b"\x16":  # somebody speaks TLS to us, which a plain server answers like this
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            head = first + await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            self.requests.append(head + await reader.readexactly(length))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if answer is not None:
                writer.write(answer)
                await writer.drain()
            await asyncio.sleep(self._pause)
            writer.write(self._last)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(
    *answers: bytes | None, pause: float = 0.0, last: bytes = b"", tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Run a raw server on a free port of this machine; after a pause it sends a last word and hangs up."""
    raw = RawServer(answers, pause=pause, last=last)
    server = await asyncio.start_server(raw.answer, "127.0.0.1", 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()


def reply(body: bytes, status: str = "200 OK", *headers: str, kind: str = "application/json") -> bytes:
    """Return a whole answer."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
