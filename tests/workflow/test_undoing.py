"""Taking a decision back: its words return, and what may have left is never undone."""

import pytest

from csat_tui.domain.case import Answer, Draft, Stage
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import DecisionId
from csat_tui.workflow.desk import TooLate
from tests.answering import read_and_judged
from tests.builders import MISSED
from tests.helpdesk.memory_desk import Fault
from tests.store.shelf import arriving, put
from tests.sync.bench import QUESTION, REPLY, Bench, source_ticket

WORDS = Draft("follow-up", REPLY, MISSED)


class TestUndoing:
    async def test_within_the_grace_brings_back_case_and_words_and_sends_nothing(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.answer(survey_id, "issue-logged", Answer.YES)
        bench.desk.save_draft(survey_id, WORDS)
        before = read_and_judged(bench.desk, survey_id)
        taken = bench.follow_up(survey_id)
        bench.clock.forward(9)
        await bench.deliverer.run_once()
        assert bench.desk.undo(taken.decision_id) == survey_id
        assert bench.case(survey_id) == before
        assert bench.states(taken) == [EffectState.WITHDRAWN] * 3
        for _ in range(3):
            await bench.later(60)
        assert bench.memory.applies == 0
        again = bench.follow_up(survey_id)
        await bench.after_grace()
        assert bench.states(again) == [EffectState.CONFIRMED] * 3

    async def test_tells_everyone_who_shows_the_case(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id)
        heard: set[str] = set()
        bench.desk.listen(heard.update)
        bench.desk.undo(taken.decision_id)
        assert {"queue", "outbox", f"case:{survey_id}"} <= heard

    async def test_after_delivery_took_it_is_too_late(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace()
        with pytest.raises(TooLate, match="on its way"):
            bench.desk.undo(taken.decision_id)
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_after_one_of_its_effects_left_is_too_late(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.DROP_BEFORE)
        with pytest.raises(TooLate):
            bench.desk.undo(taken.decision_id)

    async def test_after_a_lost_answer_is_too_late_even_if_it_was_not_found(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LATE)
        await bench.later(5)
        assert bench.states(taken)[0] is EffectState.QUEUED
        with pytest.raises(TooLate, match="may have arrived"):
            bench.desk.undo(taken.decision_id)
        bench.memory.arrive()
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_works_at_any_time_while_the_help_desk_cannot_be_reached(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id)
        bench.memory.offline = True
        await bench.after_grace()
        await bench.later(3600)
        assert bench.desk.undo(taken.decision_id) == survey_id
        bench.memory.offline = False
        await bench.later(3600)
        assert (bench.memory.landed, bench.desk.stage(survey_id)) == ([], Stage.OPEN)

    def test_twice_or_of_nothing_is_refused(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.desk.undo(taken.decision_id)
        with pytest.raises(TooLate):
            bench.desk.undo(taken.decision_id)
        with pytest.raises(TooLate, match="nothing to undo"):
            bench.desk.undo(DecisionId(4711))

    def test_leaves_newer_words_in_place_and_its_own_in_the_outbox(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        newer = Draft("needs-evaluation", QUESTION)
        bench.desk.save_draft(survey_id, newer)
        bench.desk.undo(taken.decision_id)
        assert (bench.desk.stage(survey_id), bench.desk.draft(survey_id)) == (Stage.OPEN, newer)
        assert REPLY["reply"] in bench.effects(taken)[0].body

    def test_brings_its_words_back_over_an_outcome_that_was_only_chosen(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        bench.desk.save_draft(survey_id, Draft("needs-evaluation", {"summary": " "}))
        bench.desk.undo(taken.decision_id)
        assert bench.desk.draft(survey_id) == WORDS

    def test_beside_a_later_survey_leaves_both_open_with_their_words(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        later = put(bench.database, arriving(2, source_ticket_id=source_ticket(1)))[0]
        own = Draft("needs-evaluation", QUESTION)
        bench.desk.save_draft(later, own)
        bench.desk.undo(taken.decision_id)
        put(bench.database, arriving(1), arriving(2, source_ticket_id=source_ticket(1)))
        assert [bench.case(one).stage for one in (survey_id, later)] == [Stage.OPEN, Stage.OPEN]
        assert [bench.case(one).draft for one in (survey_id, later)] == [WORDS, own]
