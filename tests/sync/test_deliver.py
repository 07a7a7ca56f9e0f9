"""From the outbox to a receipt: whatever happens on the way, no effect is there twice and none is lost."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from csat_tui.domain.change import Receipt, TicketChange, Unreachable
from csat_tui.domain.outbox import State, Summary
from csat_tui.domain.ticket import Author, Status
from csat_tui.store import outbox, tracker, turns
from csat_tui.store.errors import StoreFull
from csat_tui.sync import courier, deliver
from csat_tui.sync.pauses import SHORTEST
from csat_tui.transport import session
from tests.builders import NOON, the_playbook
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.sync.bench import SURVEY_TAG, Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)
DONE = [State.CONFIRMED] * 3


def the_change(bench: Bench, number: int = 0) -> TicketChange:
    return bench.memory.landed[number].change


class TestTheStraightWay:
    async def test_a_decision_becomes_a_reply_a_note_and_a_row_in_that_order(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace()
        assert bench.states(taken) == DONE
        assert [(landed.change.ticket_id, landed.change.public) for landed in bench.memory.landed] == [
            (SOURCE, True),
            (SURVEY, False),
        ]
        note = bench.there(SURVEY)
        assert (note.status, note.tags) == (Status.SOLVED, (SURVEY_TAG, "csat_followup"))
        with bench.database.read() as connection:
            rows = tracker.latest(connection, 9)
        assert [(row.survey_id, row.cells["C"], row.cells["H"]) for row in rows] == [
            (taken.survey_id, "Followed up", "Ana")
        ]

    async def test_each_effect_has_its_receipt(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace()
        reply, note, row = bench.effects(taken)
        assert [effect.reference for effect in (reply, note)] == [
            landed.receipt.reference for landed in bench.memory.landed
        ]
        assert (reply.landed_at, row.reference, row.landed_at) == (bench.clock.at, "tracker", bench.clock.at)
        assert [step.event for step in bench.dispatch.history(reply.id)] == ["claimed", "landed"]

    async def test_nothing_leaves_before_the_time_for_undoing_is_over(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        assert await bench.deliverer.run_once() == taken.sends_at == NOON + the_playbook().undo
        bench.clock.at = taken.sends_at - timedelta(milliseconds=1)
        await bench.deliverer.run_once()
        assert bench.memory.applies == 0
        bench.clock.at = taken.sends_at
        assert await bench.deliverer.run_once() is None
        assert bench.memory.applies == 2

    async def test_a_write_is_on_disk_before_its_first_byte_leaves(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        seen: list[tuple[State, int, bool]] = []

        class Watching(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                effect = bench.effects(taken)[0]
                seen.append((effect.state, effect.attempt, effect.read_from is not None))
                return await super().apply(change)

        watching = Watching(bench.clock)
        watching._tickets, watching._messages = bench.memory._tickets, bench.memory._messages
        bench.clock.at = taken.sends_at
        await bench.new_deliverer("watching", watching).run_once()
        assert seen == [(State.SENDING, 1, True)]

    async def test_cases_are_delivered_side_by_side_and_an_effect_of_one_does_not_hold_up_another(
        self, bench: Bench
    ) -> None:
        decisions = [bench.ask(bench.arrive(number)) for number in range(1, 7)]
        together, most = 0, 0

        class Slow(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                nonlocal together, most
                together += 1
                most = max(most, together)
                for _ in range(5):
                    await asyncio.sleep(0)
                together -= 1
                if change.ticket_id == survey_ticket(2):
                    raise Unreachable("no route")
                return await super().apply(change)

        slow = Slow(bench.clock)
        slow._tickets, slow._messages = bench.memory._tickets, bench.memory._messages
        bench.clock.at = decisions[0].sends_at
        await bench.new_deliverer("slow", slow).run_once()
        assert most == deliver.PARALLEL
        assert [bench.states(taken)[0] for taken in decisions] == [
            State.QUEUED if number == 2 else State.CONFIRMED for number in range(1, 7)
        ]

    async def test_any_number_of_effects_that_wait_for_a_person_hold_up_no_other(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(deliver, "AT_ONCE", 3)
        bench.memory.fail_next(*[Fault.REFUSED] * 10)
        for number in range(10):
            bench.ask(bench.arrive(number))
        await bench.after_grace()
        assert bench.memory.applies == 3
        await bench.run_down()
        assert bench.dispatch.summary() == Summary(held=10, needs_person=10)
        taken = bench.ask(bench.arrive(1_000))
        await bench.after_grace()
        assert bench.states(taken) == [State.CONFIRMED] * 2


class TestOneTicketForTwoEffects:
    """The source ticket is closed, so reply and note both go to the survey ticket."""

    async def test_the_second_is_based_on_what_the_first_left(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace()
        assert bench.states(taken) == DONE
        first, second = bench.memory.landed
        assert (first.change.ticket_id, second.change.ticket_id) == (SURVEY, SURVEY)
        assert second.change.base == first.receipt.stamp
        assert first.change.tags is None
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "csat_followup")

    async def test_the_second_keeps_what_a_rule_of_the_help_desk_added_to_the_first(self, bench: Bench) -> None:
        bench.follow_up(bench.arrive(closed=True))
        bench.memory.rule_tags = ("replied_by_rule",)
        await bench.after_grace()
        assert set(bench.there(SURVEY).tags) >= {SURVEY_TAG, "csat_followup", "replied_by_rule"}
        assert "replied_by_rule" in (bench.memory.landed[1].change.tags or ())

    async def test_the_second_is_based_on_a_first_that_was_only_found_by_reading_back(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        bench.memory.fail_next(Fault.DROP_AFTER)
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.bodies(SURVEY) == [
            "Sorry for the trouble; the credit is on your account.",
            "FOLLOWED UP on ticket #7300001",
        ]

    async def test_a_change_by_somebody_else_between_the_two_is_a_conflict_of_the_second(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        bench.memory.fail_next(Fault.DROP_AFTER)
        await bench.after_grace()
        bench.clock.forward(2)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"), status=Status.PENDING)
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED, State.CONFLICT, State.QUEUED]
        bench.dispatch.retry(bench.effects(taken)[1].id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "vip", "csat_followup")


class TestOrderWithinACase:
    async def test_a_rejected_reply_holds_back_the_note_that_tells_of_it(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        bench.memory.fail_next(Fault.REFUSED)
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == [State.REJECTED, State.QUEUED, State.QUEUED]
        assert bench.memory.landed == []
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == DONE

    async def test_an_unreachable_moment_holds_back_what_comes_after(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        bench.memory.fail_next(Fault.UNREACHABLE)
        await bench.after_grace()
        assert bench.states(taken) == [State.QUEUED] * 3
        assert bench.memory.applies == 1


class TestWhatWasNotSent:
    async def test_goes_back_and_is_sent_again_as_it_was_after_growing_pauses(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        before = bench.effects(taken)[0]
        bench.memory.offline = True
        pauses: list[float] = []
        bench.clock.at = taken.sends_at
        for _ in range(12):
            again_at = await bench.deliverer.run_once()
            assert again_at is not None
            pauses.append((again_at - bench.clock.at).total_seconds())
            bench.clock.at = again_at
        after = bench.effects(taken)[0]
        assert after.state is State.QUEUED
        assert (after.op_id, after.base, after.tags) == (before.op_id, before.base, before.tags)
        assert "nothing was sent" in after.reason
        assert all(SHORTEST <= pause <= 2.0**failures for failures, pause in enumerate(pauses, 1))
        assert courier.LONGEST_PAUSE / 4 < max(pauses) <= courier.LONGEST_PAUSE
        bench.memory.offline = False
        await bench.run_down()
        assert [landed.change.op_id for landed in bench.memory.landed] == [before.op_id]

    async def test_waits_as_long_as_the_help_desk_asks_for(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.LIMITED)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.not_before) == (State.QUEUED, bench.clock.at + timedelta(seconds=2))
        await bench.later(1.9)
        assert bench.memory.applies == 1
        await bench.later(0.1)
        assert bench.states(taken) == [State.CONFIRMED] * 2

    async def test_under_a_credential_that_expired_waits_and_is_not_rejected(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.denied = True
        await bench.after_grace()
        assert bench.states(taken)[0] is State.QUEUED
        bench.memory.denied = False
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2

    async def test_is_not_rejected_while_nobody_can_say_whether_the_credential_is_good(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.DENIED)
        bench.memory.fail_reads(Unreachable("no network"))
        await bench.after_grace()
        assert bench.states(taken)[0] is State.QUEUED
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2


class TestALostAnswer:
    @pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.LATE])
    async def test_to_a_note_that_did_not_arrive_sends_it_again_as_it_was(self, bench: Bench, fault: Fault) -> None:
        taken = bench.ask(bench.arrive())
        before = bench.effects(taken)[0]
        bench.memory.fail_next(fault)
        await bench.after_grace()
        assert bench.states(taken)[0] is State.UNKNOWN
        await bench.later(courier.SETTLING.total_seconds() - 0.1)
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
        bench.memory.fail_next(Fault.DROP_AFTER)
        await bench.after_grace()
        assert bench.states(taken)[0] is State.UNKNOWN
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert (bench.memory.applies, len(bench.bodies(SURVEY))) == (1, 1)
        assert bench.effects(taken)[0].reference == bench.memory.landed[0].receipt.reference

    async def test_to_a_note_that_was_slow_is_found_by_the_conflict_it_causes(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.LATE)
        await bench.after_grace()
        await bench.later(5)  # read back: not there
        bench.memory.arrive()
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert len(bench.bodies(SURVEY)) == 1

    async def test_that_cannot_be_read_back_stays_unknown_and_sends_nothing(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.DROP_AFTER)
        await bench.after_grace()
        bench.memory.offline = True
        for _ in range(5):
            await bench.later(600)
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.applies) == (State.UNKNOWN, 1)
        assert "not known yet whether it arrived" in effect.reason
        bench.memory.offline = False
        await bench.run_down()
        assert len(bench.bodies(SURVEY)) == 1

    async def test_to_a_reply_that_is_not_there_asks_the_person_and_never_sends_it_by_itself(
        self, bench: Bench
    ) -> None:
        taken = bench.follow_up(bench.arrive())
        bench.memory.fail_next(Fault.DROP_BEFORE)
        await bench.after_grace()
        await bench.run_down()
        reply = bench.effects(taken)[0]
        assert reply.state is State.ASKING
        assert "twice" in reply.reason
        for _ in range(5):
            await bench.later(3600)
        assert (bench.memory.applies, bench.states(taken)) == (1, [State.ASKING, State.QUEUED, State.QUEUED])
        bench.dispatch.retry(reply.id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert len(bench.bodies(SOURCE)) == 1

    async def test_to_a_reply_that_arrives_while_the_person_is_asked_is_seen_when_they_send_it_again(
        self, bench: Bench
    ) -> None:
        taken = bench.follow_up(bench.arrive())
        bench.memory.fail_next(Fault.LATE)
        await bench.after_grace()
        await bench.run_down()
        bench.memory.arrive()
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert len(bench.bodies(SOURCE)) == 1

    async def test_to_a_reply_that_the_person_has_seen_there_lets_the_rest_go_on(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        bench.memory.fail_next(Fault.DROP_BEFORE)
        await bench.after_grace()
        await bench.run_down()
        bench.dispatch.accept_as_sent(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert (bench.bodies(SOURCE), len(bench.bodies(SURVEY))) == ([], 1)

    async def test_to_a_reply_shows_the_person_the_ticket_as_it_is_now(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        bench.memory.fail_next(Fault.DROP_BEFORE)
        await bench.after_grace()
        bench.memory.touch(SOURCE)
        bench.memory.add_message(SOURCE, "Are you there?", author=Author.CUSTOMER, public=True)
        await bench.run_down()
        assert bench.states(taken)[0] is State.ASKING
        assert [message.body for message in bench.case(taken.survey_id).messages] == ["Are you there?"]

    async def test_about_a_ticket_that_is_deleted_meanwhile_is_rejected_with_a_sentence(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.DROP_BEFORE)
        await bench.after_grace()
        bench.memory.delete(SURVEY)
        await bench.run_down()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.reason) == (State.REJECTED, f"there is no ticket #{SURVEY} (any more)")


class TestAConflict:
    async def test_with_somebody_elses_change_goes_to_the_person_with_both_sides(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.clock.forward(3)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"))
        bench.memory.add_message(SURVEY, "I have this one.", author=Author.AGENT, public=False)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.landed) == (State.CONFLICT, [])
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
        bench.memory.fail_next(Fault.LATE)
        await bench.after_grace()
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
        assert bench.states(taken)[0] is State.UNKNOWN
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert len(bench.bodies(SURVEY)) == 1


class TestARefusal:
    async def test_of_one_write_is_the_persons_to_see_with_its_sentence(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.DENIED)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.reason) == (State.REJECTED, "you may not write internal notes")

    async def test_of_a_closed_ticket_shows_the_ticket_as_it_is(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.ask(survey_id)
        bench.memory.touch(SURVEY, status=Status.CLOSED)
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert effect.state is State.REJECTED
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
        assert (effect.state, "no ticket" in effect.reason) == (State.REJECTED, True)
        seen = bench.case(survey_id).survey_ticket
        assert seen is not None
        assert seen.status is Status.DELETED

    async def test_after_an_own_write_that_arrived_late_is_no_refusal(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.LATE)
        await bench.after_grace()
        await bench.later(5)  # read back: not there
        bench.memory.arrive()
        bench.memory.touch(SURVEY, status=Status.CLOSED)
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert len(bench.bodies(SURVEY)) == 1


class TestWhatWasAlteredOnDisk:
    @pytest.mark.parametrize(
        "alteration",
        [
            "payload = replace(payload, 'charged', 'CHARGED')",
            "payload = 'not json'",
            "payload = '[]'",
            """payload = '{"body": 7, "status": "melted", "add_tags": null}'""",
            "kind = 'reply'",
            "ticket_id = ticket_id + 1",
            "op_id = 'another'",
        ],
    )
    async def test_is_rejected_and_not_sent(self, bench: Bench, alteration: str) -> None:
        taken, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
        with bench.database.write() as connection:
            connection.exec_driver_sql(
                f"UPDATE outbox SET {alteration} WHERE decision_id = ? AND position = 0", (taken.decision_id,)
            )
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, effect.reason) == (State.REJECTED, "its text was altered on the disk")
        assert bench.states(other) == [State.CONFIRMED] * 2
        assert [landed.change.ticket_id for landed in bench.memory.landed] == [survey_ticket(2)]

    async def test_is_not_written_into_the_tracker_either(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        with bench.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET payload = '{\"cells\":{}}' WHERE kind = 'tracker'")
        await bench.after_grace()
        assert bench.states(taken) == [State.CONFIRMED, State.REJECTED]
        with bench.database.read() as connection:
            assert tracker.latest(connection, 9) == ()


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
        assert bench.states(taken)[0] is State.SENDING
        ended.release()
        await bench.deliverer.run_once()
        effect = bench.effects(taken)[0]
        assert (effect.state, "ended while sending" in effect.reason) == (State.UNKNOWN, True)
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert len(bench.memory.landed) == 1

    async def test_after_resting_begins_nothing_more(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        await bench.deliverer.rest(1)
        await bench.after_grace()
        assert (bench.states(taken)[0], bench.memory.applies) == (State.QUEUED, 0)


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
        assert bench.states(taken)[0] is State.UNKNOWN
        assert "KeyError" in caplog.text
        monkeypatch.undo()
        await bench.run_down()
        assert len(bench.memory.landed) == 1
        assert bench.states(taken) == [State.CONFIRMED] * 2

    async def test_while_reading_back_leaves_it_unknown_and_the_others_on_their_way(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = bench.ask(bench.arrive(1))
        bench.memory.fail_next(Fault.DROP_AFTER)
        await bench.after_grace()
        bench.memory.fail_reads(ValueError("a bug"))
        other = bench.ask(bench.arrive(2))
        await bench.after_grace()
        assert bench.states(taken)[0] is State.UNKNOWN
        assert bench.states(other) == [State.CONFIRMED] * 2
        await bench.run_down()
        assert len(bench.memory.landed) == 2

    async def test_while_looking_at_a_refused_ticket_changes_nothing_about_the_refusal(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.fail_next(Fault.REFUSED)
        bench.memory.fail_reads(ValueError("a bug"))
        await bench.after_grace()
        assert bench.states(taken)[0] is State.REJECTED


class TestAFailingDisk:
    async def test_that_cannot_keep_a_receipt_reads_it_back_when_it_works_again(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
        original, failing = outbox.move, [1]

        def full(connection: object, item: outbox.OutboxItem, event: outbox.Event, **more: object) -> State:
            if event is outbox.Event.LANDED and item.ticket_id == SURVEY and failing:
                failing.pop()
                raise StoreFull("The disk is full.")
            return original(connection, item, event, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(outbox, "move", full)
        with pytest.raises(StoreFull):
            await bench.after_grace()
        assert bench.states(taken)[0] is State.SENDING
        assert bench.states(other) == [State.CONFIRMED] * 2
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert len(bench.bodies(SURVEY)) == 1


class TestTwoProcesses:
    async def test_only_the_holder_of_the_lease_sends(self, bench: Bench) -> None:
        bench.ask(bench.arrive())
        other = bench.new_deliverer("another process")
        await bench.deliverer.run_once()
        bench.clock.forward(10)
        again_at = await other.run_once()
        assert bench.memory.applies == 0
        assert again_at is not None
        assert again_at > bench.clock.at
        await bench.deliverer.run_once()
        assert bench.memory.applies == 1

    async def test_a_silent_holder_is_relieved_and_what_it_was_sending_is_read_back(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        stuck, go_on = asyncio.Event(), asyncio.Event()

        class Slow(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                receipt = bench.memory._apply(change)
                stuck.set()
                await go_on.wait()
                return receipt

        bench.clock.at = taken.sends_at
        silent = bench.new_deliverer("silent", Slow(bench.clock))
        sending = asyncio.create_task(silent.run_once())
        await stuck.wait()
        await bench.later(deliver.LEASE.total_seconds() - 1)
        assert bench.states(taken)[0] is State.SENDING
        await bench.later(1)
        assert bench.states(taken)[0] is State.UNKNOWN
        go_on.set()  # the silent one wakes up with its answer: too late, and no harm done
        await sending
        await bench.run_down()
        assert bench.states(taken) == [State.CONFIRMED] * 2
        assert len(bench.memory.landed) == 1
        bench.ask(bench.arrive(2))
        bench.clock.at += the_playbook().undo
        await silent.run_once()
        assert len(bench.memory.landed) == 1

    async def test_a_lease_given_back_is_taken_at_once(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        other = bench.new_deliverer("another process")
        await other.run_once()
        other.release()
        await bench.after_grace()
        assert bench.states(taken) == [State.CONFIRMED] * 2

    async def test_a_lease_from_before_the_clock_was_put_back_keeps_nobody_waiting(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        bench.clock.forward(7200)
        await bench.new_deliverer("died", MemoryDesk(bench.clock)).run_once()
        bench.clock.forward(-3600)
        await bench.run_down()
        assert bench.memory.applies == 0 or bench.states(taken)[0] is not State.QUEUED

    def test_a_lease_outlasts_any_one_request(self) -> None:
        assert deliver.LEASE.total_seconds() / 2 > session.LONGEST


def test_looking_for_what_is_due_costs_the_same_at_any_history(bench: Bench) -> None:
    plans: list[str] = []

    def look(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            raw = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append("\n".join(row[3] for row in raw.fetchall()))

    event.listen(bench.database._engine, "before_cursor_execute", look)
    with bench.database.read() as connection:
        turns.due(connection, NOON, 9)
        turns.next_due(connection)
        turns.in_flight(connection)
        outbox.summary(connection)
        outbox.unsettled(connection)
    assert len(plans) == 6
    for plan in plans:
        assert "ix_outbox_unsettled" in plan, plan
        assert "SCAN outbox\n" not in f"{plan}\n", plan
        assert "SCAN earlier" not in plan, plan


def test_a_changed_effect_is_never_sent_under_an_old_reading(bench: Bench) -> None:
    taken = bench.ask(bench.arrive())
    effect = bench.effects(taken)[0]
    bench.desk.undo(taken.decision_id)
    with pytest.raises(outbox.ImpossibleStep), bench.database.write() as connection:
        outbox.move(connection, effect, outbox.Event.CLAIMED, at=NOON)
    with pytest.raises(outbox.ImpossibleStep), bench.database.write() as connection:
        outbox.move(connection, replace(effect, attempt=3, state=State.WITHDRAWN), outbox.Event.CLAIMED, at=NOON)
