"""The registry of modes: a row is complete, and no class is missing."""

from pathlib import Path

import csat_tui.tui
from csat_tui.paths import styles_dir
from csat_tui.tui.app import Workstation
from csat_tui.tui.modes import MODES, SHARED_STYLES, style_sheets

FIRST_START = "welcome"


def test_each_mode_has_a_name_and_a_key_of_its_own() -> None:
    assert len({mode.name for mode in MODES}) == len({mode.key for mode in MODES}) == len(MODES)


def test_each_mode_is_reached_by_a_command_under_g() -> None:
    commands = {command.id: command for command in Workstation.all_commands()}
    for mode in MODES:
        assert commands[f"app.{mode.label}"].keys == (f"g {mode.key}",)


def test_each_style_sheet_belongs_to_one_mode_or_to_all() -> None:
    named = [*SHARED_STYLES, FIRST_START, *(name for mode in MODES for name in mode.styles)]
    assert sorted(named) == sorted(file.stem for file in styles_dir().glob("*.tcss"))
    assert all(file.exists() for file in style_sheets())


def test_no_screen_or_window_imports_another_module_only_for_its_types() -> None:
    """A module that knows another only by its types is half of a circle."""
    home = Path(csat_tui.tui.__file__).parent
    assert [file.name for file in home.rglob("*.py") if "TYPE_CHECKING" in file.read_text("utf-8")] == []
