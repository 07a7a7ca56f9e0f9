"""Escalation: who hears of a case whose customer nobody has contacted, and after which time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from csat_tui.domain.business_hours import BusinessHours, moment_after
from csat_tui.domain.effect import EffectState

ESCALATION_DECISION = "(escalation)"
"""What stands in place of an outcome where a case was escalated: nobody has decided anything."""

ESCALATED_BY_CLOCK = "contact clock"
"""Who escalates, where a person's name stands elsewhere."""

LEAD = "lead"
"""In place of an address: the lead of the survey's support group."""


class EscalatedBy(StrEnum):
    """How somebody hears of a case."""

    MAIL = "mail"
    TEXT = "text"
    """A text message: a short line to a channel whose address is a phone's."""
    CHANNEL = "channel"


UNSETTLED_WORDS = {
    EffectState.ASKING: "in doubt",
    EffectState.REJECTED: "refused",
    EffectState.SENDING: "sending",
    EffectState.DAMAGED: "damaged",
    EffectState.WITHDRAWN: "withdrawn",
}
"""How a message that is not confirmed stands, as the outbox says it; what is not here waits."""


@dataclass(frozen=True, slots=True)
class EscalatedStep:
    """A step that a case has had: by which way and to whom, when, and how its message stands."""

    step: str
    by: str
    to: str
    at: datetime
    state: EffectState

    @property
    def words(self) -> str:
        """What happened, without its time: “escalated to lead@example.com by mail”, and what is not settled yet."""
        told = f"escalated to {self.to} by {self.by}"
        return told if self.state is EffectState.CONFIRMED else f"{told} ({UNSETTLED_WORDS.get(self.state, 'waiting')})"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """A step of escalation: so long after the survey came in, in business hours, `to` these by this way.

    `to` are mail addresses or `LEAD` for a mail, and names of channels for the others. The id tells the step from
    others for good: a case has each step once, whatever else is changed in it.
    """

    id: str
    after: timedelta
    by: EscalatedBy
    to: tuple[str, ...]

    def due_at(self, received_at: datetime, hours: BusinessHours | None) -> datetime:
        """Return when somebody is to hear of a survey that came in at a moment."""
        return moment_after(received_at, self.after, hours)
