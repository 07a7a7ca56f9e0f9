"""A person sends again what may be there already, or withdraws it: as careful as the machine is by itself."""

from datetime import timedelta

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.case import Stage
from csat_tui.domain.effect import SETTLING_TIME, STAMP_PRECISION, EffectState
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author
from csat_tui.store import tickets
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.workflow.desk import TakenDecision
from tests.helpdesk.memory_desk import Fault
from tests.sync.bench import Bench, source_ticket, survey_ticket

SOURCE, SURVEY = source_ticket(1), survey_ticket(1)


async def refused_after_a_late_one(bench: Bench) -> TakenDecision:
    """Return a note that is refused while an earlier attempt at it is still under way."""
    taken = bench.ask(bench.arrive())
    await bench.after_grace(Fault.LATE)
    bench.memory.fail_next(Fault.REFUSED)
    await bench.later(SETTLING_TIME.total_seconds())
    await bench.run_down()
    assert bench.states(taken)[0] is EffectState.REJECTED
    return taken


class TestSendingAgain:
    async def test_what_arrived_late_is_found_and_not_sent(self, bench: Bench) -> None:
        taken = await refused_after_a_late_one(bench)
        bench.memory.arrive()
        applied = bench.memory.applies
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert (bench.memory.applies, len(bench.bodies(SURVEY))) == (applied, 1)

    async def test_what_never_arrived_is_looked_for_once_and_sent(self, bench: Bench) -> None:
        taken = await refused_after_a_late_one(bench)
        looked = bench.memory.finds
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        bench.memory.arrive()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2
        assert (bench.memory.finds, len(bench.bodies(SURVEY))) == (looked + 1, 1)

    async def test_a_reply_that_arrived_after_all_is_found_and_not_sent(self, bench: Bench) -> None:
        taken = bench.follow_up(bench.arrive())
        await bench.after_grace(Fault.LATE)
        await bench.later(SETTLING_TIME.total_seconds())
        assert bench.states(taken)[0] is EffectState.ASKING
        bench.memory.arrive()
        applied = bench.memory.applies
        bench.dispatch.retry(bench.effects(taken)[0].id)
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 3
        assert len(bench.bodies(SOURCE)) == 1
        assert bench.memory.applies == applied + 1, "the reply was sent again"

    async def test_nothing_goes_before_it_could_be_looked_for(self, bench: Bench) -> None:
        taken = await refused_after_a_late_one(bench)
        applied = bench.memory.applies
        bench.dispatch.retry(bench.effects(taken)[0].id)
        bench.memory.offline = True
        await bench.later(600)
        effect = bench.effects(taken)[0]
        assert (effect.state, bench.memory.applies) == (EffectState.QUEUED, applied)
        assert "not known yet whether it arrived" in effect.reason

    @pytest.mark.parametrize("hurried", [False, True])
    async def test_over_a_conflict_nothing_goes_within_the_second_of_its_new_base(
        self, bench: Bench, hurried: bool
    ) -> None:
        taken = bench.ask(bench.arrive())
        bench.memory.touch(SURVEY, subject="Another subject")
        await bench.after_grace()
        assert bench.states(taken)[0] is EffectState.CONFLICT
        applied = bench.memory.applies
        bench.dispatch.retry(bench.effects(taken)[0].id)
        if hurried:
            bench.deliverer.end_pauses()
        await bench.later(STAMP_PRECISION.total_seconds() - 0.1)
        assert bench.memory.applies == applied
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2


class TestATranscript:
    async def test_that_shows_a_refused_note_confirms_it(self, bench: Bench) -> None:
        taken = await refused_after_a_late_one(bench)
        bench.memory.arrive()
        await the_ticket_is_fetched(bench)
        assert bench.states(taken)[0] is EffectState.CONFIRMED
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 2

    async def test_that_shows_a_reply_answers_the_question_whether_it_arrived(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        taken = bench.follow_up(survey_id)
        await bench.after_grace(Fault.LATE)
        await bench.later(SETTLING_TIME.total_seconds())
        bench.memory.arrive()
        heard: set[str] = set()
        bench.desk.listen(heard.update)
        await the_ticket_is_fetched(bench, SOURCE)
        assert (bench.states(taken)[0], "outbox" in heard) == (EffectState.CONFIRMED, True)


class TestWithdrawing:
    async def test_what_may_still_arrive_leaves_the_case_decided(self, bench: Bench) -> None:
        taken = await refused_after_a_late_one(bench)
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) is None
        bench.memory.arrive()
        assert len(bench.bodies(SURVEY)) == 1
        assert bench.desk.stage(taken.survey_id) is Stage.DECIDED

    async def test_what_cannot_arrive_any_more_brings_the_case_back(self, bench: Bench) -> None:
        taken = await refused_after_a_late_one(bench)
        bench.memory.touch(SURVEY, tags=("vip",))
        bench.clock.at += timedelta(seconds=10)
        await the_ticket_is_fetched(bench)
        assert bench.dispatch.give_up(bench.effects(taken)[0].id) == taken.survey_id
        bench.memory.arrive()
        assert bench.bodies(SURVEY) == []


class TestAMessageThatWasRead:
    async def test_though_the_ticket_here_was_older_is_no_news(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        await the_ticket_is_fetched(bench, SOURCE)
        bench.clock.forward(60)
        said = bench.memory.add_message(SOURCE, "Still nothing.", author=Author.CUSTOMER, public=True)
        bench.memory.touch(SOURCE)
        with bench.database.write() as connection:
            tickets.put_transcripts(connection, [(said.ticket_id, [said], None)])
        taken = bench.follow_up(survey_id)
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED] * 3


async def the_ticket_is_fetched(bench: Bench, ticket_id: int = SURVEY) -> None:
    """Let the transcript of a ticket come here, some time after it last moved."""
    bench.clock.forward(10)
    await CaseFetcher(bench.database, bench.memory, NoAdmin(), bench.clock).ticket(TicketId(ticket_id))
