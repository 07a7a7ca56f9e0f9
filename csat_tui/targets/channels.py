"""Questions to channels of colleagues through Apprise, which speaks to some hundred chat and message services.

The library says only yes or no. It catches every error of its services and passes a line about it to whoever listens to
the call, while that error is still being handled. So the cause is read there, and nothing of its lines goes any
further: an address is a secret.
"""

import logging
import os
import re
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError, Limited, Refused, Uncertain, Unreachable
from csat_tui.domain.ids import OpId
from csat_tui.effects.channel_question import Question
from csat_tui.secrets import NoCredential
from csat_tui.targets.port import LOOK_THERE_FIRST, RETRY_AFTER, Delivered, blocking_call
from csat_tui.transport.shapes import encodable

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase
    from apprise.logger import NotifyLogEntry

TEXT_MESSAGES = "text-messages"
"""The channel for text messages; its address has a place for the telephone that they go to."""
PHONE_PLACE = "{phone}"
_EXAMPLE_PHONE = "+15550100"

_STATUS = re.compile(r"\berror=(\d{3})\b")
_QUIET = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib")
"""Loggers whose lines may quote addresses, tokens and the message."""


@dataclass(frozen=True, slots=True)
class NotificationResult:
    """The result of a message: `understood` means that the address is valid, `status` is a service's answer.

    `never_left` is true only where every error was one from before a connection stood.
    """

    taken: bool
    understood: bool = True
    never_left: bool = False
    status: int | None = None
    service: str = ""


def is_address(address: str) -> bool:
    """Return whether messages can be sent to an address; nothing is requested."""
    return _opened(with_phone(address, _EXAMPLE_PHONE)) is not None


def with_phone(address: str, phone: str) -> str:
    """Return a channel's address with a telephone in its place for one."""
    return address.replace(PHONE_PLACE, quote(phone, safe=""))


def _trust_as_everywhere() -> None:
    """Make the channels' library trust the certificates in SSL_CERT_FILE and SSL_CERT_DIR; it uses other variables."""
    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if named and not (os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")):
        os.environ["REQUESTS_CA_BUNDLE"] = named


def notify(address: str, text: str) -> NotificationResult:
    """Send a message and wait for the answer; blocks as long as the service does. Does not raise for a bad answer."""
    notifier = _opened(address)
    if notifier is None:
        return NotificationResult(taken=False, understood=False)
    from apprise import NotifyFormat

    _trust_as_everywhere()
    watch = _Watch()
    taken = bool(
        notifier.notify(
            body=text, body_format=NotifyFormat.TEXT, interpret_escapes=False,
            log_callback=watch.hear, log_level=logging.INFO,
        )
    )  # fmt: skip
    return NotificationResult(
        taken=taken,
        never_left=bool(watch.errors) and not watch.answered and all(map(_before_any_connection, watch.errors)),
        status=watch.status,
        service=_service(str(getattr(notifier[0], "service_name", "") or "channel")),
    )


def _opened(address: str) -> "Apprise | None":
    """Return the library with one address in it; None where it knows no such address."""
    silence_libraries()
    from apprise import Apprise, AppriseAsset  # a hundred services: only where there is a message

    asset = AppriseAsset(
        app_id="csat-tui", app_desc="csat-tui", app_url="",
        async_mode=False, secure_logging=True, storage_mode="memory", http_redirects=False,
    )  # fmt: skip
    notifier = Apprise(asset=asset)
    return notifier if notifier.add(address) and len(notifier) == 1 else None


def silence_libraries() -> None:
    """Silence the libraries' logs: they may quote addresses and tokens."""
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "apprise" else logging.WARNING)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class _Watch:
    """Records the errors that the library caught during a call, and other lines about answers."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.statuses: list[int] = []
        self.sent = False

    @property
    def answered(self) -> bool:
        """Whether anything at all came through: one address may lead to several rooms."""
        return self.sent or bool(self.statuses)

    @property
    def status(self) -> int | None:
        """The status that was answered, where that is all that there is to tell."""
        alone = len(set(self.statuses)) == 1 and not self.errors and not self.sent
        return self.statuses[0] if alone else None

    def hear(self, entry: "NotifyLogEntry", service: "NotifyBase | None") -> None:
        """Note one line; those of no service speak of the call as a whole."""
        if service is None:
            return
        error = sys.exc_info()[1]
        if error is not None:
            if error not in self.errors:
                self.errors.append(error)
        elif found := _STATUS.search(entry.message):
            self.statuses.append(int(found[1]))
        elif entry.level == "INFO":
            self.sent = True


def _before_any_connection(error: BaseException) -> bool:
    """Return whether an error, or its cause, happened before anything could be sent."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    early = (
        ConnectTimeoutError, NewConnectionError, ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError,
    )  # fmt: skip
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, early):
            return True
        behind = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting.extend(cause for cause in behind if isinstance(cause, BaseException))
    return False


def _service(name: str) -> str:
    """Return a service's name as a receipt names it."""
    return "".join(char for char in name if char.isprintable())[:40]


MESSAGE_TIMEOUT = 60.0
"""Seconds for one message in all; the library has shorter ones for each request of its own."""
ADDRESS_TIMEOUT = 40.0
"""Seconds for a channel's address: a command has thirty of its own, and a keyring may ask its owner."""
_SHORTEST_PHONE = 5
LONGEST_QUESTION = 30_000
"""Characters of one question."""

Address = Callable[[], str]
"""Returns a channel's address, empty if there is none; may block. Raises NoCredential."""


class Channels:
    """Sends questions to the configured channels; an address is read when needed, and never kept or shown."""

    def __init__(self, addresses: Mapping[str, Address], clock: Clock) -> None:
        self._addresses = addresses
        self._clock = clock

    async def ask(self, question: Question, op_id: OpId) -> Delivered:
        """Put a question to a channel; Refused where no channel of that name is configured."""
        name, text = question.channel, encodable(question.text).replace("\0", "").strip()
        if not text:
            raise Refused(f"the question to channel “{name}” is empty; nothing was sent")
        if len(text) > LONGEST_QUESTION:
            raise Refused(
                f"the question to channel “{name}” is longer than {LONGEST_QUESTION:,} characters; nothing was sent"
            )
        return await self._tell(name, await self._address(name), text, op_id)

    async def text(self, phone: str, text: str, op_id: OpId) -> Delivered:
        """Send a text message through the channel for them; Refused where its address names no telephone."""
        address = await self._address(TEXT_MESSAGES)
        if PHONE_PLACE not in address:
            raise Refused(
                f"the address of channel “{TEXT_MESSAGES}” does not say where the telephone's number belongs, so "
                f"nothing was sent; write {PHONE_PLACE} there, and save it with `csat-tui channel set {TEXT_MESSAGES}`"
            )
        number = "".join(one for one in phone if one.isdigit() or one == "+")
        if len(number) < _SHORTEST_PHONE:
            raise Refused("the telephone's number is none; nothing was sent. Correct it in the playbook")
        return await self._tell(TEXT_MESSAGES, with_phone(address, number), text, op_id)

    async def _tell(self, name: str, address: str, text: str, op_id: OpId) -> Delivered:
        try:
            outcome = await blocking_call(lambda: notify(address, text), MESSAGE_TIMEOUT)
        except TimeoutError as error:
            raise Uncertain(
                f"channel “{name}” did not answer in time, so it may or may not be there; {LOOK_THERE_FIRST}"
            ) from error
        if (problem := _problem(name, outcome)) is not None:
            raise problem
        return Delivered(f"{outcome.service} {op_id}", self._clock.now())

    async def _address(self, name: str) -> str:
        read = self._addresses.get(name)
        if read is None:
            raise Refused(
                f"no channel “{name}” is configured, so nothing was sent; name it in config.toml under "
                f"[channels.{name}], and keep its address with `csat-tui channel set {name}`"
            )
        try:
            address = await blocking_call(read, ADDRESS_TIMEOUT)
        except NoCredential as error:
            raise Unreachable(f"{error}; nothing was sent") from error
        except TimeoutError as error:
            raise Unreachable(f"the address of channel “{name}” did not come in time; nothing was sent") from error
        if not address:
            raise Refused(
                f"there is no address for channel “{name}”, so nothing was sent; keep it with "
                f"`csat-tui channel set {name}`, then send this again"
            )
        return address


def _problem(name: str, outcome: NotificationResult) -> HelpDeskError | None:
    """Return the error that an outcome stands for; None where the message was taken."""
    if outcome.taken:
        return None
    if not outcome.understood:
        return Refused(
            f"the address of channel “{name}” cannot be used; nothing was sent. Save the right one, in "
            f"Apprise's form for that service, with `csat-tui channel set {name}`"
        )
    if outcome.never_left:
        return Unreachable(f"channel “{name}” could not be reached; nothing was sent")
    if outcome.status == 429:
        return Limited(
            f"channel “{name}” does not accept more for now; nothing was sent", RETRY_AFTER, ticket_only=True
        )
    if outcome.status is not None and 300 <= outcome.status < 500 and outcome.status not in (408, 409):
        return Refused(
            f"channel “{name}” refused the message ({outcome.status}); nothing was sent. Check its address with "
            f"`csat-tui channel set {name}`"
        )
    return Uncertain(f"channel “{name}” gave no clear answer, so it may or may not be there; {LOOK_THERE_FIRST}")
