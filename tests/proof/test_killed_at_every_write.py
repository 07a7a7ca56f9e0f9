"""A full send, killed at every commit and around every request: nothing is lost and nothing is there twice."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from csat_tui.demo import faults, plan
from csat_tui.demo.faults import Fault
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import as_arrival
from csat_tui.domain.ticket import Ticket
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.intake.survey_mail import parse_survey
from csat_tui.secrets import Credential
from csat_tui.store import tickets
from tests.builders import the_playbook
from tests.proof.shift import DECIDED, WORDS_SAVED, Job, ask
from tests.store.shelf import new_database, put
from tests.sync.bench import REPLY

SURVEYS = 900
"""Enough for a case of its own for every run."""

SHARDS = 2
"""Parts of the points that run side by side."""

A_COMMIT = 2
"""Points of one commit: before it and after it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way that a send can go."""

    undoes: bool = False
    message: bool = False
    fault: Fault | None = None
    """What the first write to the source ticket meets."""
    passes: tuple[str, ...] = ()
    """Points that it must have, by the beginnings of their names."""


COMMITS = ("commit of draft: after", "commit of case, decision, draft, outbox: after", "commit of lease: after")
WAYS = {
    "plain": Way(passes=(*COMMITS, "PUT tickets/N: before", "PUT tickets/N: after")),
    "decided, undone and decided again": Way(undoes=True, passes=COMMITS),
    "over a conflict": Way(message=True, passes=("GET tickets/show_many: after", "GET tickets/N/comments: after")),
    "with its first answer lost": Way(fault=faults.DROP_AFTER, passes=("GET tickets/N/audits: after",)),
    "with its first request lost": Way(fault=faults.DROP_BEFORE, passes=("GET tickets/N/audits: after",)),
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A case that nobody has touched yet."""

    survey_id: SurveyId
    survey_ticket: int
    source_ticket: int


class Place:
    """A help desk, a store with its view in it, and a starter of programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = DemoServer(DemoOptions(surveys=SURVEYS, seed=7, rate_limit=0, updates_a_minute=0)).start()
        self.starter = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.shift"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self.runs = 0
        self._recorded: dict[Way, list[str]] = {}
        self._tickets = asyncio.run(self._look())

    def close(self) -> None:
        """Let go of everything."""
        assert self.starter.stdin is not None
        self.starter.stdin.close()
        self.starter.wait(10)
        self.server.stop()

    def run(self, job: Job) -> int:
        """Run one job; returns how it ended."""
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write(ask(job) + "\n")
        self.starter.stdin.flush()
        return int(self.starter.stdout.readline())

    def job(self, way: Way, kill_at: int | None) -> tuple[Job, Ready]:
        """Return a job in a store and on a case of its own, whose reply and note go to two open tickets."""
        self.runs += 1
        home = self.folder / str(self.runs)
        home.mkdir()
        case = self._arrive(home)
        if way.fault is not None:
            self._once(case.source_ticket, way.fault)
        return Job(
            database=str(home / "csat-tui.db"), url=self.server.url, email=self.server.email, token=self.server.token,
            survey_id=case.survey_id, now=self.server.world.now().isoformat(), points=str(home / "points"),
            kill_at=kill_at, undoes=way.undoes, message_on=case.source_ticket if way.message else None,
            other=self.server.world.credentials["second"],
        ), case  # fmt: skip

    def recorded(self, way: Way) -> list[str]:
        """Return the points of a run that nothing ends, which brings everything home; it is the same each time."""
        if way not in self._recorded:
            job, case = self.job(way, None)
            assert self.run(job) == 0
            assert_all_is_there_once(self, job, case)
            self._recorded[way] = points(job)
        return self._recorded[way]

    async def _look(self) -> Iterator[tuple[Ticket, Ticket]]:
        """Return the survey tickets and source tickets of cases that share neither with another."""
        world = self.server.world
        usual = [one for one in range(SURVEYS) if plan.kind_at(world.seed, one) == plan.LOW_COMMENT]
        pairs = [(world.story(one).survey_ticket_id, world.story(one).source_ticket_id) for one in usual]
        desk = ZendeskDesk(self.server.url, Credential(self.server.email, self.server.token, "the test"))
        found = {one.id: one for one in await desk.tickets([TicketId(number) for pair in pairs for number in pair])}
        await desk.close()
        return iter([(found[TicketId(survey)], found[TicketId(source)]) for survey, source in pairs])

    def _arrive(self, home: Path) -> Ready:
        """Put the next case into a new store."""
        survey_ticket, source_ticket = next(self._tickets)
        database = new_database(home)
        with database.write() as connection:
            tickets.put_tickets(connection, (survey_ticket, source_ticket), self.server.world.now())
        (survey_id,) = put(database, as_arrival(parse_survey(survey_ticket, the_playbook()), the_playbook()))
        database.close()
        return Ready(survey_id, survey_ticket.id, source_ticket.id)

    def _once(self, ticket_id: int, fault: Fault) -> None:
        """Let the first write to a ticket meet a fault."""

        def hook(request: Request) -> Fault | None:
            if request.method != "PUT" or str(ticket_id) not in request.url.path:
                return None
            self.server.world.faults.hooks.remove(hook)
            return fault

        self.server.world.faults.append(hook)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("killed"))
    yield made
    made.close()


def points(job: Job) -> list[str]:
    """Return the points that a run has passed."""
    return [line for line in Path(job.points).read_text().splitlines() if not line.startswith("#")]


def rows(job: Job, sql: str) -> list[Any]:
    """Ask the store without the program's own code."""
    with closing(sqlite3.connect(job.database)) as connection:
        return connection.execute(sql).fetchall()


def assert_no_words_are_lost(job: Job) -> None:
    """What was saved is still a draft, or has become a decision."""
    passed = Path(job.points).read_text().splitlines()
    if f"# {WORDS_SAVED}" in passed:
        drafts = rows(job, f"SELECT fields FROM draft WHERE survey_id = {job.survey_id}")
        decisions = rows(job, f"SELECT fields FROM decision WHERE survey_id = {job.survey_id}")
        assert any(REPLY["reply"] in fields for (fields,) in (*drafts, *decisions))
    if f"# {DECIDED}" in passed:
        assert rows(job, f"SELECT 1 FROM decision WHERE survey_id = {job.survey_id}")


def assert_all_is_there_once(place: Place, job: Job, case: Ready) -> None:
    """The help desk has one reply and one note of ours, the tracker one row, and the outbox a receipt for each."""
    world = place.server.world
    for ticket_id, public in ((case.source_ticket, True), (case.survey_ticket, False)):
        ours = [one for one in world.comments(ticket_id) if one["metadata"]["custom"].get("op_id")]
        assert [one["public"] for one in ours] == [public], (ticket_id, [one["body"] for one in ours])
        audits = [one for one in world.audits(ticket_id) if one["metadata"]["custom"].get("op_id")]
        assert len(audits) == 1
    survey_ticket = world.ticket(case.survey_ticket)
    assert survey_ticket is not None
    assert survey_ticket["status"] == "solved"
    assert "csat_followup" in survey_ticket["tags"]
    assert rows(job, "SELECT count(*) FROM tracker_row") == [(1,)]
    states = [state for (state,) in rows(job, "SELECT state FROM outbox ORDER BY id")]
    assert states[-3:] == ["confirmed"] * 3
    assert set(states[:-3]) <= {"withdrawn"}
    assert rows(job, f'SELECT stage FROM "case" WHERE survey_id = {job.survey_id}') == [("decided",)]


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_killed_at_any_point_of_a_send_nothing_is_lost_and_nothing_doubled(place: Place, way: Way, shard: int) -> None:
    names = place.recorded(way)
    for expected in way.passes:
        assert any(name.startswith(expected) for name in names), names
    killed = range(len(names)) if way is WAYS["plain"] else its_own(names, place.recorded(WAYS["plain"]))
    for kill_at in [at + 1 for at in killed][shard::SHARDS]:
        job, case = place.job(way, kill_at)
        ended = place.run(job)
        assert ended == signal.SIGKILL, (kill_at, ended)
        assert points(job) == names[:kill_at]
        assert_no_words_are_lost(job)
        after = replace(job, kill_at=None, now=later(job), points=job.points + "-after")
        assert place.run(after) == 0, (kill_at, names[kill_at - 1])
        assert_all_is_there_once(place, job, case)


def its_own(names: list[str], plain: list[str]) -> range:
    """Return which points a way has between parting from the plain one and the first commit back on it.

    Those before and behind are the plain one's, which is killed at each.
    """
    begin, behind = shared(names, plain), shared(names[::-1], plain[::-1])
    return range(begin, min(len(names), max(begin, len(names) - behind) + A_COMMIT))


def shared(names: list[str], others: list[str]) -> int:
    """Return with how many points in common two runs begin."""
    return next((at for at, (one, other) in enumerate(zip(names, others, strict=False)) if one != other), 0)


def later(job: Job) -> str:
    """Return a time some minutes after a job began."""
    return (datetime.fromisoformat(job.now) + timedelta(minutes=5)).isoformat()
