"""Whether tickets of one customer should be merged, and what a merge does (source document 004, ticket history).

The advice of a rule, never a decision: the person may read it otherwise. Two passages of the document differ about
resolved tickets. Guideline 4 of 2019-05-09 merges only what was raised there and not answered, and makes the status a
customer's reply. Rule 5 of 2019-05-13 merges the same concern, and looks whose message is the newest. The playbook says
which holds (`into_resolved`); by default it is the stricter one of 2019-05-09.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from csat_tui.domain.account import Order
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merge_rules import IntoResolved, MergeRules
from csat_tui.domain.playbook import Issue, Playbook
from csat_tui.domain.sameness import (
    Conversation,
    Found,
    Reading,
    Same,
    mentions,
    same_concern,
    same_customer,
    same_order,
)
from csat_tui.domain.ticket import Author, Message, Status, Ticket

MERGE_DECISION = "(merge)"
"""What stands for an outcome with a merge: no playbook's outcome can be called so, for it decides no case."""

APART_DECISION = "(not merged)"
"""What stands for an outcome where a person has said why tickets stay apart that the rules would merge."""


class Verdict(StrEnum):
    """What the rules say about a ticket beside others."""

    MERGE = "merge"
    APART = "do not merge"
    LOOK = "look yourself"
    MERGED = "already merged"


class Standing(StrEnum):
    """How far a ticket is, in the document's words."""

    NEW = "new"
    AWAITING_REPLY = "awaiting reply"
    CUSTOMER_REPLY = "customer reply"
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Rule(StrEnum):
    """Which rule a verdict follows."""

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
class Grounds:
    """What advice rests on beside the tickets: the rules, what the playbook knows of concerns, the customer's orders.

    `me` is whoever would merge; None while that is not known.
    """

    rules: MergeRules
    issues: Sequence[Issue] = ()
    orders: Sequence[Order] = ()
    me: UserId | None = None
    readings: dict[TicketId, Reading] = field(default_factory=dict, compare=False, repr=False)
    """What the tickets were found to speak of; one set of grounds is for one state of them."""

    def read(self, one: Conversation) -> Reading:
        """Return what a ticket speaks of."""
        if one.ticket.id not in self.readings:
            self.readings[one.ticket.id] = Reading(one, self.rules, self.issues, self.orders)
        return self.readings[one.ticket.id]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would do; `status` and `assign` are None where they stay as they are.

    `tell` says whether the owner gets a courtesy note; `answers` whether the merged concerns wait for one reply.
    """

    stays: Ticket
    goes: tuple[Ticket, ...]
    status: Status | None
    assign: UserId | None
    tell: bool
    answers: bool
    responsible: str
    newest: Message | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What the rules say about one ticket, held against the one that it fits best (`beside`).

    `plan` is None where nothing can be merged whatever anybody thinks.
    """

    ticket: Ticket
    beside: Ticket
    verdict: Verdict
    rule: Rule
    reasons: tuple[str, ...]
    plan: Plan | None = None


_ORDER = {Verdict.MERGE: 0, Verdict.LOOK: 1, Verdict.APART: 2, Verdict.MERGED: 3}
_SAYS_LITTLE = (Rule.CLOSED, Rule.DELETED, Rule.NEITHER_NEW, Rule.NO_ORDER_NAMED)
"""The rules that tell least of why two tickets stay apart: any other one is the better reason."""
_WITH = {
    Standing.AWAITING_REPLY: Rule.WITH_AWAITING_REPLY,
    Standing.CUSTOMER_REPLY: Rule.WITH_CUSTOMER_REPLY,
    Standing.IN_PROGRESS: Rule.WITH_IN_PROGRESS,
}


def standing(status: Status, rules: MergeRules) -> Standing | None:
    """Return how far a ticket of that status is; None for one that the playbook's rules do not name."""
    if status in (Status.CLOSED, Status.DELETED):
        return Standing.CLOSED
    named = (
        (Standing.NEW, rules.new), (Standing.AWAITING_REPLY, rules.awaiting_reply),
        (Standing.CUSTOMER_REPLY, rules.customer_reply), (Standing.IN_PROGRESS, rules.in_progress),
        (Standing.RESOLVED, rules.resolved),
    )  # fmt: skip
    return next((one for one, statuses in named if status in statuses), None)


def status_word(status: Status, playbook: Playbook) -> str:
    """Return what the organisation calls a status: by its guards, else by its merging rules."""
    labels = (guard.label for guard in playbook.guards if guard.status is status and guard.label != status.value)
    label = next(labels, "")
    stands = standing(status, playbook.merging) if playbook.merging is not None else None
    return label.lower() or (stands.value if stands is not None and status is not Status.DELETED else status.value)


def advise(hand: Conversation, others: Sequence[Conversation], grounds: Grounds) -> tuple[Advice, ...]:
    """Say for each of the customer's other tickets whether it should be merged, with the ticket in hand or another one.

    Where several fit alike, a conversation that has begun comes before a new ticket, and the one in hand before others.
    """

    def rank(each: Advice) -> tuple[int, bool, bool]:
        new = standing(each.beside.status, grounds.rules) is Standing.NEW
        return _ORDER[each.verdict], each.rule in _SAYS_LITTLE, new

    fit = [one for one in (hand, *others) if _unfit(one, hand) is None]
    new = [one for one in fit if standing(one.ticket.status, grounds.rules) is Standing.NEW]
    advice = []
    for one in others:
        # Only with a new ticket is there anything to say, so that a long history costs no more than its new ones.
        beside = [hand, *(fit if one in new else new if one in fit else ())]
        rest = {id(other): other for other in beside if other is not one}
        advice.append(min((between(one, other, grounds) for other in rest.values()), key=rank))
    return tuple(advice)


def to_merge(advice: Sequence[Advice]) -> tuple[TicketId, ...]:
    """Return the tickets that would go into another one by the rules."""
    wanted = [one.plan for one in advice if one.verdict is Verdict.MERGE and one.plan is not None]
    return tuple(dict.fromkeys(ticket.id for plan in wanted for ticket in plan.goes))


def needs_words(ticket: Ticket, rules: MergeRules) -> bool:
    """Tell whether a ticket's transcript can make a difference: what is closed is only shown."""
    return ticket.takes_updates and standing(ticket.status, rules) is not None


def between(one: Conversation, other: Conversation, grounds: Grounds) -> Advice:
    """Say whether two tickets should be merged, by all conditions in their order; the first that fails tells."""
    return (
        _unfit(one, other)
        or _unfit(other, one, about=one)
        or _of_others(one, other, grounds)
        or _of_another_order(one, other, grounds)
        or _by_status(one, other, grounds)
    )


def plan(stays: Conversation, goes: Sequence[Conversation], grounds: Grounds) -> Plan:
    """Return what merging would do: who owns the ticket that stays, its status, and who is told."""
    rules, me = grounds.rules, grounds.me
    every = (stays, *goes)
    owner = stays.ticket.assignee_id
    newest = max((one.last for one in every if one.last), key=lambda said: (said.created_at, said.id), default=None)
    all_new = all(standing(one.ticket.status, rules) is Standing.NEW for one in every)
    status = None
    by_customer = newest is not None and newest.author is Author.CUSTOMER
    resolved = standing(stays.ticket.status, rules) is Standing.RESOLVED
    comes_back = by_customer or (resolved and rules.into_resolved is IntoResolved.UNANSWERED)
    if not all_new and comes_back and rules.customer_reply and stays.ticket.status not in rules.customer_reply:
        status = rules.customer_reply[0]
    return Plan(
        stays=stays.ticket,
        goes=tuple(one.ticket for one in goes),
        status=status,
        assign=me if all_new and me is not None and owner != me else None,
        tell=not all_new and owner is not None and owner != me,
        answers=all_new,
        responsible=_responsible(every, newest),
        newest=newest,
    )


def _unfit(one: Conversation, other: Conversation, *, about: Conversation | None = None) -> Advice | None:
    """Say why the first of two tickets can be merged with none; `about` is the one that the advice is for."""
    ticket, subject = one.ticket, about or one
    if ticket.merged:
        # Only shown, as a part of the customer's history.
        verdict = Verdict.MERGED if about is None else Verdict.APART
        return _said(subject, other, verdict, Rule.ALREADY_MERGED, f"#{ticket.id} was merged into another ticket")
    if one.survey:
        return _said(subject, other, Verdict.APART, Rule.A_SURVEY, f"#{ticket.id} is a survey's own ticket")
    if ticket.status is Status.DELETED:
        return _said(subject, other, Verdict.APART, Rule.DELETED, f"#{ticket.id} was deleted at the help desk")
    if not ticket.takes_updates:
        return _said(subject, other, Verdict.APART, Rule.CLOSED, f"#{ticket.id} is closed and takes nothing any more")
    return None


def _of_others(one: Conversation, other: Conversation, grounds: Grounds) -> Advice | None:
    """Keep apart what is not the same customer's; another address counts only with the same order or item."""
    customer = same_customer(one.ticket, other.ticket)
    if customer.same is Same.YES:
        return None
    order = same_order(grounds.read(one), grounds.read(other))
    if customer.same is Same.UNKNOWN and order.same is Same.YES:
        return None
    rule = Rule.ANOTHER_CUSTOMER if customer.same is Same.NO else Rule.ANOTHER_ADDRESS
    return _said(
        one,
        other,
        Verdict.APART,
        rule,
        customer.because,
        *([order.because] if rule is not Rule.ANOTHER_CUSTOMER else []),
    )


def _of_another_order(one: Conversation, other: Conversation, grounds: Grounds) -> Advice | None:
    """Keep apart what is about different orders or stores, and what no rule speaks of."""
    if Standing.NEW not in (standing(each.ticket.status, grounds.rules) for each in (one, other)):
        because = "neither of the two is new, and the rules merge new tickets only"
        return _said(one, other, Verdict.APART, Rule.NEITHER_NEW, because, plan=_plan(one, other, grounds))
    order = same_order(grounds.read(one), grounds.read(other))
    if order.same is Same.YES:
        return None
    verdict, rule = Verdict.APART, Rule.ANOTHER_ORDER
    reasons = [order.because]
    if order.same is Same.UNKNOWN:
        # Without a word for it the two are not about the same thing; with one, somebody has to look.
        concern = same_concern(grounds.read(one), grounds.read(other))
        reasons.append(concern.because)
        verdict = Verdict.LOOK if concern.same is Same.YES else Verdict.APART
        rule = Rule.ANOTHER_CONCERN if concern.same is Same.NO else Rule.NO_ORDER_NAMED
    return _said(one, other, verdict, rule, *reasons, plan=_plan(one, other, grounds))


def _by_status(one: Conversation, other: Conversation, grounds: Grounds) -> Advice:
    """Follow the rule for how far the two are; one of them is new, and both are about the same order."""
    rules = grounds.rules
    customer = same_customer(one.ticket, other.ticket).because
    order = same_order(grounds.read(one), grounds.read(other)).because
    does = _plan(one, other, grounds)
    new, older = _new_first(one, other, rules)
    stands = standing(older.ticket.status, rules)
    if stands is Standing.NEW:
        return _said(one, other, Verdict.MERGE, Rule.BOTH_NEW, customer, order, plan=does)
    concern = same_concern(grounds.read(new), grounds.read(older))
    if stands is Standing.RESOLVED:
        verdict, rule, because = _after_resolving(new, older, concern, grounds)
        return _said(one, other, verdict, rule, customer, order, because, plan=does)
    reasons = (customer, order, concern.because)
    if concern.same is Same.YES and stands in _WITH:
        return _said(one, other, Verdict.MERGE, _WITH[stands], *reasons, plan=does)
    if concern.same is Same.NO:
        return _said(one, other, Verdict.APART, Rule.ANOTHER_CONCERN, *reasons, plan=does)
    return _said(one, other, Verdict.LOOK, Rule.CONCERN_UNCLEAR, *reasons, plan=does)


def _after_resolving(
    new: Conversation, older: Conversation, concern: Found, grounds: Grounds
) -> tuple[Verdict, Rule, str]:
    """Say whether a concern was raised in a resolved ticket, and left without an answer there."""
    if concern.same is Same.NO:
        return Verdict.APART, Rule.RESOLVED_NEW_CONCERN, f"{concern.because}; a new concern is answered on its own"
    raised, asked = grounds.read(older).raised, grounds.read(new).raised
    shared = [issue_id for issue_id in asked if issue_id in raised]
    if concern.same is Same.UNKNOWN:
        return Verdict.LOOK, Rule.RESOLVED_UNCLEAR, concern.because
    if grounds.rules.into_resolved is IntoResolved.SAME_CONCERN:
        return Verdict.MERGE, Rule.WITH_RESOLVED, concern.because
    replies = _replies_after_the_concern(older, raised[shared[0]].words if shared else "")
    if not replies:
        because = f"{concern.because}; nobody answered it on #{older.ticket.id} before that was resolved"
        return Verdict.MERGE, Rule.RESOLVED_UNANSWERED, because
    answered = mentions((reply.body for reply in replies), grounds.issues)
    if shared and shared[0] in answered:
        said = answered[shared[0]].words
        because = f"{concern.because}; it was answered on #{older.ticket.id} (“{said}”)"
        return Verdict.APART, Rule.RESOLVED_ANSWERED, because
    words = {word for word in raised[shared[0]].words.casefold().split() if len(word) > 3} if shared else set()
    if len(raised) > 1 and shared and not any(word in reply.body.casefold() for word in words for reply in replies):
        because = f"{concern.because}; the replies on #{older.ticket.id} speak of something else"
        return Verdict.MERGE, Rule.RESOLVED_UNANSWERED, because
    return Verdict.LOOK, Rule.RESOLVED_UNCLEAR, f"{concern.because}; whether #{older.ticket.id} answers it, read there"


def _replies_after_the_concern(older: Conversation, words: str) -> list[Message]:
    """Return what the staff wrote to the customer after they first raised a concern."""
    raised = [m for m in older.messages if m.public and m.author is Author.CUSTOMER]
    naming = [m for m in raised if words and words in " ".join(m.body.replace("’", "'").split())]
    since = min((m.created_at for m in naming or raised), default=older.ticket.created_at)
    return [m for m in older.messages if m.public and m.author is Author.AGENT and m.created_at > since]


def _new_first(one: Conversation, other: Conversation, rules: MergeRules) -> tuple[Conversation, Conversation]:
    """Return the new ticket of two and the other one; where both are, or neither is, the later first."""
    new = [each for each in (one, other) if standing(each.ticket.status, rules) is Standing.NEW]
    if len(new) == 1:
        return (one, other) if new[0] is one else (other, one)
    older, later = sorted((one, other), key=lambda each: (each.ticket.created_at, each.ticket.id))
    return later, older


def _plan(one: Conversation, other: Conversation, grounds: Grounds) -> Plan:
    """Return what merging two would do: a new ticket goes into the other one, of two new ones into mine."""
    goes, stays = _new_first(one, other, grounds.rules)
    if standing(stays.ticket.status, grounds.rules) is Standing.NEW:
        mine = [each for each in (stays, goes) if grounds.me is not None and each.ticket.assignee_id == grounds.me]
        stays = mine[0] if mine else stays
        goes = other if stays is one else one
    return plan(stays, [goes], grounds)


def _responsible(every: Sequence[Conversation], newest: Message | None) -> str:
    """Say whose turn it is where the tickets are different people's: the owner's of the latest message."""
    owners = {one.ticket.assignee_id for one in every if one.ticket.assignee_id is not None}
    if len(owners) < 2 or newest is None:
        return ""
    latest = next(one.ticket for one in every if newest in one.messages)
    if latest.assignee_id is None:
        return ""
    name = latest.assignee_name or "the owner"
    return f"{name} owns #{latest.id} with the latest message and answers for merging; anybody may do it."


def _said(
    one: Conversation, other: Conversation, verdict: Verdict, rule: Rule, *reasons: str, plan: Plan | None = None
) -> Advice:
    return Advice(one.ticket, other.ticket, verdict, rule, reasons, plan)


def of(advice: Sequence[Advice], ticket_id: TicketId) -> Advice | None:
    """Return the advice about one ticket."""
    return next((one for one in advice if one.ticket.id == ticket_id), None)
