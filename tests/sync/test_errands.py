"""Forms, questions and mails: each goes once, holds up nothing else, and is the person's where its answer is lost."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from csat_tui.domain.case import Answer
from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import Denied, Limited, Missing, Refused, Uncertain, Unreachable, WriteConflict
from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.effects.form_entry import FormEntry
from csat_tui.effects.kind import DeliveryMethod
from csat_tui.effects.registry import kinds_delivered_by
from csat_tui.sync.effect_sender import LONGEST_PAUSE
from csat_tui.targets.port import Delivered
from csat_tui.workflow.desk import TakenDecision
from tests.answering import read_and_judged
from tests.builders import MISSED
from tests.store.shelf import value
from tests.sync.bench import QUESTION, REPLY, Bench, survey_ticket
from tests.sync.errand_targets import Elsewhere, Handed
from tests.virtual_loop import VirtualLoop


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


def evaluate(bench: Bench, survey_id: SurveyId) -> TakenDecision:
    """Decide on a note, a row and a form, and on coaching with its form."""
    bench.desk.answer(survey_id, "coaching-needed", Answer.YES)
    words = QUESTION | {"coaching": "Look at both charges first."}
    return bench.reaching.decide(bench.case(survey_id), "needs-evaluation", words)


def ask(bench: Bench, survey_id: SurveyId) -> TakenDecision:
    return bench.reaching.decide(bench.case(survey_id), "ask-channel", {"ask": "Is this within the guide?"})


async def all_round(bench: Bench, seconds: float = 11) -> None:
    """Let time pass, and deliver what goes to tickets and what goes elsewhere."""
    bench.clock.forward(seconds)
    await bench.deliverer.run_once()
    await bench.errands.run_once()


def kinds(bench: Bench, taken: TakenDecision) -> list[tuple[str, EffectState]]:
    return [(effect.kind, effect.state) for effect in bench.effects(taken)]


class Slow(Elsewhere):
    """Takes each thing after 200 seconds, longer than a lease lasts."""

    async def _take(self, handed: Handed, op_id: OpId) -> Delivered:
        await asyncio.sleep(200)
        return await super()._take(handed, op_id)


def test_an_errand_that_takes_longer_than_the_lease_is_left_to_whoever_runs_it(bench: Bench) -> None:
    taken = ask(bench, bench.arrive())
    bench.elsewhere = Slow(bench.clock)
    errands, other = bench.new_errands("this process"), bench.new_errands("another process")
    bench.clock.forward(11)
    seen: list[list[tuple[str, EffectState]]] = []

    async def both() -> None:
        running = asyncio.create_task(errands.run_once())
        for _ in range(10):
            await asyncio.sleep(19)
            await other.run_once()
            seen.append([one for one in kinds(bench, taken) if one[0] == "question"])
        await running

    loop = VirtualLoop(bench.clock.forward)
    try:
        loop.run_until_complete(both())
    finally:
        loop.close()
    assert seen == [[("question", EffectState.SENDING)]] * 10
    assert ("question", EffectState.CONFIRMED) in kinds(bench, taken)
    assert len(bench.elsewhere.went) == 1


class TestTheStraightWay:
    async def test_each_form_follows_its_row_or_record_and_all_of_it_arrives(self, bench: Bench) -> None:
        taken = evaluate(bench, bench.arrive())
        await all_round(bench)
        assert kinds(bench, taken) == [
            (kind, EffectState.CONFIRMED) for kind in ("note", "tracker", "form", "record", "form")
        ]
        assert [entry.form for entry in bench.elsewhere.arrived() if isinstance(entry, FormEntry)] == [
            "tracker",
            "coaching",
        ]

    async def test_a_form_carries_the_cells_of_its_row_under_the_operation_s_id(self, bench: Bench) -> None:
        taken = evaluate(bench, bench.arrive())
        await all_round(bench)
        _, row, form, *_ = bench.effects(taken)
        assert bench.elsewhere.went[0] == (form.op_id, FormEntry("tracker", row.cells))
        assert form.reference == "taken 1"

    async def test_a_record_is_kept_once(self, bench: Bench) -> None:
        evaluate(bench, bench.arrive())
        await all_round(bench)
        assert value(bench.database, "SELECT count(*) FROM record WHERE kind = 'coaching'") == 1

    async def test_nothing_leaves_before_the_time_for_undoing_is_over(self, bench: Bench) -> None:
        taken = ask(bench, bench.arrive())
        await all_round(bench, 9)
        assert bench.elsewhere.went == []
        bench.desk.undo(taken.decision_id)
        await all_round(bench)
        assert bench.elsewhere.went == []

    async def test_it_is_marked_as_being_sent_before_it_leaves(self, bench: Bench) -> None:
        taken = ask(bench, bench.arrive())
        seen: list[EffectState] = []
        bench.elsewhere.before = lambda _: seen.extend(bench.states(taken))
        await all_round(bench)
        assert (seen, bench.states(taken)) == ([EffectState.SENDING], [EffectState.CONFIRMED])

    async def test_only_one_process_runs_errands(self, bench: Bench) -> None:
        taken = ask(bench, bench.arrive())
        other = bench.new_errands("another process")
        assert bench.new_deliverer("this one")._lease.hold()
        bench.clock.forward(11)
        await other.run_once()
        assert bench.states(taken) == [EffectState.QUEUED]


class TestWhatIsDown:
    @pytest.mark.parametrize("error", [Unreachable("no route to the form"), Limited("too many", 30)])
    async def test_is_tried_again_later_and_then_sent_once(self, bench: Bench, error: Exception) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(error)
        await all_round(bench)
        (effect,) = bench.effects(taken)
        assert (effect.state, effect.reason) == (EffectState.QUEUED, str(error))
        assert effect.not_before > bench.clock.now()
        await all_round(bench, LONGEST_PAUSE)
        assert (bench.states(taken), len(bench.elsewhere.went)) == ([EffectState.CONFIRMED], 1)

    async def test_holds_back_nothing_that_comes_after_a_form(self, bench: Bench) -> None:
        taken = evaluate(bench, bench.arrive())
        bench.elsewhere.fail_next(Unreachable("down"))
        await all_round(bench)
        await bench.deliverer.run_once()
        assert kinds(bench, taken)[1:4] == [
            ("tracker", EffectState.CONFIRMED),
            ("form", EffectState.QUEUED),
            ("record", EffectState.CONFIRMED),
        ]
        assert bench.dispatch.summary().held == 0

    async def test_holds_up_no_ticket_while_it_does_not_answer(self, bench: Bench) -> None:
        stuck = ask(bench, bench.arrive(1))
        note = bench.ask(bench.arrive(2))
        bench.elsewhere.gate = asyncio.Event()
        bench.clock.forward(11)
        waiting = asyncio.create_task(bench.errands.run_once())
        await bench.elsewhere.reached.wait()
        await bench.deliverer.run_once()
        assert bench.states(note) == [EffectState.CONFIRMED] * 2
        assert bench.states(stuck) == [EffectState.SENDING]
        bench.elsewhere.gate.set()
        await waiting
        assert bench.states(stuck) == [EffectState.CONFIRMED]

    @pytest.mark.parametrize(
        "error", [Denied("the form wants a token"), Refused("no such form"), Missing("gone"), WriteConflict("odd")]
    )
    async def test_or_refuses_is_told_with_its_sentence(self, bench: Bench, error: Exception) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(error)
        await all_round(bench)
        (effect,) = bench.effects(taken)
        assert (effect.state, effect.reason) == (EffectState.REJECTED, str(error))
        bench.dispatch.retry(effect.id)
        await all_round(bench)
        assert bench.states(taken) == [EffectState.CONFIRMED]


class TestALostAnswer:
    @pytest.mark.parametrize("error", [Uncertain("the line broke"), KeyError("a bug of ours")])
    @pytest.mark.parametrize("arrives", [True, False])
    async def test_asks_the_person_and_is_never_sent_by_the_machine(
        self, bench: Bench, error: Exception, arrives: bool
    ) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(error, arrives=arrives)
        await all_round(bench)
        (effect,) = bench.effects(taken)
        assert effect.state is EffectState.ASKING
        assert "see the channel" in effect.reason
        for _ in range(5):
            await all_round(bench, LONGEST_PAUSE)
        assert len(bench.elsewhere.went) == arrives

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ("the form answered 500; look there before you send it again", " (the channel)"),
            ("the line broke", "; see the channel"),
        ],
    )
    async def test_keeps_what_was_answered_beside_where_to_look(self, bench: Bench, said: str, told: str) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(Uncertain(said))
        await all_round(bench)
        (effect,) = bench.effects(taken)
        assert effect.reason == said + told

    async def test_of_a_program_that_ended_while_sending_asks_as_well(self, bench: Bench) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(asyncio.CancelledError(), arrives=True)
        bench.clock.forward(11)
        with pytest.raises(asyncio.CancelledError):
            await bench.errands.run_once()
        assert bench.states(taken) == [EffectState.SENDING]
        bench.errands = bench.new_errands("this process")
        await bench.errands.run_once()
        await bench.errands.run_once()
        assert (bench.states(taken), len(bench.elsewhere.went)) == ([EffectState.ASKING], 1)

    async def test_is_settled_by_who_saw_it_there(self, bench: Bench) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(Uncertain("the line broke"), arrives=True)
        await all_round(bench)
        bench.dispatch.accept_as_sent(bench.effects(taken)[0].id)
        await all_round(bench, LONGEST_PAUSE)
        assert (bench.states(taken), len(bench.elsewhere.went)) == ([EffectState.CONFIRMED], 1)

    async def test_is_sent_again_by_who_did_not(self, bench: Bench) -> None:
        taken = ask(bench, bench.arrive())
        bench.elsewhere.fail_next(Uncertain("the line broke"), arrives=False)
        await all_round(bench)
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await all_round(bench)
        assert (bench.states(taken), len(bench.elsewhere.went)) == ([EffectState.CONFIRMED], 1)


async def test_an_errand_whose_text_was_altered_on_the_disk_does_not_leave(bench: Bench) -> None:
    taken = ask(bench, bench.arrive())
    with bench.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET payload = replace(payload, 'within', 'outside')")
    await all_round(bench)
    assert (bench.states(taken), bench.elsewhere.went) == ([EffectState.DAMAGED], [])


async def test_what_the_help_desk_refuses_holds_back_the_forms_behind_it(bench: Bench) -> None:
    survey_id = bench.arrive()
    taken = bench.reaching.decide(read_and_judged(bench.desk, survey_id), "follow-up", REPLY, MISSED)
    bench.memory.delete(survey_ticket(1))
    await all_round(bench)
    await all_round(bench)
    assert kinds(bench, taken)[1] == ("note", EffectState.REJECTED)
    assert bench.elsewhere.went == []


async def test_many_errands_all_arrive_once(bench: Bench) -> None:
    for number in range(1, 13):
        ask(bench, bench.arrive(number))
    await all_round(bench)
    went: list[Handed] = bench.elsewhere.arrived()
    assert (len(went), len({op_id for op_id, _ in bench.elsewhere.went})) == (12, 12)


MISHAPS = st.sampled_from(
    [
        (error, arrives)
        for error in (Uncertain("the line broke"), KeyError("a bug"), asyncio.CancelledError())
        for arrives in (True, False)
    ]
    + [(Unreachable("down"), False), (Limited("wait", 5), False), (Refused("closed"), False)]
)


@settings(max_examples=12)
@given(st.lists(MISHAPS, max_size=8), st.integers(1, 2))
def test_whatever_goes_wrong_each_errand_is_there_once_in_the_end(
    mishaps: list[tuple[BaseException, bool]], decisions: int
) -> None:
    made = Bench.temporary()
    try:
        asyncio.run(_through_all(made, mishaps, decisions))
    finally:
        made.clear()


async def _through_all(bench: Bench, mishaps: list[tuple[BaseException, bool]], decisions: int) -> None:
    """Deliver through all mishaps, with a person who looks before they send anything again."""
    event.listen(
        bench.database._engine, "checkout",
        lambda connection, *_: connection.execute("PRAGMA synchronous = OFF").close(),
    )  # fmt: skip
    taken = [evaluate(bench, bench.arrive(number)) for number in range(1, decisions + 1)]
    taken += [ask(bench, bench.arrive(decisions + 1))]
    bench.elsewhere.mishaps = list(mishaps)
    for _ in range(60):
        try:
            await all_round(bench, LONGEST_PAUSE)
        except asyncio.CancelledError:  # the program ended, and begins anew
            bench.errands = bench.new_errands("this process")
        effects = [effect for one in taken for effect in bench.effects(one)]
        if all(effect.state is EffectState.CONFIRMED for effect in effects):
            break
        arrived = {op_id for op_id, _ in bench.elsewhere.went}
        for effect in effects:
            if effect.state is EffectState.ASKING and effect.op_id in arrived:
                bench.dispatch.accept_as_sent(effect.id)
            elif effect.state.needs_person:
                bench.dispatch.retry(effect.id)
    went = [op_id for op_id, _ in bench.elsewhere.went]
    assert sorted(went) == sorted(
        {effect.op_id for effect in effects if effect.kind in kinds_delivered_by(DeliveryMethod.ERRAND)}
    )
    assert all(effect.state is EffectState.CONFIRMED for effect in effects)
