"""A key redraws only the parts of the screen that it changes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual._compositor import Compositor
from textual.content import Content
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from csat_tui.tui.app import Workstation
from csat_tui.tui.base.lines import CursorList, Line
from csat_tui.tui.base.textual_seams import AppSeams
from csat_tui.tui.review.screen import ReviewScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.help import HelpLines
from tests.tui.desk_fixture import comes_about, settled, workstation
from tests.tui.quiet import every_frame_painted

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

    with every_frame_painted(), patch.object(Compositor, "render_update", render_update):
        yield regions


def overlapping(regions: list[Region], app: Workstation, *ids: str) -> list[str]:
    """Name the panes of which something was drawn."""
    return [one for one in ids if any(region.overlaps(app.screen.query_one(f"#{one}").region) for region in regions)]


async def test_an_answer_draws_neither_the_queue_nor_the_transcript(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await checks_reached(pilot)
            for key in ("y", "n", "x"):
                with drawn() as regions:
                    await pilot.press(key)
                    await settled(pilot)
                assert regions, f"the answer {key} is to be seen"
                assert overlapping(regions, app, "queue", "transcript") == [], key


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


async def help_opened(pilot: Pilot[None]) -> Widget:
    """Open the help over the checks, with everything drawn; returns the line at the top of the screen behind it."""
    await checks_reached(pilot)
    header = pilot.app.screen.query_one("#header")
    await pilot.press("?")
    await settled(pilot)
    return header


async def test_a_mode_that_opens_styles_its_own_widgets_and_not_those_of_the_one_before(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            before = {app, app.screen, *app.screen.query("*")}
            styled: Counter[DOMNode] = Counter()
            real = Stylesheet.apply

            def apply(self: Stylesheet, node: DOMNode, *args: Any, **named: Any) -> None:
                styled[node] += 1
                real(self, node, *args, **named)

            with patch.object(Stylesheet, "apply", apply):
                await pilot.press("g", "r")
                await settled(pilot)
            shown = [*app.screen.query("*")]
            assert isinstance(app.screen, ReviewScreen)
            assert not [node for node in before - {app.screen} if styled[node]]
            # Once when it is mounted; what changes then, such as what has the focus, once more.
            assert sum(styled[node] for node in shown) / len(shown) < 1.5


async def test_nothing_is_painted_while_drawing_is_held_back_and_all_of_it_afterwards(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            painted: list[bool] = []
            real = Compositor.render_update

            def render_update(self: Compositor, *args: Any, **named: Any) -> object:
                painted.append(bool(app._batch_count))
                return real(self, *args, **named)

            with every_frame_painted(), patch.object(Compositor, "render_update", render_update):
                await pilot.press("g", "r")
                await settled(pilot)
            assert painted, "the review screen is drawn"
            assert not any(painted), "nothing is painted that is thrown away"


async def test_a_window_is_drawn_only_where_what_lies_behind_it_changes(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            header = await help_opened(pilot)
            for _ in range(3):
                with drawn() as regions:
                    header.refresh()
                    await comes_about(lambda regions=regions: regions)
                    await settled(pilot)
                assert {*regions} == {header.region}, "and nothing of what has changed before"


async def test_what_changes_in_a_window_and_behind_it_at_once_is_drawn_in_both(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            header = await help_opened(pilot)
            lines = app.screen.query_one(HelpLines)
            for _ in range(10):
                with drawn() as regions:
                    header.refresh()
                    await pilot.pause()
                    lines.refresh()
                    await comes_about(lambda regions=regions: {header.region, lines.region} <= {*regions})


class Fruit(CursorList):
    names: Sequence[str] = ("apple", "pear", "plum", "quince", "medlar")

    def build(self, width: int) -> Sequence[Line]:
        del width
        return [Line(Content(name), item) for item, name in enumerate(self.names)]


async def test_of_a_list_only_the_lines_are_drawn_that_look_different() -> None:
    view = Fruit()
    app: AppSeams = AppSeams()
    app.compose = lambda: iter([view])  # type: ignore[method-assign]
    async with app.run_test(size=(40, 10)) as pilot:
        view.rebuild()
        view.cursor = 1
        await pilot.pause()
        with drawn() as regions:
            view.cursor = 3
            await pilot.pause()
        assert {region.y for region in regions} == {1, 3}
        assert {region.height for region in regions} == {1}
        view.names = ("apple", "pear", "plum", "quince", "damson")
        with drawn() as regions:
            view.rebuild()
            await pilot.pause()
        assert {(region.y, region.height) for region in regions} == {(4, 1)}
        rows = [view.render_line(row).text.strip() for row in range(5)]
        assert rows == ["apple", "pear", "plum", "▌quince", "damson"]
