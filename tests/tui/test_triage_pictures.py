"""Pictures of the triage screen at its supported sizes."""

from pathlib import Path
from typing import Any

import pytest

from csat_tui.tui.triage.composer.pane import ComposerPane
from tests.tui.desk_fixture import comes_about, settled, still, workstation


@pytest.mark.parametrize(
    ("size", "theme", "keys"),
    [
        ((80, 24), "dark", ["2"]),
        ((80, 24), "dark", []),
        ((120, 40), "dark", ["j"]),
        ((120, 40), "light", ["j", "e", "n"]),
        ((200, 60), "dark", ["3", "y"]),
        ((120, 40), "contrast", ["question_mark"]),
        ((120, 40), "ansi", []),
    ],
    ids=["small-transcript", "small-queue", "usual", "usual-light-note", "wide-checks", "help-contrast", "ansi"],
)
def test_the_triage_screen(
    snap_compare: Any, tmp_path: Path, size: tuple[int, int], theme: str, keys: list[str]
) -> None:
    with workstation(tmp_path, 20, theme=theme) as app:

        async def prepare(pilot: Any) -> None:
            await settled(pilot)
            for key in keys:
                await pilot.press(key)
                await settled(pilot)
            for area in app.screen.query("TextArea"):
                area.cursor_blink = False
            composers = [pane for screen in app.screen_stack for pane in screen.query(ComposerPane)]
            await comes_about(lambda: not any(pane.unsaved() for pane in composers))
            await still(pilot)

        assert snap_compare(app, terminal_size=size, run_before=prepare)
