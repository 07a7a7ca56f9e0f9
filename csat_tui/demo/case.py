"""The case behind a survey: who wrote, which order, what was said and when; derived from an index and the seed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from csat_tui.demo import casting, names, people, plan, strange
from csat_tui.demo.dice import dice
from csat_tui.demo.plots import PLOTS, Line, Plot


@dataclass(frozen=True)
class Message:
    """One message of the source ticket; author is customer, agent, lead or warehouse."""

    author: str
    at: datetime
    text: str
    public: bool = True
    channel: str = "email"
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """Everything about a source ticket that its ticket, its comments and the admin system must agree on."""

    index: int
    kind: str
    plot: Plot
    customer: people.Customer
    agent: people.Staff
    facts: dict[str, str]
    items: tuple[tuple[str, str], ...]
    messages: tuple[Message, ...]
    status: str
    solved: datetime

    @property
    def created(self) -> datetime:
        """Tell when the customer first wrote."""
        return self.messages[0].at

    @property
    def ticket(self) -> int:
        """Give the number of the source ticket."""
        return plan.ticket_number("source", self.index)

    @property
    def merged_into(self) -> int | None:
        """Give the ticket that a merged source went into."""
        return plan.ticket_number("target", self.index) if self.kind == "source-merged" else None

    def fill(self, text: str) -> str:
        """Put this case's facts into a story's wording."""
        return text.format(**self.facts)


def derive(seed: int, index: int, now: datetime) -> Case:
    """Derive the case at an index; nothing is remembered, the same arguments give the same case."""
    chance = dice(seed, "case", index)
    kind = plan.kind_at(seed, index)
    plot = PLOTS[casting.plot_of(seed, index)]
    customer = people.customer(seed, index)
    solved = now - plan.age(seed, index) - timedelta(minutes=66 + chance.randrange(900))
    agent = chance.choice(people.CARE_AGENTS)
    items = tuple(chance.sample(names.MEALS, chance.choice((6, 6, 8))))
    facts = _facts(chance, customer, agent, items, index, solved)
    if kind == "huge":
        plot = replace(plot, lines=(*plot.lines, Line("customer", strange.long_message(facts["order"]))))
    elif kind == "hostile":
        said = strange.HOSTILE[plan.nth_of_kind(seed, index) % 3].replace("{", "{{").replace("}", "}}")
        plot = replace(plot, lines=(Line("customer", said), *plot.lines))
    elif kind in ("right-to-left", "wide"):
        said = comment_in_script(seed, index, kind)
        plot = replace(plot, lines=(Line("customer", said), *plot.lines))
    messages = tuple(_messages(chance, plot, facts, solved))
    status = {"source-closed": "closed", "source-merged": "closed", "source-deleted": "deleted"}
    return Case(index, kind, plot, customer, agent, facts, items, messages, status.get(kind, "solved"), solved)


def comment_in_script(seed: int, index: int, kind: str) -> str:
    """Give the customer's words in a right-to-left or a wide script, with {order} still open."""
    texts = strange.RIGHT_TO_LEFT if kind == "right-to-left" else strange.WIDE
    return texts[plan.nth_of_kind(seed, index) % len(texts)]


def _facts(
    chance: Random,
    customer: people.Customer,
    agent: people.Staff,
    items: tuple[tuple[str, str], ...],
    index: int,
    solved: datetime,
) -> dict[str, str]:
    return {
        "first": customer.first,
        "agent": agent.name.split()[0],
        "lead": people.LEAD.name.split()[0],
        "city": customer.city,
        "order": plan.order_number(index),
        "item": items[0][0],
        "item_price": items[0][1],
        "item2": chance.choice([meal for meal, _ in names.MEALS if meal not in dict(items)]),
        "count": str(len(items)),
        "total": str(sum((Decimal(price) for _, price in items), Decimal("9.99"))),
        "plan": f"{len(items)} meals a week",
        "code": chance.choice(names.CODES),
        "eve": names.DAYS[(solved - timedelta(hours=30)).weekday()],
        "day": names.DAYS[(solved - timedelta(hours=6)).weekday()],
    }


def _messages(chance: Random, plot: Plot, facts: dict[str, str], solved: datetime) -> list[Message]:
    waits = [line.after if line.chat else line.after + chance.randrange(1 + line.after // 3) for line in plot.lines]
    at = solved - timedelta(minutes=sum(waits[1:]))
    said: list[Message] = []
    talk: list[tuple[datetime, Line]] = []
    for place, line in enumerate(plot.lines):
        at += timedelta(minutes=waits[place] if place else 0)
        stamped = at + timedelta(seconds=0 if line is plot.lines[-1] else chance.randrange(40))
        if line.chat:
            talk.append((stamped, line))
            continue
        if talk:
            said.append(_chat_message(talk, facts))
            talk = []
        text = chance.choice(line.text) if isinstance(line.text, tuple) else line.text
        said.append(Message(line.who, stamped, text.format(**facts), line.public, files=line.files))
    if talk:
        said.append(_chat_message(talk, facts))
    return said


def _chat_message(talk: list[tuple[datetime, Line]], facts: dict[str, str]) -> Message:
    """Write a chat the way the help desk files it: one comment with a clock and a name before each line."""
    started = talk[0][0]
    who = {"customer": facts["first"], "agent": facts["agent"]}
    lines = [f"Chat started: {started:%Y-%m-%d %I:%M %p} UTC", ""]
    for at, line in talk:
        text = line.text if isinstance(line.text, str) else line.text[0]
        clock = f"({at:%I:%M:%S %p})"
        if line.who == "left":
            lines.append(f"{clock} *** {facts['first']} left the chat ***")
        else:
            lines.append(f"{clock} {who[line.who]}: {text.format(**facts)}")
    return Message("customer", started, "\n".join(lines), channel="chat")
