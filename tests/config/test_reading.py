"""What a configuration file may say, and what is said about one that is wrong."""

import os
from pathlib import Path

import pytest

from csat_tui.config import Config, ConfigError, is_loopback, load_config
from csat_tui.paths import Paths

GOOD = """
[helpdesk]
kind = "zendesk"
url = "https://Example.zendesk.com/"
view = 360001234567
user = "ana@example.com"
token_command = ["pass", "show", "zendesk"]

[admin]
url = "https://admin.example.com/api"

[playbook]
use = "playbooks/ours.toml"

[sync]
poll_seconds = 60

[ui]
theme = "light"
mouse = false

[keys]
"queue.open" = "enter"
decide = ["e", "E"]
quiet = ""
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"CSAT_TUI_HOME": str(tmp_path)})


def problems_of(paths: Paths, text: str) -> list[str]:
    paths.config_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(paths)
    return str(caught.value).replace(f"{paths.config_file}", "config.toml").splitlines()


def test_no_file_is_no_error(paths: Paths) -> None:
    config = load_config(paths)
    assert config == Config()
    assert config.helpdesk is None
    assert (config.playbook.use, config.sync.poll_seconds, config.ui.theme) == ("strike-team", 30, "dark")


def test_everything_is_read(paths: Paths) -> None:
    paths.config_file.write_text(GOOD)
    config = load_config(paths)
    assert config.helpdesk is not None
    assert config.admin is not None
    assert config.helpdesk.url == "https://example.zendesk.com"
    assert config.helpdesk.view == 360001234567
    assert config.helpdesk.token_command == ("pass", "show", "zendesk")
    assert config.admin.url == "https://admin.example.com/api"
    assert config.playbook.use == "playbooks/ours.toml"
    assert config.sync.poll_seconds == 60
    assert (config.ui.theme, config.ui.mouse, config.ui.animation) == ("light", False, True)
    assert config.keys == {"queue.open": ("enter",), "decide": ("e", "E"), "quiet": ()}


def test_a_view_can_be_named_by_its_title(paths: Paths) -> None:
    paths.config_file.write_text('[helpdesk]\nurl = "http://127.0.0.1:9000"\nview = "CSAT surveys"\n')
    config = load_config(paths)
    assert config.helpdesk is not None
    assert (config.helpdesk.kind, config.helpdesk.view) == ("zendesk", "CSAT surveys")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[helpdesk\nurl = 1", "config.toml:1: this is not TOML"),
        ("x = ", "this is not TOML: invalid value"),
        ("[helpdesk]\nview = 1", "config.toml:1: [helpdesk] lacks “url”, the help desk's address, such as"),
        (
            '[helpdesk]\nurl = "https://a.example.com"',
            "config.toml:1: [helpdesk] lacks “view”, a view's number, or its title in quotes",
        ),
        (
            '[helpdesk]\nurl = ""\nview = 1',
            "config.toml:2: “url” of [helpdesk] is empty, expected the help desk's address",
        ),
        ('[helpdesk]\nurll = "x"', "config.toml:2: [helpdesk] has an unknown key “urll”; did you mean “url”?"),
        (
            '[helpdesk]\n"quite else" = 1',
            "config.toml:2: [helpdesk] has an unknown key “quite else”; there is “client_id”, “kind”,",
        ),
        ("[help_desk]\nurl = 1", "config.toml:1: the file has an unknown key “help_desk”; did you mean “helpdesk”?"),
        ("helpdesk = 3", "config.toml:1: “helpdesk” of the file is a number, expected a section, written [helpdesk]"),
        ('[helpdesk]\nkind = "zendesc"', "config.toml:2: “kind” of [helpdesk] is “zendesc”, expected “zendesk”"),
        (
            "\n\n[helpdesk]\n  url = 5",
            "config.toml:4: “url” of [helpdesk] is a number, expected the help desk's address",
        ),
        ('[helpdesk]\nurl = "http://a.example.com"', "plain http works only for this machine"),
        ('[helpdesk]\nurl = "a.example.com"', "“url” of [helpdesk] should be an address that begins with https://"),
        ('[helpdesk]\nurl = "ftp://a.example.com"', "an address that begins with https://"),
        ('[helpdesk]\nurl = "https://me:secret@a.example.com"', "without a name or password in it"),
        ('[helpdesk]\nurl = "https://a.example.com/?x=1"', "without ? or # in it"),
        ('[helpdesk]\nurl = "https://a.example.com:port"', "an address such as"),
        ('[helpdesk]\nurl = "https://a.example.com/\\u001b[31m"', "an address that begins with https://"),
        ("[helpdesk]\nview = -1", "“view” of [helpdesk] is -1, expected a view's number, or its title in quotes"),
        ("[helpdesk]\nview = true", "“view” of [helpdesk] is true, expected a view's number, or its title in quotes"),
        (
            "[helpdesk]\ntoken_command = []",
            "“token_command” of [helpdesk] is an empty list, expected a text or a list of texts",
        ),
        ("[sync]\npoll_seconds = 1", "“poll_seconds” of [sync] is 1, expected 5 to 3600"),
        ('[sync]\npoll_seconds = "30"', "“poll_seconds” of [sync] is a text, expected a number"),
        ("[sync]\npoll_seconds = nan", "is nan, expected 5 to 3600"),
        ("[ui]\nmouse = 1", "config.toml:2: “mouse” of [ui] is a number, expected true or false"),
        ("[keys]\nopen = 1", "“open” of [keys] is a number, expected a text or a list of texts"),
        ("[admin]\n", "config.toml:1: [admin] lacks “url”, the admin system's address"),
        ("admin = { uri = 'x' }", "[admin] has an unknown key “uri”; did you mean “url”?"),
        ("x = " + "[" * 5_000 + "]" * 5_000, "config.toml:1: this is not TOML: it is nested too deeply"),
        ("x = " + "9" * 9_000, "config.toml:1: this is not TOML: a number in it has too many digits"),
        ("[" + ".".join(["a"] * 9_000) + "]", "the file has an unknown key “a”"),
        ("[store]\nkeep_days = 1e-300", "config.toml:2: “keep_days” of [store] is 1e-300, expected 0, or 1 to 36500"),
        ("[store]\nkeep_days = 0.5", "“keep_days” of [store] is 0.5, expected 0, or 1 to 36500"),
        ("[store]\nkeep_days = -1", "“keep_days” of [store] is -1, expected 0, or 1 to 36500"),
        ("[store]\nkeep_days = inf", "“keep_days” of [store] is inf, expected 0, or 1 to 36500"),
        ("[store]\nkeep_days = nan", "“keep_days” of [store] is nan, expected 0, or 1 to 36500"),
        ('[shift]\nwatch_folder = "lists"', "config.toml:2: “watch_folder” of [shift] should be a whole path, such as"),
        ("[shift]\n\nwatch_mailbox = 3", "config.toml:3: “watch_mailbox” of [shift] is a number, expected a text"),
        ('[shift]\nwatch_folder = "/a\\nb"', "config.toml:2: “watch_folder” of [shift] should be a whole path"),
        ('[shift]\nwatch_folders = "/a"', "[shift] has an unknown key “watch_folders”; did you mean “watch_folder”?"),
        ('[playbook]\nuse = ""', "config.toml:2: “use” of [playbook] is empty, expected a playbook that ships"),
        ('[playbook]\nuse = "  "', "config.toml:2: “use” of [playbook] is empty"),
        ('[helpdesk]\nuser = "ana\\nb"', "config.toml:2: “user” of [helpdesk] has a line break or another character"),
        ('[admin]\nuser = "ana\\u202eb"', "config.toml:2: “user” of [admin] has a line break or another character"),
        ('[mail]\nhost = "x"\nuser = "a\\rb"', "config.toml:3: “user” of [mail] has a line break or another character"),
        ('[mail]\nfolder = "a\\u0000b"', "config.toml:2: “folder” of [mail] has a line break or another character"),
        (
            '[helpdesk]\ntoken_command = ["a", "b\\n"]',
            "config.toml:2: “token_command” of [helpdesk] has a line break or another character",
        ),
        (
            f'[helpdesk]\nuser = "{"x" * 3_000}"',
            "“user” of [helpdesk] has 3,000 characters, expected one line of at most 2,000 characters",
        ),
        ('[ui]\ntheme = "a\\u001b[2J"', "config.toml:2: “theme” of [ui] has a line break or another character"),
    ],
)
def test_each_mistake_is_told_with_its_line(paths: Paths, text: str, said: str) -> None:
    assert said in "\n".join(problems_of(paths, text))


def test_all_mistakes_are_told_at_once_in_order(paths: Paths) -> None:
    told = problems_of(paths, "[helpdesk]\nview = []\nuser = 3\n[ui]\nanimated = true\n[sync]\npoll_seconds = 0\n")
    assert [line.split(": ")[0] for line in told] == [f"config.toml:{line}" for line in (1, 2, 3, 5, 7)]


def test_a_password_in_an_address_is_not_repeated(paths: Paths) -> None:
    told = problems_of(paths, '[helpdesk]\nview = 1\nurl = "https://me:hunter2@a.example.com"')
    assert "hunter2" not in "\n".join(told)


def test_a_file_that_is_not_text_says_so(paths: Paths) -> None:
    paths.config_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(paths)


def test_a_folder_in_its_place_says_so(paths: Paths) -> None:
    paths.config_file.mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(paths)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8000", True),
        ("http://localhost", True),
        ("http://LOCALHOST", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://127.0.0.1@example.com", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_another_product_is_not_taken_for_a_slip_of_the_pen(paths: Paths) -> None:
    told = problems_of(paths, '[helpdesk]\nkind = "freshdesk"\nurl = "https://a.example.com"\nview = 1')
    assert told == ["config.toml:2: “kind” of [helpdesk] is “freshdesk”, expected “zendesk”"]


def test_a_file_that_an_editor_began_with_a_mark_is_read(paths: Paths) -> None:
    paths.config_file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_config(paths).sync.poll_seconds == 60
    paths.config_file.write_bytes(b"\xef\xbb\xbf[store]\r\nkeep_days = 1e-300\r\n")
    with pytest.raises(ConfigError, match=r"config\.toml:2: “keep_days” of \[store\]"):
        load_config(paths)


def test_what_is_no_file_of_its_own_is_not_waited_for(paths: Paths, tmp_path: Path) -> None:
    os.mkfifo(paths.config_file)
    with pytest.raises(ConfigError, match="it is not an ordinary file"):
        load_config(paths)
    paths.config_file.unlink()
    paths.config_file.symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="it is not an ordinary file"):
        load_config(paths)
    paths.config_file.unlink()
    paths.config_file.write_bytes(b"#" * 5_000_000)
    with pytest.raises(ConfigError, match="it has more than 4,000,000 bytes"):
        load_config(paths)
