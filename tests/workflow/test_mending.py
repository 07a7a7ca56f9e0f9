"""A survey that could not be read is mended by hand, and no pull, list or import undoes that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import candidate_tickets
from csat_tui.intake.survey_mail import arrival_of
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.cases.queue import QueueView
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.mending import MendingDesk, NotMended
from csat_tui.workflow.playbook_changes import recast
from tests.builders import NOON, a_survey_ticket, ratings, the_playbook
from tests.store.shelf import ManualClock, arriving, new_database, put
from tests.store.test_ledger import in_line

HELD = a_survey_ticket(
    subject="Survey for ticket 7300042",
    description="[payload could not be rendered]\nCustomer pat@example.com\nmy refund never came, call +1 555 0100123",
)
FIGURES = {"team": "1", "speed": "5", "ease": "5", "resolution": "1", "knowledge": "5", "valued": ""}


@pytest.fixture
def database(tmp_path: Path) -> Iterator:
    made = new_database(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(database) -> MendingDesk:
    return MendingDesk(database, Desk(database, the_playbook(), ManualClock(NOON + timedelta(hours=1)), "Ana"))


def pull(database, ticket=HELD) -> SurveyId:
    with database.write() as connection:
        tickets.put_tickets(connection, [ticket], NOON)
        surveys.put_surveys(connection, [arrival_of(ticket, the_playbook())])
        return surveys.by_ticket(connection, ticket.id)[0]


def case_of(desk: MendingDesk, survey_id: SurveyId) -> Case:
    case = desk._desk.case(survey_id)
    assert case is not None
    return case


def mend(desk: MendingDesk, survey_id: SurveyId, **texts: str) -> Case:
    case = case_of(desk, survey_id)
    desk.mend(survey_id, desk.typed(case.survey, texts), case.survey)
    return case_of(desk, survey_id)


def test_a_held_survey_gets_its_ticket_ratings_and_words_and_goes_its_way(database, desk: MendingDesk) -> None:
    survey_id = pull(database)
    held = case_of(desk, survey_id)
    assert (held.path.id, desk.offered(held)[0]) == ("needs-fixing", 7_300_042)
    case = mend(desk, survey_id, ticket="#7300042", comment="my refund never came", **FIGURES)
    assert case.path.id == "low-with-comment"
    assert (case.survey.source_ticket_id, case.survey.rating, case.survey.problem) == (7_300_042, 1.0, "")
    assert dict(case.survey.ratings) == {"team": 1, "speed": 5, "ease": 5, "resolution": 1, "knowledge": 5}
    (one,) = case.mendings
    assert (one.by, one.at, one.before.source_ticket_id, one.problem) == (
        "Ana", NOON + timedelta(hours=1), None, held.survey.problem,
    )  # fmt: skip
    row = desk._desk.rows_after(QueueView(), None, 9)[0]
    assert (row.lowest, row.mean, row.path, row.problem) == (1, 3.4, "low-with-comment", "")
    in_line(database)


def test_the_same_survey_pulled_again_keeps_what_was_mended(database, desk: MendingDesk) -> None:
    survey_id = pull(database)
    mended = mend(desk, survey_id, ticket="7300042", **FIGURES)
    pull(database, replace(HELD, updated_at=NOON + timedelta(hours=2), tags=("survey", "seen")))
    assert case_of(desk, survey_id).survey == mended.survey
    assert recast(database, the_playbook()) == 0
    assert case_of(desk, survey_id).survey == mended.survey


def test_a_text_that_has_changed_since_is_said_and_not_applied(database, desk: MendingDesk) -> None:
    survey_id = pull(database)
    mended = mend(desk, survey_id, ticket="7300042", **FIGURES)
    changed = replace(HELD, description="Ticket #7300043\n" + HELD.description, updated_at=NOON + timedelta(hours=2))
    pull(database, changed)
    case = case_of(desk, survey_id)
    assert case.path.id == "needs-fixing"
    assert "has changed since Ana mended it" in case.survey.problem
    assert (case.survey.source_ticket_id, case.survey.ratings) == (7_300_042, mended.survey.ratings)
    assert case.survey.raw == changed.description
    # Who has looked at the new text says so by keeping what stands there.
    assert mend(desk, survey_id).path.id == mended.path.id
    assert len(case_of(desk, survey_id).mendings) == 2


def test_ratings_that_were_read_can_be_corrected_and_skipped_ones_taken_out(database, desk: MendingDesk) -> None:
    (survey_id,) = put(database, arriving(1, ratings=ratings(5, 5, 5, 5, 5, 5)))
    assert case_of(desk, survey_id).path.id == "acceptable"
    case = mend(desk, survey_id, resolution="1", valued="")
    assert case.path.id == "low-with-comment"
    assert "valued" not in case.survey.ratings
    assert case.mendings[0].before.ratings == ratings(5, 5, 5, 5, 5, 5)


def test_what_was_mended_can_be_neither_changed_nor_removed(database, desk: MendingDesk) -> None:
    survey_id = pull(database)
    mend(desk, survey_id, ticket="7300042", **FIGURES)
    for statement in ("UPDATE mending SET comment = 'x'", "DELETE FROM mending"):
        with pytest.raises(DatabaseError, match="append-only"), database.write() as connection:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({"ticket": "seven"}, "not a ticket number"),
        ({"team": "6"}, "expected 1 to 5"),
        ({"team": "²"}, "expected 1 to 5"),
        ({"tema": "1"}, "no factor “tema”"),
        ({"ticket": str(HELD.id)}, "the survey's own ticket"),
    ],
)
def test_what_cannot_be_right_is_refused_and_changes_nothing(
    database, desk: MendingDesk, texts: dict[str, str], why: str
) -> None:
    survey_id = pull(database)
    before = case_of(desk, survey_id)
    with pytest.raises(NotMended, match=why):
        mend(desk, survey_id, **texts)
    assert case_of(desk, survey_id) == before


def test_a_survey_that_changed_under_the_form_is_looked_at_again_first(database, desk: MendingDesk) -> None:
    survey_id = pull(database)
    seen = case_of(desk, survey_id).survey
    mend(desk, survey_id, ticket="7300042", **FIGURES)
    with pytest.raises(NotMended, match="changed in the meantime"):
        desk.mend(survey_id, desk.typed(seen, {"team": "3"}), seen)


def test_a_link_to_a_ticket_with_an_open_case_keeps_both_ones_knowledge(database, desk: MendingDesk) -> None:
    (first,) = put(database, arriving(42, comment="the first words"))
    survey_id = pull(database, replace(HELD, created_at=NOON + timedelta(days=1)))
    case = mend(desk, survey_id, ticket="7300042", comment="the second words", **FIGURES)
    assert case_of(desk, first).stage is Stage.SUPERSEDED
    assert [one.comment for _, one in case.replaced] == ["the first words"]


def test_tickets_named_as_such_come_before_bare_numbers_and_the_end_of_a_telephone_number_is_none() -> None:
    body = "order 88123456\nhttps://desk.example/agent/tickets/7300050\ncall +1 555 0100123, on 2026-03-10 14:05"
    assert candidate_tickets("Re: ticket id: 7300049", body, TicketId(1)) == (7_300_049, 7_300_050, 88_123_456)
