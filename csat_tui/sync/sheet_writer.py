"""Write effects that stay on this machine: rows of the tracker and records, each with its receipt."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.sheet import Sheet
from csat_tui.store import outbox, sheets
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, damaged_effects, delivery_turns
from csat_tui.sync.effect_sender import claimed


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
