"""Forms, a channel and a mailbox that remember what they took, and fail as a test wants."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.ids import OpId
from csat_tui.effects.channel_question import Question
from csat_tui.effects.form_entry import FormEntry
from csat_tui.targets.port import Delivered, Targets

Handed = FormEntry | Question | Mail


@dataclass
class Elsewhere:
    """Everything beside the help desk: `went` is what arrived, `mishaps` befall one handing over each.

    A mishap is what is raised, and whether the thing arrives all the same.
    """

    clock: Clock
    went: list[tuple[OpId, Handed]] = field(default_factory=list)
    mishaps: list[tuple[BaseException, bool]] = field(default_factory=list)
    before: Callable[[Handed], object] = lambda _: None
    gate: asyncio.Event | None = None
    """Nothing is taken until it is set."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def targets(self) -> Targets:
        return Targets(self, self, self)

    def fail_next(self, error: BaseException, *, arrives: bool = False) -> None:
        self.mishaps.append((error, arrives))

    def arrived(self) -> list[Handed]:
        return [handed for _, handed in self.went]

    async def submit(self, entry: FormEntry, op_id: OpId) -> Delivered:
        return await self._take(entry, op_id)

    async def ask(self, question: Question, op_id: OpId) -> Delivered:
        return await self._take(question, op_id)

    folder = None

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        return await self._take(mail, op_id)

    async def close(self) -> None:
        return

    async def _take(self, handed: Handed, op_id: OpId) -> Delivered:
        self.before(handed)
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        error, arrives = self.mishaps.pop(0) if self.mishaps else (None, True)
        if arrives:
            self.went.append((op_id, handed))
        if error is not None:
            raise error
        return Delivered(f"taken {len(self.went)}", self.clock.now())
