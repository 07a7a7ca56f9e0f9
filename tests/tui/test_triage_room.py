"""The four panes: reached, zoomed, resized, and shown one at a time on a small terminal."""

from pathlib import Path

from csat_tui.tui.base.field_area import FieldArea
from tests.tui.desk_fixture import settled, workstation
from tests.tui.pane_host import shown

SIZE = (120, 40)


async def test_panes_are_reached_by_number_tab_and_open(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            screen = app.screen
            for key, pane in (
                ("2", screen.transcript), ("3", screen.checklist), ("1", screen.queue), ("tab", screen.transcript),
                ("shift+tab", screen.queue), ("enter", screen.transcript), ("escape", screen.queue),
            ):  # fmt: skip
                await pilot.press(key)
                await settled(pilot)
                assert screen.front is pane, key
                assert pane.has_focus_within or screen.focused in pane.query("*"), key


async def test_a_small_terminal_shows_one_pane_at_a_time(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            screen = app.screen
            assert "1 Queue" in shown(app).splitlines()[1]
            for key, pane in (("2", screen.transcript), ("3", screen.checklist), ("4", screen.composer)):
                await pilot.press("escape", key)
                await settled(pilot)
                assert [one for one in screen.panes if one.size.area] == [pane]
            await pilot.press("escape")
            await pilot.resize_terminal(120, 40)
            await settled(pilot)
            assert all(one.size.area for one in screen.panes)


async def test_in_a_small_terminal_the_field_that_is_gone_to_is_in_sight(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            for keys in (("e", "f"), ("space", "enter")):
                await pilot.press(*keys)
                await settled(pilot)
            fields = app.screen.composer.query(FieldArea)
            assert len(fields) > 3
            for field in fields:
                field.insert(f"{field.field.label}\n" * 4)
                await settled(pilot)
            for field in fields:
                app.screen.set_focus(field)
                await pilot.press("escape", "1")
                await settled(pilot)
                await pilot.press("4")
                await settled(pilot)
                focused = app.screen.focused
                assert isinstance(focused, FieldArea)
                row, form = focused.region, focused.parent.parent.parent.region
                assert form.y <= row.y, shown(app)
                assert row.bottom <= form.bottom, shown(app)


async def test_zoom_gives_a_pane_all_the_room_and_back(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("2", "z")
            await settled(pilot)
            assert app.screen.transcript.size.width > 110
            assert not app.screen.queue.size.area
            await pilot.press("escape")
            await settled(pilot)
            assert all(one.size.area for one in app.screen.panes)
            assert app.screen.front is app.screen.transcript


async def test_resizing_keeps_the_place_and_the_words(tmp_path: Path) -> None:
    with workstation(tmp_path, 40) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("ctrl+d", "ctrl+d", "ctrl+d")
            await settled(pilot)
            case_id = app.screen.queue.survey_id
            for size in ((80, 24), (200, 60), (20, 5), (120, 40)):
                await pilot.resize_terminal(*size)
                await settled(pilot)
                assert app.screen.queue.survey_id == case_id
                assert app.screen.case.id == case_id
            window = app.screen.queue.list.window
            assert window.top <= window.index < window.top + window.height


async def test_panes_that_were_out_of_sight_show_the_case_that_was_chosen_meanwhile(tmp_path: Path) -> None:
    with workstation(tmp_path, 6) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            await pilot.press("2")
            await settled(pilot)
            await pilot.press("3", "y", "y")
            await settled(pilot)
            assert shown(app).count("✔") == 2
            await pilot.press("1", "j")
            await settled(pilot)
            await pilot.press("3")
            await settled(pilot)
            assert "✔" not in shown(app)
            await pilot.press("2")
            await settled(pilot)
            assert app.screen.case.survey.comment in shown(app)


async def test_the_key_that_explains_all_others_is_shown_at_every_size(tmp_path: Path) -> None:
    with workstation(tmp_path, 3) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            assert shown(app).splitlines()[-1].rstrip().endswith("? help")
            await pilot.resize_terminal(30, 12)
            await settled(pilot)
            assert shown(app).splitlines()[-1].split() == ["j", "k", "move", "?", "help"]


async def test_the_queue_says_which_of_its_two_figures_is_which_where_there_is_room(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(200, 40)) as pilot:
            await settled(pilot)
            assert "1 Queue · lowest ⌀mean" in shown(app)
            row = next(line for line in shown(app).splitlines() if " ⌀" in line and "lowest" not in line)
            lowest, mean = row.split(" ⌀")[0].strip("│▌ •")[-1], row.split(" ⌀")[1][:3]
            assert float(lowest) <= float(mean), "the figures stand in the order in which the title names them"
            await pilot.press("z")
            await pilot.resize_terminal(24, 40)
            await settled(pilot)
            assert "lowest" not in shown(app).splitlines()[1]
            assert "1 Queue" in shown(app)
