"""What a merge would do: owner and status of the ticket that stays, who is told, and the sentences that say so."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from csat_tui.domain.account import Order
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merge_rules import IntoResolved, MergeRules
from csat_tui.domain.playbook import Issue, Playbook
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.domain.ticket_comparison import (
    Conversation,
    ConversationFacts,
)


class TicketProgress(StrEnum):
    """The progress of a ticket, in the document's words."""

    NEW = "new"
    AWAITING_REPLY = "awaiting reply"
    CUSTOMER_REPLY = "customer reply"
    IN_PROGRESS = "in progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class MergeGrounds:
    """What advice is based on beside the tickets: the rules, the playbook's issues, the customer's orders.

    `me` is the agent who would merge; None while that is not known.
    """

    rules: MergeRules
    issues: Sequence[Issue] = ()
    orders: Sequence[Order] = ()
    me: UserId | None = None
    readings: dict[TicketId, ConversationFacts] = field(default_factory=dict, compare=False, repr=False)
    """What the tickets are about, by ticket; a set of grounds is for one state of the tickets."""

    def read(self, one: Conversation) -> ConversationFacts:
        """Return what a ticket is about."""
        if one.ticket.id not in self.readings:
            self.readings[one.ticket.id] = ConversationFacts(one, self.rules, self.issues, self.orders)
        return self.readings[one.ticket.id]


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do; `status` and `assign` are None where they stay as they are.

    `notify_owner` says whether the owner gets a courtesy note; `answers` whether the merged concerns wait for one
    reply.
    """

    stays: Ticket
    goes: tuple[Ticket, ...]
    status: Status | None
    assign: UserId | None
    notify_owner: bool
    answers: bool
    responsible: str
    newest: Message | None


def ticket_progress(status: Status, rules: MergeRules) -> TicketProgress | None:
    """Return the progress of a ticket with this status; None if the playbook's rules do not name the status."""
    if status in (Status.CLOSED, Status.DELETED):
        return TicketProgress.CLOSED
    named = (
        (TicketProgress.NEW, rules.new), (TicketProgress.AWAITING_REPLY, rules.awaiting_reply),
        (TicketProgress.CUSTOMER_REPLY, rules.customer_reply), (TicketProgress.IN_PROGRESS, rules.in_progress),
        (TicketProgress.RESOLVED, rules.resolved),
    )  # fmt: skip
    return next((one for one, statuses in named if status in statuses), None)


def status_word(status: Status, playbook: Playbook) -> str:
    """Return the organisation's name for a status: from its guards, else from its merging rules."""
    labels = (guard.label for guard in playbook.guards if guard.status is status and guard.label != status.value)
    label = next(labels, "")
    stands = ticket_progress(status, playbook.merging) if playbook.merging is not None else None
    return label.lower() or (stands.value if stands is not None and status is not Status.DELETED else status.value)


def plan_merge(stays: Conversation, goes: Sequence[Conversation], grounds: MergeGrounds) -> MergePlan:
    """Return what a merge would do: who owns the ticket that stays, its status, and who is told."""
    rules, me = grounds.rules, grounds.me
    every = (stays, *goes)
    owner = stays.ticket.assignee_id
    newest = max((one.last for one in every if one.last), key=lambda said: (said.created_at, said.id), default=None)
    all_new = all(ticket_progress(one.ticket.status, rules) is TicketProgress.NEW for one in every)
    status = None
    by_customer = newest is not None and newest.author is Author.CUSTOMER
    resolved = ticket_progress(stays.ticket.status, rules) is TicketProgress.RESOLVED
    comes_back = by_customer or (resolved and rules.into_resolved is IntoResolved.UNANSWERED)
    if not all_new and comes_back and rules.customer_reply and stays.ticket.status not in rules.customer_reply:
        status = rules.customer_reply[0]
    return MergePlan(
        stays=stays.ticket,
        goes=tuple(one.ticket for one in goes),
        status=status,
        assign=me if all_new and me is not None and owner != me else None,
        notify_owner=not all_new and owner is not None and owner != me,
        answers=all_new,
        responsible=_responsible(every, newest),
        newest=newest,
    )


def new_ticket_first(one: Conversation, other: Conversation, rules: MergeRules) -> tuple[Conversation, Conversation]:
    """Return two tickets, the new one first; the later first if both are new or neither is."""
    new = [each for each in (one, other) if ticket_progress(each.ticket.status, rules) is TicketProgress.NEW]
    if len(new) == 1:
        return (one, other) if new[0] is one else (other, one)
    older, later = sorted((one, other), key=lambda each: (each.ticket.created_at, each.ticket.id))
    return later, older


def plan_for_pair(one: Conversation, other: Conversation, grounds: MergeGrounds) -> MergePlan:
    """Return what merging two tickets would do: a new ticket goes into the other; of two new tickets, into mine."""
    goes, stays = new_ticket_first(one, other, grounds.rules)
    if ticket_progress(stays.ticket.status, grounds.rules) is TicketProgress.NEW:
        mine = [each for each in (stays, goes) if grounds.me is not None and each.ticket.assignee_id == grounds.me]
        stays = mine[0] if mine else stays
        goes = other if stays is one else one
    return plan_merge(stays, [goes], grounds)


def _responsible(every: Sequence[Conversation], newest: Message | None) -> str:
    """Say who is responsible if the tickets have different owners: the owner of the ticket with the latest message."""
    owners = {one.ticket.assignee_id for one in every if one.ticket.assignee_id is not None}
    if len(owners) < 2 or newest is None:
        return ""
    latest = next(one.ticket for one in every if newest in one.messages)
    if latest.assignee_id is None:
        return ""
    name = latest.assignee_name or "the owner"
    return f"{name} owns #{latest.id} with the latest message and answers for merging; anybody may do it."


_NO_WORD = re.compile(r"[\W_]+")
"""What a help desk may change in a comment: spaces, line breaks and signs, but no letter and no digit."""


def merge_sentences(plan: MergePlan, playbook: Playbook) -> tuple[str, ...]:
    """Return sentences that say what a merge would do, and that it cannot be undone."""
    gone = ", ".join(f"#{ticket.id}" for ticket in plan.goes)
    owner = plan.stays.assignee_name or ("somebody" if plan.stays.assignee_id is not None else "")
    lines = [f"{gone} {'is' if len(plan.goes) == 1 else 'are'} closed and merged into #{plan.stays.id}."]
    if plan.status is not None:
        becomes = status_word(plan.status, playbook)
        lines.append(f"#{plan.stays.id} becomes “{becomes}”, for the customer's message is the newest.")
    else:
        lines.append(f"#{plan.stays.id} stays “{status_word(plan.stays.status, playbook)}”.")
    if plan.assign is not None:
        lines.append("It becomes yours, as you merge it.")
    elif plan.notify_owner:
        lines.append(f"It stays {owner}'s, who is told by an internal note.")
    elif not owner:
        lines.append("It stays unassigned.")
    if plan.answers:
        lines.append("All the concerns are answered in one reply.")
    if plan.responsible:
        lines.append(plan.responsible)
    return (*lines, "A merge cannot be undone at the help desk.")


def is_merge_comment(message: Message, comments: Collection[str]) -> bool:
    """Return whether a message is a comment that our own merges left on the ticket that stays.

    A help desk keeps no operation id with a merge. All of its words identify the comment: it names the tickets
    that went and quotes them; the comment of another merge says something else.
    """
    if message.public or message.author is Author.CUSTOMER or not comments:
        return False
    return _letters(message.body) in {_letters(comment) for comment in comments} - {""}


def _letters(text: str) -> str:
    return _NO_WORD.sub("", text)
