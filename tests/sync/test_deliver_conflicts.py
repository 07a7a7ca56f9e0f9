"""Where the ticket moved on, or the help desk said no: what the machine settles, and what is the person's."""

import asyncio
from collections import Counter

import pytest

from csat_tui.domain.conflict import local_time
from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import Malformed, Unreachable, WriteConflict
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author, Message, Receipt, Status, TicketChange
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.sync import ticket_sender
from csat_tui.workflow.desk import TakenDecision
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.store.shelf import arriving, ids
from tests.sync.bench import REPLY, SURVEY_TAG, Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)
DONE = [EffectState.CONFIRMED] * 3


class TestAConflict:
    async def test_with_somebody_elses_change_goes_to_the_person_with_both_sides(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.clock.forward(3)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        bench.memory.add_message(SURVEY, "I have this one.", author=Author.AGENT, public=False)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.landed) == (EffectState.CONFLICT, [])
        conflict = bench.dispatch.conflict(effect.id)
        assert conflict is not None
        assert conflict.ticket == bench.there(SURVEY)
        assert [message.body for message in conflict.since] == ["I have this one."]
        await bench.run_down()
        assert bench.memory.applies == 1

    async def test_is_never_taken_for_somebody_elses_while_an_own_lost_write_may_be_behind_it(
        self, bench: Bench
    ) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LATE)
        bench.clock.forward(5)
        bench.memory.fail_reads()
        bench.memory.finds = 0

        # Between the negative read-back and the second sending the first write arrives, and then reading fails.
        async def find_nothing_then_arrive(*_: object) -> None:
            bench.memory.arrive()
            bench.memory.fail_reads(Unreachable("no network"))
            bench.memory.find = original  # type: ignore[method-assign]

        original = bench.memory.find
        bench.memory.find = find_nothing_then_arrive  # type: ignore[assignment, method-assign]
        await bench.deliverer.run_once()
        await bench.deliverer.run_once()
        assert bench.memory.applies == 2
        assert bench.states(taken)[0] is EffectState.UNKNOWN
        await bench.comes_home_once(taken)


class TestARefusal:
    async def test_of_one_write_is_the_persons_to_see_with_its_sentence(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.DENIED)
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.reason) == (EffectState.REJECTED, "you may not write internal notes")

    async def test_of_a_closed_ticket_shows_the_ticket_as_it_is(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id)
        bench.memory.touch(SURVEY, status=Status.CLOSED)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert effect.state is EffectState.REJECTED
        assert "closed" in effect.reason
        seen = bench.case(survey_id).survey_ticket
        assert seen is not None
        assert seen.status is Status.CLOSED

    async def test_of_a_deleted_ticket_says_so_and_marks_it(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id)
        bench.memory.delete(SURVEY)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, "no ticket" in effect.reason) == (EffectState.REJECTED, True)
        seen = bench.case(survey_id).survey_ticket
        assert seen is not None
        assert seen.status is Status.DELETED

    async def test_after_an_own_write_that_arrived_late_is_no_refusal(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LATE)
        await bench.later(5)  # read back: not there
        bench.memory.arrive()
        bench.memory.touch(SURVEY, status=Status.CLOSED)
        await bench.comes_home_once(taken)


class TestATicketThatMovedOnHarmlessly:
    async def test_takes_the_effect_on_top_of_what_others_did(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        before = bench.effects(taken)[0]
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"), fields={7: "x"}, assignee_name="Sol M.")
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "vip", "csat_evaluation")
        assert [landed.change.op_id for landed in bench.memory.landed] == [before.op_id]
        steps = bench.dispatch.history(before.id)
        assert [step.event for step in steps] == ["claimed", "rebased", "claimed", "landed"]
        assert "tags" in steps[1].sentence

    async def test_takes_the_later_effects_of_the_decision_along(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.memory.applies == 3
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "vip", "csat_followup")

    async def test_again_and_again_is_the_persons_to_see_in_the_end(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(*[Fault.CONFLICT] * 20)
        await bench.run_down()
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.applies) == (EffectState.CONFLICT, ticket_sender.MOST_REBASES + 1)
        assert f"moved on {ticket_sender.MOST_REBASES} times" in effect.reason
        bench.dispatch.retry(effect.id)
        await bench.run_down()
        assert (bench.states(taken)[0], bench.memory.applies) == (
            EffectState.CONFLICT,
            2 * (ticket_sender.MOST_REBASES + 1),
        )

    @pytest.mark.parametrize("error", [Unreachable("no network"), Malformed("nonsense"), ValueError("a bug")])
    async def test_that_cannot_be_looked_at_lets_the_effect_wait(self, bench: Bench, error: Exception) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        bench.memory.fail_reads(error)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.not_before > bench.clock.at) == (EffectState.QUEUED, True)
        assert "could not check what changed" in effect.reason
        await bench.comes_home_once(taken)

    async def test_that_is_gone_by_then_is_told_so(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        conflicting = bench.memory.apply

        async def conflict_and_delete(change: TicketChange) -> Receipt:
            bench.memory.fail_next(Fault.CONFLICT)
            try:
                return await conflicting(change)
            finally:
                bench.memory.delete(SURVEY)

        bench.memory.apply = conflict_and_delete  # type: ignore[method-assign]
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, "there is no ticket" in effect.reason) == (EffectState.REJECTED, True)

    async def test_after_an_attempt_that_was_never_answered_is_the_persons(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LATE)
        bench.clock.forward(5)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        await bench.run_down()
        effect = bench.effects(taken)[0]
        assert (effect.state, "never answered" in effect.reason) == (EffectState.CONFLICT, True)
        bench.dispatch.retry(effect.id)
        await bench.run_down()
        bench.memory.arrive()  # the first attempt comes at last: the ticket has moved past its base
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert len(bench.bodies(SURVEY)) == 1

    async def test_is_the_persons_where_it_is_not_known_what_they_saw(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        with bench.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET seen = NULL")
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.CONFLICT
        bench.dispatch.retry(bench.effects(taken)[0].id)
        bench.clock.forward(2)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip", "twice"))
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2


class TestATicketThatMovedOnInEarnest:
    async def test_is_told_with_who_wrote_and_what_changed(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.clock.forward(5)
        message = bench.memory.add_message(SURVEY, "I have this one.", author=Author.AGENT, public=False)
        bench.memory.touch(SURVEY, status=Status.PENDING, tags=("vip",))
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert effect.state is EffectState.CONFLICT
        assert effect.reason == (
            f"Ana Pires wrote an internal note {local_time(message.created_at)}; its status went from open to pending; "
            "nothing was applied"
        )

    async def test_while_the_person_chose_over_it_is_told_anew(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, subject="Moved")
        await bench.after_grace()
        bench.dispatch.retry(bench.effects(taken)[0].id)
        bench.clock.forward(2)
        bench.memory.touch(SURVEY, status=Status.PENDING)
        await bench.run_down()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.reason) == (
            EffectState.CONFLICT,
            "its status went from open to pending; nothing was applied",
        )


class TestTwoDecisionsOnOneTicket:
    """The second was taken before the first had landed, and nothing was fetched between."""

    def two(self, bench: Bench) -> tuple[TakenDecision, TakenDecision]:
        first = bench.follow_up(bench.arrive(1))
        bench.memory.add_ticket(survey_ticket(2), tags=(SURVEY_TAG,))
        arrived = arriving(2, source_ticket_id=SOURCE)
        with bench.database.write() as connection:
            tickets.put_tickets(connection, [bench.there(survey_ticket(2))], bench.clock.at)
            surveys.put_surveys(connection, [arrived])
            survey_id = ids(connection, [arrived.survey.source])[0]
        return first, bench.follow_up(survey_id, REPLY | {"reply": "And the second thing as well."})

    async def test_both_land_and_the_first_is_no_news_to_the_second(self, bench: Bench) -> None:
        first, second = self.two(bench)
        bench.clock.forward(3)
        await bench.after_grace()
        await bench.run_down()
        assert (bench.states(first), bench.states(second)) == (DONE, DONE)
        assert bench.bodies(SOURCE) == [REPLY["reply"], "And the second thing as well."]
        assert [step.event for step in bench.dispatch.history(bench.effects(second)[0].id)] == [
            "claimed", "rebased", "claimed", "landed",
        ]  # fmt: skip

    async def test_they_are_never_on_their_way_at_the_same_moment(self, bench: Bench) -> None:
        self.two(bench)
        under_way: Counter[int] = Counter()
        most: Counter[int] = Counter()

        class Slow(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                under_way[change.ticket_id] += 1
                most[change.ticket_id] = max(most[change.ticket_id], under_way[change.ticket_id])
                for _ in range(5):
                    await asyncio.sleep(0)
                under_way[change.ticket_id] -= 1
                return await super().apply(change)

        slow = Slow(bench.clock)
        slow._tickets, slow._messages = bench.memory._tickets, bench.memory._messages
        bench.clock.forward(11)
        deliverer = bench.new_deliverer("slow", slow)
        await deliverer.run_once()
        bench.clock.forward(1)
        await deliverer.run_once()
        assert most[SOURCE] == 1
        assert len(slow.landed) == 4

    async def test_the_second_waits_until_the_fate_of_the_first_is_known(self, bench: Bench) -> None:
        first, second = self.two(bench)
        bench.memory.fail_next(Fault.DROP_AFTER)
        bench.clock.forward(3)
        await bench.after_grace()
        assert bench.states(first)[0] is EffectState.UNKNOWN
        assert (bench.states(second)[0], bench.memory.applies) == (EffectState.QUEUED, 1)
        await bench.run_down()
        assert (bench.states(first), bench.states(second)) == (DONE, DONE)


class TestACustomerWhoWroteAfterTheDecision:
    def writes(self, bench: Bench, ticket_id: TicketId, author: Author = Author.CUSTOMER) -> Message:
        """Let somebody write, and the pull bring it here."""
        bench.clock.forward(3)
        bench.memory.touch(ticket_id)
        message = bench.memory.add_message(ticket_id, "It has come after all!", author=author, public=True)
        with bench.database.write() as connection:
            tickets.put_transcripts(connection, [(ticket_id, bench.memory._messages[ticket_id], None)])
        return message

    async def test_is_read_before_anything_is_sent(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        message = self.writes(bench, SOURCE)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.applies) == (EffectState.CONFLICT, 0)
        assert effect.reason == f"the customer wrote {local_time(message.created_at)}, after you decided; read it first"
        assert [step.event for step in bench.dispatch.history(effect.id)] == ["stale"]
        bench.dispatch.retry(effect.id)
        await bench.run_down()
        assert bench.states(taken) == DONE

    async def test_on_another_ticket_holds_nothing_up(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        self.writes(bench, SOURCE)
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_is_not_taken_for_one_when_it_was_a_colleague(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        self.writes(bench, SURVEY, Author.AGENT)
        await bench.after_grace()
        assert (bench.states(taken)[0], bench.memory.applies) == (
            EffectState.CONFLICT,
            1,
        )  # the help desk said so, not we

    async def test_is_noticed_for_an_effect_without_any_base(self, bench: Bench) -> None:
        taken, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
        with bench.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET seen = NULL, base = NULL")
        self.writes(bench, SURVEY)
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.CONFLICT
        assert bench.states(other) == [EffectState.CONFIRMED] * 2

    async def test_does_not_hide_that_an_own_lost_attempt_has_arrived(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LATE)
        await bench.later(5)  # read back: not there
        bench.memory.arrive()
        self.writes(bench, SURVEY)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert (bench.memory.applies, len(bench.bodies(SURVEY))) == (1, 1)


async def test_a_conflict_that_is_the_writes_own_doing_is_told_by_the_transcript(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = bench.ask(bench.arrive())
    original = bench.memory.apply

    async def applied_twice_by_a_proxy(change: TicketChange) -> Receipt:
        await original(change)
        raise WriteConflict("somebody has changed the ticket in the meantime")

    monkeypatch.setattr(bench.memory, "apply", applied_twice_by_a_proxy)
    bench.clock.forward(3)
    await bench.after_grace()
    await bench.comes_home_once(taken)


async def test_an_own_lost_write_that_no_record_tells_of_yet_is_told_by_the_transcript(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = bench.ask(bench.arrive())
    bench.memory.fail_next(Fault.DROP_AFTER)
    bench.clock.forward(3)

    async def no_record_yet(*_: object) -> None:
        return None

    monkeypatch.setattr(bench.memory, "find", no_record_yet)
    await bench.after_grace()
    await bench.run_down()
    assert bench.states(taken) == [EffectState.CONFIRMED] * 2
    assert (bench.memory.applies, len(bench.bodies(SURVEY))) == (2, 1)
