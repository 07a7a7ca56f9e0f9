"""An account as JSON and back: money as text, moments as ISO 8601."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money, Order
from csat_tui.domain.ids import TicketId


def write_account(account: Account) -> dict[str, Any]:
    """Return the account as plain JSON values."""
    return {
        "id": account.id, "email": account.email, "name": account.name, "plan": account.plan,
        "subscription_status": account.subscription_status, "next_delivery": account.next_delivery,
        "orders": [
            {"id": order.id, "placed_at": order.placed_at.isoformat(), "items": list(order.items),
             "total": _write_money(order.total), "status": order.status, "skus": list(order.skus), "store": order.store}
            for order in account.orders
        ],
        "issues": [
            {"id": issue.id, "category": issue.category, "logged_by": issue.logged_by,
             "logged_at": issue.logged_at.isoformat(), "order_id": issue.order_id, "ticket_id": issue.ticket_id,
             "text": issue.text}
            for issue in account.issues
        ],
        "accommodations": [
            {"id": one.id, "kind": one.kind, "given_at": one.given_at.isoformat(), "amount": _write_money(one.amount),
             "reason": one.reason, "given_by": one.given_by, "order_id": one.order_id, "issue_id": one.issue_id}
            for one in account.accommodations
        ],
    }  # fmt: skip


def read_account(stored: dict[str, Any]) -> Account:
    """Return the account that `write_account` wrote."""
    rest = {key: value for key, value in stored.items() if key not in ("orders", "issues", "accommodations")}
    return Account(
        **rest,
        orders=tuple(
            Order(
                id=order["id"], placed_at=datetime.fromisoformat(order["placed_at"]), items=tuple(order["items"]),
                total=_read_money(order["total"]), status=order["status"],
                skus=tuple(order.get("skus", ())), store=order.get("store", ""),  # not kept by earlier versions
            )
            for order in stored["orders"]
        ),
        issues=tuple(
            LoggedIssue(**{
                **issue,
                "logged_at": datetime.fromisoformat(issue["logged_at"]),
                "ticket_id": None if issue["ticket_id"] is None else TicketId(issue["ticket_id"]),
            })
            for issue in stored["issues"]
        ),
        accommodations=tuple(
            Accommodation(**{
                **one, "given_at": datetime.fromisoformat(one["given_at"]), "amount": _read_money(one["amount"]),
            })
            for one in stored["accommodations"]
        ),
    )  # fmt: skip


def _write_money(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": str(money.amount), "currency": money.currency}


def _read_money(stored: dict[str, str] | None) -> Money | None:
    return None if stored is None else Money(Decimal(stored["amount"]), stored["currency"])
