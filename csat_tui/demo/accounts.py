"""The admin system's answer about a customer: account, orders, logged issues and what was given."""

from datetime import timedelta
from decimal import Decimal

from csat_tui.demo import people, plan
from csat_tui.demo.case import Case
from csat_tui.demo.dice import dice
from csat_tui.demo.names import CITIES
from csat_tui.demo.plots import Given
from csat_tui.demo.wire import Json, stamp
from csat_tui.demo.world import World


def by_id(world: World, account: str) -> Json | None:
    """Look an account up by its number."""
    index = plan.read_account_id(account)
    return None if index is None or index >= world.size else describe(world, index)


def by_email(world: World, email: str) -> Json | None:
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
    city = chance.choice([city for city in CITIES if city != who.city]) if behind.plot.id == "old-address" else who.city
    return {
        "account": {"id": who.account, "email": who.email, "name": who.name, "since": stamp(since)},
        "subscription": {
            "plan": behind.facts["plan"],
            "status": status,
            "next_delivery": delivery,
            "address_city": city,
        },
        "orders": _orders(behind),
        "issues": _issues(behind),
        "accommodations": _accommodations(behind),
    }


def _orders(behind: Case) -> list[Json]:
    order = behind.facts["order"]
    earlier = str(int(order) - 2_000_000)
    count = len(behind.items)
    delivered = behind.plot.order == "delivered"
    placed = behind.created - timedelta(days=5) if delivered else behind.solved - timedelta(hours=10)
    items = [name for name, _ in behind.items]
    common = {"total": behind.facts["total"], "currency": "USD"}
    return [
        {"id": order, "placed_at": stamp(placed), "items": items, **common, "status": behind.plot.order},
        {
            "id": earlier,
            "placed_at": stamp(placed - timedelta(days=7)),
            "items": items[: count - 1],
            "total": str(Decimal(behind.facts["total"]) - Decimal(behind.items[-1][1])),
            "currency": "USD",
            "status": "delivered",
        },
    ]


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
