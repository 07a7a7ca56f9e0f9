"""Advise whether tickets of one customer should be merged (source document 004, ticket history).

This is advice by rules, never a decision. Two passages of the document differ about resolved tickets. Guideline 4 of
2019-05-09 merges only what was raised there and not answered, and makes the status a customer's reply. Rule 5 of
2019-05-13 merges the same concern, and looks whose message is the newest. The playbook says which holds
(`into_resolved`); by default it is the stricter one of 2019-05-09.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from csat_tui.domain.ids import TicketId
from csat_tui.domain.merge_plan import (
    MergeGrounds,
    MergePlan,
    TicketProgress,
    new_ticket_first,
    plan_for_pair,
    ticket_progress,
)
from csat_tui.domain.merge_rules import IntoResolved, MergeRules
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.domain.ticket_comparison import (
    Comparison,
    Conversation,
    Same,
    issues_mentioned,
    same_concern,
    same_customer,
    same_order,
)

MERGE_DECISION = "(merge)"
"""The outcome id of a merge, which decides no case; no playbook's outcome can have this id."""

APART_DECISION = "(not merged)"
"""The outcome id for a person's reason to keep tickets apart that the rules would merge."""


class MergeVerdict(StrEnum):
    """What the rules advise about a ticket."""

    MERGE = "merge"
    APART = "do not merge"
    LOOK = "look yourself"
    MERGED = "already merged"


class MergeRule(StrEnum):
    """The rule that a verdict follows."""

    ALREADY_MERGED = "already merged"
    A_SURVEY = "a survey's own ticket"
    DELETED = "deleted"
    CLOSED = "closed"
    ANOTHER_CUSTOMER = "another customer"
    ANOTHER_ADDRESS = "another address"
    NEITHER_NEW = "neither is new"
    ANOTHER_ORDER = "another order or store"
    NO_ORDER_NAMED = "no order is named"
    BOTH_NEW = "both are new"
    WITH_AWAITING_REPLY = "new with awaiting reply"
    WITH_CUSTOMER_REPLY = "new with customer reply"
    WITH_IN_PROGRESS = "new with in progress"
    ANOTHER_CONCERN = "another concern"
    CONCERN_UNCLEAR = "the concern is unclear"
    WITH_RESOLVED = "new with resolved"
    RESOLVED_UNANSWERED = "resolved, and this was not answered"
    RESOLVED_NEW_CONCERN = "resolved, and this is a new concern"
    RESOLVED_ANSWERED = "resolved, and this was answered"
    RESOLVED_UNCLEAR = "resolved, and whether this was answered is unclear"


@dataclass(frozen=True, slots=True)
class Advice:
    """The rules' advice about a ticket, compared with the ticket that it fits best (`beside`).

    `plan` is None where nothing can be merged at all.
    """

    ticket: Ticket
    beside: Ticket
    verdict: MergeVerdict
    rule: MergeRule
    reasons: tuple[str, ...]
    plan: MergePlan | None = None


_ORDER = {MergeVerdict.MERGE: 0, MergeVerdict.LOOK: 1, MergeVerdict.APART: 2, MergeVerdict.MERGED: 3}
_SAYS_LITTLE = (MergeRule.CLOSED, MergeRule.DELETED, MergeRule.NEITHER_NEW, MergeRule.NO_ORDER_NAMED)
"""The rules that explain least why two tickets stay apart: any other rule is the better reason."""
_WITH = {
    TicketProgress.AWAITING_REPLY: MergeRule.WITH_AWAITING_REPLY,
    TicketProgress.CUSTOMER_REPLY: MergeRule.WITH_CUSTOMER_REPLY,
    TicketProgress.IN_PROGRESS: MergeRule.WITH_IN_PROGRESS,
}


def advise(hand: Conversation, others: Sequence[Conversation], grounds: MergeGrounds) -> tuple[Advice, ...]:
    """Advise for each of the customer's other tickets whether to merge it, with the ticket in hand or another ticket.

    If several fit alike, a conversation that has begun comes before a new ticket, and the ticket in hand before others.
    """

    def rank(each: Advice) -> tuple[int, bool, bool]:
        new = ticket_progress(each.beside.status, grounds.rules) is TicketProgress.NEW
        return _ORDER[each.verdict], each.rule in _SAYS_LITTLE, new

    fit = [one for one in (hand, *others) if _unfit(one, hand) is None]
    new = [one for one in fit if ticket_progress(one.ticket.status, grounds.rules) is TicketProgress.NEW]
    advice = []
    for one in others:
        # Only with a new ticket is there anything to say, so that a long history costs no more than its new ones.
        beside = [hand, *(fit if one in new else new if one in fit else ())]
        rest = {id(other): other for other in beside if other is not one}
        advice.append(min((advice_for_pair(one, other, grounds) for other in rest.values()), key=rank))
    return tuple(advice)


def tickets_to_merge(advice: Sequence[Advice]) -> tuple[TicketId, ...]:
    """Return the tickets that the rules would merge into another ticket."""
    wanted = [one.plan for one in advice if one.verdict is MergeVerdict.MERGE and one.plan is not None]
    return tuple(dict.fromkeys(ticket.id for plan in wanted for ticket in plan.goes))


def needs_transcript(ticket: Ticket, rules: MergeRules) -> bool:
    """Return whether a ticket's transcript can make a difference: a closed ticket is only shown."""
    return ticket.takes_updates and ticket_progress(ticket.status, rules) is not None


def advice_for_pair(one: Conversation, other: Conversation, grounds: MergeGrounds) -> Advice:
    """Advise whether to merge two tickets, by all conditions in their order; the first that fails decides."""
    return (
        _unfit(one, other)
        or _unfit(other, one, about=one)
        or _of_others(one, other, grounds)
        or _of_another_order(one, other, grounds)
        or _by_status(one, other, grounds)
    )


def _unfit(one: Conversation, other: Conversation, *, about: Conversation | None = None) -> Advice | None:
    """Say why the first of two tickets cannot be merged with any; `about` is the ticket that the advice is for."""
    ticket = one.ticket
    subject, beside = (one, other) if about is None else (about, one)
    if ticket.merged:
        # Only shown, as a part of the customer's history.
        verdict = MergeVerdict.MERGED if about is None else MergeVerdict.APART
        return _said(subject, beside, verdict, MergeRule.ALREADY_MERGED, f"#{ticket.id} was merged into another ticket")
    if one.survey:
        return _said(subject, beside, MergeVerdict.APART, MergeRule.A_SURVEY, f"#{ticket.id} is a survey's own ticket")
    if ticket.status is Status.DELETED:
        return _said(
            subject, beside, MergeVerdict.APART, MergeRule.DELETED, f"#{ticket.id} was deleted at the help desk"
        )
    if not ticket.takes_updates:
        return _said(
            subject, beside, MergeVerdict.APART, MergeRule.CLOSED, f"#{ticket.id} is closed and takes nothing any more"
        )
    return None


def _of_others(one: Conversation, other: Conversation, grounds: MergeGrounds) -> Advice | None:
    """Keep tickets of different customers apart; another address counts only with the same order or item."""
    customer = same_customer(one.ticket, other.ticket)
    if customer.same is Same.YES:
        return None
    order = same_order(grounds.read(one), grounds.read(other))
    if customer.same is Same.UNKNOWN and order.same is Same.YES:
        return None
    rule = MergeRule.ANOTHER_CUSTOMER if customer.same is Same.NO else MergeRule.ANOTHER_ADDRESS
    return _said(
        one,
        other,
        MergeVerdict.APART,
        rule,
        customer.because,
        *([order.because] if rule is not MergeRule.ANOTHER_CUSTOMER else []),
    )


def _of_another_order(one: Conversation, other: Conversation, grounds: MergeGrounds) -> Advice | None:
    """Keep apart tickets about different orders or stores, and tickets that no rule covers."""
    if TicketProgress.NEW not in (ticket_progress(each.ticket.status, grounds.rules) for each in (one, other)):
        because = "neither of the two is new, and the rules merge new tickets only"
        return _said(
            one, other, MergeVerdict.APART, MergeRule.NEITHER_NEW, because, plan=plan_for_pair(one, other, grounds)
        )
    order = same_order(grounds.read(one), grounds.read(other))
    if order.same is Same.YES:
        return None
    verdict, rule = MergeVerdict.APART, MergeRule.ANOTHER_ORDER
    reasons = [order.because]
    if order.same is Same.UNKNOWN:
        # Without a word for it the two are not about the same thing; with one, somebody has to look.
        concern = same_concern(grounds.read(one), grounds.read(other))
        reasons.append(concern.because)
        verdict = MergeVerdict.LOOK if concern.same is Same.YES else MergeVerdict.APART
        rule = MergeRule.ANOTHER_CONCERN if concern.same is Same.NO else MergeRule.NO_ORDER_NAMED
    return _said(one, other, verdict, rule, *reasons, plan=plan_for_pair(one, other, grounds))


def _by_status(one: Conversation, other: Conversation, grounds: MergeGrounds) -> Advice:
    """Apply the rule for the progress of the two tickets; one of them is new, and both are about the same order."""
    rules = grounds.rules
    customer = same_customer(one.ticket, other.ticket).because
    order = same_order(grounds.read(one), grounds.read(other)).because
    does = plan_for_pair(one, other, grounds)
    new, older = new_ticket_first(one, other, rules)
    stands = ticket_progress(older.ticket.status, rules)
    if stands is TicketProgress.NEW:
        return _said(one, other, MergeVerdict.MERGE, MergeRule.BOTH_NEW, customer, order, plan=does)
    concern = same_concern(grounds.read(new), grounds.read(older))
    if stands is TicketProgress.RESOLVED:
        verdict, rule, because = _after_resolving(new, older, concern, grounds)
        return _said(one, other, verdict, rule, customer, order, because, plan=does)
    reasons = (customer, order, concern.because)
    if concern.same is Same.YES and stands in _WITH:
        return _said(one, other, MergeVerdict.MERGE, _WITH[stands], *reasons, plan=does)
    if concern.same is Same.NO:
        return _said(one, other, MergeVerdict.APART, MergeRule.ANOTHER_CONCERN, *reasons, plan=does)
    return _said(one, other, MergeVerdict.LOOK, MergeRule.CONCERN_UNCLEAR, *reasons, plan=does)


def _after_resolving(
    new: Conversation, older: Conversation, concern: Comparison, grounds: MergeGrounds
) -> tuple[MergeVerdict, MergeRule, str]:
    """Say whether a concern was raised in a resolved ticket and not answered there."""
    if concern.same is Same.NO:
        return (
            MergeVerdict.APART,
            MergeRule.RESOLVED_NEW_CONCERN,
            f"{concern.because}; a new concern is answered on its own",
        )
    raised, asked = grounds.read(older).raised, grounds.read(new).raised
    shared = [issue_id for issue_id in asked if issue_id in raised]
    if concern.same is Same.UNKNOWN:
        return MergeVerdict.LOOK, MergeRule.RESOLVED_UNCLEAR, concern.because
    if grounds.rules.into_resolved is IntoResolved.SAME_CONCERN:
        return MergeVerdict.MERGE, MergeRule.WITH_RESOLVED, concern.because
    replies = _replies_after_the_concern(older, raised[shared[0]].words if shared else "")
    if not replies:
        because = f"{concern.because}; nobody answered it on #{older.ticket.id} before that was resolved"
        return MergeVerdict.MERGE, MergeRule.RESOLVED_UNANSWERED, because
    answered = issues_mentioned((reply.body for reply in replies), grounds.issues)
    if shared and shared[0] in answered:
        said = answered[shared[0]].words
        because = f"{concern.because}; it was answered on #{older.ticket.id} (“{said}”)"
        return MergeVerdict.APART, MergeRule.RESOLVED_ANSWERED, because
    words = {word for word in raised[shared[0]].words.casefold().split() if len(word) > 3} if shared else set()
    if len(raised) > 1 and shared and not any(word in reply.body.casefold() for word in words for reply in replies):
        because = f"{concern.because}; the replies on #{older.ticket.id} speak of something else"
        return MergeVerdict.MERGE, MergeRule.RESOLVED_UNANSWERED, because
    return (
        MergeVerdict.LOOK,
        MergeRule.RESOLVED_UNCLEAR,
        f"{concern.because}; whether #{older.ticket.id} answers it, read there",
    )


def _replies_after_the_concern(older: Conversation, words: str) -> list[Message]:
    """Return what the staff wrote to the customer after they first raised a concern."""
    raised = [m for m in older.messages if m.public and m.author is Author.CUSTOMER]
    naming = [m for m in raised if words and words in " ".join(m.body.replace("’", "'").split())]
    since = min((m.created_at for m in naming or raised), default=older.ticket.created_at)
    return [m for m in older.messages if m.public and m.author is Author.AGENT and m.created_at > since]


def _said(
    one: Conversation,
    other: Conversation,
    verdict: MergeVerdict,
    rule: MergeRule,
    *reasons: str,
    plan: MergePlan | None = None,
) -> Advice:
    return Advice(one.ticket, other.ticket, verdict, rule, reasons, plan)


def advice_about(advice: Sequence[Advice], ticket_id: TicketId) -> Advice | None:
    """Return the advice about one ticket."""
    return next((one for one in advice if one.ticket.id == ticket_id), None)
