"""A customer's account in the admin system: orders, logged issues, accommodations given."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from csat_tui.domain.ids import TicketId


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency; amounts in different currencies are never compared."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the customer."""

    id: str
    placed_at: datetime
    items: tuple[str, ...]
    total: Money | None
    status: str
    skus: tuple[str, ...] = ()
    store: str = ""


@dataclass(frozen=True, slots=True)
class LoggedIssue:
    """A customer's concern as an agent logged it in the admin system."""

    id: str
    category: str
    logged_by: str
    logged_at: datetime
    order_id: str = ""
    ticket_id: TicketId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Accommodation:
    """A credit, refund or replacement that a customer was given."""

    id: str
    kind: str
    given_at: datetime
    amount: Money | None = None
    reason: str = ""
    given_by: str = ""
    order_id: str = ""
    issue_id: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account with everything that validation needs, newest first."""

    id: str
    email: str
    name: str
    plan: str = ""
    subscription_status: str = ""
    next_delivery: str = ""
    orders: tuple[Order, ...] = ()
    issues: tuple[LoggedIssue, ...] = ()
    accommodations: tuple[Accommodation, ...] = ()
