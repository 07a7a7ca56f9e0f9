"""The interface between rounds of delivery and the classes that carry a kind of effect."""

from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

from csat_tui.domain.effect import EffectState
from csat_tui.store.outbox import OutboxItem

LONGEST_PAUSE = 300.0
"""The longest pause between attempts at an effect, in seconds."""


class Carrier(Protocol):
    """Takes effects of some kinds one step along their table."""

    @property
    def sending(self) -> Collection[int]:
        """The effects whose requests are under way."""
        ...

    async def advance(self, effect: OutboxItem) -> bool:
        """Take an effect one step; returns whether its decision can be gone on with at once.

        Raises ImpossibleStep where the person or another process was faster.
        """
        ...

    def lose(self, effect: OutboxItem, sentence: str) -> None:
        """Mark an effect as unknown that was being sent when its process ended."""
        ...


def claimed(effect: OutboxItem, attempt: int) -> OutboxItem:
    """Return an effect as it stands once delivery has taken it."""
    return replace(effect, state=EffectState.SENDING, attempt=attempt)
