"""The first connection is written down without disturbing what else stands there."""

import stat
from pathlib import Path

import pytest

from csat_tui.config import ConfigError, load_config, write_helpdesk
from csat_tui.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"CSAT_TUI_HOME": str(tmp_path / "new")})


def test_a_first_connection_makes_the_file(paths: Paths) -> None:
    write_helpdesk(paths, "https://example.zendesk.com/", 'Bad "surveys"\\today', "ana@example.com")
    helpdesk = load_config(paths).helpdesk
    assert helpdesk is not None
    assert (helpdesk.url, helpdesk.view) == ("https://example.zendesk.com", 'Bad "surveys"\\today')
    assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o600


def test_comments_and_other_sections_stay(paths: Paths) -> None:
    paths.config_dir.mkdir()
    paths.config_file.write_text(
        '# ours\n[ui]\ntheme = "light" # easier\n\n[helpdesk] # main\ntoken_command = "pass"\n'
    )
    paths.config_file.chmod(0o644)
    write_helpdesk(paths, "https://example.zendesk.com", 7, "")
    text = paths.config_file.read_text()
    assert all(words in text for words in ("# ours", "# easier", "# main", 'token_command = "pass"'))
    config = load_config(paths)
    assert config.helpdesk is not None
    assert (config.helpdesk.view, config.ui.theme) == (7, "light")
    assert stat.S_IMODE(paths.config_file.stat().st_mode) == 0o644


def test_a_linked_file_stays_a_link(paths: Paths, tmp_path: Path) -> None:
    paths.config_dir.mkdir()
    (tmp_path / "dotfiles.toml").write_text("")
    paths.config_file.symlink_to(tmp_path / "dotfiles.toml")
    write_helpdesk(paths, "https://example.zendesk.com", 7, "ana@example.com")
    assert paths.config_file.is_symlink()
    assert "zendesk" in (tmp_path / "dotfiles.toml").read_text()


def test_a_broken_file_is_left_alone(paths: Paths) -> None:
    paths.config_dir.mkdir()
    paths.config_file.write_text("[helpdesk")
    with pytest.raises(ConfigError, match="nothing was written"):
        write_helpdesk(paths, "https://example.zendesk.com", 7, "ana@example.com")
    assert paths.config_file.read_text() == "[helpdesk"


def test_an_unfit_address_is_not_written(paths: Paths) -> None:
    with pytest.raises(ValueError, match="plain http"):
        write_helpdesk(paths, "http://example.zendesk.com", 7, "ana@example.com")
    assert not paths.config_file.exists()


def test_a_disk_that_fails_leaves_the_old_file(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    write_helpdesk(paths, "https://example.zendesk.com", 7, "ana@example.com")
    before = paths.config_file.read_text()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_helpdesk(paths, "https://example.zendesk.com", 8, "ana@example.com")
    assert paths.config_file.read_text() == before
    assert [file.name for file in paths.config_dir.iterdir()] == ["config.toml"]


def test_another_oauth_client_is_written_kept_and_changed(paths: Paths) -> None:
    url = "https://example.zendesk.com"
    write_helpdesk(paths, url, 7, "", client_id="csat-tui")
    assert "client_id" not in paths.config_file.read_text()
    write_helpdesk(paths, url, 7, "", client_id="strike_team")
    write_helpdesk(paths, url, 8, "ana@example.com")
    helpdesk = load_config(paths).helpdesk
    assert helpdesk is not None
    assert (helpdesk.client_id, helpdesk.view) == ("strike_team", 8)
    write_helpdesk(paths, url, 8, "", client_id="csat-tui")
    assert 'client_id = "csat-tui"' in paths.config_file.read_text()
