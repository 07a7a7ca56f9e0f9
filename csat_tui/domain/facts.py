"""The facts that texts may use: what is known about a case, under the names of a playbook's places."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from csat_tui.domain.account import Order
from csat_tui.domain.case import Case, customer_email
from csat_tui.domain.concern import accommodation_text, accommodations_given, best_issues, logged_issues
from csat_tui.domain.playbook import Outcome, Playbook
from csat_tui.domain.wording import first_name

_PHONE = re.compile(r"\+?\d[\d ().-]{5,18}\d")
_CALL = "voice"
_IN_WORDS = {"email": "e-mail", "web": "web form", "api": "API", "sms": "text message", "mobile": "app"}


def group_fact(group: str) -> str:
    """Return the place's name for the findings of a group: its words with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", group.casefold()).strip("-")


def facts(
    case: Case,
    outcome: Outcome,
    findings: Sequence[str],
    playbook: Playbook,
    *,
    wanted: Collection[str],
    by: str = "",
    at: datetime | None = None,
) -> dict[str, str]:
    """Return the wanted facts; an unknown fact is empty.

    `by` is the agent who decides and `at` the time; a preview has neither.
    """
    known = {name: read(case, playbook) for name, read in _OF_CASE.items() if name in wanted}
    known |= _of_findings(findings, playbook)
    known |= {
        "outcome": outcome.label,
        "by": by,
        "by-first-name": _first_name(by) or by,
        "date": "" if at is None else at.date().isoformat(),
    }
    return known


def _of_findings(findings: Sequence[str], playbook: Playbook) -> dict[str, str]:
    """Return the labels of the picked findings: all of them, and each group's under the group's name."""
    picked = [finding for name, finding in playbook.findings.items() if name in findings]
    told = {group_fact(finding.group): "" for finding in playbook.findings.values()}
    told |= {name: "; ".join(one.label for one in picked if group_fact(one.group) == name) for name in told}
    return told | {"findings": "; ".join(one.label for one in picked)}


def customer_name(case: Case) -> str:
    """Return the customer's name, if it is known; an address is no name."""
    named = (
        case.account.name if case.account else "",
        case.source_ticket.requester_name if case.source_ticket else "",
        case.survey.customer,
    )
    return next((name.strip() for name in named if name.strip() and "@" not in name), "")


def order_of(case: Case) -> Order | None:
    """Return the order of the contact: the logged issue's, else the accommodation's, else the newest."""
    if case.account is None:
        return None
    logged = logged_issues(case)
    named = [issue.order_id for issue in logged] + [one.order_id for one in accommodations_given(case, logged)]
    by_id = {order.id: order for order in case.account.orders}
    concerned = next((by_id[order_id] for order_id in named if order_id in by_id), None)
    return concerned or next(iter(case.account.orders), None)


def source_in_words(case: Case) -> str:
    """Say how the customer contacted us; with the number for a call (source document 004: voice notes)."""
    ticket = case.source_ticket
    if ticket is None:
        return ""
    if _by_phone(case):
        number = phone_of(case)
        return f"inbound call ({number})" if number else "inbound call"
    return _IN_WORDS.get(ticket.channel, ticket.channel.replace("_", " "))


def phone_of(case: Case) -> str:
    """Return the number that the customer called from; empty if they did not call, or it is not known."""
    ticket = case.source_ticket
    if ticket is None or not _by_phone(case):
        return ""
    told = (ticket.requester_name, ticket.subject, ticket.description)
    return next((found[0] for text in told if (found := _PHONE.search(text))), "")


def _by_phone(case: Case) -> bool:
    channel = case.source_ticket.channel if case.source_ticket else ""
    return _CALL in (channel, *(message.channel for message in case.messages[:1]))


def _first_name(name: str) -> str:
    """Return a person's first name as the wording rules find it, else the whole name."""
    return first_name(name) or ("" if "@" in name else " ".join(name.split()))


def _of_order(read: Callable[[Order], str]) -> Callable[[Case, Playbook], str]:
    def fact(case: Case, _playbook: Playbook) -> str:
        order = order_of(case)
        return "" if order is None else read(order)

    return fact


def _given(case: Case, _playbook: Playbook) -> str:
    return ", ".join(accommodation_text(one) for one in accommodations_given(case, logged_issues(case)))


def _concern(case: Case, playbook: Playbook) -> str:
    recognised = best_issues(case, playbook)
    return recognised[0][0].label if recognised else ""


def _logged(case: Case, _playbook: Playbook) -> str:
    """Return what was logged for the ticket; the customer's newest issue if none has its number."""
    issues = logged_issues(case) or (case.account.issues if case.account else ())
    return issues[0].category if issues else ""


def _logged_by(case: Case, _playbook: Playbook) -> str:
    logged = logged_issues(case)
    return logged[0].logged_by if logged else ""


_OF_CASE: Mapping[str, Callable[[Case, Playbook], str]] = {
    "ticket": lambda case, _: str(case.survey.source_ticket_id or ""),
    "survey-ticket": lambda case, _: str(case.survey.survey_ticket_id or ""),
    "reference": lambda case, _: str(case.survey.source_ticket_id or case.survey.survey_ticket_id or ""),
    "customer": lambda case, _: case.survey.customer,
    "customer-name": lambda case, _: customer_name(case),
    "customer-first-name": lambda case, _: _first_name(customer_name(case)),
    "customer-email": lambda case, _: customer_email(case.survey, case.source_ticket, case.survey_ticket),
    "agent": lambda case, _: case.survey.agent,
    "rating": lambda case, _: "" if case.survey.rating is None else f"{case.survey.rating:g}",
    "comment": lambda case, _: case.survey.headline,
    "concern": _concern,
    "issue": _logged,
    "logged-by": _logged_by,
    "given": _given,
    "order": _of_order(lambda order: order.id),
    "sku": _of_order(lambda order: ", ".join(order.skus)),
    "items": _of_order(lambda order: ", ".join(order.items)),
    "store": _of_order(lambda order: order.store),
    "plan": lambda case, _: case.account.plan if case.account else "",
    "account": lambda case, _: case.account.id if case.account else "",
    "source": lambda case, _: source_in_words(case),
    "phone": lambda case, _: phone_of(case),
    "team": lambda _, playbook: playbook.title,
}

FACTS = (*_OF_CASE, "outcome", "findings", "by", "by-first-name", "date")
"""The facts that every text may use beside typed fields; each group of findings is another fact."""
