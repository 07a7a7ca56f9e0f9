"""The story behind a survey: its plot, who wrote, which order, what was said and when, and the survey that came of it.

Every branch of the procedure is among the newest cases, and all plots come in turn.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from csat_tui.demo import names, people, plan
from csat_tui.demo.names import BRAND
from csat_tui.demo.plan import dice
from csat_tui.demo.plots import PLOTS, Line, Plot, Verdict

FIRST_PLOT, SECOND_PLOT, OLDEST_PLOT = "late-credited", "cancel-not-done", "missing-item-credited"
"""The plots of the newest two cases, and of the oldest of the first sixty, which is first in a queue sorted by time."""
BRANCHES = (
    "double-charge-missed",
    "skip-not-offered",
    "meals-not-changed",
    "plan-not-updated",
    "old-address",
    "promo-not-applied",
    "credit-promised",
    "chat-left-open",
    "lead-confirmed",
    "cancel-after-cutoff",
    "short-tone",
    "misfiled",
    "refund-still-due",
    "credit-by-memo",
    "allergen",
)
"""With the newest two, one plot for each branch of source document 000 that a low rating with a comment can take."""
LOW = tuple(plot.id for plot in PLOTS.values() if plot.rated == "low")
CALM = tuple(plot.id for plot in PLOTS.values() if plot.rated == "low" and plot.expects == "no-response")
MISSED = tuple(plot.id for plot in PLOTS.values() if plot.rated == "low" and plot.expects == "follow-up")
HIGH = tuple(plot.id for plot in PLOTS.values() if plot.rated == "high")
ONE_PLOT = ("hostile", "right-to-left", "wide", "huge")
"""Kinds that are about their text; what lies behind them is as plain as can be."""


def plot_of(seed: int, index: int) -> str:
    """Name the plot behind the survey at an index."""
    kind = plan.kind_at(seed, index)
    if kind in ONE_PLOT:
        return FIRST_PLOT
    return _first_cast(seed).get(index) or _in_turn(seed, CALM + HIGH if kind == "rated-3-5" else LOW, index)


def _in_turn(seed: int, plots: tuple[str, ...], index: int) -> str:
    round_, turn = divmod(index, len(plots))
    return _shuffled(seed, plots, round_)[turn]


@lru_cache(maxsize=512)
def _shuffled(seed: int, plots: tuple[str, ...], round_: int) -> tuple[str, ...]:
    turns = list(plots)
    dice(seed, "plots", len(turns), round_).shuffle(turns)
    return tuple(turns)


@lru_cache(maxsize=8)
def _first_cast(seed: int) -> dict[int, str]:
    """Cast the first block where it matters: branches first, then each plot that was not told yet."""
    seats: dict[str, list[int]] = {}
    for place, kind in enumerate(plan.layout(seed)):
        seats.setdefault(kind, []).append(place)
    cast = {0: FIRST_PLOT, 1: SECOND_PLOT, plan.BLOCK - 1: OLDEST_PLOT}
    chance = dice(seed, "cast")
    branches = list(BRANCHES)
    rest = [plot for plot in LOW if plot not in (*BRANCHES, *cast.values())]
    chance.shuffle(branches)
    chance.shuffle(rest)
    free = [place for place in seats[plan.LOW_COMMENT] if place not in cast]
    cast |= dict(zip(free, branches + rest, strict=False))
    cast |= dict(zip(seats["low-silent"], (chance.choice(CALM), chance.choice(MISSED)), strict=False))
    cast |= dict(zip(seats["rated-3-5"], (chance.choice(CALM), chance.choice(HIGH)), strict=False))
    return cast


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


def derive_case(seed: int, index: int, now: datetime) -> Case:
    """Derive the case at an index; nothing is remembered, the same arguments give the same case."""
    chance = dice(seed, "case", index)
    kind = plan.kind_at(seed, index)
    plot = PLOTS[plot_of(seed, index)]
    customer = people.customer(seed, index)
    solved = now - plan.age(seed, index) - timedelta(minutes=66 + chance.randrange(900))
    agent = chance.choice(people.CARE_AGENTS)
    items = tuple(chance.sample(names.MEALS, chance.choice((6, 6, 8))))
    facts = _facts(chance, customer, agent, items, index, solved)
    if kind == "huge":
        plot = replace(plot, lines=(*plot.lines, Line("customer", names.long_message(facts["order"]))))
    elif kind == "hostile":
        said = names.HOSTILE[plan.nth_of_kind(seed, index) % 3].replace("{", "{{").replace("}", "}}")
        plot = replace(plot, lines=(Line("customer", said), *plot.lines))
    elif kind in ("right-to-left", "wide"):
        said = comment_in_script(seed, index, kind)
        plot = replace(plot, lines=(Line("customer", said), *plot.lines))
    messages = tuple(_messages(chance, plot, facts, solved))
    status = {"source-closed": "closed", "source-merged": "closed", "source-deleted": "deleted"}
    return Case(index, kind, plot, customer, agent, facts, items, messages, status.get(kind, "solved"), solved)


def comment_in_script(seed: int, index: int, kind: str) -> str:
    """Give the customer's words in a right-to-left or a wide script, with {order} still open."""
    texts = names.RIGHT_TO_LEFT if kind == "right-to-left" else names.WIDE
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


QUESTIONS = (
    f"The {BRAND} Customer Experience team",
    "How quickly we responded to your request",
    "How easy it was for you to connect with us",
    "The resolution that was provided to you",
    "How knowledgeable our team member was",
    "How valued as a customer our team member made you feel",
)
KNOWLEDGE_VARIANTS = ("How knowledgeable our team member was", "How knowledgeable our team was")
UNREVIEWABLE = ("unparseable", "source-deleted")
"""Kinds of survey behind which there is nothing that could be reviewed."""
CALM_COMMENTS = (
    "Took a while but all is sorted now.",
    "Quick and friendly. Thank you {agent}!",
    "Okay overall.\n\nThe app could be easier.",
    "Good help, still waiting for 1 meal.",
)
NOISE = (
    "-- Satisfaction survey, response received {at} --",
    "Survey language: EN",
    "Response id: R_{code}",
    "Channel of the contact: {channel}",
)


@dataclass(frozen=True)
class Story:
    """The facts of one survey; `verdict` is what a careful reviewer decides, as the plot tells it."""

    index: int
    kind: str
    survey_ticket_id: int
    source_ticket_id: int
    created: datetime
    ratings: tuple[int, ...]
    comment: str
    body: str
    case: Case

    @property
    def plot(self) -> str:
        """Name the story template."""
        return self.case.plot.id

    @property
    def verdict(self) -> Verdict:
        """Give everything that a careful reviewer decides; what cannot be read or is gone goes to somebody else."""
        return Verdict("needs-evaluation") if self.kind in UNREVIEWABLE else self.case.plot.verdict

    @property
    def expects(self) -> str:
        """Name the outcome: no-response, follow-up, non-actionable, needs-evaluation or ask-channel."""
        return self.verdict.outcome

    @property
    def why(self) -> str:
        """Say what a reviewer would find."""
        return self.case.fill(self.case.plot.why)


def derive_story(seed: int, index: int, size: int, now: datetime) -> Story:
    """Derive the survey at an index, newest first, of a world with so many surveys."""
    chance = dice(seed, "story", index)
    kind = plan.kind_at(seed, index)
    behind = derive_case(seed, plan.source_index(index, size), now)
    created = now - plan.age(seed, index)
    ratings = _ratings(chance, kind, behind)
    comment = _comment(chance, kind, behind, seed, index)
    broken = plan.nth_of_kind(seed, index) % 2 if kind == "unparseable" else None
    body = (
        _broken_body(broken, behind, comment)
        if broken is not None
        else _body(chance, behind, ratings, comment, created)
    )
    survey = plan.ticket_number("survey", index)
    return Story(index, kind, survey, behind.ticket, created, ratings, comment, body, behind)


def _ratings(chance: Random, kind: str, behind: Case) -> tuple[int, ...]:
    if kind == "rated-3-5":
        return tuple(chance.choice((3, 4, 4, 5)) for _ in QUESTIONS)
    low = {0, *behind.plot.worst}
    return tuple(chance.choice((1, 1, 2)) if place in low else chance.choice((1, 2, 3, 3, 4)) for place in range(6))


def _comment(chance: Random, kind: str, behind: Case, seed: int, index: int) -> str:
    drawn = chance.choice(behind.plot.concerns)
    if kind == "low-silent":
        return ""
    if kind == "rated-3-5":
        return behind.fill(chance.choice(CALM_COMMENTS)) if chance.random() < 0.6 else ""
    if kind == "hostile":
        return names.HOSTILE[plan.nth_of_kind(seed, index) % len(names.HOSTILE)]
    if kind in ("right-to-left", "wide"):
        return behind.fill(comment_in_script(seed, index, kind))
    if kind == "repeat":
        return behind.fill("Filling this in again because nobody called me back.\n" + drawn)
    if index > 1 and chance.random() < 0.2:
        drawn += "\n\n" + chance.choice(
            ("Order {order}, {count} meals, 2 people.", "5 stars for the food, 1 for this.")
        )
    return behind.fill(drawn)


def _body(chance: Random, behind: Case, ratings: tuple[int, ...], comment: str, created: datetime) -> str:
    chat = behind.messages[0].channel == "chat"
    noise = {"at": f"{created:%Y-%m-%d %H:%M} UTC", "code": f"{chance.randrange(16**10):010x}"}
    noise["channel"] = "chat" if chat else "e-mail"
    lines = [chance.choice(NOISE).format(**noise), ""] if chance.random() < 0.4 else []
    lines += [f"Ticket #{behind.ticket}", "", f"Customer {behind.customer.email}", ""]
    lines += [f"Agent {behind.facts['agent']}", ""]
    if chance.random() < 0.25:
        lines += [chance.choice(NOISE).format(**noise), ""]
    turned = chance.choice((-1, -1, 5, chance.randrange(6)))
    all_turned = chance.random() < 0.15
    for place, (question, rating) in enumerate(zip(QUESTIONS, ratings, strict=True)):
        asked = chance.choice(KNOWLEDGE_VARIANTS) if place == 4 else question
        lines += [f"{rating} {asked}" if all_turned or place == turned else f"{asked} {rating}", ""]
    return "\n".join([*lines, comment]).rstrip("\n")


def _broken_body(variant: int, behind: Case, comment: str) -> str:
    """Write a response that cannot be read as a survey: a bounced form, or ratings without their numbers."""
    if variant == 0:
        return f"[survey payload could not be rendered]\n\n%7B%22Q1%22%3A%22...\n\n{comment}"
    ratings = "\n\n".join(f"{question} ${{q://QID{place}/ChoiceGroup}}" for place, question in enumerate(QUESTIONS, 1))
    return f"Ticket #${{e://Field/ticket}}\n\nCustomer {behind.customer.email}\n\nAgent\n\n{ratings}\n\n{comment}"
