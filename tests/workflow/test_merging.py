"""The person's side of merging: what is shown and advised, decided, undone, and what it leaves alone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merging import MERGE_DECISION, MergeRule, MergeVerdict
from csat_tui.domain.ticket import Status
from csat_tui.store import cases, customers
from csat_tui.store.cases.queue import QueueView
from csat_tui.workflow.desk import TooLate
from csat_tui.workflow.merging import CannotMerge
from csat_tui.workflow.playbook_changes import measure, recast
from tests.builders import the_playbook
from tests.store.shelf import new_database, value
from tests.sync.bench import Bench, source_ticket, survey_ticket
from tests.sync.merging_bench import NEW, NEWER, PENDING, MergingBench


@pytest.fixture
async def merges(tmp_path: Path) -> AsyncIterator[MergingBench]:
    made = MergingBench(Bench(new_database(tmp_path)))
    await made.stock()
    yield made
    made.bench.database.close()


def test_the_history_lists_the_other_tickets_newest_first_each_with_its_verdict(merges: MergingBench) -> None:
    known = merges.history()
    assert known.hand is not None
    assert known.hand.ticket.id == source_ticket(1)
    assert [one.ticket.id for one in known.others] == [NEWER, NEW, PENDING]
    assert [one.verdict for one in known.advice] == [MergeVerdict.MERGE] * 3
    assert {one.rule for one in known.advice} == {MergeRule.WITH_AWAITING_REPLY}, "the conversation that has begun"
    assert known.to_merge == 2
    assert known.asked_at is not None


def test_a_case_without_any_ticket_here_has_no_history(merges: MergingBench) -> None:
    case = replace(merges.bench.case(merges.survey_id), source_ticket=None, survey_ticket=None)
    known = merges.merging.history(case)
    assert (known.hand, known.others, known.to_merge) == (None, (), 0)


def test_a_merge_decides_no_case_and_is_in_no_count(merges: MergingBench) -> None:
    bench = merges.bench
    before = bench.desk.counts()
    taken = merges.merge(NEW)
    assert taken.outcome_id == MERGE_DECISION
    case = bench.case(merges.survey_id)
    assert (case.stage, case.decision_id, case.earlier) == (Stage.OPEN, None, ())
    assert bench.desk.counts() == before
    assert [effect.kind for effect in bench.effects(taken)] == ["merge", "note"]
    bench.ask(merges.survey_id)
    assert bench.case(merges.survey_id).stage is Stage.DECIDED


def test_a_merge_undone_in_time_leaves_words_and_case_as_they_were(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    assert merges.history().moving == {NEW, PENDING}
    assert merges.history().to_merge == 1
    assert bench.desk.undo(taken.decision_id) == merges.survey_id
    assert bench.states(taken) == [EffectState.WITHDRAWN] * 2
    assert bench.case(merges.survey_id).draft.empty
    assert merges.history().to_merge == 2


async def test_a_decided_case_is_not_reopened_by_an_undone_merge(merges: MergingBench) -> None:
    bench = merges.bench
    bench.ask(merges.survey_id)
    taken = merges.merge(NEW)
    bench.desk.undo(taken.decision_id)
    assert bench.case(merges.survey_id).stage is Stage.DECIDED
    again = merges.merge(NEW)
    await bench.after_grace()
    with pytest.raises(TooLate):
        bench.desk.undo(again.decision_id)


def test_a_ticket_on_which_something_is_on_its_way_is_not_merged(merges: MergingBench) -> None:
    merges.merge(NEW)
    with pytest.raises(CannotMerge, match="the outbox still has something for #42"):
        merges.merge(NEWER, into=NEW)
    with merges.bench.database.read() as connection:
        assert customers.with_unsettled_effects(connection, [NEW, NEWER, PENDING]) == {NEW, PENDING}


@pytest.mark.parametrize(
    ("into", "source", "said"),
    [
        (PENDING, PENDING, "into itself"),
        (PENDING, TicketId(404), "#404 is not among this customer's tickets"),
        (TicketId(44), NEW, "#44 is closed"),
    ],
)
async def test_what_cannot_be_merged_is_said_in_a_sentence(
    merges: MergingBench, into: TicketId, source: TicketId, said: str
) -> None:
    merges.add(TicketId(44), Status.CLOSED, 9, "Order 445566")
    await merges.bring()
    with pytest.raises(CannotMerge, match=said):
        merges.merge(source, into=into)


async def test_tickets_of_different_customers_are_never_merged_even_if_somebody_names_them(
    merges: MergingBench,
) -> None:
    merges.add(TicketId(45), Status.NEW, 1, "Order 445566")
    await merges.bring()
    bench = merges.bench
    with bench.database.write() as connection:
        from csat_tui.store import tickets

        stranger = bench.memory.touch(45, requester_id=UserId(5), requester_name="Kim Lee")
        tickets.put_tickets(connection, [stranger], bench.clock.now())
    assert TicketId(45) not in [one.ticket.id for one in merges.history().others]
    known = merges.merging.history(bench.case(merges.survey_id), also=[TicketId(45)])
    with pytest.raises(CannotMerge, match="different customers are never merged"):
        merges.merging.plan(known, PENDING, [TicketId(45)])


def test_a_surveys_own_ticket_is_shown_as_one(merges: MergingBench) -> None:
    bench = merges.bench
    second = bench.arrive(2)
    requester = bench.there(source_ticket(1)).requester_id
    from csat_tui.store import tickets

    with bench.database.write() as connection:
        mine = bench.memory.touch(survey_ticket(2), requester_id=requester, status=Status.NEW)
        tickets.put_tickets(connection, [mine], bench.clock.now())
    advised = merges.history().advised(survey_ticket(2))
    assert second
    assert advised is not None
    assert (advised.verdict, advised.rule) == (MergeVerdict.APART, MergeRule.A_SURVEY)


def test_the_decision_row_says_what_went_where(merges: MergingBench) -> None:
    bench = merges.bench
    taken = merges.merge(NEW)
    with bench.database.read() as connection:
        row = cases.decision(connection, taken.decision_id)
    assert row is not None
    assert (row.outcome_id, row.fields) == (MERGE_DECISION, {"into": "41", "merged": "42"})
    assert value(bench.database, "SELECT count(*) FROM decision") == 1


def in_queue(merges: MergingBench) -> dict[int, int]:
    """Return how many tickets to merge the queue shows for each case that it lists by that filter."""
    return {row.id: row.to_merge for row in merges.bench.desk.rows_after(QueueView(to_merge=True), None, 9)}


async def test_the_queue_shows_and_filters_the_cases_whose_customer_has_tickets_to_merge(merges: MergingBench) -> None:
    bench = merges.bench
    other = bench.arrive(2)
    shown = {row.id: row.to_merge for row in bench.desk.rows_after(QueueView(), None, 9)}
    assert shown == {merges.survey_id: 2, other: 0}
    assert in_queue(merges) == {merges.survey_id: 2}
    taken = merges.merge(NEW)
    assert in_queue(merges) == {merges.survey_id: 1}
    bench.desk.undo(taken.decision_id)
    assert in_queue(merges) == {merges.survey_id: 2}
    merges.merging.keep_apart(bench.case(merges.survey_id), merges.history(), [NEW], "another order", by="Ana")
    assert in_queue(merges) == {merges.survey_id: 1}
    merges.bench.memory.touch(NEWER, status=Status.CLOSED)
    await merges.bring()
    assert in_queue(merges) == {}


async def test_another_playbooks_rules_count_the_tickets_to_merge_anew(merges: MergingBench) -> None:
    playbook = the_playbook()
    assert playbook.merging is not None
    without = replace(playbook, merging=replace(playbook.merging, new=()))
    assert measure(without) != measure(playbook)
    recast(merges.bench.database, without)
    assert in_queue(merges) == {}
    recast(merges.bench.database, playbook)
    assert in_queue(merges) == {merges.survey_id: 2}
