"""What delivery needs of forms, channels and mail: each takes one thing once and confirms it.

None of them can be asked later whether something arrived, so a person has to settle a lost answer. Their blocking work
runs on threads that the end of the program does not wait for.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from csat_tui.domain.effect import AttachedFile, Effect, Mail
from csat_tui.domain.ids import OpId
from csat_tui.effects.channel_question import Question
from csat_tui.effects.escalation import Escalation
from csat_tui.effects.form_entry import FormEntry
from csat_tui.effects.told_finding import FindingMessage


@dataclass(frozen=True, slots=True)
class Delivered:
    """A target's confirmation: its reference, and when."""

    reference: str
    landed_at: datetime
    remark: str = ""
    """A sentence that the person must read; empty if it simply arrived."""


class Forms(Protocol):
    """Web forms by name. Every method may raise the errors of `domain.errors`, as a help desk's `apply` does."""

    async def submit(self, entry: FormEntry, op_id: OpId) -> Delivered:
        """Hand in an entry; Refused where no form of that name is configured."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Notifier(Protocol):
    """Channels of colleagues by name. May raise the errors of `domain.errors`."""

    async def ask(self, question: Question, op_id: OpId) -> Delivered:
        """Put a question to a channel; Refused where no channel of that name is configured."""
        ...


class Mailer(Protocol):
    """Outgoing mail. May raise the errors of `domain.errors`."""

    @property
    def folder(self) -> Path | None:
        """The folder where mails are saved for the person to send; None if they are sent directly."""
        ...

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        """Send a mail under a message id made of the operation id, or save it as a file where there is no server.

        TooLarge where the server says that it does not take so much; nothing was sent then.
        """
        ...


class TextMessenger(Protocol):
    """Text messages to telephones. May raise the errors of `domain.errors`."""

    async def text(self, phone: str, text: str, op_id: OpId) -> Delivered:
        """Send a text message; Refused where no service for them is configured."""
        ...


@dataclass(frozen=True, slots=True)
class Targets:
    """The three together, as delivery is given them."""

    forms: Forms
    notifier: Notifier
    mailer: Mailer

    async def hand_over(self, errand: Effect, op_id: OpId) -> Delivered:
        """Hand an errand to the target of its kind; TypeError for an effect that is no errand."""
        match errand:
            case FormEntry():
                return await self.forms.submit(errand, op_id)
            case Question():
                return await self.notifier.ask(errand, op_id)
            case Mail():
                return await self.mailer.send(errand, op_id)
            case FindingMessage() | Escalation():
                return await self.hand_over(errand.errand, op_id)
            case _:
                raise TypeError(f"no target takes a {type(errand).__name__}")

    async def close(self) -> None:
        """Let go of connections; only forms keep any."""
        await self.forms.close()


LOOK_THERE_FIRST = "look there before you send it again"
"""Advice for a lost answer; the end of a sentence."""
RETRY_AFTER = 300.0
"""Seconds to wait if a target says “later” without a time."""


Result = TypeVar("Result")


async def blocking_call(work: Callable[[], Result], seconds: float) -> Result:
    """Run blocking work on a thread and return its result; after a TimeoutError the thread goes on alone."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type] # what the work returned, whatever it is

    def run() -> None:
        result, problem = None, None
        try:
            result = work()
        except BaseException as error:
            problem = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=run, name="aside", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done
