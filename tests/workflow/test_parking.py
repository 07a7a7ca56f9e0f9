"""A case that is parked behind a question, and how it comes back."""

from datetime import timedelta

import pytest

from csat_tui.domain.case import Case, Draft, Stage
from csat_tui.domain.decide import Blocker, Undecidable
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Author
from csat_tui.effects.channel_question import Question
from csat_tui.store import tickets
from csat_tui.store.cases import questions, surveys
from csat_tui.store.cases.queue import QueueView
from csat_tui.workflow.desk import TakenDecision
from tests.builders import a_message
from tests.store.shelf import arriving
from tests.sync.bench import Bench, source_ticket, survey_ticket

ASK = {"ask": "Is a second refund within the guide?", "summary": "charged twice"}


def park(bench: Bench, survey_id: SurveyId) -> TakenDecision:
    return bench.reaching.decide(bench.case(survey_id), "ask-channel", ASK)


def wake(bench: Bench) -> int:
    with bench.database.write() as connection:
        return surveys.wake(connection, bench.clock.now())


def parked(bench: Bench) -> Case:
    survey_id = bench.arrive()
    park(bench, survey_id)
    assert wake(bench) == 0
    return bench.case(survey_id)


def write_on(bench: Bench, ticket: int, *, author: Author = Author.AGENT, public: bool = False) -> None:
    """Let somebody write on a ticket of which the transcript comes in."""
    bench.clock.forward(60)
    now = bench.clock.now()
    message = a_message(id=777, ticket_id=ticket, created_at=now, author=author, public=public, body="Yes, it is.")
    with bench.database.write() as connection:
        tickets.put_transcripts(connection, [(message.ticket_id, [message], now)])


class TestParking:
    def test_puts_the_case_away_with_its_question(self, bench: Bench) -> None:
        case = parked(bench)
        assert case.stage is Stage.PARKED
        assert [one.text.splitlines()[0] for one in case.questions] == [ASK["ask"]]
        assert bench.desk.counts().by_stage[Stage.PARKED] == 1
        assert [row.id for row in bench.desk.rows_after(QueueView(stage=Stage.PARKED), None, 9)] == [case.id]

    def test_keeps_the_words_that_were_not_part_of_the_question(self, bench: Bench) -> None:
        assert parked(bench).draft == Draft(None, {"summary": "charged twice"})

    def test_sends_the_question_with_the_case_to_the_channel(self, bench: Bench) -> None:
        (effect,) = bench.effects(park(bench, bench.arrive()))
        assert (effect.kind, effect.details["channel"]) == ("question", "qa")
        assert f"Ticket #{source_ticket(1)}" in effect.body

    def test_needs_a_channel_and_says_what_to_do_without_one(self, bench: Bench) -> None:
        lacks = bench.desk.lacks(bench.case(bench.arrive()), "ask-channel", ASK)
        assert lacks == (
            Blocker(
                "no channel “qa” is configured to ask in; name it in config.toml, or ask a colleague and choose another"
                " outcome"
            ),
        )

    def test_is_taken_back_whole_while_the_question_waits(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = park(bench, survey_id)
        bench.desk.undo(taken.decision_id)
        case = bench.case(survey_id)
        assert (case.stage, case.questions) == (Stage.OPEN, ())
        assert case.draft == Draft("ask-channel", ASK)
        assert bench.states(taken) == [EffectState.WITHDRAWN]

    def test_taken_back_leaves_the_words_that_were_typed_since(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = park(bench, survey_id)
        newer = Draft(None, {"summary": "charged twice, it says in the answer"})
        bench.desk.save_draft(survey_id, newer)
        bench.desk.undo(taken.decision_id)
        assert bench.case(survey_id).draft == newer

    async def test_ends_where_the_channel_refuses_and_the_question_is_withdrawn(self, bench: Bench) -> None:
        from csat_tui.domain.errors import Refused

        survey_id = bench.arrive()
        taken = park(bench, survey_id)
        bench.elsewhere.fail_next(Refused("no such room"))
        bench.clock.forward(11)
        await bench.errands.run_once()
        assert bench.states(taken) == [EffectState.REJECTED]
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) == survey_id
        assert (bench.case(survey_id).stage, bench.case(survey_id).questions) == (Stage.OPEN, ())

    def test_does_not_keep_anybody_from_deciding_who_knows_the_answer(self, bench: Bench) -> None:
        case = parked(bench)
        bench.ask(case.id)
        assert bench.case(case.id).stage is Stage.DECIDED

    def test_is_told_to_who_saw_the_case_before(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        before = bench.case(survey_id)
        park(bench, survey_id)
        with pytest.raises(Undecidable, match="somebody has asked a question about this case in the meantime"):
            bench.reaching.decide(before, "ask-channel", ASK)


class TestComingBack:
    def test_with_the_answer_to_read(self, bench: Bench) -> None:
        case = parked(bench)
        bench.desk.answer_question(case.id, case.questions[0].id, " Yes, once.\n")
        back = bench.case(case.id)
        assert (back.stage, back.decision_id) == (Stage.OPEN, None)
        assert [(one.answer, one.answered_by) for one in back.questions] == [("Yes, once.", "Ana")]

    def test_takes_an_answer_once_and_only_with_words(self, bench: Bench) -> None:
        case = parked(bench)
        with pytest.raises(ValueError, match="empty"):
            bench.desk.answer_question(case.id, case.questions[0].id, "  ")
        bench.desk.answer_question(case.id, case.questions[0].id, "Yes.")
        with pytest.raises(LookupError, match="does not have that open question"):
            bench.desk.answer_question(case.id, case.questions[0].id, "No.")
        with pytest.raises(LookupError, match="does not have that open question"):
            bench.desk.answer_question(case.id, 99, "No.")

    def test_an_answer_to_a_case_decided_meanwhile_leaves_it_decided(self, bench: Bench) -> None:
        case = parked(bench)
        bench.ask(case.id)
        bench.desk.answer_question(case.id, case.questions[0].id, "Yes.")
        assert bench.case(case.id).stage is Stage.DECIDED

    def test_when_nobody_answered_in_time(self, bench: Bench) -> None:
        case = parked(bench)
        bench.clock.at += timedelta(days=2)
        assert wake(bench) == 1
        assert (bench.case(case.id).stage, bench.case(case.id).questions[0].answered_at) == (Stage.OPEN, None)

    @pytest.mark.parametrize("ticket", [source_ticket(1), survey_ticket(1)])
    def test_when_somebody_writes_on_one_of_its_tickets(self, bench: Bench, ticket: int) -> None:
        case = parked(bench)
        write_on(bench, ticket)
        assert wake(bench) == 1
        assert bench.case(case.id).stage is Stage.OPEN

    def test_when_its_survey_ticket_moved_on(self, bench: Bench) -> None:
        case = parked(bench)
        bench.clock.forward(60)
        moved = bench.memory.touch(survey_ticket(1))
        with bench.database.write() as connection:
            tickets.put_tickets(connection, [moved or bench.there(survey_ticket(1))], bench.clock.now())
        assert wake(bench) == 1
        assert bench.case(case.id).stage is Stage.OPEN

    def test_not_for_what_was_written_before(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        write_on(bench, source_ticket(1))
        bench.clock.forward(1)
        park(bench, survey_id)
        assert wake(bench) == 0

    def test_costs_the_same_with_any_number_of_decided_cases(self, bench: Bench) -> None:
        with bench.database.read() as connection:
            compiled = questions._STIRRED.compile(connection, compile_kwargs={"literal_binds": False})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", (0,) * str(compiled).count("?"))
            steps = [row[3] for row in plan]
        assert not [step for step in steps if step.startswith("SCAN")], steps

    def test_a_later_survey_for_the_ticket_takes_the_question_along(self, bench: Bench) -> None:
        case = parked(bench)
        later = arriving(2, source_ticket_id=source_ticket(1))
        with bench.database.write() as connection:
            (newer,) = surveys.put_surveys(connection, [later])
        assert bench.case(case.id).stage is Stage.SUPERSEDED
        assert len(bench.case(newer).questions) == 1


def test_what_a_question_says_is_what_goes(bench: Bench) -> None:
    (effect,) = bench.effects(park(bench, bench.arrive()))
    assert effect.declaration.from_row(effect.ticket_id, effect.details) == Question("qa", effect.body)
