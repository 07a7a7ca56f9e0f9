"""Where things are kept."""

import stat
from pathlib import Path

from csat_tui.paths import Paths, styles_dir


def test_one_variable_puts_everything_under_one_folder(tmp_path: Path) -> None:
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path / "desk")})
    home = tmp_path / "desk"
    assert paths.config_file == home / "config.toml"
    assert {paths.database.parent.parent, paths.log_file.parent.parent} == {home}


def test_without_it_the_system_has_its_own_places() -> None:
    paths = Paths.find({"CSAT_TUI_HOME": " "})
    assert paths.config_file.parent.name == paths.data_dir.name == "csat-tui"
    assert paths.database.is_absolute()


def test_customers_words_are_for_their_owner_alone(tmp_path: Path) -> None:
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path / "desk")})
    paths.data_dir.mkdir(parents=True)
    paths.data_dir.chmod(0o755)
    paths.make()
    paths.make()
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (paths.data_dir, paths.log_dir)] == [0o700, 0o700]


def test_a_configuration_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Paths.find({"CSAT_TUI_HOME": str(tmp_path)}).make()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_styles_are_found_in_a_checkout() -> None:
    assert styles_dir().name == "styles"
