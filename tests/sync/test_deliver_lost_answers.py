"""Where no usable answer came: nothing is sent again before it is known what became of it."""

import asyncio
import logging

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.effect import EffectEvent, EffectState, ImpossibleStep
from csat_tui.domain.ticket import Author, Receipt, TicketChange
from csat_tui.store.errors import StoreFull
from csat_tui.store.outbox import OutboxItem, effects
from csat_tui.sync import ticket_sender
from csat_tui.sync.case_fetch import CaseFetcher
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.sync.bench import SURVEY_TAG, Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)
DONE = [EffectState.CONFIRMED] * 3


def the_change(bench: Bench, number: int = 0) -> TicketChange:
    return bench.memory.landed[number].change


class TestALostAnswer:
    @pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.LATE])
    async def test_to_a_note_that_did_not_arrive_sends_it_again_as_it_was(self, bench: Bench, fault: Fault) -> None:
        taken = bench.ask(bench.arrive())
        before = bench.effects(taken)[0]
        await bench.after_grace(fault)
        assert bench.states(taken)[0] is EffectState.UNKNOWN
        await bench.later(ticket_sender.SETTLING_TIME.total_seconds() - 0.1)
        assert bench.memory.finds == 0
        await bench.later(0.1)
        assert bench.memory.finds == 1
        await bench.run_down()
        change = the_change(bench)
        assert (change.op_id, change.base, change.tags) == (before.op_id, before.base, before.tags)
        bench.memory.arrive()
        assert len(bench.memory.landed) == 1
        assert [step.event for step in bench.dispatch.history(before.id)] == [
            "claimed",
            "lost",
            "absent",
            "claimed",
            "landed",
        ]

    async def test_to_a_note_that_arrived_is_made_up_for_by_reading_back(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.DROP_AFTER)
        assert bench.states(taken)[0] is EffectState.UNKNOWN
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert (bench.memory.applies, len(bench.bodies(SURVEY))) == (1, 1)
        assert bench.effects(taken)[0].reference == bench.memory.landed[0].receipt.reference

    async def test_to_a_note_that_was_slow_is_found_by_the_conflict_it_causes(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.LATE)
        await bench.later(5)  # read back: not there
        bench.memory.arrive()
        await bench.comes_home_once(taken)

    async def test_that_cannot_be_read_back_stays_unknown_and_sends_nothing(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.DROP_AFTER)
        bench.memory.offline = True
        for _ in range(5):
            await bench.later(600)
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.applies) == (EffectState.UNKNOWN, 1)
        assert "not known yet whether it arrived" in effect.reason
        bench.memory.offline = False
        await bench.run_down()
        assert len(bench.bodies(SURVEY)) == 1

    async def test_to_a_reply_that_is_not_there_asks_the_person_and_never_sends_it_by_itself(
        self, bench: Bench
    ) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.DROP_BEFORE)
        await bench.run_down()
        reply = bench.effects(taken)[0]
        assert reply.state is EffectState.ASKING
        assert "twice" in reply.reason
        for _ in range(5):
            await bench.later(3600)
        assert (bench.memory.applies, bench.states(taken)) == (
            1,
            [EffectState.ASKING, EffectState.QUEUED, EffectState.QUEUED],
        )
        bench.dispatch.retry(reply.id)
        await bench.comes_home_once(taken, SOURCE)

    async def test_to_a_reply_that_arrives_while_the_person_is_asked_is_seen_when_they_send_it_again(
        self, bench: Bench
    ) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.LATE)
        await bench.run_down()
        bench.memory.arrive()
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.comes_home_once(taken, SOURCE)

    async def test_to_a_reply_that_the_person_has_seen_there_lets_the_rest_go_on(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.DROP_BEFORE)
        await bench.run_down()
        bench.dispatch.accept_as_sent(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert (bench.bodies(SOURCE), len(bench.bodies(SURVEY))) == ([], 1)

    async def test_to_a_reply_shows_the_person_the_ticket_as_it_is_now(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.DROP_BEFORE)
        bench.memory.touch(SOURCE)
        bench.memory.add_message(SOURCE, "Are you there?", author=Author.CUSTOMER, public=True)
        await bench.run_down()
        assert bench.states(taken)[0] is EffectState.ASKING
        assert [message.body for message in bench.case(taken.survey_id).messages] == ["Are you there?"]

    async def test_about_a_ticket_that_is_deleted_meanwhile_is_rejected_with_a_sentence(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.after_grace(Fault.DROP_BEFORE)
        bench.memory.delete(SURVEY)
        await bench.run_down()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.reason) == (EffectState.REJECTED, f"there is no ticket #{SURVEY} (any more)")


class TestTagsAfterALostAnswer:
    """The reply and the note of a follow-up go to one ticket here, and the note adds a tag."""

    @pytest.mark.parametrize("how", ["read back", "transcript"])
    async def test_what_a_rule_or_somebody_else_added_beside_it_is_kept(self, bench: Bench, how: str) -> None:
        survey_id = bench.arrive(closed=True)
        taken = bench.follow_up(survey_id)
        bench.memory.rule_tags = ("routed_by_rule",)
        await bench.after_grace(Fault.DROP_AFTER)
        bench.memory.rule_tags = ()
        if how == "transcript":
            fetcher = CaseFetcher(bench.database, bench.memory, NoAdmin(), bench.clock)
            await fetcher.ticket(SURVEY)
            assert bench.states(taken)[0] is EffectState.CONFIRMED
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "routed_by_rule", "csat_followup")

    async def test_what_is_added_after_it_was_read_back_is_kept_too(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace(Fault.DROP_AFTER)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "vip", "csat_followup")


class TestAMessageThatOthersCanSee:
    """A rule at the help desk makes notes public and replies internal."""

    @pytest.mark.parametrize("how", ["answered", "read back", "transcript", "conflict"])
    @pytest.mark.parametrize("outcome", ["note", "reply"])
    async def test_is_the_persons_however_it_is_known_to_be_there(self, bench: Bench, how: str, outcome: str) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id) if outcome == "note" else bench.follow_up(survey_id)
        bench.memory.other_eyes = True
        faults = {"answered": [], "conflict": [Fault.LATE]}.get(how, [Fault.DROP_AFTER])
        await bench.after_grace(*faults)
        bench.memory.arrive()
        if how == "transcript":
            fetcher = CaseFetcher(bench.database, bench.memory, NoAdmin(), bench.clock)
            await fetcher.ticket(SURVEY if outcome == "note" else SOURCE)
            await fetcher.ticket(SURVEY if outcome == "note" else SOURCE)
        await bench.run_down()
        effect = bench.effects(taken)[0]
        assert effect.state is EffectState.MISDELIVERED
        said = "CAN READ YOUR INTERNAL NOTE" if outcome == "note" else "DOES NOT HAVE YOUR REPLY"
        assert said in effect.reason
        assert set(bench.states(taken)[1:]) == {EffectState.QUEUED}, "nothing more is sent until somebody has looked"
        assert bench.dispatch.summary().needs_person == 1
        assert bench.dispatch.summary().held == len(bench.states(taken)) - 1
        assert len(bench.memory.landed) == 1

    async def test_lets_the_rest_go_on_once_the_person_has_put_it_right(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        bench.memory.other_eyes = True
        await bench.after_grace()
        landed = bench.effects(taken)[0].landed_at
        bench.memory.other_eyes = False
        for impossible in (bench.dispatch.retry, bench.dispatch.give_up):
            with pytest.raises(ImpossibleStep):
                impossible(bench.effects(taken)[0].id)
        bench.clock.forward(60)
        bench.dispatch.accept_as_sent(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.effects(taken)[0].landed_at == landed
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "csat_followup")


class TestTheProgramEnding:
    async def test_while_sending_leaves_an_unknown_that_is_read_back(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        stuck = asyncio.Event()

        class Stuck(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                bench.memory._apply(change)
                stuck.set()
                await asyncio.Event().wait()
                raise AssertionError

        bench.clock.at = taken.sends_at
        ended = bench.new_deliverer("ended", Stuck(bench.clock))
        running = asyncio.create_task(ended.run_once())
        await stuck.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert bench.states(taken)[0] is EffectState.SENDING
        ended.release()
        await bench.deliverer.run_once()
        effect = bench.effects(taken)[0]
        assert (effect.state, "ended while sending" in effect.reason) == (EffectState.UNKNOWN, True)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert len(bench.memory.landed) == 1

    async def test_after_resting_begins_nothing_more(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.deliverer.drain(1)
        await bench.after_grace()
        assert (bench.states(taken)[0], bench.memory.applies) == (EffectState.QUEUED, 0)


class TestAFaultOfOurOwn:
    async def test_while_sending_says_nothing_about_what_the_help_desk_did(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        taken = bench.ask(bench.arrive())
        original = bench.memory.apply

        async def applied_and_broken(change: TicketChange) -> Receipt:
            await original(change)
            raise KeyError("audit")

        monkeypatch.setattr(bench.memory, "apply", applied_and_broken)
        with caplog.at_level(logging.ERROR):
            await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.UNKNOWN
        assert "KeyError" in caplog.text
        monkeypatch.undo()
        await bench.run_down()
        assert len(bench.memory.landed) == 1
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_while_reading_back_leaves_it_unknown_and_the_others_on_their_way(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = bench.ask(bench.arrive(1))
        await bench.after_grace(Fault.DROP_AFTER)
        bench.memory.fail_reads(ValueError("a bug"))
        other = bench.ask(bench.arrive(2))
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.UNKNOWN
        assert bench.states(other) == [EffectState.CONFIRMED] * 2
        await bench.run_down()
        assert len(bench.memory.landed) == 2

    async def test_while_looking_at_a_refused_ticket_changes_nothing_about_the_refusal(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.REFUSED)
        bench.memory.fail_reads(ValueError("a bug"))
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.REJECTED


class TestAFailingDisk:
    async def test_that_cannot_keep_a_receipt_reads_it_back_when_it_works_again(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
        original, failing = effects.move, [1]

        def full(connection: object, item: OutboxItem, event: EffectEvent, **more: object) -> EffectState:
            if event is EffectEvent.LANDED and item.ticket_id == SURVEY and failing:
                failing.pop()
                raise StoreFull("The disk is full.")
            return original(connection, item, event, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(effects, "move", full)
        with pytest.raises(StoreFull):
            await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.SENDING
        assert bench.states(other) == [EffectState.CONFIRMED] * 2
        await bench.comes_home_once(taken)
