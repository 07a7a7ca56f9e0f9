"""A playbook's rules for merging tickets of one customer."""

import re
from dataclasses import dataclass
from enum import StrEnum

from csat_tui.domain.ticket import Status


class IntoResolved(StrEnum):
    """Which passage of source document 004 holds for merging a new ticket into a resolved ticket."""

    UNANSWERED = "unanswered"
    """Guideline 4 of 2019-05-09: only what was raised and not answered there; the status becomes a customer's reply."""
    SAME_CONCERN = "same-concern"
    """Rule 5 of 2019-05-13: everything about the same concern; the status depends on whose message is the newest."""


@dataclass(frozen=True, slots=True)
class MergeRules:
    """How tickets of one customer are merged (source document 004), in this organisation's words.

    `order` are patterns whose first group is an order's or item's number in a subject or message. The statuses are
    those that the help desk has for a ticket that is new, waits for the customer, was answered by the customer, is
    being worked on, and is resolved; `into_resolved` says when a ticket goes into a resolved one. `courtesy` is the
    note to the owner of the merged ticket, with places.
    """

    order: tuple[re.Pattern[str], ...]
    new: tuple[Status, ...] = (Status.NEW,)
    awaiting_reply: tuple[Status, ...] = (Status.PENDING,)
    customer_reply: tuple[Status, ...] = (Status.OPEN,)
    in_progress: tuple[Status, ...] = (Status.HOLD,)
    resolved: tuple[Status, ...] = (Status.SOLVED,)
    courtesy: str = ""
    into_resolved: IntoResolved = IntoResolved.UNANSWERED
