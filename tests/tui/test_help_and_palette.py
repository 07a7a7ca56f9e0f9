"""The hint of key sequences, the help and the command palette."""

from pathlib import Path

import pytest
from textual.css.query import NoMatches

from csat_tui.tui.base.keybar import KeyHint
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.help import HelpScreen
from tests.tui.desk_fixture import comes_about, settled, workstation
from tests.tui.pane_host import shown
from tests.tui.triage_steps import SIZE, comes_true


async def test_g_shows_the_letters_after_a_moment_and_any_key_closes_them(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g")
            await pilot.pause()
            assert not app.screen.query(KeyHint)
            await comes_about(lambda: app.screen.query(KeyHint))
            await settled(pilot)
            assert "o  outbox" in shown(app)
            await pilot.press("z")
            await settled(pilot)
            assert not app.screen.query(KeyHint)
            await pilot.press("g", "o")
            await settled(pilot)
            assert isinstance(app.screen, OutboxScreen)
            await pilot.press("g", "q")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)


async def test_help_says_what_the_time_in_a_row_of_the_queue_is(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("question_mark")
            await settled(pilot)
            assert "38m is how long ago" in " ".join(shown(app).replace("│", " ").split())


async def test_help_is_about_where_one_is(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("3", "question_mark")
            await settled(pilot)
            assert isinstance(app.screen, HelpScreen)
            assert "Validation" in shown(app)
            assert "First case." not in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_finds_a_command_by_its_words(tmp_path: Path, key: str) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press(key)
            await pilot.pause()
            await pilot.press(*"zoom")
            await comes_true(pilot, lambda: "Show this pane alone" in shown(app))
            await pilot.press("enter")
            await settled(pilot)
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)
            assert app.screen.zoomed


async def test_a_search_that_outlives_the_palette_does_not_end_the_workstation(tmp_path: Path) -> None:
    async def look_for_a_list_that_is_gone() -> None:
        raise NoMatches("the palette has closed")

    with workstation(tmp_path, 1) as app:
        async with app.run_test() as pilot:
            await settled(pilot)
            await pilot.press("ctrl+p")
            app.screen.run_worker(look_for_a_list_that_is_gone(), exit_on_error=True)
            await pilot.press("escape")
            await settled(pilot)
            assert app.is_running
            assert shown(app)
