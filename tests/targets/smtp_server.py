"""A real mail server on this machine, which takes mail, refuses it, or hangs up where a test wants it to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "ana@example.com", "a pass phrase"


@dataclass
class Postbox:
    """What came in, and how the server behaves; `drop_at` is a command after which it hangs up."""

    came: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    drop_at: str = ""
    heard: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._say(server, "MAIL")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._say(server, f"RCPT {address}") if f"RCPT {address}" in self.answers else self._say(server, "RCPT")
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        said = self._say(server, "DATA")
        if said.startswith("2"):
            self.came.append(envelope)
        return said

    def _say(self, server: SMTP, command: str) -> str:
        self.heard.append(command)
        if self.drop_at and command.startswith(self.drop_at) and server.transport is not None:
            server.transport.abort()
        return self.answers.get(command, "250 OK")

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(_bytes(one.content), policy=default) for one in self.came]  # type: ignore[misc]


def _bytes(content: Any) -> bytes:
    assert isinstance(content, bytes)
    return content


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, proof: Any) -> AuthResult:
    right = isinstance(proof, LoginPassword) and proof.login == USER.encode() and proof.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@dataclass
class Running:
    """A server that runs: where it listens, and what came."""

    port: int
    box: Postbox


@asynccontextmanager
async def mail_server(
    box: Postbox | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    wrapped: bool = False,
    auth: bool = False,
    most: int | None = None,
) -> AsyncIterator[Running]:
    """Run a server: in the clear, with STARTTLS where a context is given, or TLS from the first byte if wrapped.

    It takes mails of `most` bytes.
    """
    box = box or Postbox()
    more: dict[str, Any] = {} if most is None else {"data_size_limit": most}
    if auth:
        more |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": tls is not None}
    if tls is not None and not wrapped:
        more |= {"tls_context": tls, "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(box, enable_SMTPUTF8=False, **more), "127.0.0.1", 0, ssl=tls if wrapped else None
    )
    try:
        yield Running(server.sockets[0].getsockname()[1], box)
    finally:
        server.close()


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    """Return a context for a server that calls itself 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context
