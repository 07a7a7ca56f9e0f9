"""What the notes of the audit corpus find, and the records that bear it out or contradict it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from csat_tui.domain.case import Answer
from csat_tui.domain.concern import issues_in_comment
from csat_tui.domain.playbook import Outcome
from tests.builders import the_playbook
from tests.domain.audit_corpus_cases import Contact, Gift, answer_for, give, guide_entry
from tests.domain.audit_corpus_writing import NoteAuthor


@dataclass
class Writing:
    """A note in the making: its contact, its fields, the reply and the state of the survey ticket."""

    rng: Random
    contact: Contact
    author: NoteAuthor
    outcome: Outcome
    faults: frozenset[str]
    fields: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    reply: str = ""
    """What the note's author writes to the customer."""
    colleague: str = ""
    """What a colleague writes to the customer, soon after the survey."""
    hours: float = 0
    """How long after the survey the note was written."""
    since: bool = False
    """Whether the case was fetched again once the note's author had put things right."""
    account_since: datetime | None = None
    """When the account was seen for the first time as it is."""
    about: str = ""
    put_right: Callable[[Contact], None] | None = None

    @property
    def at(self) -> datetime:
        """When the note was written."""
        return self.contact.surveyed + timedelta(hours=self.hours)


RULED_FINDINGS = {
    finding: (rule.check, Answer(rule.answer))
    for rule in the_playbook().audit
    if rule.rule == "finding"
    for finding in rule.findings
}
"""The findings that the records can bear out, each with the check and the answer."""

KEPT_WITHOUT_DATE = {"cancellation-not-done", "plan-not-changed"}
"""Findings about what an account shows as it is now, and not since when."""


# ── What was found ───────────────────────────────────────────────────────────────────────────────────────────────

_ISSUES_OF: Mapping[str, tuple[str, ...] | None] = {
    "cancellation-not-done": ("cancellation",),
    "plan-not-changed": ("subscription-change",),
    "meals-not-changed": ("subscription-change",),
    "address-or-day-not-changed": ("address-change",),
    "promo-code-not-applied": ("promo-code",),
    "credit-not-applied": ("late-delivery", "missing-item", "damaged-box", "quality"),
    "chat-left-no-mail": None,
    "concern-not-solved": None,
    "better-solution": None,
    "issue-relogged": ("late-delivery", "double-charge", "missing-item", "damaged-box", "quality", "wrong-item"),
    "refund-issued": ("double-charge", "allergen", "spoiled-food"),
    "credit-issued": ("late-delivery", "missing-item", "wrong-item", "damaged-box", "quality", "promo-code"),
}
_CANNOT_BE_WRONG = {"meals-not-changed", "address-or-day-not-changed"}
"""Findings about which the records never say otherwise."""


def findings_for(rng: Random, outcome: Outcome, faults: frozenset[str]) -> tuple[list[str], tuple[str, ...] | None]:
    """Return the findings of a note, and the issues that they go with (None for any)."""
    if outcome.id == "non-actionable":
        given = ("late-delivery", "missing-item", "quality", "damaged-box", "double-charge", "wrong-item")
        return [rng.choice(("repeated-within-guide", "handled-by-lead"))], given
    if outcome.id != "follow-up":
        return [], None
    possible = list(_ISSUES_OF)
    if "correction" in faults:
        possible = ["refund-issued", "credit-issued"]
        if rng.random() < 0.12:  # the guide gives no refund for these
            return ["refund-issued"], ("late-delivery", "missing-item", "quality", "damaged-box")
    elif "finding" in faults:
        possible = [one for one in RULED_FINDINGS if one not in _CANNOT_BE_WRONG]
    finding = rng.choice(possible)
    return [finding], _ISSUES_OF[finding]


# ── What the records show ────────────────────────────────────────────────────────────────────────────────────────


def _in_order(writing: Writing) -> None:
    """Leave the records in order, or plant one thing in them that the outcome does not allow."""
    rng, contact = writing.rng, writing.contact
    if "records" not in writing.faults:
        contact.offline = rng.random() < 0.03
        return
    plants = [_over_the_guide, _promise_broken]
    if writing.outcome.id != "non-actionable":
        plants.append(_logged_wrongly)
    if writing.outcome.id == "no-response":
        plants.append(_chat_without_mail)
    rng.choice(plants)(writing)


def _over_the_guide(writing: Writing) -> None:
    """Let the first agent give more than the guide allows, or what it does not allow at all."""
    rng, contact = writing.rng, writing.contact
    allows = guide_entry(contact.concern.issue).allows if contact.concern.issue else ()
    limit = next((one.up_to for one in allows if one.up_to is not None), None)
    if limit is None:
        give(rng, contact, Gift("credit", Decimal(rng.choice(("10.00", "25.00")))))
    elif all(one.kind != "refund" for one in allows) and rng.random() < 0.3:
        give(rng, contact, Gift("refund", contact.total))
    else:
        give(rng, contact, Gift("credit", limit.amount + rng.choice((5, 10, 15))))


def _promise_broken(writing: Writing) -> None:
    """Let the first agent promise what the account does not show."""
    rng, contact = writing.rng, writing.contact
    contact.given = []
    if contact.concern.issue == "cancellation":
        contact.subscription, contact.answers = "active", [answer_for(rng, "cancel")]
    elif contact.concern.issue == "subscription-change":
        contact.plan, contact.answers = "6 meals a week", [answer_for(rng, "plan")]
    else:
        contact.answers = [answer_for(rng, rng.choice(("credit", "refund")), rng.choice(("$10.00", "$15.00")))]


def _logged_wrongly(writing: Writing) -> None:
    contact = writing.contact
    contact.given, contact.answers = [], [answer_for(writing.rng, "")]
    contact.logged = writing.rng.choice([one.category for one in the_playbook().issues
                                         if one.category != contact.concern.issue])  # fmt: skip


def _chat_without_mail(writing: Writing) -> None:
    contact = writing.contact
    contact.channel, contact.left, contact.mailed = "chat", True, False


def _non_actionable(writing: Writing) -> None:
    """Let a concern come up again after it was handled to the limit of the guide."""
    contact, rng = writing.contact, writing.rng
    contact.channel, contact.left, contact.mailed, contact.repeated = "email", False, False, True
    if not contact.given:
        give(rng, contact, Gift("refund", contact.total) if contact.concern.issue == "double-charge"
             else Gift("credit", Decimal("10.00")))  # fmt: skip
    _in_order(writing)
    given = contact.given[0] if contact.given else Gift("credit", Decimal("10.00"))
    handled = f"{given.kind} {given.text}".strip()
    writing.fields |= (
        {"handled": rng.choice((handled, f"{handled}, the guide's limit", f"answered twice, {handled}"))}
        if writing.findings == ["repeated-within-guide"]
        else {"lead": rng.choice(("Robin", "Amal Haddad", "lead of the day, Robin"))}
    )


def _evaluation(writing: Writing) -> None:
    """Leave the records as they come: whatever they say, somebody else looks at it."""
    if writing.rng.random() < 0.4:
        writing.rng.choice((_over_the_guide, _promise_broken, _logged_wrongly, _chat_without_mail))(writing)


def _follow_up(writing: Writing) -> None:
    """Let the records bear out what was found, or contradict it where that is the fault."""
    _FOUND[writing.findings[0]](writing, "finding" in writing.faults)


def _cancellation(writing: Writing, untrue: bool) -> None:
    contact = writing.contact
    contact.given, contact.answers = [], [answer_for(writing.rng, "cancel")]
    contact.subscription = "cancelled" if untrue else "active"
    writing.fields |= {
        "promised": writing.rng.choice(("subscription to end at once", "plan to be stopped from May on, by chat")),
        "resolution": writing.rng.choice(("cancelled today", "ended the plan and wrote to her")),
        "done": "explain" if untrue else "cancel",
    }
    if not untrue:
        writing.put_right = lambda one: setattr(one, "subscription", "cancelled")


def _plan(writing: Writing, untrue: bool) -> None:
    contact = writing.contact
    contact.given, contact.answers = [], [answer_for(writing.rng, "plan")]
    contact.plan = "4 meals a week" if untrue else "6 meals a week"
    writing.fields |= {
        "requested": "4 meals a week from the next delivery", "resolution": "plan set to 4 meals",
        "done": "explain" if untrue else "plan",
    }  # fmt: skip
    if not untrue:
        writing.put_right = lambda one: setattr(one, "plan", "4 meals a week")


def _change(kind: str, requested: str) -> Callable[[Writing, bool], None]:
    def plant(writing: Writing, _untrue: bool) -> None:
        writing.contact.given, writing.contact.answers = [], [answer_for(writing.rng, kind)]
        writing.fields |= {"requested": requested, "resolution": "change made for the next box", "done": "change"}

    return plant


def _credit_promised(writing: Writing, untrue: bool) -> None:
    """Let a credit be promised, and be given only if the finding is untrue."""
    rng, contact = writing.rng, writing.contact
    gift = Gift("credit", Decimal("10.00"))
    give(rng, contact, gift)
    if not untrue:
        contact.given = []
        writing.put_right = lambda one: one.later_gifts.append(gift)
    writing.fields |= {
        "code": rng.choice(("SPRING10", "WELCOME", "flyer code HELLO24")),
        "promised-credit": f"10 dollars by {contact.first_agent.split()[0]}",
        "resolution": rng.choice(("10 dollars added", "credit put on the account now", "did what was promised")),
        "done": "explain" if untrue else "credit", "amount": gift.text,
    }  # fmt: skip


def _chat_left(writing: Writing, untrue: bool) -> None:
    contact = writing.contact
    contact.channel, contact.left, contact.mailed = "chat", True, False
    if not untrue:
        writing.put_right = lambda _: None  # by the reply itself
    if untrue and writing.rng.random() < 0.5:
        contact.mailed = True
    elif untrue:
        contact.left = False
    writing.fields |= {
        "left-open": writing.rng.choice(("when the next box comes", "the answer itself")),
        "resolution": "wrote to the customer", "done": "explain",
    }  # fmt: skip


def _unsolved(writing: Writing, _untrue: bool) -> None:
    writing.fields |= {
        "main-concern": writing.rng.choice(("an honest answer", "to be heard by one person")),
        "better": writing.rng.choice(("a new box the same day", "a call instead of five mails")),
        "resolution": writing.rng.choice(("explained it properly", "wrote back with the full picture")),
        "done": "explain",
    }


def _relogged(writing: Writing, untrue: bool) -> None:
    right = writing.contact.concern.issue
    if not untrue:
        _logged_wrongly(writing)
        writing.put_right = lambda one: setattr(one, "logged", right)
    writing.fields |= {"logged-as": right, "resolution": "filed anew under the right heading", "done": "explain"}


def _corrected(kind: str) -> Callable[[Writing, bool], None]:
    def plant(writing: Writing, _untrue: bool) -> None:
        rng, contact = writing.rng, writing.contact
        allows = guide_entry(contact.concern.issue).allows
        limit = next((one.up_to.amount for one in allows if one.kind == kind and one.up_to), contact.total)
        if all(one.kind != kind for one in allows):
            limit = Decimal(12)
        contact.given, contact.answers = [], [answer_for(rng, "")]
        top = rng.random() < 0.2  # on top of what the first agent gave
        if top:
            give(rng, contact, Gift(kind, Decimal(5)))
        rest = limit - 5 if top else limit
        amount = rng.choice((rest, rest, rest - 1))
        if "correction" in writing.faults:
            amount = rest + rng.choice((3, 5, 20))
            if kind == "credit" and rng.random() < 0.2:
                amount = contact.total + 15
        gift = Gift(kind, amount)
        writing.put_right = lambda one: one.later_gifts.append(gift)
        words = (f"{amount:.2f} USD", f"${amount:.2f}", f"USD {amount:.2f} for order {contact.order_id}")
        writing.fields |= {
            kind: rng.choice(words), "amount": gift.text, "done": kind,
            "resolution": rng.choice((f"{kind} corrected", "money matters settled", "put right and mailed")),
        }  # fmt: skip
        if {one.issue.id for one in issues_in_comment(contact.comment, the_playbook())} - {contact.concern.issue}:
            contact.comment = contact.concern.comment

    return plant


_FOUND: Mapping[str, Callable[[Writing, bool], None]] = {
    "cancellation-not-done": _cancellation,
    "plan-not-changed": _plan,
    "meals-not-changed": _change("meals", "chicken for tofu in next week's box"),
    "address-or-day-not-changed": _change("address", "new address from the next box on"),
    "promo-code-not-applied": _credit_promised,
    "credit-not-applied": _credit_promised,
    "chat-left-no-mail": _chat_left,
    "concern-not-solved": _unsolved,
    "better-solution": _unsolved,
    "issue-relogged": _relogged,
    "refund-issued": _corrected("refund"),
    "credit-issued": _corrected("credit"),
}
RECORDS: Mapping[str, Callable[[Writing], None]] = {
    "no-response": _in_order,
    "acknowledge": _in_order,
    "non-actionable": _non_actionable,
    "needs-evaluation": _evaluation,
    "follow-up": _follow_up,
}
