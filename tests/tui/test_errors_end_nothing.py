"""An error inside the workstation is shown in a sentence, and the next key works."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

import csat_tui.tui
from csat_tui.store.errors import StoreError
from csat_tui.tui.base import row_window
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.textual_seams import TextAreaSeams
from csat_tui.tui.triage.composer import note
from csat_tui.tui.windows.help import Palette
from csat_tui.workflow.desk import Desk
from tests.tui.desk_fixture import comes_about, settled, told, workstation
from tests.tui.pane_host import shown

SENTENCE = "The disk gave no answer. Nothing was changed; try again."


def the_store_fails(*_arguments: object, **_options: object) -> None:
    raise StoreError(SENTENCE)


def our_own_bug(*_arguments: object, **_options: object) -> None:
    raise ZeroDivisionError("a bug of our own")


async def search(pilot: Pilot[None]) -> None:
    await pilot.press("slash", *"box")


async def wheel(pilot: Pilot[None]) -> None:
    queue = pilot.app.screen.query_one("QueueList")
    middle = queue.region.center
    event = events.MouseScrollDown(
        queue, middle[0], middle[1], 0, 1, 0, False, False, False, screen_x=middle[0], screen_y=middle[1]
    )  # fmt: skip
    for _ in range(20):
        queue.post_message(event)


async def resize(pilot: Pilot[None]) -> None:
    await pilot.resize_terminal(100, 50)


async def move(pilot: Pilot[None]) -> None:
    await pilot.press(*["j"] * 30)


@pytest.mark.parametrize("way", [search, wheel, resize, move])
@pytest.mark.parametrize(("failing", "sentence"), [(the_store_fails, SENTENCE), (our_own_bug, "error in csat-tui")])
async def test_a_queue_that_cannot_be_read_is_said_and_the_next_key_works(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Callable[[Pilot[None]], object],
    failing: Callable[..., None],
    sentence: str,
) -> None:
    monkeypatch.setattr(row_window, "CHUNK", 12)
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=(120, 24)) as pilot:
            await settled(pilot)
            with patch.object(Desk, "rows_after", failing), patch.object(Desk, "rows_before", failing):
                await way(pilot)
                await comes_about(lambda: sentence in told(app))
                await settled(pilot)
            assert told(app).count(sentence) <= 30  # at most once for each key or turn of the wheel
            await pilot.press("escape", "escape", "question_mark")
            await settled(pilot)
            assert "Help" in shown(app)
        app.session.fault.count = 0  # what was seen above is what this test is about


@pytest.mark.parametrize("words", ["A word.", "A long reply. " * 60], ids=["short", "looked at beside the keys"])
async def test_a_bug_in_a_wording_rule_is_said_and_typing_goes_on(tmp_path: Path, words: str) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("e", "n")
            await settled(pilot)
            with patch.object(note, "rules_on", our_own_bug):
                app.focused.insert(words)
                await comes_about(lambda: "error in csat-tui" in told(app))
            await pilot.press(*"more")
            await settled(pilot)
            assert app.focused.text == words.strip() + "more" or app.focused.text == words + "more"
        app.session.fault.count = 0


async def test_what_fails_beside_the_keys_is_not_lost(tmp_path: Path) -> None:
    async def fails() -> None:
        raise ZeroDivisionError("a bug of our own")

    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            app.screen.queue.run_worker(fails(), exit_on_error=False)
            await comes_about(lambda: "A task in the background failed" in told(app))
            assert app.session.fault.count == 1
        app.session.fault.count = 0


@pytest.mark.parametrize("failing", ["_size_updated", "render_lines", "call_after_refresh"])
async def test_an_error_while_the_screen_is_laid_out_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            with monkeypatch.context() as broken:
                if failing == "call_after_refresh":
                    app.screen.call_after_refresh(our_own_bug)
                else:
                    broken.setattr(type(app.screen.queue.list), failing, our_own_bug)
                await pilot.resize_terminal(110, 36)
                app.screen.refresh(layout=True)
                await comes_about(lambda: app.session.fault.count > 0)
            await pilot.resize_terminal(120, 40)
            await settled(pilot)
            assert "error in csat-tui" in told(app)
            await pilot.press("question_mark")
            await settled(pilot)
            assert "Help" in shown(app)
        app.session.fault.count = 0


def test_everything_of_ours_on_the_screen_is_guarded() -> None:
    bare = []
    for module in pkgutil.walk_packages(csat_tui.tui.__path__, "csat_tui.tui."):
        for _name, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if one.__module__ == module.name and issubclass(one, Widget) and not issubclass(one, Guarded):
                bare.append(one)
    # The searches of the palette end with its window; a text area is shown only as a field, which is guarded.
    assert set(bare) == {Palette, TextAreaSeams}
    assert issubclass(FieldArea, TextAreaSeams)
    assert issubclass(FieldArea, Guarded)
