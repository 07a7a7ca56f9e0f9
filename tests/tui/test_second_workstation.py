"""Two workstations on the same home: each shows the changes of the other."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId
from csat_tui.store import database
from csat_tui.store.database import Database, OutsideChanges
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.workflow.desk import Desk
from tests.builders import the_playbook
from tests.tui.desk_fixture import PATIENCE, StillClock, settled, workstation


async def comes_about(pilot: Pilot[None], what: Callable[[], bool]) -> None:
    """Let the screen go on until something is so."""
    for _ in range(200):
        if what():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came about")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_another_workstation_decides_leaves_the_queue_here(tmp_path: Path, size: tuple[int, int]) -> None:
    with workstation(tmp_path) as app, patch.object(database, "CHECK_INTERVAL", 0.02):
        other = Database.open(tmp_path / "desk.db")
        desk = Desk(other, the_playbook(), StillClock(), "Bo")
        with OutsideChanges(app.session.desk._database):
            async with app.run_test(size=size) as pilot:
                await settled(pilot)
                screen = app.screen
                assert isinstance(screen, TriageScreen)
                shown = screen.case
                assert shown is not None
                case = desk.case(shown.id)
                assert case is not None
                desk.decide(case, "needs-evaluation", {"summary": "Late.", "question": "Was it told?"})
                state = screen.desk_state
                await comes_about(pilot, lambda: state.counts is not None and state.counts.open == 11)
                await comes_about(pilot, lambda: screen.case is not None and screen.case.id != shown.id)
                assert state.outbox.waiting == 2
        other.close()


async def test_a_case_that_is_long_on_its_way_leaves_no_other_one_for_its_keys(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            first, arrives, read = app.screen.case.id, Event(), app.session.desk.case

            def slowly(survey_id: SurveyId) -> Case | None:
                arrives.wait(PATIENCE)
                return read(survey_id)

            with patch.object(app.session.desk, "case", slowly):
                try:
                    await pilot.press("j")
                    await comes_about(pilot, lambda: app.screen.case is None)
                    app.screen.checklist.accept()
                    await pilot.pause()
                    assert not read(first).answers
                finally:
                    arrives.set()
                await comes_about(pilot, lambda: app.screen.case is not None)
                assert app.screen.case.id not in (first, None)
