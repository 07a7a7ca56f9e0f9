"""The sync beside the screen while it runs: what it tells, and what it survives."""

import asyncio

import pytest

from csat_tui.domain.effect import SETTLING_TIME, EffectState
from csat_tui.domain.errors import Forbidden, HelpDeskError, Limited, Malformed
from csat_tui.domain.ids import ViewId
from csat_tui.domain.ticket import Author
from csat_tui.store.errors import StoreBusy
from csat_tui.sync import pull
from csat_tui.sync.status import Link
from tests.sync.bench import Bench, source_ticket, survey_ticket
from tests.sync.side import Side, stock


@pytest.mark.usefixtures("nothing_ahead")
class TestWhileItRuns:
    def test_comes_and_goes_with_the_network_and_says_so(self, side: Side) -> None:
        side.bench.memory.offline = True
        side.background.start()
        side.reaches(Link.OFFLINE)
        assert side.status.problem == "No network; nothing was sent."
        side.bench.memory.offline = False
        side.syncs_to(Link.ONLINE)
        assert (side.status.problem, side.bench.desk.counts().open) == ("", 5)
        side.bench.memory.offline = True
        side.syncs_to(Link.OFFLINE)
        assert side.bench.desk.counts().open == 5
        side.bench.memory.offline = False
        side.syncs_to(Link.ONLINE)

    def test_looks_for_what_is_new_when_it_is_told_to(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        stock(side.bench.memory, 7)
        side.background.sync_now()
        side.heard.until(lambda: side.bench.desk.counts().open == 7)

    def test_fetches_what_is_looked_at(self, side: Side) -> None:
        side.background.start()
        side.heard.until(lambda: side.bench.desk.counts().open == 5)
        survey_ids = [side.bench.desk.find(survey_ticket(number))[0] for number in (2, 3)]
        side.background.prioritize(survey_ids)
        side.heard.until(lambda: all(side.bench.case(one).messages for one in survey_ids))
        assert not side.bench.case(side.bench.desk.find(survey_ticket(4))[0]).messages

    def test_remembers_what_was_wanted_before_it_was_ready(self, bench: Bench) -> None:
        stock(bench.memory, 5)
        survey_id = bench.arrive(1)
        bench.memory.add_message(source_ticket(1), "Where is it?", author=Author.CUSTOMER, public=True)
        side = Side(bench)
        side.background.prioritize([survey_id])
        side.background.start()
        side.heard.until(lambda: bench.case(survey_id).messages)
        side.background.stop()

    def test_fetches_what_was_wanted_offline_once_it_is_online(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        survey_id = side.bench.desk.find(survey_ticket(2))[0]
        side.bench.memory.offline = True
        side.background.prioritize([survey_id])
        side.reaches(Link.OFFLINE)
        side.bench.memory.offline = False
        side.background.sync_now()
        side.heard.until(lambda: side.bench.case(survey_id).messages)

    def test_is_online_again_soon_where_only_a_case_met_a_network_that_was_gone(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        side.bench.memory.offline = True
        side.background.prioritize([side.bench.desk.find(survey_ticket(2))[0]])
        side.reaches(Link.OFFLINE)
        side.bench.memory.offline = False
        side.reaches(Link.ONLINE)  # the next poll is an hour away
        assert side.status.problem == ""

    @pytest.mark.parametrize("error", [Malformed("no tickets in it"), Forbidden("this ticket is not for you")])
    def test_takes_one_ticket_that_cannot_be_read_for_what_it_is(self, side: Side, error: HelpDeskError) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        first, second = (side.bench.desk.find(survey_ticket(number))[0] for number in (2, 3))
        side.bench.memory.fail_reads(error)
        side.background.prioritize([first, second])
        # Both are asked for side by side; whichever meets the error is left as it is, and the other one comes.
        side.heard.until(lambda: side.bench.case(first).messages or side.bench.case(second).messages)
        assert side.status.link is Link.ONLINE
        assert not (side.bench.case(first).messages and side.bench.case(second).messages)

    def test_delivers_once_the_time_for_undoing_is_over(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        taken = side.bench.ask(side.bench.desk.find(survey_ticket(1))[0])
        side.bench.clock.at = taken.sends_at
        side.background.sync_now()
        side.heard.until(lambda: side.bench.states(taken) == [EffectState.CONFIRMED] * 2)

    def test_sends_what_waited_for_the_network_as_soon_as_it_is_back(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        taken = side.bench.ask(side.bench.desk.find(survey_ticket(1))[0])
        side.bench.memory.offline = True
        side.bench.clock.at = taken.sends_at
        side.syncs_to(Link.OFFLINE)
        side.heard.until(lambda: side.bench.effects(taken)[0].not_before > side.bench.clock.at)
        side.bench.memory.offline = False
        side.bench.clock.at += SETTLING_TIME
        side.background.sync_now()
        side.heard.until(lambda: side.bench.states(taken) == [EffectState.CONFIRMED] * 2)
        assert side.bench.clock.at == taken.sends_at + SETTLING_TIME

    def test_tells_that_the_view_is_not_there_and_finds_it_when_it_is(self, bench: Bench) -> None:
        stock(bench.memory, 2)
        side = Side(bench, view="Worst")
        side.background.start()
        side.reaches(Link.REFUSED)
        assert "“Bad surveys”" in side.status.problem
        bench.memory.add_view(43, "Worst", [survey_ticket(1)])
        side.syncs_to(Link.ONLINE)
        bench.memory.add_view(44, "worst", [])
        engine = side.engine()
        asyncio.run(engine.run_once())
        assert "Several views are called" in engine.status.problem
        del bench.memory._views[ViewId(43)]
        bench.memory.add_view(44, "Worst", [survey_ticket(1)])
        side.syncs_to(Link.REFUSED)
        side.syncs_to(Link.ONLINE)
        side.background.stop()

    def test_goes_on_after_a_fault_of_our_own_in_one_of_its_loops(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("csat_tui.sync.engine.STORE_PAUSE", 0.0)

        def broken(*_: object) -> None:
            raise KeyError("a bug")

        with monkeypatch.context() as patch:
            patch.setattr(pull, "arrival_of", broken)
            side.background.start()
            side.heard.until(lambda: "error in csat-tui" in side.status.problem and not side.status.busy)
        side.syncs_to(Link.ONLINE)
        assert (side.bench.desk.counts().open, side.status.problem) == (5, "")

    def test_tells_of_a_store_that_cannot_be_written_and_goes_on(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("csat_tui.sync.engine.STORE_PAUSE", 0.0)

        def busy(*_: object) -> None:
            raise StoreBusy("The database is in use by another program.")

        with monkeypatch.context() as patch:
            patch.setattr(pull.surveys, "put_surveys", busy)
            side.background.start()
            side.heard.until(lambda: "in use by another" in side.status.problem and not side.status.busy)
        side.syncs_to(Link.ONLINE)
        assert (side.bench.desk.counts().open, side.status.problem) == (5, "")

    def test_is_not_taken_for_offline_by_a_limit(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        side.bench.memory.fail_reads(Limited("too many requests; wait 40 s", 40))
        side.background.sync_now()
        side.heard.until(lambda: side.status.problem == "Too many requests; wait 40 s.")
        assert side.status.link is Link.ONLINE
