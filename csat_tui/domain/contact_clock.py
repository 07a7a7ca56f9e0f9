"""The contact clock of a case: how it stands between the survey's arrival and the first contact with the customer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from csat_tui.domain.business_hours import BusinessHours, length, moment_after, time_between
from csat_tui.domain.case import Case, Stage
from csat_tui.domain.playbook import Playbook

DUE_SOON = timedelta(hours=4)
"""How much time a case has left, in business hours, when it is due soon; from its time on it is overdue."""

WAITING = (Stage.OPEN, Stage.SNOOZED, Stage.PARKED)
"""The stages in which the clock runs: nobody has finished the case."""


class ContactWay(StrEnum):
    """How the first contact came about."""

    MESSAGE = "message"
    """An agent wrote on the source ticket, here or at the help desk."""
    REPLY = "reply"
    """A decision sent a reply."""
    CONVERSATION = "conversation"
    """Somebody spoke to the customer, and it is recorded."""


class ContactState(StrEnum):
    """How a contact clock stands; the words that are used everywhere, and never one for another."""

    RUNNING = "running"
    DUE_SOON = "due soon"
    OVERDUE = "overdue"
    MET = "met"
    """The customer was contacted within the clock."""
    LATE = "contacted late"
    ENDED = "ended"
    """The case was finished without a contact: nothing is due any more."""


@dataclass(frozen=True, slots=True)
class ContactClock:
    """One case's contact clock; it reads the same for a row of the queue and for the whole case."""

    stage: Stage
    due_at: datetime
    contacted_at: datetime | None = None

    def state(self, now: datetime, hours: BusinessHours | None) -> ContactState:
        """Return how it stands at a moment."""
        return self.state_by(now, soon_until(now, hours))

    def state_by(self, now: datetime, soon: datetime) -> ContactState:
        """Return how it stands; what is due until `soon` is due soon. Lists reckon that moment once for all rows."""
        if self.contacted_at is not None:
            return ContactState.MET if self.contacted_at <= self.due_at else ContactState.LATE
        if self.stage not in WAITING:
            return ContactState.ENDED
        if now >= self.due_at:
            return ContactState.OVERDUE
        return ContactState.DUE_SOON if self.due_at <= soon else ContactState.RUNNING

    def words(self, now: datetime, hours: BusinessHours | None) -> str:
        """Return how it stands, with the time that counts: “due soon, in 2 h”, “contacted 3 h late”; or nothing."""
        match self.state(now, hours):
            case ContactState.RUNNING:
                return f"due in {length(time_between(now, self.due_at, hours))}"
            case ContactState.DUE_SOON:
                return f"due soon, in {length(time_between(now, self.due_at, hours))}"
            case ContactState.OVERDUE:
                return f"overdue by {length(time_between(self.due_at, now, hours))}"
            case ContactState.MET:
                return "met"
            case ContactState.LATE:
                return f"contacted {length(self.late_by(hours))} late"
            case _:
                return ""

    def late_by(self, hours: BusinessHours | None) -> timedelta:
        """Return how much too late the first contact came; nothing where it came in time, or not at all."""
        return time_between(self.due_at, self.contacted_at or self.due_at, hours)


def contact_clock(case: Case) -> ContactClock:
    """Return the contact clock of a case."""
    return ContactClock(case.stage, case.due_at, case.contacted_at)


def in_time_zone(playbook: Playbook, name: str) -> Playbook:
    """Return a playbook whose business hours are in the help desk's time zone, where it names none itself."""
    hours = playbook.business_hours
    if hours is None or hours.time_zone or not name:
        return playbook
    try:
        ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        return playbook  # one that this computer does not know
    return replace(playbook, business_hours=replace(hours, time_zone=name))


def soon_until(now: datetime, hours: BusinessHours | None) -> datetime:
    """Return the moment until which whatever is due counts as due soon."""
    return moment_after(now, DUE_SOON, hours)
