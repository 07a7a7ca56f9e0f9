"""A survey as the world tells it: kind, ratings, comment, and the body of the mail that carries them."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from csat_tui.demo import case, plan, strange
from csat_tui.demo.dice import dice
from csat_tui.demo.names import BRAND
from csat_tui.demo.plots import Verdict

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
    case: case.Case

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


def derive(seed: int, index: int, size: int, now: datetime) -> Story:
    """Derive the survey at an index, newest first, of a world with so many surveys."""
    chance = dice(seed, "story", index)
    kind = plan.kind_at(seed, index)
    behind = case.derive(seed, plan.source_index(index, size), now)
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


def _ratings(chance: Random, kind: str, behind: case.Case) -> tuple[int, ...]:
    if kind == "rated-3-5":
        return tuple(chance.choice((3, 4, 4, 5)) for _ in QUESTIONS)
    low = {0, *behind.plot.worst}
    return tuple(chance.choice((1, 1, 2)) if place in low else chance.choice((1, 2, 3, 3, 4)) for place in range(6))


def _comment(chance: Random, kind: str, behind: case.Case, seed: int, index: int) -> str:
    drawn = chance.choice(behind.plot.concerns)
    if kind == "low-silent":
        return ""
    if kind == "rated-3-5":
        return behind.fill(chance.choice(CALM_COMMENTS)) if chance.random() < 0.6 else ""
    if kind == "hostile":
        return strange.HOSTILE[plan.nth_of_kind(seed, index) % len(strange.HOSTILE)]
    if kind in ("right-to-left", "wide"):
        return behind.fill(case.comment_in_script(seed, index, kind))
    if kind == "repeat":
        return behind.fill("Filling this in again because nobody called me back.\n" + drawn)
    if index > 1 and chance.random() < 0.2:
        drawn += "\n\n" + chance.choice(
            ("Order {order}, {count} meals, 2 people.", "5 stars for the food, 1 for this.")
        )
    return behind.fill(drawn)


def _body(chance: Random, behind: case.Case, ratings: tuple[int, ...], comment: str, created: datetime) -> str:
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


def _broken_body(variant: int, behind: case.Case, comment: str) -> str:
    """Write a response that cannot be read as a survey: a bounced form, or ratings without their numbers."""
    if variant == 0:
        return f"[survey payload could not be rendered]\n\n%7B%22Q1%22%3A%22...\n\n{comment}"
    ratings = "\n\n".join(f"{question} ${{q://QID{place}/ChoiceGroup}}" for place, question in enumerate(QUESTIONS, 1))
    return f"Ticket #${{e://Field/ticket}}\n\nCustomer {behind.customer.email}\n\nAgent\n\n{ratings}\n\n{comment}"
