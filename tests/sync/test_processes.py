"""Two programs on one database, and one of them killed: the help desk still sees each effect once."""

import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from starlette.requests import Request

from csat_tui.demo.faults import Fault
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import SurveyId, ViewId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.store.cases.queue import QueueView
from csat_tui.sync import deliverer
from csat_tui.sync.pull import Puller
from csat_tui.workflow.desk import TakenDecision
from tests.builders import the_playbook
from tests.sync.bench import QUESTION, Bench

PROGRAM = """
    import asyncio, sys
    from datetime import datetime
    from pathlib import Path
    from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
    from csat_tui.secrets import Credential
    from csat_tui.store.database import Database
    from tests.store.shelf import ManualClock
    from tests.sync.bench import Bench

    file, url, email, token, holder, now = sys.argv[1:]
    bench = Bench(Database.open(Path(file)), clock=ManualClock(datetime.fromisoformat(now)))
    deliverer = bench.new_deliverer(holder, ZendeskDesk(url, Credential(email, token, "the test")))
    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(deliverer.run_once())
    print("done", flush=True)
"""


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=20, seed=7, rate_limit=0)) as server:
        yield server


@pytest.fixture
async def desk(server: DemoServer) -> AsyncIterator[ZendeskDesk]:
    desk = ZendeskDesk(server.url, Credential(server.email, server.token, "the test"))
    yield desk
    await desk.close()


class Programs:
    """Other programs that deliver from the same database."""

    def __init__(self, bench: Bench, server: DemoServer) -> None:
        self.bench, self.server = bench, server
        self.started: list[subprocess.Popen[str]] = []

    def start(self, holder: str, at: datetime) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [
                sys.executable, "-c", textwrap.dedent(PROGRAM), str(self.bench.database.file),
                self.server.url, self.server.email, self.server.token, holder, at.isoformat(),
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self.started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def go(self) -> None:
        for process in self.started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()


@pytest.fixture
def programs(bench: Bench, server: DemoServer) -> Iterator[Programs]:
    made = Programs(bench, server)
    yield made
    for process in made.started:
        process.kill()
        process.communicate()


async def decide_some(bench: Bench, desk: ZendeskDesk, server: DemoServer, count: int) -> list[TakenDecision]:
    puller = Puller(bench.database, desk, the_playbook(), bench.clock)
    await puller.walk(ViewId(server.view_id), whole=True, progress=lambda _: None)
    survey_ids: list[SurveyId] = [row.id for row in bench.desk.rows_after(QueueView(stage=Stage.OPEN), None, count)]
    return [bench.ask(survey_id, QUESTION) for survey_id in survey_ids]


async def notes(bench: Bench, desk: ZendeskDesk, taken: TakenDecision) -> int:
    """Return how often a decision's note is on its ticket."""
    note = bench.effects(taken)[0]
    assert note.ticket_id is not None
    return sum(message.op_id == note.op_id for message in await desk.messages(note.ticket_id))


async def test_two_programs_at_once_deliver_each_effect_once(
    bench: Bench, desk: ZendeskDesk, server: DemoServer, programs: Programs
) -> None:
    decisions = await decide_some(bench, desk, server, 6)
    for holder in ("one", "other"):
        programs.start(holder, decisions[0].sends_at)
    programs.go()
    assert [process.communicate(timeout=60)[0] for process in programs.started] == ["done\n"] * 2
    assert [bench.states(taken) for taken in decisions] == [[EffectState.CONFIRMED] * 2] * 6
    assert [await notes(bench, desk, taken) for taken in decisions] == [1] * 6
    steps = [step.event for taken in decisions for step in bench.dispatch.history(bench.effects(taken)[0].id)]
    assert steps == ["claimed", "landed"] * 6


async def test_a_program_killed_while_sending_is_taken_over_from_without_doubling(
    bench: Bench, desk: ZendeskDesk, server: DemoServer, programs: Programs
) -> None:
    taken = (await decide_some(bench, desk, server, 1))[0]
    sending = threading.Event()

    def never_answered(request: Request) -> Fault | None:
        if request.method != "PUT":
            return None
        sending.set()
        return Fault(applied=True, delay=60)

    server.world.faults.append(never_answered)
    process = programs.start("killed", taken.sends_at)
    programs.go()
    assert sending.wait(30)
    process.kill()
    assert process.wait(30) == -signal.SIGKILL
    server.world.faults.clear()
    assert bench.states(taken)[0] is EffectState.SENDING

    bench.deliverer = bench.new_deliverer("successor", desk)
    bench.clock.at = taken.sends_at
    await bench.deliverer.run_once()
    assert bench.states(taken)[0] is EffectState.SENDING  # the killed one still has the lease
    bench.clock.at += deliverer.DELIVERY_LEASE_SPAN
    await bench.deliverer.run_once()
    assert bench.states(taken)[0] is EffectState.UNKNOWN
    await bench.run_down()
    assert bench.states(taken) == [EffectState.CONFIRMED] * 2
    assert await notes(bench, desk, taken) == 1
