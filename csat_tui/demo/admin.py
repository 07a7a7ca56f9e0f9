"""The admin system: what it knows of a customer, and its look-ups, two of one shape and one of another."""

from datetime import datetime, timedelta
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import names, other_tickets, people, plan
from csat_tui.demo.names import MEALS
from csat_tui.demo.plan import dice
from csat_tui.demo.plots import Given
from csat_tui.demo.requests import world_of
from csat_tui.demo.story import Case
from csat_tui.demo.wire import Json, stamp
from csat_tui.demo.world import World


def account_by_id(world: World, account: str) -> Json | None:
    """Look an account up by its number."""
    index = plan.read_account_id(account)
    return None if index is None or index >= world.size else describe(world, index)


def account_by_email(world: World, email: str) -> Json | None:
    """Look an account up by its address."""
    found = people.customer_by_email(world.seed, email)
    return None if found is None or found.index >= world.size else describe(world, found.index)


def describe(world: World, index: int) -> Json:
    """Tell everything the admin system knows of the customer of a case."""
    behind = world.case(index)
    chance = dice(world.seed, "account", index)
    who = behind.customer
    since = behind.created - timedelta(days=chance.randrange(30, 900))
    status = behind.plot.subscription
    delivery = None if status != "active" else stamp(world.anchor + timedelta(days=chance.randrange(2, 8)))
    city = (
        chance.choice([city for city in names.CITIES if city != who.city])
        if behind.plot.id == "old-address"
        else who.city
    )
    return {
        "account": {"id": who.account, "email": who.email, "name": who.name, "since": stamp(since)},
        "subscription": {
            "plan": behind.facts["plan"],
            "status": status,
            "next_delivery": delivery,
            "address_city": city,
        },
        "orders": _orders(world, behind),
        "issues": _issues(behind),
        "accommodations": _accommodations(behind),
    }


def _orders(world: World, behind: Case) -> list[Json]:
    """List the orders, newest first; the oldest is there where the customer's other tickets are about it."""
    count = len(behind.items)
    delivered = behind.plot.order == "delivered"
    placed = behind.created - timedelta(days=5) if delivered else behind.solved - timedelta(hours=10)
    total = Decimal(behind.facts["total"])
    names_of = [name for name, _ in behind.items]
    found = [
        _account_order(behind.facts["order"], placed, names_of, total, behind.plot.order),
        _account_order(
            plan.order_number(behind.index, "earlier"),
            placed - timedelta(days=7),
            names_of[: count - 1],
            total - Decimal(behind.items[-1][1]),
            "delivered",
        ),
    ]
    store = other_tickets.store_of_older(world.seed, behind.index)
    if store is not None:
        older = plan.order_number(behind.index, "older")
        total -= Decimal(behind.items[-1][1]) + Decimal(behind.items[-2][1])
        found.append(
            _account_order(older, placed - timedelta(days=14), names_of[: count - 2], total, "delivered", store)
        )
    return found


def _account_order(
    number: str, placed: datetime, items: list[str], total: Decimal, status: str, store: str = names.BRAND
) -> Json:
    return {
        "id": number,
        "placed_at": stamp(placed),
        "items": items,
        "skus": [names.SKUS[item] for item in items],
        "total": str(total),
        "currency": "USD",
        "status": status,
        "store": store,
    }


def _issues(behind: Case) -> list[Json]:
    return [
        {
            "id": f"I-{600_000 + behind.index * 3 + place}",
            "category": logged.category,
            "logged_by": behind.agent.name,
            "logged_at": stamp(behind.solved - timedelta(minutes=2)),
            "order_id": behind.facts["order"],
            "ticket_id": behind.ticket,
            "text": behind.fill(logged.text),
        }
        for place, logged in enumerate(behind.plot.logged)
    ]


def _accommodations(behind: Case) -> list[Json]:
    return [
        {
            "id": f"A-{300_000 + behind.index * 3 + place}",
            "kind": given.kind,
            "amount": _amount(behind, given),
            "currency": "USD",
            "reason": given.reason,
            "given_by": behind.agent.name,
            "given_at": stamp(behind.solved - timedelta(minutes=1)),
            "order_id": behind.facts["order"],
            "issue_id": f"I-{600_000 + behind.index * 3}" if behind.plot.logged else None,
        }
        for place, given in enumerate(behind.plot.given)
    ]


def _amount(behind: Case, given: Given) -> str:
    return {"order": behind.facts["total"], "item": behind.facts["item_price"]}.get(given.amount, given.amount)


PRICES = dict(MEALS)


def customer_by_email(world: World, email: str) -> Json | None:
    """Look a customer up by their address."""
    known = account_by_email(world, email)
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
        "orderHistory": [_customer_order(order, known) for order in known["orders"]],
    }


def _customer_order(order: Json, known: Json) -> Json:
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


def _answer(found: Json | None) -> Response:
    if found is None:
        return JSONResponse({"error": "not_found", "message": "There is no such account."}, 404)
    return JSONResponse(found)


def by_email(request: Request) -> Response:
    """Look an account up by the customer's address."""
    return _answer(account_by_email(world_of(request), request.query_params.get("email", "")))


def by_id(request: Request) -> Response:
    """Look an account up by its number."""
    return _answer(account_by_id(world_of(request), request.path_params["id"]))


def second_shape(request: Request) -> Response:
    """Look a customer up by their address, which is a part of the path."""
    return _answer(customer_by_email(world_of(request), request.path_params["email"]))


ROUTES = [
    Route("/admin/accounts", by_email),
    Route("/admin/accounts/{id}", by_id),
    Route("/admin/v2/customers/{email}", second_shape),
]
