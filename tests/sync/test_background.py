"""The sync beside the screen: what it tells, what it survives, how it ends. Real threads, no waiting by the clock."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csat_tui.admin.none import NoAdmin
from csat_tui.config import HelpDeskConfig
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.change import Forbidden, HelpDeskError, Limited, Malformed, Receipt, TicketChange
from csat_tui.domain.ids import SurveyId, UserId, ViewId
from csat_tui.domain.outbox import SETTLING, State
from csat_tui.domain.ticket import Author
from csat_tui.helpdesk.opening import open_desk
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.secrets import Credential
from csat_tui.store import memory
from csat_tui.store.errors import StoreBusy
from csat_tui.store.watch import ELSEWHERE, TOUCHED
from csat_tui.sync import background as module
from csat_tui.sync import deliver, gather, pull
from csat_tui.sync.background import Background, NotReady
from csat_tui.sync.engine import Engine
from csat_tui.sync.status import Link, SyncStatus
from tests.builders import MAIL, NOON, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.sync.bench import Bench, source_ticket, survey_ticket

PATIENCE = 20.0
"""Seconds after which a test gives up on hearing what it waits for."""


class Heard:
    """Waits for the store to say that something is so."""

    def __init__(self, bench: Bench) -> None:
        self._changed = threading.Condition()
        bench.database.listen(self._hear)

    def _hear(self, _: frozenset[str]) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, what: Callable[[], Any]) -> None:
        with self._changed:
            assert self._changed.wait_for(what, PATIENCE), "it never came about"


class Side:
    """A background sync over a bench, and an ear on it."""

    def __init__(self, bench: Bench, helpdesk: HelpDesk | None = None, view: int | str = 42) -> None:
        self.bench = bench
        self.helpdesk = helpdesk or bench.memory
        self.view = view
        self.heard = Heard(bench)
        self.background = Background(bench.database, self.engine)

    def engine(self) -> Engine:
        return Engine(
            self.bench.database, self.helpdesk, NoAdmin(), the_playbook(), self.bench.clock,
            view=self.view, poll_seconds=3600,
        )  # fmt: skip

    @property
    def status(self) -> SyncStatus:
        return self.background.status()

    def is_at(self, link: Link) -> Callable[[], bool]:
        return lambda: self.status.link is link and not self.status.busy

    def reaches(self, link: Link) -> None:
        self.heard.until(self.is_at(link))

    def syncs_to(self, link: Link) -> None:
        self.background.sync_now()
        self.reaches(link)


class NotYet(Side):
    """A background sync that has no credential until it is `ready`."""

    ready = False
    made = 0

    def engine(self) -> Engine:
        self.made += 1
        if not self.ready:
            self.bench.database.announce("made")
            raise NotReady("Working offline: there is no credential.")
        return super().engine()

    def sign_in(self) -> None:
        """Do what `csat-tui login` does beside it, and let it be heard as from another process."""
        with self.bench.database.write() as connection:
            memory.remember(connection, memory.SIGNED_IN, f"sign-in {self.made}", self.bench.clock.now())
        self.bench.database.announce(ELSEWHERE, *TOUCHED)


def stock(memory: MemoryDesk, count: int) -> None:
    for number in range(1, count + 1):
        text = MAIL.replace("7300001", str(source_ticket(number)))
        memory.add_ticket(survey_ticket(number), description=text, age=timedelta(minutes=number))
        memory.add_ticket(source_ticket(number))
        memory.add_message(source_ticket(number), f"Where is box {number}?", author=Author.CUSTOMER, public=True)
    memory.add_view(42, "Bad surveys", [survey_ticket(number) for number in range(1, count + 1)])


@pytest.fixture
def side(bench: Bench) -> Iterator[Side]:
    stock(bench.memory, 5)
    made = Side(bench)
    yield made
    made.background.stop()


@pytest.fixture
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be gathered that nobody looks at."""
    monkeypatch.setattr(gather, "A_DAY", 0)


class TestStarting:
    def test_pulls_the_view_and_tells_who_we_are(self, side: Side) -> None:
        assert side.status == SyncStatus(link=Link.CONNECTING)
        side.background.start()
        side.reaches(Link.ONLINE)
        assert side.bench.desk.counts().open == 5
        assert side.status.agent == side.bench.memory.agent
        assert (side.status.synced_at, side.status.fetched, side.status.problem) == (NOON, 5, "")

    def test_without_what_it_needs_says_why_and_leaves_the_store_usable(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        heard = Heard(bench)

        def no_credential() -> Engine:
            raise NotReady("Working offline: there is no credential.")

        background = Background(bench.database, no_credential)
        background.want([survey_id])
        background.start()
        heard.until(lambda: background.status().problem)
        assert background.status() == SyncStatus(link=Link.REFUSED, problem="Working offline: there is no credential.")
        background.want([survey_id])
        background.sync_now()
        bench.ask(survey_id)
        background.stop()

    def test_is_tried_again_when_the_person_asks_for_a_sync(self, bench: Bench) -> None:
        stock(bench.memory, 5)
        side = NotYet(bench)
        side.background.start()
        side.heard.until(lambda: side.status.problem == "Working offline: there is no credential.")
        side.background.sync_now()
        side.heard.until(lambda: side.made == 2)
        side.ready = True
        side.syncs_to(Link.ONLINE)
        assert (side.made, side.status.problem, bench.desk.counts().open) == (3, "", 5)
        side.background.stop()

    def test_is_tried_again_when_somebody_has_signed_in_beside_it_and_asks_no_keyring_before(
        self, bench: Bench
    ) -> None:
        stock(bench.memory, 5)
        side = NotYet(bench)
        side.background.start()
        side.heard.until(lambda: side.status.problem)
        bench.database.announce(ELSEWHERE, *TOUCHED)
        side.background.want([bench.arrive()])
        side.ready = True
        side.sign_in()
        side.reaches(Link.ONLINE)
        assert side.made == 2
        side.background.stop()

    def test_that_runs_begins_anew_when_somebody_else_may_have_signed_in(self, bench: Bench) -> None:
        stock(bench.memory, 5)
        side = NotYet(bench)
        side.ready = True
        side.background.start()
        side.reaches(Link.ONLINE)
        bench.memory.agent = replace(bench.memory.agent, id=UserId(77), name="Bo")
        side.sign_in()
        side.heard.until(lambda: side.status.agent == bench.memory.agent)
        assert side.made == 2
        side.background.stop()

    def test_ends_at_once_while_it_waits_for_a_credential(self, bench: Bench) -> None:
        side = NotYet(bench)
        side.background.start()
        side.heard.until(lambda: side.status.problem)
        side.background.stop()
        assert not side.background._thread.is_alive()

    def test_with_a_fault_of_our_own_says_that_everything_decided_is_safe(self, bench: Bench) -> None:
        heard = Heard(bench)

        def broken() -> Engine:
            raise KeyError("a bug")

        background = Background(bench.database, broken)
        background.start()
        heard.until(lambda: background.status().problem)
        assert "Everything decided is safe" in background.status().problem
        background.stop()
        background.stop()


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
        side.background.want(survey_ids)
        side.heard.until(lambda: all(side.bench.case(one).messages for one in survey_ids))
        assert not side.bench.case(side.bench.desk.find(survey_ticket(4))[0]).messages

    def test_remembers_what_was_wanted_before_it_was_ready(self, bench: Bench) -> None:
        stock(bench.memory, 5)
        survey_id = bench.arrive(1)
        bench.memory.add_message(source_ticket(1), "Where is it?", author=Author.CUSTOMER, public=True)
        side = Side(bench)
        side.background.want([survey_id])
        side.background.start()
        side.heard.until(lambda: bench.case(survey_id).messages)
        side.background.stop()

    def test_fetches_what_was_wanted_offline_once_it_is_online(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        survey_id = side.bench.desk.find(survey_ticket(2))[0]
        side.bench.memory.offline = True
        side.background.want([survey_id])
        side.reaches(Link.OFFLINE)
        side.bench.memory.offline = False
        side.background.sync_now()
        side.heard.until(lambda: side.bench.case(survey_id).messages)

    @pytest.mark.parametrize("error", [Malformed("no tickets in it"), Forbidden("this ticket is not for you")])
    def test_takes_one_ticket_that_cannot_be_read_for_what_it_is(self, side: Side, error: HelpDeskError) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        first, second = (side.bench.desk.find(survey_ticket(number))[0] for number in (2, 3))
        side.bench.memory.fail_reads(error)
        side.background.want([first, second])
        side.heard.until(lambda: side.bench.case(second).messages)
        assert side.status.link is Link.ONLINE
        assert not side.bench.case(first).messages

    def test_delivers_once_the_time_for_undoing_is_over(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        taken = side.bench.ask(side.bench.desk.find(survey_ticket(1))[0])
        side.bench.clock.at = taken.sends_at
        side.background.sync_now()
        side.heard.until(lambda: side.bench.states(taken) == [State.CONFIRMED] * 2)

    def test_sends_what_waited_for_the_network_as_soon_as_it_is_back(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        taken = side.bench.ask(side.bench.desk.find(survey_ticket(1))[0])
        side.bench.memory.offline = True
        side.bench.clock.at = taken.sends_at
        side.syncs_to(Link.OFFLINE)
        side.heard.until(lambda: side.bench.effects(taken)[0].not_before > side.bench.clock.at)
        side.bench.memory.offline = False
        side.bench.clock.at += SETTLING
        side.background.sync_now()
        side.heard.until(lambda: side.bench.states(taken) == [State.CONFIRMED] * 2)
        assert side.bench.clock.at == taken.sends_at + SETTLING

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
        asyncio.run(engine.once())
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
            patch.setattr(pull, "parse_survey", broken)
            side.background.start()
            side.heard.until(lambda: "fault" in side.status.problem and not side.status.busy)
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


async def test_a_limit_is_waited_out_before_the_view_is_walked_again(bench: Bench) -> None:
    stock(bench.memory, 1)
    pauses: list[float] = []
    waited = asyncio.Event()

    async def remember(event: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        waited.set()
        await event.wait()

    bench.memory.fail_reads(Limited("wait 40 s", 40))
    engine = Side(bench).engine()
    engine._poll_seconds = 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("csat_tui.sync.engine._first_of", remember)
        running = asyncio.create_task(engine.run())
        while not any(pause >= 36 for pause in pauses):
            waited.clear()
            async with asyncio.timeout(PATIENCE):
                await waited.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_days_without_a_network_do_not_end_the_sync(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Side(bench).engine()
    pauses: list[float] = []

    async def nowhere(*, whole: bool) -> None:
        assert whole

    async def remember(_event: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 1_100:
            raise asyncio.CancelledError

    monkeypatch.setattr(engine, "_pull", nowhere)
    monkeypatch.setattr("csat_tui.sync.engine._first_of", remember)
    with pytest.raises(asyncio.CancelledError):
        await engine._pull_loop()
    assert max(pauses) <= 66


class Stuck(MemoryDesk):
    """A help desk that applies a write and never answers it."""

    def __init__(self, memory: MemoryDesk) -> None:
        super().__init__(memory.clock)
        self.memory = memory
        self._views, self._tickets, self._messages = memory._views, memory._tickets, memory._messages
        self.begun = threading.Event()

    async def apply(self, change: TicketChange) -> Receipt:
        self.memory._apply(change)
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError


class TestEnding:
    def test_in_the_middle_of_a_write_takes_no_longer_than_its_last_words(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "LAST_WORDS", 0.2)
        stock(bench.memory, 2)
        stuck = Stuck(bench.memory)
        side = Side(bench, stuck)
        side.background.start()
        side.heard.until(lambda: bench.desk.counts().open == 2)
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        bench.clock.at = taken.sends_at
        side.background.sync_now()
        assert stuck.begun.wait(PATIENCE)
        side.background.stop()
        assert not side.background._thread.is_alive()
        assert bench.states(taken)[0] is State.SENDING

        after = Side(bench)
        after.background.start()
        after.heard.until(lambda: bench.states(taken)[0] is State.UNKNOWN)
        bench.clock.at += SETTLING
        after.background.sync_now()
        after.heard.until(lambda: bench.states(taken) == [State.CONFIRMED] * 2)
        after.background.stop()
        assert len(bench.bodies(survey_ticket(1))) == 1

    def test_lets_a_write_under_way_come_to_its_end(self, bench: Bench) -> None:
        stock(bench.memory, 2)
        slow = Stuck(bench.memory)
        going_on = threading.Event()

        async def apply(change: TicketChange) -> Receipt:
            slow.begun.set()
            while not going_on.is_set():
                await asyncio.sleep(0)
            return bench.memory._apply(change)

        slow.apply = apply  # type: ignore[method-assign]
        side = Side(bench, slow)
        side.background.start()
        side.heard.until(lambda: bench.desk.counts().open == 2)
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        bench.clock.at = taken.sends_at
        side.background.sync_now()
        assert slow.begun.wait(PATIENCE)
        threading.Timer(0.05, going_on.set).start()
        side.background.stop()
        assert bench.states(taken)[0] is State.CONFIRMED

    def test_before_it_began_is_nothing(self, bench: Bench) -> None:
        Side(bench).background.stop()

    def test_leaves_delivery_to_the_next_at_once(self, side: Side) -> None:
        side.background.start()
        side.reaches(Link.ONLINE)
        side.background.stop()
        taken = side.bench.ask(side.bench.desk.find(survey_ticket(1))[0])
        side.bench.clock.at = taken.sends_at
        asyncio.run(side.bench.new_deliverer("next").run_once())
        assert side.bench.states(taken) == [State.CONFIRMED] * 2


class TestOneRound:
    async def test_pulls_delivers_and_leaves_the_lease(self, bench: Bench) -> None:
        stock(bench.memory, 3)
        status = await Side(bench).engine().once()
        assert (status.link, bench.desk.counts().open) == (Link.ONLINE, 3)
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        bench.clock.at = taken.sends_at
        await Side(bench).engine().once()
        assert bench.states(taken) == [State.CONFIRMED] * 2

    async def test_leaves_the_lease_also_where_the_disk_fails(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stock(bench.memory, 1)

        async def busy(_: object) -> None:
            raise StoreBusy("in use")

        with monkeypatch.context() as patch:
            patch.setattr(deliver.Deliverer, "_run_due", busy)
            with pytest.raises(StoreBusy):
                await Side(bench).engine().once()
        taken = bench.ask(bench.desk.find(survey_ticket(1))[0])
        await bench.after_grace()
        assert bench.states(taken) == [State.CONFIRMED] * 2


class TestTheDemoHelpDesk:
    @pytest.fixture(scope="class")
    def server(self) -> Iterator[DemoServer]:
        with DemoServer(DemoOptions(surveys=8, seed=7, rate_limit=0)) as server:
            yield server

    def desk(self, server: DemoServer, token: str) -> HelpDesk:
        config = HelpDeskConfig(kind="zendesk", url=server.url, view=server.view_id, user=server.email)
        return open_desk(config, Credential(server.email, token, "the test"))

    def test_refuses_a_wrong_credential_even_where_it_answers_200_and_the_store_stays_usable(
        self, bench: Bench, server: DemoServer
    ) -> None:
        survey_id = bench.arrive()
        side = Side(bench, self.desk(server, "wrong"), server.view_id)
        side.background.start()
        side.reaches(Link.REFUSED)
        assert "does not know this credential" in side.status.problem
        assert side.status.agent is None
        taken = bench.ask(survey_id)
        assert bench.desk.undo(taken.decision_id) == survey_id
        side.background.stop()

    def test_brings_in_its_surveys_and_their_surroundings(self, bench: Bench, server: DemoServer) -> None:
        side = Side(bench, self.desk(server, server.token), "CSAT surveys to review")
        side.background.start()
        side.reaches(Link.ONLINE)
        assert sum(bench.desk.counts().by_stage.values()) == 8
        side.background.want([SurveyId(number) for number in range(1, 9)])
        side.heard.until(lambda: any(bench.case(SurveyId(number)).messages for number in range(1, 9)))
        side.background.stop()

    def test_that_is_not_there_is_offline_with_a_sentence(self, bench: Bench) -> None:
        config = HelpDeskConfig(kind="zendesk", url="http://127.0.0.1:9", view=42, user="ana@example.com")
        side = Side(bench, open_desk(config, Credential("ana@example.com", "x", "the test")))
        side.background.start()
        side.reaches(Link.OFFLINE)
        assert side.status.problem.endswith(".")
        side.background.stop()
