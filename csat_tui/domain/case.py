"""A case: a survey under review, with everything that is known and done about it and the answers to its checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.account import Account
from csat_tui.domain.arrival import Correction
from csat_tui.domain.ids import DecisionId, SurveyId, TicketId
from csat_tui.domain.playbook import Path
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Message, Ticket


class Answer(StrEnum):
    """What a person says to a check."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"
    UNSURE = "unsure"


EITHER = "either"
"""Stands for the answer that is in order where no answer says that anything is amiss: a plain fact is asked for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a case; `suggested` tells whether it was taken over from the suggestion."""

    check_id: str
    answer: Answer
    at: datetime
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the records say about a check; it never answers by itself.

    `answer` is None where the evidence does not decide; `evidence` are short lines, each a fact. `silent` tells that
    the records were looked through and say nothing for or against: not that they could not be read, nor that they warn.
    """

    answer: Answer | None
    evidence: tuple[str, ...]
    silent: bool = False


class Stage(StrEnum):
    """Where a case stands on the desk."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DECIDED = "decided"
    SUPERSEDED = "superseded"
    """A later survey for the same ticket took its place and its notes (source document 003)."""
    PARKED = "parked"
    """A question about it went to a channel, and its answer is waited for (source document 000, last note)."""
    GONE = "gone"
    """The survey ticket left the view before we decided: somebody else handled it."""


WHOLE_TEXT = "text:"
"""What the id of a whole text begins with in a draft, before its format's; no field of a playbook can be called so."""


@dataclass(frozen=True, slots=True)
class Version:
    """The words of one field as somebody else wrote them, while they were being written here too."""

    text: str
    by: str
    at: datetime
    writer: str
    """The process that wrote them: two terminals of one person are two writers."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Words on the way to a decision: the outcome chosen so far, the fields typed, the findings picked."""

    outcome_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    others: Mapping[str, tuple[Version, ...]] = field(default_factory=dict, compare=False)
    """By field, what others wrote there without having seen these words; the person chooses before anything is sent."""
    written: Mapping[str, Version] = field(default_factory=dict, compare=False)
    """By field, the words as they were written last, with who wrote them."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it to keep."""
        return self.outcome_id is None and not self.findings and not self.typed

    @property
    def typed(self) -> bool:
        """Whether there are words in it, and not only an outcome."""
        return any(text.strip() for text in self.fields.values())

    @property
    def unread(self) -> Mapping[str, str]:
        """The whole texts in it that could not be read back into their fields: they hold words that no field has."""
        return {name: text for name, text in self.fields.items() if name.startswith(WHOLE_TEXT) and text.strip()}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided before about the same source ticket."""

    survey_id: SurveyId
    outcome_id: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """How a case was decided, by whom and when, and with which words."""

    outcome_id: str
    by: str
    at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question about a case that went to a channel, and its answer once somebody has given it."""

    id: int
    channel: str
    text: str
    asked_at: datetime
    answered_at: datetime | None = None
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Tickets that the rules would merge and a person would not, with their reason."""

    tickets: tuple[TicketId, ...]
    reason: str
    by: str
    at: datetime


def customer_email(survey: Survey, source_ticket: Ticket | None, survey_ticket: Ticket | None) -> str:
    """Return the address under which the admin system knows the customer; empty where nobody has named it.

    The survey's own word counts before the survey ticket's requester, who may be the tool that wrote the ticket.
    """
    named = (
        source_ticket.requester_email if source_ticket else "",
        survey.customer if "@" in survey.customer else "",
        survey_ticket.requester_email if survey_ticket else "",
    )
    return next((email for email in named if email), "")


@dataclass(frozen=True, slots=True)
class Case:
    """Everything on the desk about one survey.

    `survey_ticket`, `source_ticket` and `account` are None until they are known here; `missing` says in
    one sentence each what could not be had (a deleted ticket, no account of that address, offline).
    """

    id: SurveyId
    survey: Survey
    path: Path
    stage: Stage
    due_at: datetime
    claimed_by: str = ""
    answers: Mapping[str, Answered] = field(default_factory=dict)
    draft: Draft = field(default_factory=Draft)
    survey_ticket: Ticket | None = None
    source_ticket: Ticket | None = None
    messages: tuple[Message, ...] = ()
    account: Account | None = None
    missing: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
    mendings: tuple[Correction, ...] = ()
    """What people have mended in its survey by hand, oldest first."""
    replaced: tuple[tuple[SurveyId, Survey], ...] = ()
    """Other surveys for the same ticket that it stands for, latest first, with the numbers of their cases."""
    kept_apart: tuple[KeptApart, ...] = ()
    """What was said against merging the customer's tickets, oldest first."""
    decision_id: DecisionId | None = None
    decided: Decided | None = None
    """The decision by which the case is closed or parked."""
    superseded_by: SurveyId | None = None
    """The later survey that took its place."""
    snoozed_until: datetime | None = None
