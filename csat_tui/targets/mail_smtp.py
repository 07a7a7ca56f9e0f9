"""Mail by a server. Until the message itself is on its way nothing can arrive; from then on only the server knows."""

import logging
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING

from csat_tui.config import MailConfig, Security
from csat_tui.domain.change import HelpDeskError, Limited, Refused, Uncertain, Unreachable
from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId
from csat_tui.secrets import NoCredential
from csat_tui.targets.blocking_call import blocking_call
from csat_tui.targets.message import message, message_id, recipients
from csat_tui.targets.port import LOOK_THERE_FIRST, RETRY_AFTER, Delivered
from csat_tui.transport.faults import printable

if TYPE_CHECKING:
    from email.message import EmailMessage

    from aiosmtplib import SMTP

SMTP_TIMEOUT = 30.0
"""Seconds for each answer of the server."""
PASSWORD_TIMEOUT = 40.0
"""Seconds for the password: a command has thirty of its own, and a keyring may ask its owner."""
EHLO_NAME = "[127.0.0.1]"
"""What we are called in the greeting: this machine's name is nobody's business."""

Password = Callable[[], str]
"""Gives the password, empty where there is none; may block. Raises NoCredential."""

log = logging.getLogger(__name__)


class SmtpMail:
    """Sends each mail over a connection of its own, to all of its recipients or to none."""

    folder = None

    def __init__(self, config: MailConfig, password: Password, clock: Clock) -> None:
        self._config = config
        self._password = password
        self._clock = clock
        self._sender = config.sender or config.user

    async def send(self, mail: Mail, op_id: OpId) -> Delivered:
        """Send a mail under a message id made of the operation's."""
        whole = message(mail, self._sender, op_id, self._clock.now())
        server = await self.connected()
        try:
            await self._envelope(server, mail)
            await self._content(server, whole)
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

    async def _envelope(self, server: "SMTP", letter: Mail) -> None:
        """Name the sender and every recipient; whatever goes wrong here, nothing was sent."""
        from aiosmtplib import SMTPException

        try:
            await server.mail(self._sender)
            for address in recipients(letter):
                await server.rcpt(address.addr_spec)
        except (SMTPException, OSError, ValueError) as error:
            raise _not_begun(error, self._config) from error

    async def _content(self, server: "SMTP", whole: "EmailMessage") -> None:
        """Hand the message over; only the server's own word says that it took it or did not."""
        from aiosmtplib import SMTPException, SMTPResponseException

        try:
            await server.data(whole.as_bytes())
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
    """Return the error for what went wrong before the message: nothing was sent, whatever it was."""
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
    """Return the error for a server's own no: for good (5xx) or for now."""
    said = printable(words)
    because = f": {said}" if said else ""
    if 400 <= code < 500:
        return Limited(
            f"{config.place} does not accept the mail for now ({code}){because}; nothing was sent",
            RETRY_AFTER,
            ticket_only=True,
        )
    return Refused(f"{config.place} refused the mail ({code}){because}; nothing was sent")


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
