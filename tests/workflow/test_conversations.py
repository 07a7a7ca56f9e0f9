"""Conversations about a case: recorded once, checked as they are typed, and what a complete case still lacks."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from csat_tui.domain.case import Answer
from csat_tui.domain.case_conversation import (
    LONGEST_SAID,
    CaseConversation,
    ConversationMeans,
    Counterpart,
    InvalidMoment,
    parse_moment,
)
from csat_tui.domain.contact_clock import ContactState, contact_clock
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases import surveys
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import removed_files, restore
from csat_tui.workflow.conversations import ConversationDesk, NotRecorded, TypedConversation
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop
from tests.builders import NOON
from tests.procedures.branches import playbook
from tests.store.shelf import arriving, ids, sign_in_reviewer, value
from tests.sync.bench import Bench

CLIENT, EMPLOYEE = Counterpart.CLIENT, Counterpart.EMPLOYEE


@pytest.fixture
def service_desk(bench: Bench) -> Desk:
    return Desk(bench.database, playbook("service-desk"), bench.clock, "Kim Lee")


@pytest.fixture
def talks(bench: Bench, service_desk: Desk) -> ConversationDesk:
    return ConversationDesk(bench.database, service_desk, ReviewLoop(bench.database, service_desk))


def said(who: Counterpart = CLIENT, when: str = "", text: str = "Held too long.", **over: Any) -> TypedConversation:
    return TypedConversation(who, over.get("means", ConversationMeans.CALL), when, text, over.get("prevention", True))


def held(desk: Desk, survey_id: SurveyId) -> list[CaseConversation]:
    case = desk.case(survey_id)
    assert case is not None
    return list(case.conversations)


def lacks(desk: Desk, survey_id: SurveyId) -> list[tuple[str, Counterpart | None]]:
    case = desk.case(survey_id)
    assert case is not None
    found = desk.lacks(case, "nothing-to-address", {"why": "Praise."})
    return [(one.sentence, one.conversation) for one in found if one.conversation]


class TestTime:
    HERE = NOON.astimezone()

    @pytest.mark.parametrize(
        ("typed", "at"),
        [
            ("", NOON),
            ("now", NOON),
            (f"{HERE:%H:%M}", NOON),
            (f"today {HERE:%H:%M}", NOON),
            (f"Yesterday {HERE:%H:%M}", NOON - timedelta(days=1)),
            (f"{HERE - timedelta(days=40):%Y-%m-%d}  {HERE:%H:%M}", NOON - timedelta(days=40)),
            (f"{HERE:%Y-%m-%dT%H:%M}", NOON),
        ],
    )
    def test_is_read_as_people_type_it(self, typed: str, at: Any) -> None:
        assert parse_moment(typed, NOON) == at

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            (f"{HERE + timedelta(days=1):%Y-%m-%d %H:%M}", "is still to come"),
            (f"{HERE - timedelta(days=367):%Y-%m-%d %H:%M}", "is longer ago than a year"),
            ("25:00", "is no time"),
            ("10:75", "is no time"),
            ("2026-02-30 10:00", "is no time"),
            ("9999-99-99 10:00", "is no time"),
            ("tomorrow 10:00", "is no time"),
            ("half past nine", "is no time"),
            ("٠٩:٣٠ pm", "is no time"),
        ],
    )
    def test_that_nothing_can_have_happened_at_is_refused(self, typed: str, why: str) -> None:
        with pytest.raises(InvalidMoment, match=why):
            parse_moment(typed, NOON)


def test_a_conversation_stays_with_its_case_and_its_author(bench: Bench, talks: ConversationDesk, service_desk: Desk):
    survey_id = bench.arrive()
    sign_in_reviewer(bench.database, bench.memory.agent.id)
    first = talks.record(survey_id, said(EMPLOYEE, f"yesterday {NOON.astimezone():%H:%M}", " Went through the call. "))
    talks.record(survey_id, said(CLIENT, prevention=False))
    assert [one.counterpart for one in held(service_desk, survey_id)] == [EMPLOYEE, CLIENT]
    assert held(service_desk, survey_id)[0] == first
    assert (first.said, first.held_at, first.recorded_at) == ("Went through the call.", NOON - timedelta(days=1), NOON)
    assert first.author_id == bench.memory.agent.id
    assert first.author


def test_nobody_can_change_it_or_take_it_away(bench: Bench, talks: ConversationDesk) -> None:
    talks.record(bench.arrive(), said())
    for statement in ("UPDATE conversation SET said = 'Nothing.'", "DELETE FROM conversation"):
        with pytest.raises(DatabaseError, match="append-only"), bench.database.write() as connection:
            connection.exec_driver_sql(statement)
    assert value(bench.database, "SELECT count(*) FROM conversation") == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (said(when="2999-01-01 10:00"), "is still to come"),
        (said(when="soon"), "is no time"),
        (said(text=" \n"), "Say in a few words what was said"),
        (said(text="x" * (LONGEST_SAID + 1)), "at most 4,000 characters"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    bench: Bench, talks: ConversationDesk, typed: TypedConversation, why: str
) -> None:
    survey_id = bench.arrive()
    with pytest.raises(NotRecorded, match=why) as caught:
        talks.record(survey_id, typed)
    assert str(caught.value).endswith("Nothing was recorded.")
    with pytest.raises(NotRecorded, match="There is no case 4711"):
        talks.record(SurveyId(4711), said())
    assert value(bench.database, "SELECT count(*) FROM conversation") == 0


def test_a_case_says_what_it_lacks_until_both_have_talked_about_prevention(
    bench: Bench, talks: ConversationDesk, service_desk: Desk
) -> None:
    survey_id = bench.arrive()
    assert lacks(service_desk, survey_id) == [
        ("no conversation with the client is recorded", CLIENT),
        ("no conversation with the employee is recorded", EMPLOYEE),
    ]
    talks.record(survey_id, said(CLIENT, prevention=False))
    talks.record(survey_id, said(EMPLOYEE))
    assert lacks(service_desk, survey_id) == [("how to prevent it was not discussed with the client", CLIENT)]
    talks.record(survey_id, said(CLIENT, means=ConversationMeans.EMAIL))
    assert lacks(service_desk, survey_id) == []


def test_the_records_suggest_the_answers_and_quote_what_was_said(
    bench: Bench, talks: ConversationDesk, service_desk: Desk
) -> None:
    survey_id = bench.arrive()

    def suggested() -> dict[str, tuple[Answer | None, tuple[str, ...]]]:
        case = service_desk.case(survey_id)
        assert case is not None
        return {name: (one.answer, one.evidence) for name, one in service_desk.suggestions(case).items()}

    assert {answer for answer, _ in suggested().values()} == {None}
    assert suggested()["client-contacted"][1] == ("no conversation with the client is recorded",)
    bench.clock.forward(120)  # the survey came in a minute ago
    talks.record(survey_id, said(CLIENT, text="She waited\nan hour."))
    talks.record(survey_id, said(EMPLOYEE, prevention=False))
    now = suggested()
    assert now["client-contacted"][0] is Answer.YES
    assert now["client-contacted"][1][0].startswith("call with the client, ")
    assert now["client-contacted"][1][0].endswith("prevention discussed: “She waited an hour.”")
    assert ", in time: it was due " in now["client-contacted"][1][1]
    case = service_desk.case(survey_id)
    assert case is not None
    assert contact_clock(case).state(bench.clock.now(), None) is ContactState.MET
    assert now["employee-spoken"][0] is Answer.YES
    assert now["prevention-discussed"][0] is None
    assert now["prevention-discussed"][1][-1] == "how to prevent it was not discussed with the employee"
    talks.record(survey_id, said(EMPLOYEE))
    assert suggested()["prevention-discussed"][0] is Answer.YES


def test_a_first_contact_after_it_was_due_is_said(bench: Bench, talks: ConversationDesk, service_desk: Desk) -> None:
    survey_id = bench.arrive()
    bench.clock.forward(80 * 3600)
    talks.record(survey_id, said())
    case = service_desk.case(survey_id)
    assert case is not None
    assert ", too late: it was due " in service_desk.suggestions(case)["client-contacted"].evidence[-1]
    assert contact_clock(case).state(bench.clock.now(), None) is ContactState.LATE


def test_only_a_conversation_with_the_client_stops_the_contact_clock(
    bench: Bench, talks: ConversationDesk, service_desk: Desk
) -> None:
    survey_id = bench.arrive()
    talks.record(survey_id, said(EMPLOYEE))
    case = service_desk.case(survey_id)
    assert case is not None
    assert case.contacted_at is None
    bench.clock.forward(3600)
    had = bench.clock.now().replace(minute=30)
    bench.clock.forward(3600)
    talks.record(survey_id, said(CLIENT, f"{had.astimezone():%H:%M}"))
    case = service_desk.case(survey_id)
    assert case is not None
    assert case.contacted_at == had, "when it was had, and not when it was recorded"


def test_a_later_survey_for_the_ticket_takes_the_conversations_along(
    bench: Bench, talks: ConversationDesk, service_desk: Desk
) -> None:
    first = bench.arrive()
    talks.record(first, said())
    later = arriving(2, source_ticket_id=arriving(1).survey.source_ticket_id, received_at=NOON + timedelta(hours=1))
    with bench.database.write() as connection:
        surveys.put_surveys(connection, [later])
        (second,) = ids(connection, [later.survey.source])
    assert [one.survey_id for one in held(service_desk, second)] == [first]


def test_they_come_back_from_the_ledger_and_go_with_their_survey(
    bench: Bench, talks: ConversationDesk, service_desk: Desk, tmp_path: Path
) -> None:
    survey_id = bench.arrive()
    talks.record(survey_id, said())
    before = held(service_desk, survey_id)
    bench.database.close()
    bench.database.file.write_bytes(b"damaged")
    rebuilt, _ = open_repaired(bench.database.file, NOON)
    bench.database = rebuilt
    desk = Desk(rebuilt, playbook("service-desk"), bench.clock, "Kim Lee")
    assert held(desk, survey_id) == before


def test_retention_removes_them_with_the_case_and_can_put_them_back(bench: Bench, talks: ConversationDesk) -> None:
    survey_id = bench.arrive()
    talks.record(survey_id, said())
    with bench.database.write() as connection:
        connection.exec_driver_sql(f"""UPDATE "case" SET stage = 'gone' WHERE survey_id = {survey_id}""")
    bench.clock.forward(200 * 86_400)
    assert purge(bench.database, timedelta(days=180), bench.clock.now()).cases == 1
    assert value(bench.database, "SELECT count(*) FROM conversation") == 0
    (kept,) = removed_files(bench.database.file)
    restore(bench.database, kept)
    assert value(bench.database, "SELECT count(*) FROM conversation") == 1
