"""A case: a survey under review, with everything that is known and done about it and the answers to its checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.account import Account
from csat_tui.domain.case_conversation import CaseConversation
from csat_tui.domain.escalation import EscalatedStep
from csat_tui.domain.ids import DecisionId, SurveyId, TicketId
from csat_tui.domain.playbook import Path
from csat_tui.domain.survey import Mending, Survey
from csat_tui.domain.ticket import Message, Ticket


class Answer(StrEnum):
    """A person's answer to a check."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"
    UNSURE = "unsure"


EITHER = "either"
"""Instead of the answer that is in order: no answer means that anything is wrong, as the check asks for a fact."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in a case; `suggested` means that it was taken over from the suggestion."""

    check_id: str
    answer: Answer
    at: datetime
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the records say about a check; only a person answers it.

    `answer` is None where the evidence does not decide; `evidence` are short lines, each a fact. `silent` means that
    the records were looked through and say nothing for or against: not that they could not be read, nor that they warn.
    """

    answer: Answer | None
    evidence: tuple[str, ...]
    silent: bool = False


class Stage(StrEnum):
    """The state of a case on the desk."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DECIDED = "decided"
    SUPERSEDED = "superseded"
    """A later survey for the same ticket took its place and its notes (source document 003)."""
    PARKED = "parked"
    """A question about it went to a channel, and its answer has not come (source document 000, last note)."""
    GONE = "gone"
    """The survey ticket left the view before we decided: somebody else handled it."""


WHOLE_TEXT = "text:"
"""The prefix of a whole text's id in a draft, before its format's id; no field of a playbook can have such an id."""


@dataclass(frozen=True, slots=True)
class Version:
    """The words of a field as somebody wrote them, maybe at the same time as another person."""

    text: str
    by: str
    at: datetime
    writer: str
    """The process that wrote them: two terminals of one person are two writers."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a decision: the outcome chosen so far, the fields typed, the findings picked."""

    outcome_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    others: Mapping[str, tuple[Version, ...]] = field(default_factory=dict, compare=False)
    """By field, what others wrote there without having seen these words; the person chooses before anything is sent."""
    written: Mapping[str, Version] = field(default_factory=dict, compare=False)
    """By field, the words that were written last, and who wrote them."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it to save."""
        return self.outcome_id is None and not self.findings and not self.typed

    @property
    def typed(self) -> bool:
        """Whether it has words, and not only an outcome."""
        return any(text.strip() for text in self.fields.values())

    @property
    def unread(self) -> Mapping[str, str]:
        """Its whole texts that could not be read back into fields: they hold words that no field has."""
        return {name: text for name, text in self.fields.items() if name.startswith(WHOLE_TEXT) and text.strip()}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier decision about the same source ticket."""

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
    """A question about a case that went to a channel, with its answer when there is one."""

    id: int
    channel: str
    text: str
    asked_at: datetime
    answered_at: datetime | None = None
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class KeptApart:
    """Tickets that a person keeps apart although the rules would merge them, with the person's reason."""

    tickets: tuple[TicketId, ...]
    reason: str
    by: str
    at: datetime


def customer_email(survey: Survey, source_ticket: Ticket | None, survey_ticket: Ticket | None) -> str:
    """Return the address under which the admin system knows the customer; empty where it is not known.

    The survey counts before the survey ticket's requester, which may be the tool that wrote the ticket.
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

    `survey_ticket`, `source_ticket` and `account` are None until they are fetched; `missing` says in
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
    mendings: tuple[Mending, ...] = ()
    """Corrections that people made to its survey, oldest first."""
    replaced: tuple[tuple[SurveyId, Survey], ...] = ()
    """Other surveys for the same ticket that it replaces, latest first, with the numbers of their cases."""
    kept_apart: tuple[KeptApart, ...] = ()
    """The reasons why the customer's tickets are kept apart, oldest first."""
    conversations: tuple[CaseConversation, ...] = ()
    """Conversations with the client and the employee about it, in the order in which they were had."""
    decision_id: DecisionId | None = None
    decided: Decided | None = None
    """The decision by which the case is closed or parked."""
    superseded_by: SurveyId | None = None
    """The later survey that took its place."""
    snoozed_until: datetime | None = None
    sent_back: int = 0
    """How many notes on it were sent back to the person here and wait for their answer."""
    contacted_at: datetime | None = None
    """When the customer was first contacted after the survey."""
    escalated: tuple[EscalatedStep, ...] = ()
    """Who heard that nobody had contacted the customer, oldest first."""
