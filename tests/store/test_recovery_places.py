"""Each survey's support group and segment, and which of several surveys for a ticket stands, kept in step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import uuid_utils

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.placement import FixKind, PlacementFix
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.domain.ticket import Ticket
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.service_recovery import keep_places, put_fix
from tests.builders import NOON, SOURCE_TICKET, a_ticket, the_playbook
from tests.store.shelf import arriving

RULES = the_playbook().recovery
SEGMENTED = replace(RULES, segments=("Retail", "Wholesale"), segment_field=36, segment_organization_field="tier")


def put(database: Database, number: int, **parts: Any) -> SurveyId:
    with database.write() as connection:
        (survey_id,) = surveys.put_surveys(connection, [arriving(number, **parts)])
    return survey_id


def told(database: Database, *some: Ticket) -> None:
    with database.write() as connection:
        tickets.put_tickets(connection, some, NOON)


def places(database: Database, *columns: str, rules: RecoveryRules = RULES) -> Sequence[Any]:
    keep_places(database, rules, NOON)
    with database.read() as connection:
        return [
            tuple(row)
            for row in connection.exec_driver_sql(
                f"SELECT {', '.join(columns)} FROM recovery_survey ORDER BY survey_id"
            )
        ]


def test_the_group_is_that_of_the_source_ticket_whenever_it_is_told(database: Database) -> None:
    put(database, 1, source_ticket_id=SOURCE_TICKET)
    assert places(database, "group_id", "lacks") == [("", "its group is missing")]
    told(database, a_ticket(group_id=7, group_name="billing  EMEA"))
    assert places(database, "group_id", "lacks") == [("billing", "")]
    told(database, a_ticket(group_id=8, group_name="Spring campaign", updated_at=NOON + timedelta(minutes=1)))
    assert places(database, "group_id", "lacks") == [("", "its group is unknown")]


def test_the_segment_is_the_tickets_field_or_else_the_organisations(database: Database) -> None:
    put(database, 1, source_ticket_id=SOURCE_TICKET)
    told(database, a_ticket(group_name="Billing", organization_fields={"tier": "wholesale"}))
    assert places(database, "segment", "lacks", rules=SEGMENTED) == [("Wholesale", "")]
    later = NOON + timedelta(minutes=1)
    told(database, a_ticket(group_name="Billing", fields={36: "Retail"}, updated_at=later))
    assert places(database, "segment", "lacks", rules=SEGMENTED) == [("Retail", "")]
    told(database, a_ticket(group_name="Billing", fields={36: ["Retail"]}, updated_at=later + timedelta(minutes=1)))
    assert places(database, "segment", "lacks", rules=SEGMENTED) == [("", "its segment is missing")]


def test_other_rules_place_every_survey_again(database: Database) -> None:
    put(database, 1, source_ticket_id=SOURCE_TICKET, rating=2)
    told(database, a_ticket(group_name="Billing"))
    assert places(database, "group_id", "needs") == [("billing", 1)]
    assert places(database, "group_id", "needs", rules=RecoveryRules(threshold=1)) == [("", 0)]


def test_what_was_set_by_hand_stands_whatever_the_ticket_says_later(database: Database) -> None:
    survey_id = put(database, 1, source_ticket_id=SOURCE_TICKET)
    with database.write() as connection:
        fix = PlacementFix(str(uuid_utils.uuid7()), survey_id, NOON, "Robin Vale", None, FixKind.REASSIGNED, "orders")
        put_fix(connection, fix)
    told(database, a_ticket(group_name="Billing"))
    assert places(database, "group_id", "group_name", "lacks") == [("orders", "Billing", "")]


def test_the_latest_survey_for_a_ticket_stands_for_the_others_also_for_decided_ones(database: Database) -> None:
    first = put(database, 1, source_ticket_id=SOURCE_TICKET)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET stage = 'decided'")
    later = put(database, 2, source_ticket_id=SOURCE_TICKET, received_at=NOON + timedelta(hours=1))
    other = put(database, 3, source_ticket_id=TicketId(7_300_009), received_at=NOON + timedelta(hours=2))
    assert places(database, "survey_id", "replaced_by") == [(first, later), (later, None), (other, None)]
    with database.write() as connection:
        connection.exec_driver_sql(f"UPDATE survey SET source_ticket_id = 7300009 WHERE id = {later}")
    assert places(database, "survey_id", "replaced_by") == [(first, None), (later, other), (other, None)]


def test_a_survey_needs_recovery_at_the_threshold_and_never_without_a_rating(database: Database) -> None:
    for number, rating in enumerate((1, 2, 3, None), 1):
        put(database, number, source_ticket_id=TicketId(7_300_000 + number), rating=rating)
    assert places(database, "needs") == [(1,), (1,), (0,), (0,)]


def test_nothing_is_written_where_nothing_has_changed(database: Database) -> None:
    put(database, 1, source_ticket_id=SOURCE_TICKET)
    assert keep_places(database, RULES, NOON)
    assert not keep_places(database, RULES, NOON)
    told(database, a_ticket(group_name=""))
    keep_places(database, RULES, NOON)
    told(database, a_ticket(group_name="", subject="Another subject", updated_at=NOON + timedelta(minutes=1)))
    assert not keep_places(database, RULES, NOON)
