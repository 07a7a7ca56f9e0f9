"""Audits that lag behind, and stamps that are whole seconds: neither doubles a note nor asks a person about it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import TicketId, ViewId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.store.cases.queue import QueueView
from csat_tui.sync.pull import Puller
from csat_tui.workflow.desk import TakenDecision
from tests.builders import the_playbook
from tests.faulty_plan import Act, Plan
from tests.faulty_proxy import FaultyProxy
from tests.soak.witness import Witness
from tests.store.shelf import new_database
from tests.sync.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(new_database(tmp_path))
    yield bench
    bench.database.close()


@pytest.fixture
def demo(bench: Bench) -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=20, rate_limit=0, now=bench.clock.now())) as demo:
        demo.world.clock = bench.clock.now
        yield demo


@pytest.fixture
def line(demo: DemoServer) -> Iterator[FaultyProxy]:
    with FaultyProxy(demo.url, Plan(1, {})) as line:
        yield line


@pytest.fixture
async def desk(demo: DemoServer, line: FaultyProxy) -> AsyncIterator[ZendeskDesk]:
    desk = ZendeskDesk(line.url, Credential(demo.email, demo.token, "the test"))
    yield desk
    await desk.close()


@dataclass(frozen=True)
class Scene:
    """A note that was decided, and everything around it."""

    bench: Bench
    demo: DemoServer
    taken: TakenDecision
    ticket_id: TicketId

    def notes(self) -> int:
        """Count the note at the help desk."""
        return sum(said["body"].startswith("NEEDS EVALUATION") for said in self.demo.world.comments(self.ticket_id))

    def steps(self) -> list[str]:
        """Tell what happened to the note."""
        return [step.event for step in self.bench.dispatch.history(self.bench.effects(self.taken)[0].id)]


@pytest.fixture
async def scene(bench: Bench, demo: DemoServer, desk: ZendeskDesk) -> Scene:
    puller = Puller(bench.database, desk, the_playbook(), bench.clock)
    await puller.walk(ViewId(demo.view_id), whole=True, progress=lambda _: None)
    taken = bench.ask(bench.desk.rows_after(QueueView(stage=Stage.OPEN), None, 1)[0].id)
    ticket_id = bench.effects(taken)[0].ticket_id
    assert ticket_id is not None
    bench.clock.at += the_playbook().undo
    bench.deliverer = bench.new_deliverer("this process", desk)
    return Scene(bench, demo, taken, ticket_id)


async def test_a_note_that_landed_in_the_second_of_its_base_is_not_written_again_when_the_audits_lag(
    scene: Scene, line: FaultyProxy
) -> None:
    somebody = Witness(scene.demo, "second")
    somebody.tag(scene.ticket_id, "seen_by_sam")
    somebody.close()
    line.once("PUT", "/tickets/", Act.PASS)  # refused: somebody has just tagged the ticket
    line.once("PUT", "/tickets/", Act.DROP_AFTER)  # based anew on that second, and not heard of
    line.once("GET", "/audits", Act.STALE_AUDITS)
    await scene.bench.run_down()
    assert (scene.notes(), scene.bench.states(scene.taken)[0]) == (1, EffectState.CONFIRMED), scene.steps()


async def test_a_note_that_the_transcript_shows_is_confirmed_although_the_audits_lag_again_and_again(
    scene: Scene, line: FaultyProxy
) -> None:
    line.once("PUT", "/tickets/", Act.DROP_AFTER)
    for _ in range(3):
        line.once("GET", "/audits", Act.STALE_AUDITS)
    await scene.bench.run_down()
    assert (scene.notes(), scene.bench.states(scene.taken)[0]) == (1, EffectState.CONFIRMED), scene.steps()
