"""The interface of the classes that send effects, and the two that write to no ticket: rows of sheets, and errands.

Nobody can be asked later whether an errand (a form, a question or a mail) arrived. So after a lost answer the person
decides, and csat-tui never sends it again by itself.
"""

import logging
import random
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.errors import Denied, HelpDeskError, Limited, Missing, Refused, Unreachable, WriteConflict
from csat_tui.domain.sheet import Sheet
from csat_tui.store import outbox, sheets
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, damaged_effects, delivery_turns
from csat_tui.sync.status import retry_delay
from csat_tui.targets.port import LOOK_THERE_FIRST, Delivered, Targets

LONGEST_PAUSE = 300.0
"""The longest pause between attempts at an effect, in seconds."""


class EffectSender(Protocol):
    """Sends effects of some kinds, one step at a time."""

    @property
    def sending(self) -> Collection[int]:
        """The numbers of the effects that are being sent."""
        ...

    async def advance(self, effect: OutboxItem) -> bool:
        """Take an effect one step; return whether the next effect of its decision can follow at once.

        Raises ImpossibleStep if the person or another process was faster.
        """
        ...

    def mark_unknown(self, effect: OutboxItem, sentence: str) -> None:
        """Mark an effect as unknown, because its process ended while sending it."""
        ...


def claimed(effect: OutboxItem, attempt: int) -> OutboxItem:
    """Return an effect as it is after delivery has claimed it."""
    return replace(effect, state=EffectState.SENDING, attempt=attempt)


class SheetWriter:
    """Writes rows into sheets; `holds` returns, within a transaction, whether this process still has the lease."""

    sending: Collection[int] = ()
    """Always empty: a row and its receipt are one transaction."""

    def __init__(self, database: Database, clock: Clock, holds: Callable[[Connection], bool]) -> None:
        self._database = database
        self._clock = clock
        self._holds = holds

    async def advance(self, effect: OutboxItem) -> bool:
        """Write an effect once under its operation id; return whether the next effect can follow."""
        now = self._clock.now()
        with self._database.write("outbox", "tracker") as connection:
            if not self._holds(connection):
                return False
            if not delivery_turns.is_its_turn(connection, effect) or not damaged_effects.is_intact(
                connection, effect, now
            ):
                return False
            outbox.move(connection, effect, EffectEvent.CLAIMED, at=now, attempt=effect.attempt + 1)
            sheets.write(connection, _sheet(effect), effect.op_id, effect.survey_id, effect.cells, now)
            sending = claimed(effect, effect.attempt + 1)
            outbox.move(connection, sending, EffectEvent.LANDED, at=now, reference=effect.kind, landed_at=now)
        return True

    def mark_unknown(self, effect: OutboxItem, sentence: str) -> None:
        """Put an effect back that a damaged disk shows as being sent: its operation id keeps it from a second row."""
        with self._database.write("outbox") as connection:
            outbox.move(connection, effect, EffectEvent.NOT_SENT, at=self._clock.now(), sentence=sentence)


def _sheet(effect: OutboxItem) -> Sheet:
    """Return the sheet that an effect's kind keeps its rows in."""
    sheet_of = effect.declaration.sheet
    if sheet_of is None:
        raise ValueError(f"effect {effect.id} is not kept here but {effect.declaration.method}")
    return sheet_of(effect.details)


log = logging.getLogger(__name__)


class ErrandSender:
    """Sends errands; `holds` returns, within a transaction, whether this process still has the lease."""

    def __init__(
        self,
        database: Database,
        targets: Targets,
        clock: Clock,
        jitter: random.Random,
        holds: Callable[[Connection], bool],
    ) -> None:
        self._database = database
        self._targets = targets
        self._clock = clock
        self._jitter = jitter
        self._holds = holds
        self.sending: set[int] = set()
        """The numbers of the errands that are being sent."""

    async def advance(self, effect: OutboxItem) -> bool:
        """Take an errand one step; return whether it was sent, or needs another step at once."""
        if effect.state is EffectState.UNKNOWN:
            self._move(effect, EffectEvent.ABSENT, _where_to_look(effect))
            return False
        try:
            return await self._send(effect)
        finally:
            self.sending.discard(effect.id)

    def mark_unknown(self, effect: OutboxItem, sentence: str) -> None:
        """Mark an errand as unknown; the next step asks the person, because nobody else knows."""
        self._move(effect, EffectEvent.LOST, sentence, not_before=self._clock.now())

    async def _send(self, effect: OutboxItem) -> bool:
        """Send an errand; that it is being sent is committed before the first byte leaves."""
        now, attempt = self._clock.now(), effect.attempt + 1
        with self._database.write("outbox") as connection:
            if not self._holds(connection) or not delivery_turns.is_its_turn(connection, effect):
                return False
            if not damaged_effects.is_intact(connection, effect, now):
                return False
            self.sending.add(effect.id)
            outbox.move(connection, effect, EffectEvent.CLAIMED, at=now, attempt=attempt)
        sending = claimed(effect, attempt)
        try:
            delivered = await self._hand_over(sending)
        except (Unreachable, Limited) as error:
            self._move(
                sending, EffectEvent.NOT_SENT, str(error), not_before=self._clock.now() + self._wait(sending, error)
            )
            return False
        except (Denied, Missing, Refused, WriteConflict) as error:
            self._move(sending, EffectEvent.REFUSED, str(error))
            return False
        except HelpDeskError as error:
            self.mark_unknown(sending, str(error))
            return True
        except Exception as error:
            # An error in csat-tui does not tell what was sent: unknown, and never failed.
            log.exception("effect %s: unexpected while sending", effect.id)
            self.mark_unknown(sending, f"unexpected {type(error).__name__} while sending")
            return True
        with self._database.write("outbox", f"case:{effect.survey_id}") as connection:
            outbox.move(
                connection, sending, EffectEvent.LANDED, at=self._clock.now(), sentence=delivered.remark,
                reference=delivered.reference, landed_at=delivered.landed_at,
            )  # fmt: skip
        return True

    async def _hand_over(self, effect: OutboxItem) -> Delivered:
        errand = effect.declaration.from_row(effect.ticket_id, effect.details)
        return await self._targets.hand_over(errand, effect.op_id)

    def _wait(self, effect: OutboxItem, error: HelpDeskError) -> timedelta:
        if isinstance(error, Limited):
            return timedelta(seconds=max(1.0, error.retry_after))
        return timedelta(seconds=retry_delay(max(1, effect.attempt), self._jitter, longest=LONGEST_PAUSE))

    def _move(self, effect: OutboxItem, event: EffectEvent, sentence: str, **values: object) -> None:
        with self._database.write("outbox") as connection:
            outbox.move(connection, effect, event, at=self._clock.now(), sentence=sentence, **values)


def _where_to_look(effect: OutboxItem) -> str:
    """Return what is known of an errand without an answer, and where the person can look for it."""
    known, where = effect.reason or "no answer came", effect.declaration.look_at
    return f"{known} ({where})" if known.endswith(LOOK_THERE_FIRST) else f"{known}; see {where}"
