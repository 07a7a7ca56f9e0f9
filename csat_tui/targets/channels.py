"""Channels of colleagues through Apprise, which speaks to some hundred chat and message services."""

from collections.abc import Callable, Mapping

from csat_tui.domain.change import HelpDeskError, Limited, Refused, Uncertain, Unreachable
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import OpId
from csat_tui.effects.channel_question import Question
from csat_tui.secrets import NoCredential
from csat_tui.targets.blocking_call import blocking_call
from csat_tui.targets.notifying import NotificationResult, notify
from csat_tui.targets.port import LOOK_THERE_FIRST, RETRY_AFTER, Delivered
from csat_tui.transport.shapes import encodable

MESSAGE_TIMEOUT = 60.0
"""Seconds for one message in all; the library has shorter ones for each request of its own."""
ADDRESS_TIMEOUT = 40.0
"""Seconds for a channel's address: a command has thirty of its own, and a keyring may ask its owner."""
LONGEST_QUESTION = 30_000
"""Characters of one question."""

Address = Callable[[], str]
"""Gives a channel's address, empty where there is none; may block. Raises NoCredential."""


class Channels:
    """Puts questions to the configured channels; an address is read when it is needed, and never kept or told."""

    def __init__(self, addresses: Mapping[str, Address], clock: Clock) -> None:
        self._addresses = addresses
        self._clock = clock

    async def ask(self, question: Question, op_id: OpId) -> Delivered:
        """Put a question to a channel; Refused where no channel of that name is configured."""
        name = question.channel
        text = encodable(question.text).replace("\0", "").strip()
        if not text:
            raise Refused(f"the question to channel “{name}” is empty; nothing was sent")
        if len(text) > LONGEST_QUESTION:
            raise Refused(
                f"the question to channel “{name}” is longer than {LONGEST_QUESTION:,} characters; nothing was sent"
            )
        address = await self._address(name)
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
