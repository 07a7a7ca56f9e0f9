"""What is audited: a delivered note with everything beside it; and what a rule says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from csat_tui.domain.case import Case
from csat_tui.domain.facts import group_fact
from csat_tui.domain.playbook import Outcome, Playbook, TicketTemplate
from csat_tui.domain.review.delivered_note import DeliveredNote, survey_notes
from csat_tui.domain.ticket import Message

WRITTEN_TOGETHER = timedelta(hours=1)
"""How long after a note its reply may come, where somebody writes the note first."""

PUT_RIGHT_BEFORE = timedelta(hours=1)
"""How long before their reply or note somebody may have put right what they found."""


class Verdict(StrEnum):
    """What a rule says of a note."""

    PASSES = "passes"
    FAILS = "fails"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """A rule's verdict on a note with one sentence; `evidence` are short lines, `messages` what they are about."""

    verdict: Verdict
    sentence: str
    evidence: tuple[str, ...] = ()
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteUnderAudit:
    """A delivered note, its case, the team's replies to the customer since the survey, and the author's other notes."""

    note: DeliveredNote
    case: Case
    replies: tuple[Message, ...] = ()
    later_notes: bool = False
    """Whether somebody has written a further note on the survey ticket: its status and tags may be theirs."""
    earlier: Sequence[DeliveredNote] = ()
    """The author's earlier notes on other tickets, latest first."""
    account_since: datetime | None = None
    """Since when the account is known to be as it is; None where that is not known."""

    @property
    def own_replies(self) -> tuple[Message, ...]:
        """The replies that the note's author wrote, up to a while after the note."""
        until = self.note.at + WRITTEN_TOGETHER
        return tuple(one for one in self.replies if self._is_own(one) and one.created_at <= until)

    @property
    def contact_missing(self) -> bool:
        """Whether the contact that was rated is not here yet: without it the records say half of it."""
        case = self.case
        return case.survey.source_ticket_id is not None and (case.source_ticket is None or not case.messages)

    @property
    def account_untouched(self) -> bool:
        """Whether the account was as it is before anybody who replied, or the note's author, can have changed it."""
        acted = min((self.note.at, *(one.created_at for one in self.replies)))
        return self.account_since is not None and self.account_since <= acted - PUT_RIGHT_BEFORE

    @property
    def case_before(self) -> Case:
        """The case as it was when the survey came: what was put right afterwards says nothing against a finding.

        What has no date, such as the plan of the subscription, is as it is now.
        """
        acted = self.case.survey.received_at
        case, account = self.case, self.case.account
        messages = tuple(one for one in case.messages if one.created_at < acted)
        if account is not None:
            account = replace(
                account,
                issues=tuple(one for one in account.issues if one.logged_at < acted),
                accommodations=tuple(one for one in account.accommodations if one.given_at < acted),
            )
        return replace(case, messages=messages, account=account)

    def _is_own(self, message: Message) -> bool:
        if message.author_id is not None and self.note.author_id is not None:
            return message.author_id == self.note.author_id
        return bool(message.author_name) and message.author_name == self.note.author


def without_undated_facts(case: Case) -> Case:
    """Return a case without what its account says of now alone: the plan, the subscription, the next delivery."""
    if case.account is None:
        return case
    return replace(case, account=replace(case.account, plan="", subscription_status="", next_delivery=""))


def outcome_of(subject: NoteUnderAudit, playbook: Playbook) -> Outcome | None:
    """Return the outcome that a note decided; None for a free note, and where several are possible."""
    found = {outcome.id: outcome for outcome in playbook.outcomes}
    return found.get(subject.note.outcome_id or "")


def note_templates(subject: NoteUnderAudit, outcome: Outcome) -> list[TicketTemplate]:
    """Return how an outcome leaves a note in this format on the survey ticket."""
    return [template for template in survey_notes(outcome) if template.format == subject.note.format_id]


def findings_named(note: DeliveredNote, playbook: Playbook) -> tuple[str, ...]:
    """Return the findings that a note names in the places of their groups."""
    places = {group_fact(one.group) for one in playbook.findings.values()} | {"findings"}
    told = " ; ".join(text for name, text in note.fields.items() if name in places).casefold()
    return tuple(name for name, one in playbook.findings.items() if one.label.casefold() in told)
