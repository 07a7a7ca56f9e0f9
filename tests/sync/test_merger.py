"""Merges arrive once, whatever becomes of the answer, and never over what the person has not seen."""

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.errors import Unreachable
from csat_tui.domain.ticket import MERGED_TAG, Author, Receipt, Status, TicketMerge
from csat_tui.helpdesk.port import Capabilities
from csat_tui.store import outbox, tickets
from csat_tui.store.outbox import changes_since_seen
from csat_tui.sync import ticket_sender
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.sync.bench import Bench, source_ticket
from tests.sync.merging_bench import NEW, NEWER, PENDING, SOL, MergingBench

DONE = [EffectState.CONFIRMED] * 2


@pytest.fixture
async def merges(bench: Bench) -> MergingBench:
    made = MergingBench(bench)
    await made.stock()
    return made


async def test_a_merge_closes_its_source_and_then_one_write_sets_status_and_tells_the_owner(
    merges: MergingBench,
) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    await bench.after_grace()
    await bench.run_down()
    assert bench.states(taken) == DONE
    gone, stays = bench.there(NEW), bench.there(PENDING)
    assert (gone.status, gone.merged) == (Status.CLOSED, True)
    assert (stays.status, stays.assignee_id) == (Status.OPEN, SOL)
    told = merges.said(PENDING)
    assert told[-2:] == [
        "#42 went into this ticket, merged by Ana.",
        "Sol, #42 of the same customer was merged into this ticket of yours by Ana; it is “customer reply” now.",
    ]
    assert all(not message.public for message in bench.memory._messages[PENDING][-2:])
    assert "where is my box?" in bench.memory._messages[PENDING][-2].body
    assert bench.case(merges.survey_id).stage is Stage.OPEN
    assert merges.history().conversation(NEW).ticket.merged  # type: ignore[union-attr]


async def test_two_new_tickets_become_whose_who_merges_them(merges: MergingBench) -> None:
    bench = merges.bench
    with bench.database.write() as connection:
        from csat_tui.store import named_values

        named_values.remember(connection, "agent_id", str(bench.memory.agent.id), bench.clock.now())
    taken = merges.merge(NEWER, into=NEW)
    await bench.after_grace()
    await bench.run_down()
    assert bench.states(taken) == DONE
    assert (bench.there(NEW).status, bench.there(NEW).assignee_id) == (Status.NEW, bench.memory.agent.id)
    assert merges.merges_told(NEW) == 1


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.LATE])
async def test_a_lost_answer_is_looked_for_in_the_tickets_that_went(merges: MergingBench, fault: Fault) -> None:
    bench = merges.bench
    taken = merges.merge(NEW, NEWER)
    await bench.after_grace(fault)
    assert bench.states(taken)[0] is EffectState.UNKNOWN
    await bench.later(ticket_sender.SETTLING_TIME.total_seconds() - 0.1)
    assert bench.states(taken)[0] is EffectState.UNKNOWN, "a slow merge has its time"
    await bench.run_down()
    assert bench.states(taken) == DONE
    bench.memory.arrive()
    assert merges.merges_told() == 1
    assert [bench.there(one).tags.count(MERGED_TAG) for one in (NEW, NEWER)] == [1, 1]
    assert len([words for words in merges.said(PENDING) if words.startswith("Sol,")]) == 1


async def test_a_merge_that_arrives_after_it_was_looked_for_is_not_made_twice(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    await bench.after_grace(Fault.LATE)
    bench.memory.fail_next(Fault.UNREACHABLE)
    await bench.later(ticket_sender.SETTLING_TIME.total_seconds())
    bench.memory.arrive()
    await bench.run_down()
    assert bench.states(taken) == DONE
    assert merges.merges_told() == 1


async def test_a_program_that_ends_while_merging_looks_at_its_next_start(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    effect = bench.effects(taken)[0]
    with bench.database.write() as connection:
        outbox.move(
            connection, effect, EffectEvent.CLAIMED, at=bench.clock.now(), attempt=1, read_from=bench.clock.now()
        )
    bench.memory._merge(effect.merge())
    bench.clock.forward(60)
    bench.deliverer = bench.new_deliverer("the next start")
    await bench.run_down()
    assert bench.states(taken) == DONE
    assert bench.memory.merges == []
    assert merges.merges_told() == 1


async def test_a_job_that_fails_halfway_says_what_has_gone_and_goes_on_with_the_rest(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW, NEWER)
    await bench.after_grace(Fault.HALFWAY)
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.REJECTED
    assert "#42 was merged by then; a retry sends the rest" in effect.reason
    assert bench.states(taken)[1] is EffectState.QUEUED, "nobody is told of a merge that is not whole"
    bench.dispatch.retry(effect.id)
    await bench.run_down()
    assert bench.states(taken) == DONE
    assert [merge.sources for merge in bench.memory.merges] == [(NEW, NEWER), (NEWER,)]


async def test_a_ticket_that_does_not_go_is_named_and_the_others_have_gone(merges: MergingBench) -> None:
    bench = merges.bench
    bench.memory.stubborn = {NEWER}
    taken = merges.merge(NEW, NEWER)
    await bench.after_grace()
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.REJECTED
    assert "#43 could not be merged" in effect.reason
    assert "#42 was merged by then; a retry sends the rest" in effect.reason
    bench.memory.stubborn.clear()
    bench.dispatch.retry(effect.id)
    await bench.run_down()
    assert bench.states(taken) == DONE
    assert merges.merges_told() == 2, "each time for those that came"


@pytest.mark.parametrize("late", [False, True])
async def test_a_job_that_says_more_than_was_done_is_not_believed(merges: MergingBench, late: bool) -> None:
    bench = merges.bench
    bench.memory.stubborn, bench.memory.silent = {NEWER}, True
    taken = merges.merge(NEW, NEWER)
    await bench.after_grace()
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.UNKNOWN
    assert "#43 has not gone" in effect.reason
    if late:
        bench.memory.stubborn.clear()
    await bench.run_down()
    if late:
        assert bench.states(taken) == DONE
        return
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.REJECTED
    assert "#43 has not gone. Look at the tickets there. #42 was merged by then" in effect.reason
    assert bench.states(taken)[1] is EffectState.QUEUED


async def test_a_source_to_which_the_customer_has_written_since_is_the_persons_to_see(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.clock.forward(2)
    bench.memory.add_message(NEW, "It is here now.", author=Author.CUSTOMER, public=True)
    bench.memory.touch(NEW)
    await bench.after_grace()
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.CONFLICT
    assert effect.reason.startswith("on ticket #42: the customer wrote at")
    assert bench.memory.merges == []
    bench.dispatch.retry(effect.id)
    await bench.run_down()
    assert bench.states(taken) == DONE, "the person has seen it and merges all the same"


async def test_a_target_that_somebody_has_moved_on_is_the_persons_to_see(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.clock.forward(2)
    bench.memory.touch(PENDING, status=Status.SOLVED)
    await bench.after_grace()
    assert bench.states(taken)[0] is EffectState.CONFLICT
    assert "on ticket #41: its status went from pending to solved" in bench.effects(taken)[0].reason


async def test_tags_that_moved_are_no_news(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.memory.touch(NEW, tags=("vip",))
    bench.memory.touch(PENDING, tags=("vip",))
    await bench.after_grace()
    await bench.run_down()
    assert bench.states(taken) == DONE


async def test_a_source_that_was_merged_elsewhere_is_refused(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.memory.add_message(NEW, "See #43.", author=Author.AGENT, public=False)
    bench.memory.touch(NEW, status=Status.CLOSED, tags=(MERGED_TAG,))
    await bench.after_grace()
    assert bench.states(taken)[0] is EffectState.REJECTED
    assert "#42 was merged into another ticket" in bench.effects(taken)[0].reason


async def test_who_writes_between_merge_and_note_keeps_the_status_from_being_set_over_them(
    merges: MergingBench,
) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    await bench.after_grace()
    assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.QUEUED], (
        "the note was rebased on the merged ticket"
    )
    bench.clock.forward(2)
    bench.memory.add_message(PENDING, "On the way.", author=Author.AGENT, public=True)
    bench.memory.touch(PENDING, status=Status.SOLVED)
    await bench.run_down()
    assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.CONFLICT]
    assert bench.there(PENDING).status is Status.SOLVED


async def test_a_merge_given_up_takes_its_note_along_and_leaves_the_case_alone(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    await bench.after_grace(Fault.REFUSED)
    assert bench.dispatch.give_up(bench.effects(taken)[0].id) is None
    assert bench.states(taken) == [EffectState.WITHDRAWN] * 2
    await bench.run_down()
    assert merges.merges_told() == 0
    assert bench.case(merges.survey_id).draft.empty


async def test_a_note_on_the_same_ticket_from_before_the_merge_is_not_held_up_by_its_comment(
    merges: MergingBench,
) -> None:
    bench = merges.bench
    merges.merge(NEW, into=source_ticket(1))
    decided = bench.follow_up(merges.survey_id)
    await bench.after_grace()
    await bench.run_down()
    assert EffectState.CONFLICT not in bench.states(decided), [one.reason for one in bench.effects(decided)]


COLLEAGUES = (
    "#555 went into this ticket, merged by Carl.\n\n"
    "#555 “My box”, last from the customer:\nI am calling my lawyer today."
)


@pytest.mark.parametrize("merged_too", [False, True])
async def test_what_a_colleagues_merge_brought_here_is_the_persons_to_see(
    merges: MergingBench, merged_too: bool
) -> None:
    bench = merges.bench
    if merged_too:
        merges.merge(NEW, into=source_ticket(1))
    decided = bench.follow_up(merges.survey_id)
    bench.clock.forward(2)
    bench.memory.add_message(source_ticket(1), COLLEAGUES, author=Author.AGENT, public=False)
    bench.memory.touch(source_ticket(1))
    await bench.after_grace()
    await bench.run_down()
    reply = bench.effects(decided)[0]
    assert reply.state is EffectState.CONFLICT
    assert "wrote an internal note" in reply.reason
    assert bench.bodies(source_ticket(1)) == []
    conflict = bench.dispatch.conflict(reply.id)
    assert conflict is not None
    assert [message.body for message in conflict.since] == [COLLEAGUES]


async def test_a_colleagues_merge_keeps_ours_from_going_over_it(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.clock.forward(2)
    bench.memory.add_message(PENDING, COLLEAGUES, author=Author.AGENT, public=False)
    bench.memory.touch(PENDING)
    await bench.after_grace()
    assert bench.states(taken)[0] is EffectState.CONFLICT
    assert bench.memory.merges == []


async def test_a_merge_that_was_never_sent_from_here_is_not_ours(merges: MergingBench) -> None:
    bench = merges.bench
    merge = bench.effects(merges.merge(NEW))[0].merge()
    message = bench.memory.add_message(PENDING, merge.target_comment, author=Author.AGENT, public=False)
    with bench.database.write() as connection:
        tickets.put_transcripts(connection, [(PENDING, [message], bench.clock.at)])
        assert changes_since_seen.messages_without_merges(connection, PENDING) == [message]
        connection.exec_driver_sql("UPDATE outbox SET attempt = 1 WHERE kind = 'merge'")
        assert changes_since_seen.messages_without_merges(connection, PENDING) == []


async def test_a_ticket_that_is_gone_by_then_is_refused_by_its_number(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.memory.delete(NEW)
    await bench.after_grace()
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.REJECTED
    assert "there is no ticket #42 any more; nothing was applied" in effect.reason
    assert merges.merges_told() == 0


async def test_a_help_desk_that_cannot_merge_any_more_is_asked_for_nothing(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    bench.memory.capabilities = Capabilities(merging=False)
    await bench.after_grace()
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.REJECTED
    assert "this help desk cannot merge tickets; nothing was applied" in effect.reason
    assert bench.memory.merges == []


class Blind(MemoryDesk):
    """Cannot be read for a moment after each merge."""

    failures: tuple[Exception, ...] = ()

    async def merge(self, merge: TicketMerge) -> Receipt:
        receipt = await super().merge(merge)
        self.fail_reads(*self.failures)
        return receipt


async def test_a_merge_whose_tickets_cannot_be_looked_at_afterwards_is_looked_for_and_not_made_twice(
    merges: MergingBench,
) -> None:
    bench = merges.bench
    bench.memory.__class__ = Blind
    bench.memory.failures = (Unreachable("no route"),)  # type: ignore[attr-defined]
    taken = merges.merge(NEW)
    await bench.after_grace()
    effect = bench.effects(taken)[0]
    assert effect.state is EffectState.UNKNOWN
    assert "the merge was answered, and its tickets could not be looked at: no route" in effect.reason
    await bench.run_down()
    assert bench.states(taken) == DONE
    assert [merge.sources for merge in bench.memory.merges] == [(NEW,)]
    assert merges.merges_told() == 1
