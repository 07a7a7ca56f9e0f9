"""Pictures of the other screens and windows, at the usual size and at the smallest."""

from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils
from textual.widgets import Input

from csat_tui.tui.welcome import Welcome
from tests.tui.desk_fixture import settled, still, workstation
from tests.tui.outbox_fixture import decided
from tests.tui.test_cursor_in_few_colours import fill

USUAL, SMALL = (120, 40), (80, 24)
PICTURES = {
    "outbox": (["g", "o"], USUAL, "dark"),
    "outbox-small-light": (["g", "o"], SMALL, "light"),
    "shift": (["g", "s"], USUAL, "dark"),
    "shift-small": (["g", "s"], SMALL, "dark"),
    "tracker": (["g", "t"], USUAL, "light"),
    "history": (["G", "H"], USUAL, "dark"),
    "findings": (["e", "f", "ctrl+l"], USUAL, "dark"),
    "palette": (["ctrl+p"], SMALL, "dark"),
    "missing": (["m"], USUAL, "contrast"),
    "outcomes-small": (["e"], SMALL, "ansi"),
}
"""The keys that lead to each, in how much room it stands, and its colours."""


@pytest.fixture
def numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Number the operations, whose ids stand on the screen, from one on."""
    numbers = count(1)
    monkeypatch.setattr(uuid_utils, "uuid7", lambda: UUID(int=next(numbers)))


@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_like_this(snap_compare: Any, tmp_path: Path, numbered: None, name: str) -> None:
    keys, size, theme = PICTURES[name]
    with workstation(tmp_path, 12, theme=theme, fill=fill) as app:
        for survey_id in (2, 3):
            decided(app.session.desk, app.session.dispatch, survey_id, "no-response")

        async def prepare(pilot: Any) -> None:
            await settled(pilot)
            app.screen.update_lines()  # the line of panes is otherwise updated once a second
            for key in keys:
                await pilot.press(key)
                await still(pilot)
            for line in app.screen.query(Input):
                line.cursor_blink = False

        assert snap_compare(app, terminal_size=size, run_before=prepare)


def test_the_first_start_looks_like_this(snap_compare: Any) -> None:
    assert snap_compare(Welcome(), terminal_size=SMALL)
