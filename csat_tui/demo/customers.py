"""The admin system's second look-up: the same customer in another shape, nested and named unlike the first one.

An adapter that is configured instead of written can be tried on it: keys in camelCase, amounts in cents, times in
seconds since 1970, issues under their orders and what was given under its issue.
"""

from datetime import datetime
from decimal import Decimal

from csat_tui.demo import accounts
from csat_tui.demo.names import MEALS
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World

PRICES = dict(MEALS)


def by_email(world: World, email: str) -> Json | None:
    """Look a customer up by their address."""
    known = accounts.by_email(world, email)
    return None if known is None else {"customer": _customer(known)}


def _customer(known: Json) -> Json:
    account, subscription = known["account"], known["subscription"]
    return {
        "customerNumber": account["id"],
        "contact": {"fullName": account["name"], "emailAddress": account["email"]},
        "customerSince": _seconds(account["since"]),
        "membership": {
            "planName": subscription["plan"],
            "state": subscription["status"].upper(),
            "nextDeliveryAt": _seconds(subscription["next_delivery"]),
            "shipTo": {"city": subscription["address_city"]},
        },
        "orderHistory": [_order(order, known) for order in known["orders"]],
    }


def _order(order: Json, known: Json) -> Json:
    lines = zip(order["items"], order["skus"], strict=True)
    return {
        "orderNumber": order["id"],
        "placedAt": _seconds(order["placed_at"]),
        "state": order["status"].upper(),
        "shop": {"displayName": order["store"]},
        "grandTotal": {"cents": _cents(order["total"]), "currencyCode": order["currency"]},
        "lines": [{"title": title, "sku": sku, "priceCents": _cents(PRICES[title])} for title, sku in lines],
        "issues": [_issue(issue, known) for issue in known["issues"] if issue["order_id"] == order["id"]],
    }


def _issue(issue: Json, known: Json) -> Json:
    return {
        "issueNumber": issue["id"],
        "type": issue["category"],
        "remarks": issue["text"],
        "loggedAt": _seconds(issue["logged_at"]),
        "loggedBy": {"fullName": issue["logged_by"]},
        "helpDeskTicket": issue["ticket_id"],
        "compensations": [_given(one) for one in known["accommodations"] if one["issue_id"] == issue["id"]],
    }


def _given(given: Json) -> Json:
    return {
        "compensationNumber": given["id"],
        "method": given["kind"],
        "amount": {"cents": _cents(given["amount"]), "currencyCode": given["currency"]},
        "why": given["reason"],
        "grantedAt": _seconds(given["given_at"]),
        "grantedBy": {"fullName": given["given_by"]},
    }


def _cents(amount: str) -> int:
    return int(Decimal(amount) * 100)


def _seconds(stamp: str | None) -> int | None:
    return None if stamp is None else int(datetime.fromisoformat(stamp).timestamp())
