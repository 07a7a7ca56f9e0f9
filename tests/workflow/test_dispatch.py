"""The person's hand on the outbox."""

import pytest

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.effect import EffectState, ImpossibleStep, OutboxSummary
from csat_tui.domain.ticket import Author
from csat_tui.store import tickets
from tests.builders import MISSED
from tests.helpdesk.memory_desk import Fault
from tests.sync.bench import QUESTION, REPLY, SURVEY_TAG, Bench, source_ticket, survey_ticket

SURVEY = survey_ticket(1)
MOVED = "Another subject"
"""What moves on a ticket so that the person must see it."""


class TestGivingUp:
    async def test_of_what_never_landed_brings_the_case_back_with_its_words(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        await bench.after_grace(Fault.REFUSED)
        heard: set[str] = set()
        bench.desk.listen(heard.update)
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) == survey_id
        assert {"queue", "outbox", f"case:{survey_id}"} <= heard
        assert bench.states(taken) == [EffectState.WITHDRAWN] * 3
        case = bench.case(survey_id)
        assert (case.stage, case.decision_id, case.draft) == (Stage.OPEN, None, Draft("follow-up", REPLY, MISSED))
        await bench.run_down()
        assert bench.memory.landed == []

    async def test_leaves_newer_words_in_place(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        newer = Draft("needs-evaluation", QUESTION)
        bench.desk.save_draft(survey_id, newer)
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) == survey_id
        assert bench.desk.draft(survey_id) == newer

    async def test_of_one_after_another_landed_leaves_the_case_decided_and_the_rest_on_its_way(
        self, bench: Bench
    ) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        bench.memory.touch(SURVEY, subject=MOVED)
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.CONFLICT, EffectState.QUEUED]
        assert bench.dispatch.give_up(bench.effects(taken)[1].id) is None
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.WITHDRAWN, EffectState.CONFIRMED]
        assert bench.desk.stage(survey_id) is Stage.DECIDED
        assert bench.bodies(SURVEY) == []

    async def test_of_a_reply_nobody_can_find_takes_back_only_that(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.DROP_BEFORE)
        await bench.run_down()
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) is None
        await bench.run_down()
        assert bench.states(taken) == [EffectState.WITHDRAWN, EffectState.CONFIRMED, EffectState.CONFIRMED]
        assert bench.bodies(source_ticket(1)) == []

    async def test_of_a_note_that_may_yet_arrive_does_not_open_the_case_for_a_second_one(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id)
        await bench.after_grace(Fault.LATE)
        await bench.later(5)
        assert bench.states(taken) == [EffectState.QUEUED, EffectState.QUEUED]
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) is None
        assert bench.desk.stage(survey_id) is Stage.DECIDED

    async def test_of_what_is_on_its_way_or_done_is_impossible(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace()
        with pytest.raises(ImpossibleStep):
            bench.dispatch.give_up(bench.effects(taken)[0].id)
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2


class TestTakingMine:
    async def test_after_a_conflict_keeps_the_others_tags_and_adds_ours(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, tags=("vip", SURVEY_TAG), subject=MOVED)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        bench.dispatch.retry(effect.id)
        after = bench.effects(taken)[0]
        assert (after.state, after.op_id) == (EffectState.QUEUED, effect.op_id)
        assert after.base == bench.there(SURVEY).updated_at
        assert after.tags == ("vip", SURVEY_TAG, "csat_evaluation")
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert bench.there(SURVEY).tags == ("vip", SURVEY_TAG, "csat_evaluation")

    async def test_bases_the_later_effects_on_the_same_ticket_too(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        bench.memory.touch(SURVEY, tags=("vip",), subject=MOVED)
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFLICT, EffectState.QUEUED, EffectState.QUEUED]
        bench.dispatch.retry(bench.effects(taken)[0].id)
        reply, note, _ = bench.effects(taken)
        assert (reply.base, note.base) == (bench.there(SURVEY).updated_at,) * 2
        assert (reply.tags, note.tags) == (None, ("vip", "csat_followup"))
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 3
        assert bench.there(SURVEY).tags == ("vip", "csat_followup")

    async def test_over_a_ticket_that_changed_once_more_is_a_conflict_once_more(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, subject=MOVED)
        await bench.after_grace()
        bench.dispatch.retry(bench.effects(taken)[0].id)
        bench.clock.forward(2)
        bench.memory.touch(SURVEY, subject="Once more")
        await bench.run_down()
        assert bench.states(taken)[0] is EffectState.CONFLICT
        assert bench.memory.landed == []

    async def test_never_goes_over_what_came_while_the_person_was_choosing(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, subject=MOVED)
        await bench.after_grace()
        effect_id = bench.effects(taken)[0].id
        seen = bench.dispatch.conflict(effect_id)
        assert seen is not None
        bench.clock.forward(2)
        bench.memory.touch(SURVEY, tags=("solved-meanwhile",), subject="Once more")
        with bench.database.write() as connection:
            tickets.put_tickets(connection, [bench.there(SURVEY)], bench.clock.now())
        bench.dispatch.retry(effect_id, seen=seen.ticket)
        await bench.run_down()
        assert bench.states(taken)[0] is EffectState.CONFLICT
        assert bench.there(SURVEY).tags == ("solved-meanwhile",)

    async def test_never_goes_over_messages_that_are_not_here_yet(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, subject=MOVED)
        bench.clock.forward(10)
        await bench.after_grace()
        bench.memory.touch(SURVEY, subject=MOVED)
        bench.memory.add_message(SURVEY, "Leave this to me.", author=Author.AGENT, public=False)
        with bench.database.write() as connection:
            tickets.put_tickets(connection, [bench.there(SURVEY)], bench.clock.now())
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken)[0] is EffectState.CONFLICT
        conflict = bench.dispatch.conflict(bench.effects(taken)[0].id)
        assert conflict is not None
        assert [message.body for message in conflict.since] == ["Leave this to me."]


class TestSendingAgain:
    async def test_after_a_rejection_is_the_same_effect_under_the_same_stamp(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        before = bench.effects(taken)[0]
        await bench.after_grace(Fault.REFUSED)
        bench.dispatch.retry(before.id)
        after = bench.effects(taken)[0]
        assert (after.op_id, after.base, after.tags, after.not_before) == (
            before.op_id,
            before.base,
            before.tags,
            bench.clock.at,
        )

    async def test_of_what_waits_or_is_done_is_impossible(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        effect = bench.effects(taken)[0]
        for step in (bench.dispatch.retry, bench.dispatch.accept_as_sent):
            with pytest.raises(ImpossibleStep):
                step(effect.id)
        bench.desk.undo(taken.decision_id)
        for step in (bench.dispatch.retry, bench.dispatch.accept_as_sent, bench.dispatch.give_up):
            with pytest.raises(ImpossibleStep):
                step(effect.id)
        with pytest.raises(LookupError):
            bench.dispatch.retry(4711)


class TestLooking:
    async def test_tells_how_many_stand_where(self, bench: Bench) -> None:
        rejected, unknown = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
        await bench.after_grace(Fault.REFUSED, Fault.DROP_BEFORE)
        assert bench.dispatch.summary() == OutboxSummary(waiting=1, held=1, unknown=1, needs_person=1)
        assert {effect.decision_id for effect in bench.dispatch.unsettled()} == {
            rejected.decision_id,
            unknown.decision_id,
        }
        assert bench.dispatch.recent() == ()
        await bench.run_down()
        assert [effect.kind for effect in bench.dispatch.recent()] == ["tracker", "note"]
        assert bench.dispatch.summary() == OutboxSummary(held=1, needs_person=1)

    async def test_tells_everything_that_happened_to_an_effect(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.UNREACHABLE, Fault.DROP_AFTER)
        await bench.run_down()
        history = bench.dispatch.history(bench.effects(taken)[0].id)
        assert [(step.attempt, step.event, step.state) for step in history] == [
            (1, "claimed", EffectState.SENDING),
            (1, "not sent", EffectState.QUEUED),
            (2, "claimed", EffectState.SENDING),
            (2, "lost", EffectState.UNKNOWN),
            (2, "found", EffectState.CONFIRMED),
        ]
        assert QUESTION["summary"] in bench.effects(taken)[0].body

    def test_at_what_is_not_there_finds_nothing(self, bench: Bench) -> None:
        assert bench.dispatch.effect(4711) is None
        assert bench.dispatch.conflict(4711) is None
        assert bench.dispatch.history(4711) == ()
