"""A shift: a span of work by one agent, closed by a recap (source document 000, steps 7 and 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.contact_clock import ContactClock
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId, SurveyId, TicketId
from csat_tui.domain.recap import Recap, RecapSection

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
"""The recap of a playbook that defines none."""


class RecapState(StrEnum):
    """The state of a shift's recap mail."""

    NONE = ""
    SENDING = "sending"
    """It was given to the mailer; if nothing else follows, nobody knows whether it was sent."""
    UNKNOWN = "unknown"
    REFUSED = "refused"
    """It certainly was not sent."""
    SAVED = "saved"
    """It is saved in a folder, and the person has to send it."""
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift; `texts` are the parts of its recap that a person has written, by section."""

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
    """A case that was decided in a shift, with what a recap says about it."""

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
    set_aside: bool = False
    """Whether its rating counts for nobody."""
    contact: ContactClock | None = None
    """When its customer was to be contacted, and was."""


@dataclass(frozen=True, slots=True)
class Coached:
    """For which first agents coaching was submitted, and how often; `set_aside` counts what is in nobody's figures."""

    agents: Mapping[str, int] = field(default_factory=dict)
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The deliveries of a shift's decisions: follow-ups sent and confirmed, and effects that are not settled yet.

    Effects that are `unsettled` go on by themselves; those in `needs_person` wait for a person.
    """

    follow_ups: int = 0
    confirmed: int = 0
    unsettled: int = 0
    needs_person: int = 0


@dataclass(frozen=True, slots=True)
class ParkedCase:
    """A case that is parked with a question."""

    survey_id: SurveyId
    ticket_id: TicketId | None
    customer: str
    question: str


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """Everything that the store knows about a shift."""

    worked: tuple[DecidedCase, ...] = ()
    deliveries: Deliveries = field(default_factory=Deliveries)
    coached: Coached = field(default_factory=Coached)
    parked: tuple[ParkedCase, ...] = ()
    snoozed: int = 0
    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    """Open cases whose contact clock stands so, as the queue counts them."""
    before: tuple[DecidedCase, ...] = ()
    """The cases of the shifts before."""
    coached_before: Coached = field(default_factory=Coached)
    shifts_before: int = 0


def shift_name(names: Sequence[str], at: datetime) -> str:
    """Return the name of a shift that begins at a time: the names divide the day evenly."""
    if not names:
        return ""
    local = at.astimezone()
    minute = local.hour * 60 + local.minute
    return names[minute * len(names) // 1440]
