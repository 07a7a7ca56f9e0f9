"""Check the amounts that a person types for a refund or credit against the order, the guide and earlier accommodations.

More than the order came to is refused. What the guide does not allow, or what cannot be checked, has to be confirmed:
somebody may have allowed it. Currencies are never converted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from csat_tui.domain.account import Accommodation, Money, Order
from csat_tui.domain.amounts import Amount, amounts
from csat_tui.domain.case import Case
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.concern import accommodation_text, accommodations_given, concerns, logged_issues
from csat_tui.domain.facts import order_of
from csat_tui.domain.guide import entry_for
from csat_tui.domain.playbook import Allowance, Field, Issue, Outcome, Playbook

_NUMBERED = re.compile(
    r"(?:\b(?:orders?|box(?:es)?|tickets?|cases?|invoices?|no|nr|number|id)\.?\s{0,3}[:#]?\s{0,3}#?|#)[A-Za-z]{0,4}-?\d[\w-]{0,20}"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}\b",
    re.IGNORECASE,
)
"""Numbers that are no amounts: order and ticket numbers, dates and times."""


@dataclass(frozen=True, slots=True)
class AmountRemark:
    """A remark on an amount in a field; if it `blocks` the amount is refused, else it has to be confirmed.

    `beyond` says that it is more than the guide or the order allows; other remarks could not be held against them.
    """

    sentence: str
    field_id: str
    blocks: bool = False
    beyond: bool = False


def amount_remarks(
    case: Case, outcome: Outcome, fields: Mapping[str, str], findings: Sequence[str], playbook: Playbook
) -> tuple[AmountRemark, ...]:
    """Return the remarks on the amounts typed for a decision."""
    asked = [one for one in asked_fields(case, outcome, findings, playbook) if one.amount]
    return tuple(held for field in asked for held in _held(case, field, fields.get(field.id, "").strip(), playbook))


def refused_amounts(case: Case, asked: Sequence[Field], typed: Mapping[str, str]) -> tuple[AmountRemark, ...]:
    """Return only the refusals; this runs at each key, so it does not look up the guide."""
    fields = [one for one in asked if one.amount]
    return tuple(one for field in fields for one in _held(case, field, typed.get(field.id, ""), None) if one.blocks)


def _held(case: Case, field: Field, text: str, playbook: Playbook | None) -> Iterator[AmountRemark]:
    if not text:
        return
    named = f"{field.label.lower()} “{_cut(text)}”"
    amount = _amount(case, text)
    if amount is None:
        yield AmountRemark(f"{named} names no amount: it cannot be held against the guide and the order", field.id)
        return
    said = f"{field.label.lower()} {amount.text}"
    if amount.value <= 0:
        yield AmountRemark(f"{said} is nothing that could be given", field.id, blocks=True)
        return
    if not amount.certain:
        yield AmountRemark(f"{said} can be read in two ways", field.id)
    yield from _by_order(case, field, text, amount, said)
    if playbook is not None:
        yield from _by_guide(case, field, amount, said, playbook)


def _amount(case: Case, text: str) -> Amount | None:
    """Return the largest amount in a text; figures with a currency count before bare figures."""
    known = {str(number) for number in (case.survey.source_ticket_id, case.survey.survey_ticket_id) if number}
    known |= {order.id for order in case.account.orders} if case.account else set()
    plain = text
    for number in sorted(known, key=len, reverse=True):
        plain = re.sub(rf"(?<![\w.,])#?{re.escape(number)}(?![\w]|[.,]\d)", lambda found: " " * len(found[0]), plain)
    plain = _NUMBERED.sub(lambda found: " " * len(found[0]), plain)
    found = amounts(plain)
    return max([one for one in found if one.marked] or found, key=lambda one: one.value, default=None)


def _by_order(case: Case, field: Field, text: str, amount: Amount, said: str) -> Iterator[AmountRemark]:
    """Compare an amount with the total of the orders named in the text, else of the contact's order."""
    orders = _orders(case, text)
    totals = [one.total for one in orders if one.total is not None]
    if not orders or len(totals) < len(orders):
        yield AmountRemark(f"{said} cannot be held against the order: what it came to is not known", field.id)
        return
    name = " and ".join(f"#{one.id}" for one in orders)
    if len({one.currency for one in totals}) > 1 or not _same(amount, totals[0].currency):
        yield AmountRemark(f"{said} cannot be held against order {name}, which is in {totals[0].currency}", field.id)
        return
    total = Money(sum((one.amount for one in totals), Decimal(0)), totals[0].currency)
    if amount.value > total.amount:
        yield AmountRemark(f"{said} is more than order {name} came to, {total}", field.id, blocks=True, beyond=True)
        return
    before = [one for one in _given(case, orders) if one.amount is not None and one.amount.currency == total.currency]
    already = sum((one.amount.amount for one in before if one.amount), Decimal(0))
    if already and amount.value + already > total.amount:
        given = ", ".join(accommodation_text(one) for one in before)
        yield AmountRemark(
            f"{said} and what was already given ({given}) is more than order {name} came to, {total}",
            field.id,
            beyond=True,
        )


def _orders(case: Case, text: str) -> tuple[Order, ...]:
    known = case.account.orders if case.account else ()
    named = tuple(one for one in known if re.search(rf"(?<!\w){re.escape(one.id)}(?!\w)", text))
    concerned = order_of(case)
    return named or ((concerned,) if concerned else ())


def _given(case: Case, orders: Sequence[Order]) -> list[Accommodation]:
    """Return the accommodations already given for the contact or for the orders."""
    numbers = {one.id for one in orders}
    own = accommodations_given(case, logged_issues(case))
    everything = case.account.accommodations if case.account else ()
    return [one for one in everything if one in own or one.order_id in numbers]


def _by_guide(case: Case, field: Field, amount: Amount, said: str, playbook: Playbook) -> Iterator[AmountRemark]:
    """Compare an amount with the guide: by what was logged, and by what the customer complains of."""
    entries = _entries(case, playbook)
    if not entries:
        yield AmountRemark(f"{said} cannot be held against the guide: it has no entry for this concern", field.id)
        return
    names = " or ".join(one.label.lower() for one in entries)
    allowed = [one for entry in entries for one in entry.allows if one.kind.casefold() == field.amount.casefold()]
    if not allowed:
        yield AmountRemark(f"{said}: the guide gives no {field.amount} for {names}", field.id, beyond=True)
        return
    if (limit := _limit(allowed)) is not None:
        if not _same(amount, limit.currency):
            yield AmountRemark(f"{said} cannot be held against the guide, which speaks of {limit.currency}", field.id)
        else:
            yield from _over(case, field, amount, said, limit, names)
    spans = [one.once_per for one in allowed]
    if spans and all(span is not None for span in spans):
        yield from _too_soon(case, field, said, min(span for span in spans if span is not None))


def _over(case: Case, field: Field, amount: Amount, said: str, limit: Money, names: str) -> Iterator[AmountRemark]:
    same = [
        one
        for one in accommodations_given(case, logged_issues(case))
        if one.kind.casefold() == field.amount.casefold() and one.amount and one.amount.currency == limit.currency
    ]
    already = sum((one.amount.amount for one in same if one.amount), Decimal(0))
    if amount.value > limit.amount:
        yield AmountRemark(f"{said} is more than the guide allows for {names}, {limit}", field.id, beyond=True)
    elif already and amount.value + already > limit.amount:
        together = Money(amount.value + already, limit.currency)
        given = ", ".join(accommodation_text(one) for one in same)
        yield AmountRemark(
            f"{said} comes on top of {given}: {together}, and the guide allows {limit} for {names}",
            field.id,
            beyond=True,
        )


def _too_soon(case: Case, field: Field, said: str, span: timedelta) -> Iterator[AmountRemark]:
    """Name accommodations of the kind within the period, given for other contacts."""
    own = accommodations_given(case, logged_issues(case))
    now = case.survey.received_at
    for one in case.account.accommodations if case.account else ():
        recent = timedelta(0) <= now - one.given_at < span
        if one not in own and one.kind.casefold() == field.amount.casefold() and recent:
            days = f"{(now - one.given_at).days} d"
            yield AmountRemark(
                f"{said}: {accommodation_text(one)} was given {days} before, the guide allows one in {span.days} d",
                field.id,
                beyond=True,
            )
            return


def _entries(case: Case, playbook: Playbook) -> list[Issue]:
    """Return the guide's entries for the contact, each once: as logged, then by the customer's words."""
    logged = [entry_for(one.category, playbook) for one in logged_issues(case)]
    found = concerns(case, playbook)
    said = [one.issue for one in found.unlogged]
    return list({one.id: one for one in (*logged, *said) if one is not None}.values())


def _limit(allowed: Sequence[Allowance]) -> Money | None:
    """Return the highest limit; None if an entry has none."""
    limits = [one.up_to for one in allowed if one.up_to is not None]
    return max(limits, key=lambda one: one.amount) if len(limits) == len(allowed) else None


def _same(amount: Amount, currency: str) -> bool:
    """Return whether an amount is in a currency; an amount without a currency counts as in it."""
    return not amount.currency or amount.may_be(currency)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39].rstrip()}…"
