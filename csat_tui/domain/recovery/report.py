"""The Service Recovery Report: the unhappy customers of one period, for one recipient (source document 003)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.link import RecoveryTarget


@dataclass(frozen=True, slots=True)
class ReportedFactor:
    """A rated question of a survey, in the playbook's words."""

    label: str
    rating: int


@dataclass(frozen=True, slots=True)
class EarlierNote:
    """A recovery note that somebody wrote before the report was made."""

    written_at: datetime
    author: str
    spoke: bool
    text: str


@dataclass(frozen=True, slots=True)
class UnhappyCustomer:
    """A survey at or below the threshold, and what was already done about it.

    Everything that comes from outside is as it came in: the renderers make it harmless.
    """

    received_at: datetime
    ticket_id: TicketId | None
    """The ticket that the feedback is about; None where the survey does not name it."""
    customer: str = ""
    segment: str = ""
    """Empty where none was provided."""
    agent: str = ""
    """Who resolved the ticket; empty where it was not provided."""
    rating: float | None = None
    factors: Sequence[ReportedFactor] = ()
    comment: str = ""
    """All that the customer wrote."""
    ticket_url: str = ""
    """The ticket in the help desk; empty where the help desk's address is not known."""
    notes: Sequence[EarlierNote] = ()
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class GroupInReport:
    """A support group with its unhappy customers of the period, in the order in which they are reported."""

    id: str
    label: str
    customers: Sequence[UnhappyCustomer]


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """The report for one recipient, over all groups of which they are support lead or also alerted."""

    recipient: str
    begins: datetime
    """The first instant of the period."""
    ends: datetime
    """The first instant after the period: the alert time."""
    zone: tzinfo
    """The time zone of every time in the report."""
    groups: Sequence[GroupInReport]
    """Groups without an unhappy customer are left out of the body and counted on the first page."""
    made_at: datetime | None = None
    """When the report was made; None takes the end of the period, so that the same report is the same file."""

    @property
    def customers(self) -> Iterator[UnhappyCustomer]:
        """Everybody in the report, group by group."""
        return (customer for group in self.groups for customer in group.customers)

    def received_on(self, customer: UnhappyCustomer) -> date:
        """Return the date of a survey, as the links and the days of the workstation have it."""
        return customer.received_at.astimezone(self.zone).date()


def survey_notes_link(group: str, ticket: TicketId) -> str:
    """Return the link that opens the recovery notes of one survey."""
    return RecoveryTarget(ticket, group).link


def day_notes_link(group: str, day: date) -> str:
    """Return the link that opens the recovery notes of all surveys of a group that were received on a day."""
    return RecoveryTarget(group=group, day=day).link
