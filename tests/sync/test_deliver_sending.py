"""A decision on its straight way out: in order, case beside case, as it was decided."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.domain.effect import EffectEvent, EffectState, ImpossibleStep, OutboxSummary
from csat_tui.domain.errors import Unreachable
from csat_tui.domain.ticket import Receipt, Status, TicketChange
from csat_tui.store import outbox, sheets
from csat_tui.store.sheets import SheetView
from csat_tui.sync import deliverer
from tests.builders import NOON, the_playbook
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.sync.bench import SURVEY_TAG, Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)
DONE = [EffectState.CONFIRMED] * 3


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
            rows = sheets.older(connection, SheetView(), None, 9)
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
        seen: list[tuple[EffectState, int, bool]] = []

        class Watching(MemoryDesk):
            async def apply(self, change: TicketChange) -> Receipt:
                effect = bench.effects(taken)[0]
                seen.append((effect.state, effect.attempt, effect.read_from is not None))
                return await super().apply(change)

        watching = Watching(bench.clock)
        watching._tickets, watching._messages = bench.memory._tickets, bench.memory._messages
        bench.clock.at = taken.sends_at
        await bench.new_deliverer("watching", watching).run_once()
        assert seen == [(EffectState.SENDING, 1, True)]

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
        assert most == deliverer.PARALLEL_EFFECTS
        assert [bench.states(taken)[0] for taken in decisions] == [
            EffectState.QUEUED if number == 2 else EffectState.CONFIRMED for number in range(1, 7)
        ]

    async def test_any_number_of_effects_that_wait_for_a_person_hold_up_no_other(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(deliverer, "EFFECTS_PER_ROUND", 3)
        bench.memory.fail_next(*[Fault.REFUSED] * 10)
        for number in range(10):
            bench.ask(bench.arrive(number))
        await bench.after_grace()
        assert bench.memory.applies == 3
        await bench.run_down()
        assert bench.dispatch.summary() == OutboxSummary(held=10, needs_person=10)
        taken = bench.ask(bench.arrive(1_000))
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2


class TestOneTicketForTwoEffects:
    """The source ticket is closed, so reply and note both go to the survey ticket."""

    async def test_the_second_is_based_on_what_the_first_left(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == DONE
        first, second = bench.memory.landed
        assert (first.change.ticket_id, second.change.ticket_id) == (SURVEY, SURVEY)
        assert second.change.base == first.receipt.stamp
        assert first.change.tags is None
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "csat_followup")

    async def test_the_second_is_not_sent_within_the_second_of_its_base(self, bench: Bench) -> None:
        """A write that lands within it leaves the stamp standing, and would be taken a second time under it."""
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.QUEUED, EffectState.QUEUED]
        await bench.later(1)
        assert bench.states(taken) == DONE

    async def test_the_second_keeps_what_a_rule_of_the_help_desk_added_to_the_first(self, bench: Bench) -> None:
        bench.follow_up(bench.arrive(closed=True))
        bench.memory.rule_tags = ("replied_by_rule",)
        await bench.after_grace()
        await bench.run_down()
        assert set(bench.there(SURVEY).tags) >= {SURVEY_TAG, "csat_followup", "replied_by_rule"}
        assert "replied_by_rule" in (bench.memory.landed[1].change.tags or ())

    async def test_the_second_keeps_what_somebody_added_in_the_very_second_of_the_first(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace()
        bench.memory.touch_within_its_second(SURVEY, tags=(*bench.there(SURVEY).tags, "vip"))
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "vip", "csat_followup")

    async def test_the_second_is_based_on_a_first_that_was_only_found_by_reading_back(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace(Fault.DROP_AFTER)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.bodies(SURVEY) == [
            "Sorry for the trouble; the credit is on your account.",
            "FOLLOWED UP on ticket #7300001",
        ]

    async def test_a_change_by_somebody_else_between_the_two_is_a_conflict_of_the_second(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive(closed=True))
        await bench.after_grace(Fault.DROP_AFTER)
        bench.clock.forward(2)
        bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "vip"), status=Status.PENDING)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.CONFLICT, EffectState.QUEUED]
        bench.dispatch.retry(bench.effects(taken)[1].id)
        await bench.run_down()
        assert bench.states(taken) == DONE
        assert bench.there(SURVEY).tags == (SURVEY_TAG, "vip", "csat_followup")


async def test_over_a_harmless_change_a_note_keeps_what_somebody_added_in_the_very_second_of_it(bench: Bench) -> None:
    taken = bench.ask(bench.arrive())
    bench.clock.at = taken.sends_at
    bench.memory.touch(SURVEY, tags=(SURVEY_TAG, "first"))
    await bench.deliverer.run_once()
    bench.memory.touch_within_its_second(SURVEY, tags=(SURVEY_TAG, "first", "second"))
    await bench.run_down()
    assert bench.states(taken) == [EffectState.CONFIRMED] * 2
    assert set(bench.there(SURVEY).tags) > {SURVEY_TAG, "first", "second"}


class TestOrderWithinACase:
    async def test_a_rejected_reply_holds_back_the_note_that_tells_of_it(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.REFUSED)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.REJECTED, EffectState.QUEUED, EffectState.QUEUED]
        assert bench.memory.landed == []
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == DONE

    async def test_an_unreachable_moment_holds_back_what_comes_after(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.UNREACHABLE)
        assert bench.states(taken) == [EffectState.QUEUED] * 3
        assert bench.memory.applies == 1


class TestWhatWasAlteredOnDisk:
    @pytest.mark.parametrize(
        "alteration",
        [
            "payload = replace(payload, 'charged', 'CHARGED')",
            "payload = 'not json'",
            """payload = '{"body": [], "status": [], "sources": 5, "to": 7, "cells": [1]}'""",
            "payload = '[]'",
            """payload = '{"body": 7, "status": "melted", "add_tags": null}'""",
            "kind = 'reply'",
            "ticket_id = ticket_id + 1",
            "op_id = 'another'",
        ],
    )
    async def test_is_set_aside_and_not_sent(self, bench: Bench, alteration: str) -> None:
        taken, other = bench.ask(bench.arrive(1)), bench.ask(bench.arrive(2))
        with bench.database.write() as connection:
            connection.exec_driver_sql(
                f"UPDATE outbox SET {alteration} WHERE decision_id = ? AND position = 0", (taken.decision_id,)
            )
        await bench.after_grace()
        effect = bench.effects(taken)[0]
        assert (effect.state, "the disk has altered its words" in effect.reason) == (EffectState.DAMAGED, True)
        assert bench.states(other) == [EffectState.CONFIRMED] * 2
        assert [landed.change.ticket_id for landed in bench.memory.landed] == [survey_ticket(2)]

    async def test_is_not_written_into_the_tracker_either(self, bench: Bench) -> None:
        taken = bench.ask(bench.arrive())
        with bench.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET payload = '{\"cells\":{}}' WHERE kind = 'tracker'")
        await bench.after_grace()
        assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.DAMAGED]
        with bench.database.read() as connection:
            assert sheets.older(connection, SheetView(), None, 9) == []


def test_a_changed_effect_is_never_sent_under_an_old_reading(bench: Bench) -> None:
    taken = bench.ask(bench.arrive())
    effect = bench.effects(taken)[0]
    bench.desk.undo(taken.decision_id)
    with pytest.raises(ImpossibleStep), bench.database.write() as connection:
        outbox.move(connection, effect, EffectEvent.CLAIMED, at=NOON)
    with pytest.raises(ImpossibleStep), bench.database.write() as connection:
        outbox.move(connection, replace(effect, attempt=3, state=EffectState.WITHDRAWN), EffectEvent.CLAIMED, at=NOON)
