"""The workstation before the model help desk: the real rooms over a real file, ended and started anew at will."""

import asyncio
import atexit
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId, ViewId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.intake.survey_mail import arrival_of
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.ledger import ledger_file
from csat_tui.store.outbox import OutboxItem
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.deliverer import Deliverer
from csat_tui.sync.pull import Puller
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from tests.builders import the_playbook
from tests.proof.mishaps import Crash
from tests.proof.two_clocks import TwoClocks
from tests.proof.wire_desk import ME, VIEW, Json, WireDesk
from tests.virtual_loop import VirtualLoop


class Store:
    """One open database for all examples, put back to how a new one is before each: SQL is compiled only once.

    Its connections stay open, since the ledger's triggers on each take as long as an example's own work. It lies in
    memory where there is a place for that, and waits for no disk: no power is cut here.
    """

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        self._folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self.database = Database.open(self._folder / "csat-tui.db")
        self.engine = self.database._engine
        event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF").close())
        self.engine.dispose()
        self._files = [_PutBack(file) for file in (self.database.file, ledger_file(self.database.file))]
        self._new = set(self._folder.iterdir())

    def fresh(self) -> Database:
        """Return the database as it was when it was made."""
        for file in self._folder.iterdir():
            if file not in self._new:
                file.unlink()
        for file in self._files:
            file.put_back()
        return self.database


class _PutBack:
    """A database file whose content is put back, under connections that stay open."""

    def __init__(self, file: Path) -> None:
        self._file = sqlite3.connect(file, isolation_level=None)
        self._file.execute("PRAGMA synchronous = OFF").close()
        self._content = sqlite3.connect(":memory:")
        self._file.backup(self._content)

    def put_back(self) -> None:
        """Write the content that the file had at first."""
        self._content.backup(self._file)


class Renewable:
    """A credential that goes out of date and can be renewed, as long as the model says so."""

    sign_in = 0

    def __init__(self, there: WireDesk, person: Json) -> None:
        self._there = there
        self._person = person
        self._header = there.sign_in(person)

    async def header(self) -> str:
        return self._header

    async def renew(self, refused: str) -> str:
        if not self._there.renewable:
            return ""
        self._header = self._there.sign_in(self._person)
        return self._header


@dataclass(frozen=True, slots=True)
class Fact:
    """One effect as the outbox has it, with what ever happened to it."""

    op_id: OpId
    id: int
    kind: str
    state: EffectState
    decision: DecisionId
    events: frozenset[str]
    tracker_rows: int
    """How many rows the tracker has of it."""


class Workstation:
    """One agent's workstation; `there` is the help desk, which is its own unless others work there."""

    person = ME

    def __init__(self, store: Store, there: WireDesk | None = None) -> None:
        self.clock = TwoClocks() if there is None else there.clock
        self._loop = VirtualLoop(self.clock.forward)
        self.there = WireDesk(self.clock) if there is None else there
        self._client = httpx.AsyncClient(transport=self.there)
        self.database = store.fresh()
        self._engine = store.engine
        event.listen(self._engine, "do_execute", self._execute)
        self.crash_at: tuple[int, bool] | None = None
        """At how many commits from now the program ends, and whether that one is still kept."""
        self.starts = 0
        self.start()

    def _execute(self, cursor: Any, statement: str, _parameters: Any, context: Any) -> bool:
        """Commit, or end the program before it or after it; returns whether the statement was executed here."""
        # The suite shares one dialect, which is what events are kept with, so that all stores' statements come by.
        if statement != "COMMIT" or context.root_connection.engine is not self._engine:
            return False
        if self.crash_at is not None:
            self.crash_at = (self.crash_at[0] - 1, self.crash_at[1])
            self.there.dead = self.there.dead or self.crash_at == (0, False)
        if self.there.dead:
            raise Crash
        cursor.execute(statement)
        if self.crash_at == (0, True):
            self.there.dead = True
            raise Crash
        return True

    def start(self) -> None:
        """Begin as another process would: what was held in memory is gone."""
        self.starts += 1
        self._end_loop()
        self._loop = VirtualLoop(self.clock.forward)  # what the pace of requests remembers goes with its loop
        self.there.dead = False
        self.crash_at = None
        self.helpdesk = ZendeskDesk(
            "https://desk.example.com", Renewable(self.there, self.person), client=self._client, clock=self.clock
        )
        self.fetcher = CaseFetcher(self.database, self.helpdesk, NoAdmin(), self.clock)
        self.puller = Puller(self.database, self.helpdesk, the_playbook(), self.clock)
        self.deliverer = Deliverer(
            self.database, self.helpdesk, self.fetcher, self.clock, f"process {self.starts}", random.Random(1)
        )
        self.desk = Desk(self.database, the_playbook(), self.clock, "Ana")
        self.dispatch = Dispatch(self.database, self.clock)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)

    def clear(self) -> None:
        """Let go of everything."""
        self._end_loop()
        event.remove(self._engine, "do_execute", self._execute)

    def _end_loop(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    # -- the machine

    def pull(self, *, whole: bool = True) -> None:
        with suppress(HelpDeskError):
            self.run(self.puller.walk(ViewId(VIEW), whole=whole, progress=lambda _: None))

    def take_in(self, ticket_id: int) -> None:
        """Have the survey in a ticket on the desk, if it can be had: a walk is not what matters here."""
        with suppress(HelpDeskError):
            found = self.run(self.helpdesk.tickets([TicketId(ticket_id)]))
            with self.database.write() as connection:
                tickets.put_tickets(connection, found, self.clock.now())
                surveys.put_surveys(connection, [arrival_of(one, the_playbook()) for one in found])

    def open(self, survey_id: SurveyId) -> None:
        """Let the person see a case as it is now, if it can be had."""
        with suppress(HelpDeskError):
            self.run(self.fetcher.case(survey_id))

    def deliver(self) -> Any:
        return self.run(self.deliverer.run_once())

    def run_down(self, rounds: int = 200) -> None:
        """Deliver until nothing waits for a moment any more."""
        for _ in range(rounds):
            again_at = self.deliver()
            if again_at is None:
                return
            # In the loop, whose time is what the pace of requests goes by.
            self.run(asyncio.sleep(max(0.001, (again_at - self.clock.now()).total_seconds())))
        raise AssertionError("delivery does not come to rest")

    # -- what is so

    def open_cases(self) -> list[SurveyId]:
        """Return the cases that are open, those due first, from the file itself."""
        with self.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT survey_id FROM \"case\" WHERE stage = 'open' ORDER BY due_at, survey_id LIMIT 50"
            ).all()
        return [SurveyId(row[0]) for row in rows]

    def effects(self) -> list[OutboxItem]:
        return [one for one in map(self.dispatch.effect, (fact.id for fact in self.facts())) if one is not None]

    def facts(self) -> list[Fact]:
        """Return every effect that was ever decided, from the file itself."""
        with self.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT op_id, id, kind, state, decision_id, (SELECT group_concat(DISTINCT event) FROM "
                "delivery_attempt WHERE outbox_id = outbox.id), (SELECT count(*) FROM tracker_row "
                "WHERE tracker_row.op_id = outbox.op_id) FROM outbox ORDER BY id"
            ).all()
        return [
            Fact(
                OpId(op_id), number, kind, EffectState(state), DecisionId(decision),
                frozenset((events or "").split(",")), written,
            )
            for op_id, number, kind, state, decision, events, written in rows
        ]  # fmt: skip
