"""The sync beside the screen begins: without a credential, after a sign-in, with a fault of our own."""

import sqlite3
from dataclasses import replace

import pytest

from csat_tui.domain.ids import UserId
from csat_tui.store import database, named_values
from csat_tui.store.database import CHANGED_TOPICS, ELSEWHERE
from csat_tui.store.errors import StoreBusy
from csat_tui.sync import engine
from csat_tui.sync.background import BackgroundSync, NotReady
from csat_tui.sync.engine import Engine
from csat_tui.sync.status import Link, SyncStatus
from tests.builders import NOON
from tests.sync.bench import Bench
from tests.sync.side import Heard, Side, stock


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
            named_values.remember(connection, named_values.SIGNED_IN, f"sign-in {self.made}", self.bench.clock.now())
        self.bench.database.announce(ELSEWHERE, *CHANGED_TOPICS)


class TestStarting:
    def test_pulls_the_view_and_tells_who_we_are(self, side: Side) -> None:
        assert side.status == SyncStatus(link=Link.CONNECTING)
        side.background.start()
        side.reaches(Link.ONLINE)
        assert side.bench.desk.counts().open == 5
        assert side.status.agent == side.bench.memory.agent
        assert (side.status.synced_at, side.status.fetched, side.status.problem) == (NOON, 5, "")

    def test_while_another_program_holds_the_store_the_view_is_asked_for_again_soon_and_not_by_the_next_poll(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "BUSY_SECONDS", 0)
        monkeypatch.setattr(engine, "STORE_PAUSE", 0.01)
        refused: list[str] = []
        pull = Engine._pull

        async def noted(this: Engine, *, whole: bool) -> bool:
            try:
                return await pull(this, whole=whole)
            except StoreBusy as error:
                refused.append(str(error))
                raise

        monkeypatch.setattr(Engine, "_pull", noted)
        bench = Bench.temporary()
        side = Side(bench)
        other = sqlite3.connect(bench.database.file, isolation_level=None)
        try:
            for wanted, begin in ((5, side.background.start), (7, side.background.sync_now)):
                stock(bench.memory, wanted)
                refused.clear()
                other.execute("BEGIN IMMEDIATE")
                begin()
                side.heard.until(lambda: refused and "in use by another program" in side.status.problem)
                other.execute("ROLLBACK")
                side.heard.until(lambda: bench.desk.counts().open == wanted and side.status.problem == "")  # noqa: B023
                assert side.status.link is Link.ONLINE
        finally:
            other.close()
            side.background.stop()
            bench.clear()

    def test_without_what_it_needs_says_why_and_leaves_the_store_usable(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        heard = Heard(bench)

        def no_credential() -> Engine:
            raise NotReady("Working offline: there is no credential.")

        background = BackgroundSync(bench.database, no_credential)
        background.prioritize([survey_id])
        background.start()
        heard.until(lambda: background.status().problem)
        assert background.status() == SyncStatus(link=Link.REFUSED, problem="Working offline: there is no credential.")
        background.prioritize([survey_id])
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
        bench.database.announce(ELSEWHERE, *CHANGED_TOPICS)
        side.background.prioritize([bench.arrive()])
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

        background = BackgroundSync(bench.database, broken)
        background.start()
        heard.until(lambda: background.status().problem)
        assert "Everything decided is safe" in background.status().problem
        background.stop()
        background.stop()
