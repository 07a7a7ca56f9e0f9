"""Lines of the note are placed and cut so that none hides another."""

import re
from pathlib import Path

from textual.pilot import Pilot

from tests.builders import an_aligned_case
from tests.tui.desk_fixture import settled, workstation
from tests.tui.pane_host import host, shown


async def test_a_hint_that_does_not_fit_ends_in_dots_and_is_whole_where_it_does() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(80, 40)) as pilot:
        screen.composer.start("no-response")
        await comes_to_show(pilot, r"why this is .*…")
        assert "why this is the right outcome" not in shown(app)
        await pilot.resize_terminal(200, 40)
        await comes_to_show(pilot, "why this is the right outcome")


async def comes_to_show(pilot: Pilot[None], pattern: str) -> None:
    """Wait until the screen shows a pattern: a field is laid out before its hint is cut to fit."""
    for _ in range(200):
        if re.search(pattern, shown(pilot.app)):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"the screen never shows {pattern}:\n{shown(pilot.app)}")


async def test_what_is_said_in_passing_never_covers_how_the_note_stands(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await settled(pilot)
            await pilot.press("e")
            await settled(pilot)
            await pilot.press("n")
            await settled(pilot)
            await comes_to_show(pilot, "draft saved")
            before = shown(app).splitlines()
            app.notify("Nothing was sent. The draft is as it was.")
            await comes_to_show(pilot, "The draft is as it was")
            after = shown(app).splitlines()
            assert any("The draft is as it was" in line for line in after[:8])
            assert after[20:] == before[20:]
            assert after[0] == before[0]
