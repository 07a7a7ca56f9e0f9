"""The cursor is visible on every list, even on a terminal with few colours."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from textual.pilot import Pilot
from textual.widgets import OptionList

from csat_tui.store.database import Database
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.lines import CURSOR_BAR, NOTHING, CursorList, LinesView
from csat_tui.tui.base.theme import THEMES
from csat_tui.tui.base.windowed_list import WindowedList
from tests.tui.desk_fixture import comes_about, settled, workstation
from tests.tui.outbox_fixture import decided
from tests.tui.pane_host import shown
from tests.tui.test_history import with_others
from tests.tui.test_review_screen import put_notes
from tests.tui.test_tracker_screen import rows

DEPTHS = {"256": ColorSystem.EIGHT_BIT, "16": ColorSystem.STANDARD, "none": None}

LISTS = {
    "queue": ["j"],
    "checks": ["3"],
    "outbox": ["g", "o"],
    "shift": ["g", "s"],
    "tracker": ["g", "t"],
    "history": ["G", "H"],
    "missing": ["m"],
    "outcomes": ["e"],
    "findings": ["e", "f", "ctrl+l"],
    "filter": ["f"],
    "notes": ["g", "r"],
    "scorecard": ["g", "r", "l"],
}
"""For each list with a cursor the keys that open it."""

WINDOWS = {"missing", "outcomes", "findings", "filter", "history"}
"""The lists that stand in a window over the desk."""


def fill(database: Database) -> None:
    """Have something on every list."""
    with_others(database)
    rows(database, 8)


def cells(app: Workstation, depth: ColorSystem | None) -> list[list[tuple[object, ...]]]:
    """Return what a terminal of that depth shows: for each cell its letter and what can be told of its look."""
    return [
        [cell for segment in strip for cell in _cells_of(segment, depth)]
        for strip in app.screen._compositor.render_strips(app.size)
    ]


def _cells_of(segment: Segment, depth: ColorSystem | None) -> list[tuple[object, ...]]:
    style = segment.style
    if style is None:
        look: tuple[object, ...] = ()
    else:
        colours = [
            None if depth is None or colour is None else colour.downgrade(depth).number
            for colour in (style.color, style.bgcolor)
        ]
        look = (*colours, style.bold, style.reverse, style.underline)
    return [(letter, *look) for letter in segment.text]


def cursor_of(app: Workstation) -> int | None:
    """Return the place of the cursor on the list that has the keys; None while there is nothing on it."""
    widget = app.focused
    if isinstance(widget, WindowedList):
        return widget.window.index
    if isinstance(widget, OptionList):
        return widget.highlighted
    lists = [one for one in app.screen.query(CursorList) if one.display and one.region.area]
    place = (widget if isinstance(widget, LinesView) else lists[-1]).cursor
    return None if place == NOTHING else place


Picture = list[list[tuple[object, ...]]]


async def pictures(pilot: Pilot[None], themes: Sequence[str], depths: Sequence[str]) -> dict[tuple[str, str], Picture]:
    """Return what the screen shows now in each theme and depth."""
    found = {}
    for theme in themes:
        pilot.app.theme = THEMES[theme].name
        await settled(pilot)
        found |= {(theme, depth): cells(pilot.app, DEPTHS[depth]) for depth in depths}
    return found


def rows_that_look_otherwise(before: Picture, after: Picture) -> int:
    """Return in how many rows a cell has another look, or the cursor's bar has come or gone."""

    def otherwise(old: tuple[object, ...], new: tuple[object, ...]) -> bool:
        return old[1:] != new[1:] or (old != new and CURSOR_BAR in (old[0], new[0]))

    return sum(any(map(otherwise, *rows)) for rows in zip(before, after, strict=True))


def looks(coloured: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the themes and the depths of colour in which a list is looked at."""
    return (tuple(THEMES), ("256", "16")) if coloured else (("ansi",), ("none",))


@pytest.mark.parametrize("coloured", [True, False], ids=["colours", "no-colours"])
async def test_the_row_under_the_cursor_looks_unlike_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coloured: bool
) -> None:
    if not coloured:
        monkeypatch.setenv("NO_COLOR", "1")
    with workstation(tmp_path, 12, fill=fill) as app:
        put_notes(app.session.desk._database)
        for survey_id in (2, 3):
            decided(app.session.desk, app.session.dispatch, survey_id, "no-response")
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            for name, keys in LISTS.items():
                await opened(pilot, keys)
                if name in WINDOWS and not coloured:
                    assert "csat-tui" in shown(app).splitlines()[0], f"{name} hides what is behind it"
                await the_cursor_is_seen(pilot, name, *looks(coloured))
                await back_to_the_queue(pilot)


async def opened(pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Open a list by its keys, and wait until there is a cursor on it."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    await comes_about(lambda: cursor_of(pilot.app) is not None)


async def the_cursor_is_seen(pilot: Pilot[None], name: str, themes: Sequence[str], depths: Sequence[str]) -> None:
    """Move down by one, and see it in each theme and depth."""
    before, stood = await pictures(pilot, themes, depths), cursor_of(pilot.app)
    await pilot.press("down")
    await comes_about(lambda: cursor_of(pilot.app) != stood)
    await settled(pilot)
    after = await pictures(pilot, themes[::-1], depths)  # the last theme is still there
    for how, picture in before.items():
        # The row that the cursor has left, and the one that it has come to.
        seen = rows_that_look_otherwise(picture, after[how])
        assert seen >= 2, f"the cursor cannot be seen on the list of {name} in {how}"


async def back_to_the_queue(pilot: Pilot[None]) -> None:
    """Close what is open, and go to the first row of the queue in the first theme."""
    app = pilot.app
    while len(app.screen_stack) > 1:
        await pilot.press("escape")
        await settled(pilot)
    await pilot.press("escape", "g", "q")
    await settled(pilot)
    await pilot.press("1", "g", "g")
    await settled(pilot)
