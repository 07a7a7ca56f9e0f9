"""The interface between the rounds of delivery and the classes that send effects."""

from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

from csat_tui.domain.effect import EffectState
from csat_tui.store.outbox import OutboxItem

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
