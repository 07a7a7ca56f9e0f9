"""A shift: a span of work by one agent, closed by a recap (source document 000, steps 7 and 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId, SurveyId, TicketId
from csat_tui.domain.playbook import Recap, RecapSection

DEFAULT_RECAP = Recap(
    to=(),
    subject="End of shift recap {date} {shift}",
    shifts=("AM", "PM"),
    sections=(
        RecapSection("numbers", "Numbers"),
        RecapSection("trends", "Trends"),
        RecapSection("highlights", "Highlights"),
        RecapSection("evaluation", "Needs more evaluation"),
        RecapSection("low-scores", "List of low scores"),
    ),
)
"""The recap of a playbook that says nothing about it."""


class RecapState(StrEnum):
    """What has become of a shift's recap mail."""

    NONE = ""
    SENDING = "sending"
    """It was given to the mailer; where nothing else follows, nobody knows what became of it."""
    UNKNOWN = "unknown"
    REFUSED = "refused"
    """It certainly did not leave."""
    SAVED = "saved"
    """It lies in a folder as a mail that the person has yet to send; nothing has left."""
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift; `texts` are the parts of its recap that were written over, by section."""

    id: int
    agent: str
    name: str
    started_at: datetime
    ended_at: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    recap: RecapState = RecapState.NONE
    recap_op_id: OpId | None = None
    recap_mail: Mail | None = None
    recap_reason: str = ""
    recap_tried_at: datetime | None = None
    recap_sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """One case that was decided in a shift, with what a recap says of it."""

    survey_id: SurveyId
    ticket_id: TicketId | None
    outcome_id: str
    path: str
    parked: bool
    decided_at: datetime
    rating: float | None
    comment: str
    customer: str
    agent: str
    findings: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How what was decided in a shift stands: follow-ups sent and confirmed, and effects that are not settled yet.

    Those that are `unsettled` get on by themselves, and those that need a person do not.
    """

    follow_ups: int = 0
    confirmed: int = 0
    unsettled: int = 0
    needs_person: int = 0


@dataclass(frozen=True, slots=True)
class ParkedCase:
    """A case that waits for somebody else: parked with a question."""

    survey_id: SurveyId
    ticket_id: TicketId | None
    customer: str
    question: str


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """Everything that the store knows of a shift."""

    worked: tuple[DecidedCase, ...] = ()
    deliveries: Deliveries = field(default_factory=Deliveries)
    coached: Mapping[str, int] = field(default_factory=dict)
    """First agents with a coaching submission, and how many."""
    parked: tuple[ParkedCase, ...] = ()
    snoozed: int = 0
    open: int = 0
    before: tuple[DecidedCase, ...] = ()
    """What the shifts before were about."""
    coached_before: Mapping[str, int] = field(default_factory=dict)
    shifts_before: int = 0


def shift_name(names: Sequence[str], at: datetime) -> str:
    """Return what a shift that begins then is called: the names divide the day evenly between them."""
    if not names:
        return ""
    local = at.astimezone()
    minute = local.hour * 60 + local.minute
    return names[minute * len(names) // 1440]
