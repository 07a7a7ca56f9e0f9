"""Who is alerted of which unhappy customers of a period: one text message and one report for each recipient."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.recovery.alerting import AlertKind, AlertPeriod, AlertSchedule
from csat_tui.domain.recovery.report import UnhappyCustomer
from csat_tui.domain.recovery.rules import AlertContact, RecoveryRules


@dataclass(frozen=True, slots=True)
class AlertSurvey:
    """A survey that needs recovery, as alerts see it.

    It is known by its `source`, which stays the same where a database is built anew. `problem` says why it alerts
    nobody: its support group or its segment is unknown or missing.
    """

    source: str
    received_at: datetime
    customer: str
    group: str = ""
    """The code of its support group."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AlertRecipient:
    """Somebody who is alerted, over all support groups of which they are the lead or an also-alert.

    `key` is what two entries of one person have in common: the mail address, or else the phone.
    """

    key: str
    name: str
    mail: str
    phone: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedAlert:
    """One message to one recipient, before it is kept."""

    recipient: AlertRecipient
    kind: AlertKind
    surveys: tuple[AlertSurvey, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """What a period gives rise to: messages, surveys that alert nobody until they are fixed, and what cannot be."""

    period: AlertPeriod
    alerts: tuple[PlannedAlert, ...] = ()
    to_fix: tuple[AlertSurvey, ...] = ()
    remarks: tuple[str, ...] = ()


def alert_schedule(rules: RecoveryRules) -> AlertSchedule:
    """Return when alerts are due by a playbook."""
    return AlertSchedule(rules.zone, rules.alert_time, rules.weekend_alerts)


def alert_recipients(rules: RecoveryRules) -> tuple[AlertRecipient, ...]:
    """Return everybody who is alerted, each once, with all of their groups."""
    found: dict[str, AlertRecipient] = {}
    for group in rules.groups:
        for contact in group.contacts:
            key = _key(contact)
            if not key:
                continue
            known = found.get(key, AlertRecipient(key, contact.name, contact.mail, contact.phone, ()))
            found[key] = AlertRecipient(
                key, known.name or contact.name, known.mail or contact.mail, known.phone or contact.phone,
                known.groups if group.id in known.groups else (*known.groups, group.id),
            )  # fmt: skip
    return tuple(found.values())


def plan_alerts(rules: RecoveryRules, period: AlertPeriod, surveys: Iterable[AlertSurvey], *, texts: bool) -> AlertPlan:
    """Return what a period gives rise to; without `texts`, nothing is there that could send text messages.

    The report is due with the alert. So is the text message, unless it waits for Monday.
    """
    ordered = sorted(surveys, key=lambda one: (one.received_at, one.source))
    known = {group.id for group in rules.groups}
    to_fix = tuple(one for one in ordered if one.problem or one.group not in known)
    told = [one for one in ordered if not one.problem and one.group in known]
    text_due = alert_schedule(rules).text_due_at(period)
    alerts: list[PlannedAlert] = []
    remarks = list(_unheard(rules, told))
    for recipient in alert_recipients(rules):
        theirs = tuple(one for one in told if one.group in recipient.groups)
        if not theirs:
            continue
        if recipient.mail:
            alerts.append(PlannedAlert(recipient, AlertKind.REPORT, theirs, period.ends))
        else:
            remarks.append(f"{recipient.name} gets no report: the playbook has no mail address for them.")
        if recipient.phone and texts:
            alerts.append(PlannedAlert(recipient, AlertKind.TEXT, theirs, text_due))
    return AlertPlan(period, tuple(alerts), to_fix, tuple(remarks))


def unhappy_customers(surveys: Iterable[AlertSurvey | UnhappyCustomer]) -> int:
    """Return how many customers the surveys are from; each survey without a customer's name counts as one."""
    named, unnamed = set(), 0
    for survey in surveys:
        if who := " ".join(survey.customer.split()).casefold():
            named.add(who)
        else:
            unnamed += 1
    return len(named) + unnamed


def counted_in_words(customers: int, surveys: int) -> str:
    """Return a number of unhappy customers in words, with that of their surveys where it is another one."""
    words = "1 unhappy customer" if customers == 1 else f"{customers:,} unhappy customers"
    return words if surveys == customers else f"{words} ({surveys:,} surveys)"


def period_in_words(begins: datetime, ends: datetime) -> str:
    """Return the time from one moment to another as the messages say it; both are in the zone of the alerts."""
    hours = round((ends - begins).total_seconds() / 3600)
    if 23 <= hours <= 25:
        return f"in the {hours} hours to {_day_and_time(ends)}"
    return f"from {_day_and_time(begins)} to {_day_and_time(ends)}"


def text_message(
    begins: datetime, ends: datetime, customers: int, surveys: int, *, report: bool, link: str = ""
) -> str:
    """Return the text message of an alert, which names nobody: a telephone shows it to whoever looks at it.

    The link opens the recovery notes of the first group and day.
    """
    mailed = " The report is in your mail." if report else ""
    return (
        f"{counted_in_words(customers, surveys)} {period_in_words(begins, ends)}.{mailed}{f' {link}' if link else ''}"
    )


def report_mail(
    name: str, begins: datetime, ends: datetime, customers: int, surveys: int, part: str = ""
) -> tuple[str, str]:
    """Return subject and words of the mail that brings a report; the customers' own words are in the report alone."""
    counted = counted_in_words(customers, surveys)
    subject = f"Service recovery, {ends:%a} {ends.day} {ends:%b %Y}: {counted}{f' ({part})' if part else ''}"
    body = (
        f"Hello {name},\n\n{counted} {period_in_words(begins, ends)}.\n\n"
        "The report with their surveys is attached. Please speak to each of them, and keep a recovery note of it.\n"
    )
    if part:
        body += f"\nThe whole report is larger than the mail server takes; this is {part}.\n"
    return subject, body


def halves(surveys: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the surveys of a report in two halves."""
    middle = (len(surveys) + 1) // 2
    return surveys[:middle], surveys[middle:]


def part_in_words(part: str) -> str:
    """Return a part of a report in words: each letter is one of two halves, of the report or of a half of it."""
    names = {"a": "the first half", "b": "the second half"}
    return " of ".join(names[letter] for letter in reversed(part))


def _day_and_time(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"


def _key(contact: AlertContact) -> str:
    return contact.mail.strip().casefold() or "".join(one for one in contact.phone if one.isdigit() or one == "+")


def _unheard(rules: RecoveryRules, surveys: Sequence[AlertSurvey]) -> Iterator[str]:
    """Name each group that has unhappy customers and no lead who could hear of them."""
    for group in rules.groups:
        count = sum(one.group == group.id for one in surveys)
        if count and not _key(group.lead):
            yield (
                f"Support group “{group.label}” has no lead, so that nobody there is alerted of "
                f"{count} {'survey' if count == 1 else 'surveys'}; give it one in the playbook."
            )
