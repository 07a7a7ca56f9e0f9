"""Surveys coming in: each once, the latest of a ticket standing for the others, with their words."""

from datetime import timedelta
from itertools import permutations

import pytest

from csat_tui.domain.case import Answer, Answered, Case, Draft, Stage
from csat_tui.domain.decide import Decision
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import Arrival
from csat_tui.store import cases, tickets
from csat_tui.store.cases import drafts, surveys
from csat_tui.store.database import Database
from tests.builders import NOON, the_playbook
from tests.store.shelf import arriving, put, value

TICKET = TicketId(7_300_042)
WORDS = Draft("no-response", {"summary": "late, and credited"})
YES = Answered("issue-logged", Answer.YES, NOON)


def loaded(database: Database, survey_id: SurveyId) -> Case:
    with database.read() as connection:
        case = cases.load_case(connection, survey_id, the_playbook())
    assert case is not None
    return case


def stages(database: Database, *survey_ids: SurveyId) -> list[Stage]:
    return [loaded(database, survey_id).stage for survey_id in survey_ids]


def repeated(count: int) -> list[Arrival]:
    """Return surveys for one ticket, in the order in which customers sent them."""
    return [arriving(number, source_ticket_id=TICKET, rating=float(number + 1)) for number in range(count)]


def write_on(database: Database, survey_id: SurveyId, words: Draft = WORDS, answered: Answered = YES) -> None:
    with database.write() as connection:
        drafts.put_draft(connection, survey_id, words, NOON)
        cases.put_answer(connection, survey_id, answered)


def close(database: Database, survey_id: SurveyId) -> None:
    with database.write() as connection:
        case = loaded(database, survey_id)
        assert cases.put_decision(connection, case, Decision("no-response", {}, ()), by="Ana", at=NOON) is not None


class TestArriving:
    def test_twice_is_kept_once(self, database: Database) -> None:
        first = put(database, arriving(1), arriving(2))
        with database.write() as connection:
            assert surveys.put_surveys(connection, [arriving(1), arriving(2)]) == []
        assert put(database, arriving(1), arriving(2)) == first
        assert value(database, 'SELECT count(*) FROM "case"') == 2

    def test_twice_in_one_batch_is_kept_once_as_told_last(self, database: Database) -> None:
        survey_id = put(database, arriving(1, comment="first"), arriving(1, comment="second"))[0]
        assert loaded(database, survey_id).survey.comment == "second"
        assert value(database, 'SELECT count(*) FROM "case"') == 1

    def test_nothing_changes_nothing(self, database: Database) -> None:
        with database.write() as connection:
            assert surveys.put_surveys(connection, []) == []

    def test_again_with_a_new_rating_moves_to_its_path_and_leaves_the_work_done(self, database: Database) -> None:
        survey_id = put(database, arriving(1))[0]
        write_on(database, survey_id)
        put(database, arriving(1, rating=4.0))
        case = loaded(database, survey_id)
        assert (case.path.id, case.draft, case.answers) == ("acceptable", WORDS, {"issue-logged": YES})
        assert value(database, 'SELECT rank FROM "case"') == 4.0404

    def test_comes_back_as_it_came(self, database: Database) -> None:
        incoming = arriving(1, comment="Two\nlines, 漢字 and \x1b[31m", raw="raw", problem="no agent")
        survey_id = put(database, incoming)[0]
        assert loaded(database, survey_id).survey == incoming.survey

    def test_more_than_a_database_takes_in_one_question(self, database: Database) -> None:
        survey_ids = put(database, *(arriving(number) for number in range(1_300)))
        assert len(set(survey_ids)) == 1_300
        with database.read() as connection:
            known = surveys.sources_known(connection, [f"ticket:{9_900_000 + number}" for number in range(1_400)])
        assert len(known) == 1_300


class TestRepeatedSurveys:
    @pytest.mark.parametrize("order", permutations(range(3)))
    @pytest.mark.parametrize("together", [True, False], ids=["in one page", "one by one"])
    def test_leave_the_latest_standing_in_any_order_of_arrival(
        self, database: Database, order: tuple[int, ...], together: bool
    ) -> None:
        three = repeated(3)
        if together:
            put(database, *(three[number] for number in order))
        else:
            for number in order:
                put(database, three[number])
        first, second, third = put(database, *three)
        assert stages(database, first, second, third) == [Stage.SUPERSEDED, Stage.SUPERSEDED, Stage.OPEN]

    @pytest.mark.parametrize("order", permutations(range(3)))
    def test_take_the_words_along_in_any_order_of_arrival(self, database: Database, order: tuple[int, ...]) -> None:
        three = repeated(3)
        survey_id = put(database, three[order[0]])[0]
        write_on(database, survey_id)
        for number in order[1:]:
            put(database, three[number])
        latest = put(database, *three)[2]
        case = loaded(database, latest)
        assert (case.stage, case.draft, case.answers) == (Stage.OPEN, WORDS, {"issue-logged": YES})

    def test_that_come_back_from_elsewhere_give_way_to_the_latest(self, database: Database) -> None:
        earlier, later = repeated(2)
        first = put(database, earlier)[0]
        with database.write() as connection:
            surveys.put_away(connection, [earlier.survey.survey_ticket_id or TicketId(0)])
        second = put(database, later)[0]
        put(database, earlier)
        assert stages(database, first, second) == [Stage.SUPERSEDED, Stage.OPEN]

    def test_never_lose_words_where_both_have_some(self, database: Database) -> None:
        earlier, later = repeated(2)
        first = put(database, earlier)[0]
        write_on(database, first)
        with database.write() as connection:
            surveys.put_away(connection, [earlier.survey.survey_ticket_id or TicketId(0)])
        second = put(database, later)[0]
        own = Draft("follow-up", {"reply": "sorry"})
        no = Answered("issue-logged", Answer.NO, NOON)
        write_on(database, second, own, no)
        put(database, earlier)
        case = loaded(database, second)
        assert case.answers == {"issue-logged": no}
        assert {**case.draft.fields, **own.fields} == {**WORDS.fields, **own.fields}
        beside = [one.text for versions in case.draft.others.values() for one in versions]
        assert sorted([*case.draft.fields.values(), *beside]) == sorted([*WORDS.fields.values(), *own.fields.values()])
        assert loaded(database, first).draft.empty

    def test_of_a_decided_case_open_a_new_one_that_shows_the_decision(self, database: Database) -> None:
        earlier, later = repeated(2)
        first = put(database, earlier)[0]
        close(database, first)
        second = put(database, later)[0]
        case = loaded(database, second)
        assert stages(database, first, second) == [Stage.DECIDED, Stage.OPEN]
        assert [(one.survey_id, one.outcome_id) for one in case.earlier] == [(first, "no-response")]
        assert loaded(database, first).earlier == ()

    def test_of_a_snoozed_case_open_at_once(self, database: Database) -> None:
        earlier, later = repeated(2)
        first = put(database, earlier)[0]
        with database.write() as connection:
            cases.snooze(connection, first, NOON + timedelta(days=1))
        second = put(database, later)[0]
        assert stages(database, first, second) == [Stage.SUPERSEDED, Stage.OPEN]
        with database.write() as connection:
            assert surveys.wake(connection, NOON + timedelta(days=2)) == 0

    def test_are_only_those_of_the_same_ticket(self, database: Database) -> None:
        survey_ids = put(
            database, arriving(1), arriving(2), arriving(3, source_ticket_id=None), arriving(4, source_ticket_id=None)
        )
        assert stages(database, *survey_ids) == [Stage.OPEN] * 4


class TestLeavingTheView:
    def test_puts_open_and_snoozed_cases_away_and_no_others(self, database: Database) -> None:
        one, two, three = put(database, arriving(1), arriving(2), arriving(3))
        with database.write() as connection:
            cases.snooze(connection, two, NOON + timedelta(days=1))
        close(database, three)
        with database.write() as connection:
            surveys.put_away(connection, [TicketId(9_900_000 + number) for number in (1, 2, 3, 4)])
        assert stages(database, one, two, three) == [Stage.GONE, Stage.GONE, Stage.DECIDED]

    def test_and_coming_back_opens_the_case_with_its_words(self, database: Database) -> None:
        survey_id = put(database, arriving(1))[0]
        write_on(database, survey_id)
        with database.write() as connection:
            surveys.put_away(connection, [TicketId(9_900_001)])
        put(database, arriving(1))
        case = loaded(database, survey_id)
        assert (case.stage, case.draft) == (Stage.OPEN, WORDS)


class TestFinding:
    def test_by_either_ticket_newest_first(self, database: Database) -> None:
        first, second = put(database, *repeated(2))
        with database.read() as connection:
            assert surveys.by_ticket(connection, TICKET) == [second, first]
            assert surveys.by_ticket(connection, 9_900_001) == [second]
            assert surveys.by_ticket(connection, 5) == []


class TestACase:
    def test_says_what_is_missing(self, database: Database) -> None:
        survey_id = put(database, arriving(1))[0]
        assert loaded(database, survey_id).missing == ("the source ticket #7300001 is not here yet",)
        with database.write() as connection:
            tickets.put_account(connection, "pat@example.com", None, NOON)
        assert "the admin system knows no account of this customer" in loaded(database, survey_id).missing

    def test_that_is_not_there_is_none(self, database: Database) -> None:
        with database.read() as connection:
            assert cases.load_case(connection, SurveyId(4711), the_playbook()) is None
