"""Outgoing mail: build a message whose headers no text can break out of, save it as a file or send it by a server.

Until the message itself is on its way nothing can arrive; from then on only the server knows.
"""

import logging
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from csat_tui.config import MailConfig, Security
from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.errors import HelpDeskError, Limited, Refused, TooLarge, Uncertain, Unreachable
from csat_tui.domain.ids import OpId
from csat_tui.domain.mailbox import mailbox
from csat_tui.domain.safe_text import visible_line
from csat_tui.file_access import write_atomically
from csat_tui.secrets import NoCredential
from csat_tui.targets.port import LOOK_THERE_FIRST, RETRY_AFTER, Delivered, blocking_call
from csat_tui.transport.faults import printable
from csat_tui.transport.shapes import encodable

if TYPE_CHECKING:
    from aiosmtplib import SMTP

LONGEST_SUBJECT = 400
"""Characters; a longer subject is cut, as the body has all of it."""
LONGEST_BODY = 2_000_000
"""Characters of text and HTML together; mail servers refuse some ten megabytes."""
MOST_RECIPIENTS = 50

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>]*)>")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9'-]{1,20}(?: [A-Za-z0-9'-]{1,20}){0,3}")
"""A name that stands in a header as it is.

What would have to be quoted is read differently by different programs, and what would have to be encoded makes the mail
library encode the comma behind the address as well, so that the next recipient is lost: such a name is left out.
"""


def recipients(mail: Mail) -> tuple[Address, ...]:
    """Return the recipients of a mail, each once; Refused if an address is invalid."""
    found: dict[str, Address] = {}
    for written in mail.to:
        address = _address(written)
        found.setdefault(address.addr_spec.casefold(), address)
    if not found:
        raise Refused("the mail has no recipient; nothing was sent")
    if len(found) > MOST_RECIPIENTS:
        raise Refused(f"the mail names more than {MOST_RECIPIENTS} recipients; nothing was sent")
    return tuple(found.values())


def build_message(
    mail: Mail, sender: str, op_id: OpId, now: datetime, attachments: Sequence[AttachedFile] = ()
) -> EmailMessage:
    """Build the message of a mail, with an id made from the operation's; Refused if that is not possible."""
    to, sender_address = recipients(mail), _address(sender)
    if len(mail.body) + len(mail.html) > LONGEST_BODY:
        raise Refused(f"the mail is longer than {LONGEST_BODY:,} characters; nothing was sent")
    whole = EmailMessage(policy=policy.SMTP)
    whole["From"] = sender_address
    whole["To"] = to
    whole["Subject"] = header_line(mail.subject)
    whole["Date"] = format_datetime(now)
    whole["Message-ID"] = message_id(op_id, sender)
    whole.set_content(_text(mail.body), charset="utf-8")
    if mail.html:
        whole.add_alternative(_text(mail.html), subtype="html", charset="utf-8")
    for file in attachments:
        kind, _, more = file.media_type.partition("/")
        whole.add_attachment(file.content, maintype=kind, subtype=more, filename=header_line(file.name))
    return whole


def message_id(op_id: OpId, sender: str) -> str:
    """Return the message id, by which a mail can be found again and a second copy recognised."""
    return f"<{op_id}@{sender.rpartition('@')[2]}>"


def header_line(text: str) -> str:
    """Return a text as a header holds it: one line, nothing hidden, nothing encoded, no more than fits.

    What looks like an encoded word (“=?utf-8?q?…?=”) is decoded by whoever reads a header, the mail library before all
    others, and may hold line breaks then: it is taken apart.
    """
    line = visible_line(encodable(text)).replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def _address(written: str) -> Address:
    """Read one address, with or without a name before it; Refused for anything else."""
    found = _NAMED.fullmatch(written.strip()) if written.isprintable() else None
    name, spec = (found["name"], found["spec"]) if found else ("", written.strip())
    address = mailbox(spec)
    if address is None:
        shown = header_line(written)[:80] or "nothing"
        raise Refused(f"“{shown}” is not a mail address; nothing was sent. Correct it first")
    return Address(name.strip() if _PLAIN_NAME.fullmatch(name.strip()) else "", addr_spec=address)


def _text(text: str) -> str:
    """Return a body without what no mail holds: NUL, halves of characters, other systems' line ends."""
    return encodable(text).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


SAVE_TIMEOUT = 20.0
"""Seconds for a disk, which may be another machine's."""
SENDER = "csat-tui@localhost.invalid"
"""The sender of a saved mail until the sending program replaces it."""
LONGEST_NAME = 60
"""Characters of a subject in a file's name."""


class MailFiles:
    """Saves mails in a folder; the same operation always gives the same file."""

    def __init__(self, folder: Path, clock: Clock, sender: str = "") -> None:
        self.folder = folder
        self._clock = clock
        self._sender = sender or SENDER

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        """Save a mail; its reference is the file's name. Refused for an invalid address."""
        now = self._clock.now()
        whole = build_message(mail, self._sender, op_id, now, attachments)
        whole["X-Unsent"] = "1"  # mail programs open it as a draft
        if self._sender == SENDER:
            del whole["From"]
        content = whole.as_bytes()
        try:
            name = await blocking_call(lambda: _save(self.folder, mail.subject, op_id, now, content), SAVE_TIMEOUT)
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "strerror", None) or "it took too long"
            raise Unreachable(
                f"the mail could not be saved in {self.folder} ({reason}); nothing of it is lost. Check the folder's "
                "rights and the room on the disk"
            ) from error
        return Delivered(name, now, f"saved as {self.folder / name}; no mail server is configured, so send it yourself")


def file_name(subject: str, op_id: OpId, now: datetime) -> str:
    """Return a file's name from date, subject and operation, such as `2026-03-10 End of shift recap 1a2b3c4d.eml`."""
    words = " ".join(re.sub(r"[^\w-]+", " ", header_line(subject)).split())[:LONGEST_NAME].strip()
    return f"{now:%Y-%m-%d} {words or 'mail'} {_mark(op_id)}.eml"


def _mark(op_id: OpId) -> str:
    """Return the end of an operation's id: the beginning is the time, which many share."""
    return re.sub(r"[^A-Za-z0-9]", "", str(op_id))[-12:]


def _save(folder: Path, subject: str, op_id: OpId, now: datetime, content: bytes) -> str:
    """Put a file in its place at once, on the disk before this returns; one that is there already is the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = next(folder.glob(f"* {_mark(op_id)}.eml"), None)
    if there is not None:
        return there.name
    name = file_name(subject, op_id, now)
    write_atomically(folder / name, content)
    return name


def saved_before(folder: Path, moment: datetime) -> list[Path]:
    """Return the mails that were saved before a moment. Raises OSError."""
    return [file for file in folder.glob("*.eml") if file.stat().st_mtime < moment.timestamp()]


SMTP_TIMEOUT = 30.0
"""Seconds for each answer of the server."""
PASSWORD_TIMEOUT = 40.0
"""Seconds for the password: a command has thirty of its own, and a keyring may ask its owner."""
EHLO_NAME = "[127.0.0.1]"
"""Our name in the greeting: this machine's name stays private."""

_TOO_LARGE = 552
"""How a server refuses what is larger than it takes (RFC 1870)."""
_MAILBOX_FULL = "5.2.2"
"""How it says that it means the recipient's mailbox (RFC 3463), in which a smaller mail has no room either."""

Password = Callable[[], str]
"""Gives the password, empty where there is none; may block. Raises NoCredential."""

log = logging.getLogger(__name__)


class SmtpMail:
    """Sends each mail over its own connection, to all of its recipients or to none."""

    folder = None

    def __init__(self, config: MailConfig, password: Password, clock: Clock) -> None:
        self._config = config
        self._password = password
        self._clock = clock
        self._sender = config.sender or config.user

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        """Send a mail under a message id made of the operation's."""
        content = build_message(mail, self._sender, op_id, self._clock.now(), attachments).as_bytes()
        server = await self.connected()
        try:
            await self._envelope(server, mail, len(content))
            await self._content(server, content)
        finally:
            server.close()
        return Delivered(message_id(op_id, self._sender), self._clock.now())

    async def try_out(self) -> None:
        """Connect and sign in, and send nothing. Raises Unreachable, Refused, Limited."""
        (await self.connected()).close()

    async def connected(self) -> "SMTP":
        """Return a connection that is encrypted and signed in as configured. Raises Unreachable, Refused, Limited."""
        from aiosmtplib import SMTP, SMTPException  # only where there is a mail

        config, place = self._config, self._config.place
        password = await self._read_password() if config.user else ""
        server = SMTP(
            hostname=config.host, port=config.port, local_hostname=EHLO_NAME, timeout=SMTP_TIMEOUT,
            use_tls=config.security is Security.TLS, start_tls=config.security is Security.STARTTLS,
            tls_context=_context(config, place),
        )  # fmt: skip
        try:
            await server.connect()
            if config.user:
                await server.login(config.user, password)
        except (SMTPException, OSError, ValueError) as error:
            server.close()
            log.warning("mail server: %s", type(error).__name__)
            raise _not_begun(error, config) from error
        return server

    async def _read_password(self) -> str:
        try:
            password = await blocking_call(self._password, PASSWORD_TIMEOUT)
        except NoCredential as error:
            raise Unreachable(f"{error}; nothing was sent") from error
        except TimeoutError as error:
            raise Unreachable("the mail server's password did not come in time; nothing was sent") from error
        if not password:
            raise Refused(
                f"there is no password for {self._config.user} at {self._config.place}, so nothing was sent; keep it "
                "with `csat-tui mail set-password`, then send this again"
            )
        return password

    async def _envelope(self, server: "SMTP", letter: Mail, size: int) -> None:
        """Name the sender, the size and every recipient; whatever goes wrong here, nothing was sent."""
        from aiosmtplib import SMTPException, SMTPHeloError

        try:
            if not server.esmtp_extensions:
                with suppress(SMTPHeloError):  # an old server, which says nothing of sizes
                    await server.ehlo()
            most = server.esmtp_extensions.get("size", "")
            if most.isdecimal() and 0 < int(most) < size:
                raise TooLarge(
                    f"the mail has {size:,} bytes, and {self._config.place} takes {int(most):,}; nothing was sent"
                )
            options = [f"SIZE={size}"] if server.supports_extension("size") else []
            await server.mail(self._sender, options=options)
            for address in recipients(letter):
                await server.rcpt(address.addr_spec)
        except (SMTPException, OSError, ValueError) as error:
            raise _not_begun(error, self._config) from error

    async def _content(self, server: "SMTP", content: bytes) -> None:
        """Send the message itself; only the server's answer says whether it took it."""
        from aiosmtplib import SMTPException, SMTPResponseException

        try:
            await server.data(content)
        except SMTPResponseException as error:
            raise _answered(error.code, error.message, self._config) from error
        except (SMTPException, OSError) as error:
            log.warning("mail server, after the message: %s", type(error).__name__)
            raise Uncertain(
                f"the connection to {self._config.place} broke while the mail was handed over, so it may or may not "
                f"have gone; {LOOK_THERE_FIRST} (your sent mail, or a recipient)"
            ) from error


def _context(config: MailConfig, place: str) -> ssl.SSLContext | None:
    if config.security is Security.NONE:
        return None
    try:
        return ssl.create_default_context()
    except (OSError, ValueError) as error:
        raise Unreachable(f"the connection to {place} could not be set up; check SSL_CERT_FILE") from error


def _not_begun(error: Exception, config: MailConfig) -> HelpDeskError:
    """Return the error for a failure before the message: nothing was sent."""
    from aiosmtplib import SMTPAuthenticationError, SMTPResponseException

    place = config.place
    if isinstance(error, SMTPAuthenticationError) and error.code >= 500:
        return Refused(
            f"{place} does not accept the password of {config.user}; nothing was sent. Give the right one with "
            "`csat-tui mail set-password`, then send this again"
        )
    if isinstance(error, SMTPResponseException):
        return _answered(error.code, error.message, config)
    if not isinstance(error, OSError):  # its lost connections and timeouts are; the rest is what it cannot do
        return Refused(
            f"{place} cannot do what [mail] in config.toml asks for ({printable(str(error))}); nothing was sent. "
            "Check mail.security, mail.port and mail.user"
        )
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = printable(cause.verify_message or str(cause))
            return Unreachable(
                f"the certificate of {place} is not trusted ({why}); nothing was sent. Check mail.host and this "
                "machine's clock; behind a company proxy, name its certificate in SSL_CERT_FILE"
            )
        if isinstance(cause, ssl.SSLError):
            return Unreachable(
                f"{place} does not support TLS as configured; nothing was sent. Check mail.security and mail.port"
            )
        if isinstance(cause, socket.gaierror):
            return Unreachable(
                f"the name in {place} could not be found; nothing was sent. There is no network, or mail.host is wrong"
            )
        if isinstance(cause, ConnectionRefusedError):
            return Unreachable(f"nothing answers at {place}; nothing was sent. Check mail.host and mail.port")
    return Unreachable(f"the connection to {place} broke before the mail; nothing was sent")


def _answered(code: int, words: str, config: MailConfig) -> HelpDeskError:
    """Return the error for a server's refusal: permanent (5xx) or temporary."""
    said = printable(words)
    because = f": {said}" if said else ""
    if 400 <= code < 500:
        return Limited(
            f"{config.place} does not accept the mail for now ({code}){because}; nothing was sent",
            RETRY_AFTER,
            ticket_only=True,
        )
    refusal = TooLarge if code == _TOO_LARGE and not said.startswith(_MAILBOX_FULL) else Refused
    return refusal(f"{config.place} refused the mail ({code}){because}; nothing was sent")


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
