"""What a Service Recovery Report is about: an alert's surveys, or a group's day, as they stand now."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uuid_utils

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.report import RecoveryReport, UnhappyCustomer
from csat_tui.store import rows, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.service_recovery import keep_places
from csat_tui.store.tables import RecoveryNoteRow
from csat_tui.workflow.recovery_report import report_of_day, report_of_surveys
from tests.builders import NOON, SOURCE_TICKET, a_ticket, the_playbook
from tests.store.shelf import arriving, new_database

PLAYBOOK = the_playbook()
RULES = PLAYBOOK.recovery
BILLING = next(group for group in RULES.groups if group.id == "billing")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path)
    yield opened
    opened.close()


def put(database: Database, number: int, group: str = "Billing", **parts: Any) -> str:
    """A survey about a ticket of its own, whose group the help desk tells; its source."""
    ticket = parts.setdefault("source_ticket_id", TicketId(SOURCE_TICKET + number))
    one = arriving(number, **parts)
    with database.write() as connection:
        surveys.put_surveys(connection, [one])
        tickets.put_tickets(connection, [a_ticket(id=ticket, group_name=group)], NOON)
    keep_places(database, RULES, NOON)
    return one.survey.source


def note(database: Database, survey_id: int, text: str, *, minutes: int = 0, spoken: bool = False) -> None:
    with database.write() as connection:
        row = RecoveryNoteRow(
            id=str(uuid_utils.uuid7()), survey_id=SurveyId(survey_id), at=NOON + timedelta(minutes=minutes),
            author="Dana Whitfield", spoken=spoken, text=text, writer="Dana Whitfield", problems=[],
        )  # fmt: skip
        rows.add(connection, row)


def link(ticket: TicketId) -> str:
    return f"https://desk.example.test/tickets/{ticket}"


def of_day(database: Database, day: date, recipient: str = "") -> RecoveryReport:
    return report_of_day(database, PLAYBOOK, link, BILLING, day, recipient, NOON)


def of_alert(database: Database, *sources: str) -> RecoveryReport:
    return report_of_surveys(database, PLAYBOOK, link, "Dana", NOON - timedelta(days=1), NOON, sources)


def people(report: RecoveryReport) -> dict[str, list[str]]:
    return {group.id: [one.customer for one in group.customers] for group in report.groups}


def only(report: RecoveryReport) -> UnhappyCustomer:
    (one,) = report.customers
    return one


def test_a_day_is_one_of_the_playbooks_time_zone(database: Database) -> None:
    midnight = datetime(2026, 3, 10, tzinfo=RULES.zone)
    for number, minutes in enumerate((-1, 0, 24 * 60 - 1, 24 * 60), 1):
        put(database, number, customer=f"Customer {number}", received_at=midnight + timedelta(minutes=minutes))
    report = of_day(database, date(2026, 3, 10))
    assert people(report) == {"billing": ["Customer 2", "Customer 3"]}
    assert (report.begins, report.ends) == (midnight, midnight + timedelta(days=1))


def test_only_the_groups_own_unhappy_customers_are_in_it(database: Database) -> None:
    put(database, 1, customer="Unhappy", rating=1)
    put(database, 2, customer="Happy", rating=5)
    put(database, 3, "Orders and delivery", customer="Of another group", rating=1)
    put(database, 4, customer="First answer", rating=1, source_ticket_id=TicketId(7_400_000))
    put(database, 5, customer="Second answer", rating=1, source_ticket_id=TicketId(7_400_000),
        received_at=NOON + timedelta(minutes=9))  # fmt: skip
    assert people(of_day(database, NOON.date())) == {"billing": ["Unhappy", "Second answer"]}


def test_the_recipient_is_the_lead_of_the_group_or_whoever_is_named(database: Database) -> None:
    assert of_day(database, NOON.date()).recipient == BILLING.lead.name
    assert of_day(database, NOON.date(), "Dana Whitfield").recipient == "Dana Whitfield"


def test_a_survey_is_reported_with_all_that_is_known(database: Database) -> None:
    put(database, 1, customer="Pat Reed", agent="Sol Ito", rating=2, comment="Nobody\ncalled.", ratings={"response": 2})
    one = only(of_day(database, NOON.date()))
    assert (one.customer, one.agent, one.rating, one.comment) == ("Pat Reed", "Sol Ito", 2, "Nobody\ncalled.")
    assert one.ticket_id == SOURCE_TICKET + 1
    assert one.ticket_url == link(TicketId(SOURCE_TICKET + 1))


def test_an_alert_reports_its_surveys_group_by_group(database: Database) -> None:
    sources = [
        put(database, 1, "Orders and delivery", customer="A"),
        put(database, 2, "Billing", customer="B"),
        put(database, 3, "Orders and delivery", customer="C"),
    ]
    put(database, 4, "Billing", customer="Of no alert")
    assert people(of_alert(database, *sources)) == {"billing": ["B"], "orders": ["A", "C"]}


def test_who_has_no_group_any_more_is_not_left_out(database: Database) -> None:
    source = put(database, 1, "Spring campaign", customer="A")
    assert people(of_alert(database, source)) == {"": ["A"]}


def test_notes_are_in_it_the_oldest_first_also_those_of_a_survey_that_was_replaced(database: Database) -> None:
    put(database, 1, source_ticket_id=SOURCE_TICKET)
    later = put(database, 2, source_ticket_id=SOURCE_TICKET, received_at=NOON + timedelta(minutes=9))
    note(database, 2, "Spoke to her.", minutes=9, spoken=True)
    note(database, 1, "Left a voicemail.", minutes=3)
    said = [(one.text, one.spoke, one.author) for one in only(of_alert(database, later)).notes]
    assert said == [("Left a voicemail.", False, "Dana Whitfield"), ("Spoke to her.", True, "Dana Whitfield")]


@pytest.mark.parametrize("sources", [(), ("ticket:unknown",)])
def test_nothing_to_report_is_a_report(database: Database, sources: tuple[str, ...]) -> None:
    assert list(of_alert(database, *sources).customers) == []
