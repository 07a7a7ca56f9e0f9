"""Alerts in the store: each message once, its steps one after the other, nothing ever changed, nothing lost."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from csat_tui.domain.recovery.alert_plan import AlertPlan, AlertRecipient, AlertSurvey, PlannedAlert
from csat_tui.domain.recovery.alerting import AlertKind, AlertPeriod, AlertState
from csat_tui.store import alerts
from csat_tui.store.alerts import AlertMoved, KeptAlert
from csat_tui.store.database import Database
from csat_tui.store.recovery import open_repaired
from tests.builders import NOON

DAY = timedelta(days=1)
JOSS = AlertRecipient("joss@example.net", "Joss", "joss@example.net", "+15550100", ("care",))
SURVEYS = tuple(
    AlertSurvey(f"ticket:{n}", NOON - n * timedelta(hours=1), f"c{n}@example.org", "care") for n in (1, 2, 3)
)


def plan(ends_in: int = 0) -> AlertPlan:
    ends = NOON + ends_in * DAY
    messages = [PlannedAlert(JOSS, kind, SURVEYS, ends) for kind in AlertKind]
    return AlertPlan(AlertPeriod(ends.date(), ends - DAY, ends), tuple(messages))


def keep(database: Database, kept: AlertPlan | None = None) -> list[KeptAlert]:
    with database.write() as connection:
        alerts.put_plan(connection, kept or plan(), ["ticket:9"], NOON)
        return alerts.open_alerts(connection)


def test_a_message_is_kept_with_all_that_it_needs_before_it_is_sent(database: Database) -> None:
    report, text = keep(database)
    assert (report.kind, report.address, report.state) == (AlertKind.REPORT, "joss@example.net", AlertState.PLANNED)
    assert (text.kind, text.address, text.customers) == (AlertKind.TEXT, "+15550100", 3)
    assert report.surveys == ("ticket:1", "ticket:2", "ticket:3")
    assert (report.begins, report.ends, report.due_at) == (NOON - DAY, NOON, NOON)
    assert report.op_id != text.op_id
    with database.read() as connection:
        assert alerts.last_alerted(connection) == NOON
        assert alerts.looked_at(connection, NOON - DAY) == {"ticket:9"}
        assert alerts.looked_at(connection, NOON) == set()


def test_no_period_and_no_message_can_be_kept_twice(database: Database) -> None:
    report, _ = keep(database)
    with pytest.raises(IntegrityError):
        keep(database)
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO recovery_alert SELECT NULL, period_id, recipient, kind, part, 'other', name, address, "
            "surveys, customers, survey_count, due_at FROM recovery_alert WHERE id = ?",
            (report.id,),
        )


def test_of_two_processes_that_take_a_message_one_gets_it(database: Database) -> None:
    report, _ = keep(database)
    with database.write() as connection:
        taken = alerts.add_step(connection, report, AlertState.SENDING, NOON)
    with pytest.raises(AlertMoved, match="is sending by now"), database.write() as connection:
        alerts.add_step(connection, report, AlertState.SENDING, NOON)
    with database.write() as connection:
        sent = alerts.add_step(connection, taken, AlertState.SENT, NOON + DAY, reference="<1@x>", sentence="taken")
    assert (sent.state, sent.steps, sent.reference, sent.sentence, sent.at) == (
        AlertState.SENT, 2, "<1@x>", "taken", NOON + DAY,
    )  # fmt: skip
    with database.read() as connection:
        assert [one.kind for one in alerts.open_alerts(connection)] == [AlertKind.TEXT]
        assert alerts.last_alerts(connection, 5)[-1] == sent


@pytest.mark.parametrize("table", ["recovery_period", "recovery_alert", "recovery_alert_step"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = 99", "DELETE FROM {}"])
def test_what_is_kept_can_be_neither_changed_nor_removed(database: Database, table: str, change: str) -> None:
    report, _ = keep(database)
    with database.write() as connection:
        alerts.add_step(connection, report, AlertState.SENDING, NOON)
    with pytest.raises(Exception, match="append-only"), database.write() as connection:
        connection.exec_driver_sql(change.format(table))


def test_a_report_that_is_too_large_becomes_two_with_all_of_its_surveys(database: Database) -> None:
    report, text = keep(database)
    with database.write() as connection:
        taken = alerts.add_step(connection, report, AlertState.SENDING, NOON)
        alerts.split(connection, taken, "too large", NOON)
        halves = [one for one in alerts.open_alerts(connection) if one.id != text.id]
    assert [(one.part, one.surveys) for one in halves] == [("a", report.surveys[:2]), ("b", report.surveys[2:])]
    assert {(one.customers, one.survey_count, one.address) for one in halves} == {(3, 3, "joss@example.net")}
    assert len({one.op_id for one in (report, *halves)}) == 3


def test_what_was_sent_is_known_as_sent_after_the_database_is_lost(database: Database) -> None:
    report, _ = keep(database)
    with database.write() as connection:
        taken = alerts.add_step(connection, report, AlertState.SENDING, NOON)
        sent = alerts.add_step(connection, taken, AlertState.SENT, NOON)
    database.close()
    database.file.write_bytes(b"no database any more" * 500)
    again, repaired = open_repaired(database.file, NOON)
    assert repaired is not None
    with again.read() as connection:
        assert alerts.alert(connection, report.id) == sent
        assert alerts.last_alerted(connection) == NOON
        assert alerts.looked_at(connection, NOON - DAY) == {"ticket:9"}
    again.close()
