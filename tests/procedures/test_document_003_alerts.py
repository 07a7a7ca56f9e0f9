"""Source document 003, service recovery: its sentences about alerts, each with what arrives when it is obeyed.

The alerts run for a week in March, whenever something happens and around each alert time. The time zone is Berlin's,
and the alert time nine o'clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.shelf import ManualClock, new_database
from tests.workflow.alert_desk import RULES, AlertDesk, Places

FRIDAY = datetime(2026, 3, 6, 8, tzinfo=UTC)
"""The alert time of the Friday with which each week begins."""
DAYS = ("Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu")


@dataclass(frozen=True)
class Customer:
    """A survey: when it came, of which group and how it was rated; `fixed` is when its group was set."""

    at: str
    group: str = "Care"
    rating: int = 1
    fixed: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the document, surveys, and everything that arrives because of them."""

    says: str
    customers: Sequence[Customer]
    arrives: Sequence[str]
    weekend_alerts: bool = False


SENTENCES = (
    Sentence(
        "alerts are generated in response to an overall satisfaction score below (at or below) the threshold",
        [Customer("Mon 10:00", rating=2), Customer("Mon 10:00", rating=3)],
        ["Tue 09:00 report to joss: 1", "Tue 09:00 text to 00: 1"],
    ),
    Sentence(
        "an alert prompts the support lead and the also-alerts",
        [Customer("Mon 10:00", "Orders")],
        [
            "Tue 09:00 report to imke: 1", "Tue 09:00 report to joss: 1", "Tue 09:00 text to 00: 1",
            "Tue 09:00 text to 01: 1",
        ],
    ),
    Sentence(
        "a single text message the next day informing of the number of unhappy customers there were",
        [Customer("Mon 10:00"), Customer("Mon 15:00"), Customer("Tue 08:30")],
        ["Tue 09:00 report to joss: 3", "Tue 09:00 text to 00: 3"],
    ),
    Sentence(
        "if there is at least one unhappy customer on any given day: no alert where there is none",
        [Customer("Mon 10:00", rating=5), Customer("Tue 10:00", rating=4)],
        [],
    ),
    Sentence(
        "a survey at 8am on Monday, and alerts are scheduled for 9am: the alert is at 9am on Monday",
        [Customer("Mon 08:00")],
        ["Mon 09:00 report to joss: 1", "Mon 09:00 text to 00: 1"],
    ),
    Sentence(
        "alerts are about the 24 hours prior to the alert time: what comes at nine is the next day's",
        [Customer("Mon 09:00")],
        ["Tue 09:00 report to joss: 1", "Tue 09:00 text to 00: 1"],
    ),
    Sentence(
        "weekend alerts “No”: text messages of Saturday and Sunday are deferred to Monday, reports still go",
        [Customer("Fri 10:00"), Customer("Sat 10:00")],
        [
            "Sat 09:00 report to joss: 1", "Sun 09:00 report to joss: 1", "Mon 09:00 text to 00: 1",
            "Mon 09:00 text to 00: 1",
        ],
    ),
    Sentence(
        "weekend alerts “Yes”: text messages go at once",
        [Customer("Fri 10:00")],
        ["Sat 09:00 report to joss: 1", "Sat 09:00 text to 00: 1"],
        weekend_alerts=True,
    ),
    Sentence(
        "surveys with an unknown or missing group do not generate an alert",
        [Customer("Mon 10:00", "Spring campaign"), Customer("Mon 10:00", "")],
        [],
    ),
    Sentence(
        "unless they are fixed before the alert time on the next day",
        [Customer("Mon 10:00", "", fixed="Tue 08:30"), Customer("Mon 11:00", "", fixed="Tue 09:30")],
        ["Tue 09:00 report to joss: 1", "Tue 09:00 text to 00: 1"],
    ),
    Sentence(
        "regardless of the weekend alerts setting",
        [Customer("Fri 10:00", "", fixed="Sat 09:30")],
        [],
    ),
    Sentence(
        "the report includes all support groups with which a contact is associated, as lead or also-alert",
        [Customer("Mon 10:00", "Care"), Customer("Mon 11:00", "Orders")],
        [
            "Tue 09:00 report to imke: 1", "Tue 09:00 report to joss: 2", "Tue 09:00 text to 00: 2",
            "Tue 09:00 text to 01: 1",
        ],
    ),
)  # fmt: skip


def moment(said: str) -> datetime:
    """Return a moment of the week that begins on Friday."""
    day, clock = said.split()
    hour, minute = map(int, clock.split(":"))
    return FRIDAY + timedelta(days=DAYS.index(day), hours=hour - 9, minutes=minute)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: one.says)
async def test_the_document_says(sentence: Sentence, tmp_path: Path) -> None:
    database, clock = new_database(tmp_path), ManualClock(FRIDAY)
    places = Places(clock)
    desk = AlertDesk(database, clock, places, places, replace(RULES, weekend_alerts=sentence.weekend_alerts))
    arrived = []
    happens = {moment(said) for one in sentence.customers for said in (one.at, one.fixed) if said}
    around = {moment(f"{day} {clock}") for day in DAYS for clock in ("08:55", "09:00", "09:05")}
    for clock.at in sorted(happens | around):
        for number, customer in enumerate(sentence.customers, 1):
            if moment(customer.at) == clock.at:
                assert desk.comes(clock.at, customer.group, customer.rating).endswith(str(number))
            if customer.fixed and moment(customer.fixed) == clock.at:
                desk.moves_to("Care", number, clock.at)
        await desk.alerting.run()
        at = f"{clock.at.astimezone(RULES.zone):%a %H:%M}"
        for mail, _, [report] in places.mails:
            arrived.append(f"{at} report to {mail.to[0].split('@')[0]}: {report.content.count(b'survey') // 400}")
        arrived += [f"{at} text to {phone[-2:]}: {text.split()[0]}" for phone, text, _ in places.texts]
        places.mails.clear()
        places.texts.clear()
    database.close()
    assert _in_order(arrived) == list(sentence.arrives)


def _in_order(arrived: Sequence[str]) -> list[str]:
    """Return what arrived by its time, kind and recipient."""
    order = {day: place for place, day in enumerate(DAYS)}
    return sorted(arrived, key=lambda one: (order[one.split()[0]], one))
