"""A disk that fills up between a note's sending and its receipt: the note is found later, and is there once."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

from starlette.requests import Request

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, command, demo
from tests.cli.deciding import decide, undo_within

__all__ = ["command", "demo"]

SHIFT = """
    import asyncio, json, os, resource
    from datetime import timedelta

    from csat_tui.config import load_config
    from csat_tui.domain.case import Draft
    from csat_tui.domain.clock import SystemClock
    from csat_tui.paths import Paths
    from csat_tui.store.errors import StoreFull
    from csat_tui.store.cases.queue import QueueView
    from csat_tui.workflow.opening import open_workplace

    class Ahead:
        by = timedelta()

        def now(self):
            return SystemClock().now() + self.by

    def full(is_full):
        files = [path for path in paths.data_dir.iterdir() if path.name.endswith("-wal")]
        most = min(file.stat().st_size for file in files) if is_full else resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def tell(**what):
        print(json.dumps(what), flush=True)

    async def deliver():
        engine = workplace.make_engine()
        apply = engine._helpdesk.apply

        async def apply_and_fill(change):
            receipt = await apply(change)
            full(True)
            return receipt

        engine._helpdesk.apply = apply_and_fill
        try:
            await engine.run_once()
        except StoreFull as error:
            tell(said=str(error))
        finally:
            await engine.close()

    async def deliver_plainly():
        engine = workplace.make_engine()
        try:
            await engine.run_once()
        finally:
            await engine.close()

    paths = Paths.find(os.environ)
    clock = Ahead()
    workplace = open_workplace(paths, load_config(paths), os.environ, clock)
    (case_id,) = {effect.survey_id for effect in workplace.dispatch.unsettled()}
    other = next(row.id for row in workplace.desk.rows_after(QueueView(), None, 5) if row.id != case_id)
    workplace.desk.save_draft(other, Draft("follow-up", {"summary": "before"}))
    asyncio.run(deliver())
    try:
        workplace.desk.save_draft(other, Draft("follow-up", {"summary": "before, and while it was full"}))
    except StoreFull as error:
        tell(said=str(error))
    tell(draft=workplace.desk.draft(other).fields["summary"],
         state=[str(one.state) for one in workplace.dispatch.unsettled() if one.kind == "note"])
    full(False)
    workplace.desk.save_draft(other, Draft("follow-up", {"summary": "after"}))
    for _ in range(3):
        clock.by += timedelta(seconds=100)  # the lease of the round that the disk ended has to run out
        asyncio.run(deliver_plainly())
    tell(draft=workplace.desk.draft(other).fields["summary"], unsettled=len(workplace.dispatch.unsettled()))
    workplace.close()
"""


def test_a_note_whose_receipt_could_not_be_written_is_found_later_and_is_there_once(
    command: CommandLine, demo: DemoServer
) -> None:
    undo_within(command, demo, "0s")
    decide(command, demo)
    writes: list[str] = []

    def count(request: Request) -> None:
        if request.method == "PUT":
            writes.append(request.url.path)

    demo.world.faults.append(count)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SHIFT)],
        env=command.environ | {"PATH": "/usr/bin:/bin"}, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    lost, unsaved, while_full, later = map(json.loads, done.stdout.splitlines())
    for told in (lost, unsaved):
        assert "full or failing" in told["said"]
        assert "What was saved before is safe" in told["said"]
    assert while_full == {"draft": "before", "state": ["sending"]}
    assert later == {"draft": "after", "unsettled": 0}
    assert len(writes) == 1, "it was sent once, found, and not sent again"
