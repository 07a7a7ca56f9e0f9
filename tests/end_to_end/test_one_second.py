"""Stamps are whole seconds: two writes under one stamp must not both be taken, whatever the line and the desk do."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.case import Stage
from csat_tui.domain.ids import ViewId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.store.queue import QueueView
from csat_tui.sync.pull import Puller
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


async def test_a_note_that_landed_in_the_second_of_its_base_is_not_written_again_when_the_audits_lag(
    bench: Bench, demo: DemoServer, line: FaultyProxy, desk: ZendeskDesk
) -> None:
    puller = Puller(bench.database, desk, the_playbook(), bench.clock)
    await puller.walk(ViewId(demo.view_id), whole=True, progress=lambda _: None)
    row = bench.desk.rows_after(QueueView(stage=Stage.OPEN), None, 1)[0]
    taken = bench.ask(row.id)
    note = bench.effects(taken)[0]
    assert note.ticket_id is not None
    bench.clock.at += the_playbook().undo
    somebody = Witness(demo, "second")
    somebody.tag(note.ticket_id, "seen_by_sam")

    bench.deliverer = bench.new_deliverer("this process", desk)
    line.once("PUT", "/tickets/", Act.PASS)  # refused: somebody has just tagged the ticket
    line.once("PUT", "/tickets/", Act.DROP_AFTER)  # based anew on that second, and not heard of
    line.once("GET", "/audits", Act.STALE_AUDITS)
    await bench.run_down()

    written = [said["body"] for said in demo.world.comments(note.ticket_id) if said["body"].startswith("NEEDS")]
    assert len(written) == 1, [(step.event, step.sentence) for step in bench.dispatch.history(note.id)]
    somebody.close()
