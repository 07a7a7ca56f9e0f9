"""A key redraws only the parts of the screen that it changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.pilot import Pilot

from csat_tui.tui.app import Workstation
from csat_tui.tui.triage.screen import TriageScreen
from tests.tui.desk_fixture import settled, workstation

SIZE = (150, 60)


def triage(app: Workstation) -> TriageScreen:
    assert isinstance(app.screen, TriageScreen)
    return app.screen


@contextmanager
def drawn() -> Iterator[list[Region]]:
    """Gather what is drawn anew."""
    regions: list[Region] = []
    real = Compositor.render_update

    def render_update(self: Compositor, *args: object, **named: object) -> object:
        regions.extend(self._dirty_regions)
        return real(self, *args, **named)  # type: ignore[arg-type]

    with patch.object(Compositor, "render_update", render_update):
        yield regions


def overlapping(regions: list[Region], app: Workstation, *ids: str) -> list[str]:
    """Name the panes of which something was drawn."""
    return [one for one in ids if any(region.overlaps(app.screen.query_one(f"#{one}").region) for region in regions)]


@pytest.mark.parametrize("key", ["y", "n", "x"])
async def test_an_answer_draws_neither_the_queue_nor_the_transcript(key: str, tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await checks_reached(pilot)
            with drawn() as regions:
                await pilot.press(key)
                await settled(pilot)
            assert regions, "the answer is to be seen"
            assert overlapping(regions, app, "queue", "transcript") == []


async def test_a_letter_in_the_note_draws_the_note_alone(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await checks_reached(pilot)
            await pilot.press("e", "v")
            await settled(pilot)
            await pilot.press("a")
            await settled(pilot)
            with drawn() as regions:
                await pilot.press("b")
                await settled(pilot)
            assert regions, "the letter is to be seen"
            assert overlapping(regions, app, "queue", "transcript", "checklist") == []


async def checks_reached(pilot: Pilot[None]) -> None:
    """Stand in the checks of the first case, with everything drawn."""
    await settled(pilot)
    await pilot.press("3")
    await settled(pilot)
