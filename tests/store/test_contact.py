"""The first contact with a customer is found wherever it happened, and stands in the queue, the counts and the case."""

from datetime import datetime, timedelta

import pytest
import uuid_utils

from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactState, ContactWay
from csat_tui.domain.effect import Effect, EffectEvent, Mail
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.recovery.notes import RecoveryNote, write_recovery_note
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.survey import Mending, SurveyReading
from csat_tui.domain.ticket import RULE_CHANNEL, Author, Message
from csat_tui.effects.channel_question import Question
from csat_tui.store import cases, contact, outbox, tickets
from csat_tui.store.cases import queue, surveys
from csat_tui.store.cases.queue import QueueView, Sort
from csat_tui.store.database import Database
from csat_tui.store.service_recovery.notes import take_recovery_notes
from tests.builders import NOON, a_message, a_ticket, the_playbook
from tests.store.shelf import arriving, put, value

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def said(ticket_id: int, at: datetime, *, number: int = 1, **over: object) -> Message:
    return a_message(
        **{"id": number, "ticket_id": TicketId(ticket_id), "created_at": at, "author": Author.AGENT, **over}
    )


def fetch(database: Database, ticket_id: int, *messages: Message) -> None:
    with database.write() as connection:
        tickets.put_transcripts(connection, [(TicketId(ticket_id), messages, None)])


def contacted_at(database: Database, survey_id: SurveyId) -> datetime | None:
    with database.read() as connection:
        row = queue.find_anywhere(connection, QueueView(), survey_id)
    assert row is not None
    return row.contacted_at


SOURCE = 7_300_001
CAME = NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        ({}, True),
        ({"public": False}, False),
        ({"author": Author.CUSTOMER}, False),
        ({"author": Author.SYSTEM}, False),
        ({"channel": RULE_CHANNEL}, False),
        ({"at": CAME - HOUR}, False),
    ],
    ids=["public, by an agent", "internal", "the customer's", "the system's", "a rule's", "before the survey"],
)
def test_the_first_public_message_by_an_agent_after_the_survey_is_the_contact(database, message, counts) -> None:
    (survey_id,) = put(database, arriving(1))
    fetch(database, SOURCE, said(SOURCE, **({"at": CAME + HOUR} | message)))
    assert contacted_at(database, survey_id) == (CAME + HOUR if counts else None)


def test_the_earliest_contact_stands_whatever_is_found_first(database) -> None:
    (survey_id,) = put(database, arriving(1))
    with database.write() as connection:
        assert contact.note_contact(connection, survey_id, CAME + 3 * HOUR, ContactWay.CONVERSATION)
        assert not contact.note_contact(connection, survey_id, CAME + 5 * HOUR, ContactWay.REPLY)
        assert not contact.note_contact(connection, survey_id, CAME - HOUR, ContactWay.CONVERSATION)
    assert contacted_at(database, survey_id) == CAME + 3 * HOUR
    fetch(database, SOURCE, said(SOURCE, CAME + 4 * HOUR), said(SOURCE, CAME + 2 * HOUR, number=2))
    assert contacted_at(database, survey_id) == CAME + 2 * HOUR
    assert value(database, 'SELECT contacted_by FROM "case"') == "message"


def test_a_transcript_that_was_here_before_its_survey_counts_too(database) -> None:
    fetch(database, SOURCE, said(SOURCE, CAME - HOUR), said(SOURCE, CAME + HOUR, number=2))
    (survey_id,) = put(database, arriving(1))
    assert contacted_at(database, survey_id) == CAME + HOUR


def test_a_mended_ticket_number_looks_on_that_ticket(database) -> None:
    other = 7_399_999
    fetch(database, SOURCE, said(SOURCE, CAME + HOUR))
    fetch(database, other, said(other, CAME + 6 * HOUR, number=2))
    (survey_id,) = put(database, arriving(1))
    one = arriving(1)
    before = SurveyReading.of(one.survey)
    after = SurveyReading(TicketId(other), before.ratings, before.comment)
    with database.write() as connection:
        surveys.put_mending(connection, survey_id, Mending(CAME, "Ana", after, before, "", one.survey.raw))
        surveys.put_mended(connection, one)
    assert contacted_at(database, survey_id) == CAME + 6 * HOUR


def on_a_desk(database: Database) -> dict[str, SurveyId]:
    """A case in each state of the clock at noon two days on."""
    now = NOON + 2 * DAY
    within = the_playbook().contact_within
    came = {
        "overdue": now - within - HOUR, "due soon": now - within + HOUR, "running": now - within + 9 * HOUR,
        "met": now - within - 2 * HOUR, "late": now - within - 3 * HOUR,
    }  # fmt: skip
    numbers = put(database, *[arriving(one, received_at=at) for one, at in enumerate(came.values(), start=1)])
    desk = dict(zip(came, numbers, strict=True))
    with database.write() as connection:
        contact.note_contact(connection, desk["met"], came["met"] + HOUR, ContactWay.REPLY)
        contact.note_contact(connection, desk["late"], came["late"] + within + HOUR, ContactWay.REPLY)
    return desk


def test_a_case_whose_customer_was_contacted_is_neither_overdue_nor_due_soon(database) -> None:
    on_a_desk(database)
    with database.read() as connection:
        counted = queue.counts(connection, NOON + 2 * DAY)
    assert (counted.overdue, counted.due_soon) == (1, 1)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize(
    ("state", "there"),
    [
        (ContactState.OVERDUE, "overdue"), (ContactState.DUE_SOON, "due soon"), (ContactState.MET, "met"),
        (ContactState.LATE, "late"),
    ],
)  # fmt: skip
def test_the_queue_is_narrowed_to_one_state(database, state, there, sort) -> None:
    desk = on_a_desk(database)
    view = QueueView(contact=state, sort=sort).at_moment(NOON + 2 * DAY, None)
    with database.read() as connection:
        rows = queue.after(connection, view, None, 9)
        assert [row.id for row in queue.before(connection, view, None, 9)] == [desk[there]]
    assert [row.id for row in rows] == [desk[there]]
    assert [row.clock.state(NOON + 2 * DAY, None) for row in rows] == [state]


def test_due_cases_are_counted_by_an_index(database) -> None:
    with database.read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT 1 FROM \"case\" WHERE stage = 'open' AND contacted_at IS NULL AND due_at <= 5"
        ).all()
    assert "ix_case_not_contacted" in str(plan)


def test_a_case_that_is_finished_without_a_contact_is_not_overdue(database) -> None:
    desk = on_a_desk(database)
    with database.write() as connection:
        surveys.put_away(connection, [TicketId(9_900_001)])
    with database.read() as connection:
        row = queue.find_anywhere(connection, QueueView(), desk["overdue"])
    assert row is not None
    assert row.stage is Stage.GONE
    assert row.clock.state(NOON + 2 * DAY, None) is ContactState.ENDED


def landed(database: Database, survey_id: SurveyId, effect: Effect, at: datetime) -> None:
    with database.write() as connection:
        decision = cases.put_beside(connection, survey_id, "follow-up", {}, by="Ana", at=NOON)
        outbox.put_effects(connection, survey_id, decision, [effect], {}, at=NOON, not_before=NOON)
        (item,) = outbox.of_decision(connection, decision)
        outbox.move(connection, item, EffectEvent.CLAIMED, at=at, attempt=1)
        sending = outbox.item(connection, item.id)
        assert sending is not None
        outbox.move(connection, sending, EffectEvent.LANDED, at=at, reference="1", landed_at=at)


@pytest.mark.parametrize(
    ("to", "counts"),
    [
        (("Pat <PAT@example.com>",), True),
        (("desk@example.com", "pat@example.com"), True),
        (("lead@example.com",), False),
    ],
)
def test_a_mail_of_a_decision_is_a_contact_if_it_goes_to_the_customer(database, to, counts) -> None:
    (survey_id,) = put(database, arriving(1))
    with database.write() as connection:
        tickets.put_tickets(connection, [a_ticket(id=TicketId(SOURCE))], NOON)
    landed(database, survey_id, Mail(to, "About your survey", "We are on it."), CAME + HOUR)
    assert contacted_at(database, survey_id) == (CAME + HOUR if counts else None)


def test_a_question_to_colleagues_is_no_contact(database) -> None:
    (survey_id,) = put(database, arriving(1))
    landed(database, survey_id, Question("leads", "Who knows?"), CAME + HOUR)
    assert contacted_at(database, survey_id) is None


@pytest.mark.parametrize("spoken", [True, False])
def test_a_recovery_note_is_a_contact_if_it_says_that_the_customer_was_spoken_to(database, spoken: bool) -> None:
    (survey_id,) = put(database, arriving(1))
    ticket_id = TicketId(9_900_001)
    by = HelpDeskUser(UserId(21), "Ana", "ana@example.com", "agent")
    note = RecoveryNote(
        id=str(uuid_utils.uuid7()), ticket_id=ticket_id, by=by, at=CAME + HOUR, author="Ana", spoken=spoken,
        text="Called and left a message.",
    )  # fmt: skip
    message = a_message(
        id=77, ticket_id=ticket_id, created_at=CAME + 2 * HOUR, author=Author.AGENT, public=False,
        body=write_recovery_note(note), author_id=UserId(21), author_name="Ana",
    )  # fmt: skip
    with database.write() as connection:
        assert take_recovery_notes(connection, ticket_id, [message]) == 1
    assert contacted_at(database, survey_id) == (CAME + 2 * HOUR if spoken else None)
