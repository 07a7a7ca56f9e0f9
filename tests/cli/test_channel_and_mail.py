"""Channels and mail from the command line: secrets are kept and never shown, and what was tried is said."""

import socket
from collections.abc import Iterator

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from csat_tui.config import load_config
from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.test_connect import MemoryKeyring

SECRET = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#leads"


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


def written(command: CommandLine, text: str) -> None:
    command.home.mkdir(exist_ok=True)
    command.paths.config_file.write_text(text, encoding="utf-8")


def everything_on_disk(command: CommandLine) -> str:
    return "".join(file.read_text("utf-8", "replace") for file in command.home.rglob("*") if file.is_file())


def test_an_address_is_kept_in_the_keyring_and_nowhere_else(command: CommandLine, ring: MemoryKeyring) -> None:
    written(command, "# mine\n[ui]\nmouse = false\n")
    ended = command("channel", "set", "leads", "--stdin", stdin=f"{SECRET}\n")
    assert ended.code == 0
    assert list(ring.kept.values()) == [SECRET]
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in ended.out + ended.err + everything_on_disk(command)
    config = load_config(command.paths)
    assert (list(config.channels), config.ui.mouse) == (["leads"], False)
    assert "# mine" in command.paths.config_file.read_text()


def test_channels_are_listed_with_where_their_addresses_are_from(command: CommandLine, ring: MemoryKeyring) -> None:
    written(command, '[channels.leads]\n[channels.here]\nurl = "json://127.0.0.1:1/"\n[channels.lost]\n')
    ring.kept["csat-tui", "channel leads"] = SECRET
    command.environ["CSAT_TUI_CHANNEL_LOST"] = ""
    ended = command("channel", "list", "--json")
    told = {one["name"]: one["configured"] for one in ended.json}
    assert told == {"here": True, "leads": True, "lost": False}
    shown = command("channel", "list").out
    assert "the keyring" in shown
    assert "csat-tui channel set lost" in shown
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in shown + ended.out


def test_an_address_is_forgotten(command: CommandLine, ring: MemoryKeyring) -> None:
    written(command, "[channels.leads]\n")
    ring.kept["csat-tui", "channel leads"] = SECRET
    assert command("channel", "forget", "leads").code == 0
    assert ring.kept == {}
    assert load_config(command.paths).channels


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("le ads", SECRET, "letters, digits"),
        ("leads", "", "nothing in what was given"),
        ("leads", "https//nope", "This address cannot be used"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_written(
    command: CommandLine, ring: MemoryKeyring, name: str, given: str, said: str
) -> None:
    ended = command("channel", "set", name, "--stdin", stdin=f"{given}\n")
    assert ended.code in (2, 3)
    assert said in ended.err
    assert ring.kept == {}
    assert not command.paths.config_file.exists()


def test_without_a_keyring_the_plain_file_is_named_and_works(command: CommandLine, no_ring: None) -> None:
    written(command, "[channels.leads]\n")
    refused = command("channel", "set", "leads", "--stdin", stdin=f"{SECRET}\n").err
    assert "no keyring" in refused
    assert "csat-tui channel set leads --insecure-storage" in refused
    assert "no keyring" in command("channel", "list").out
    assert command("channel", "set", "leads", "--stdin", "--insecure-storage", stdin=f"{SECRET}\n").code == 0
    assert "insecure storage" in command("channel", "list").out


def test_a_test_message_comes_to_the_channel(command: CommandLine, quiet_demo: DemoServer) -> None:
    written(command, "[channels.leads]\n")
    host = quiet_demo.url.removeprefix("http://")
    address = f"json://{host}/channel?+authorization=Bearer {quiet_demo.token}"
    command.environ["CSAT_TUI_CHANNEL_LEADS"] = address
    ended = command("channel", "test", "leads", "--text", "hello there")
    assert (ended.code, ended.out) == (0, "Channel “leads” has taken the message.\n")


def test_a_test_message_to_a_channel_that_is_not_there_is_told(command: CommandLine, ring: MemoryKeyring) -> None:
    ended = command("channel", "test", "leads")
    assert ended.code == 4
    assert "csat-tui channel set leads" in ended.err


MAIL = '[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nuser = "ana@example.com"\n'


def test_a_mail_password_is_kept_and_forgotten_and_never_shown(command: CommandLine, ring: MemoryKeyring) -> None:
    written(command, MAIL.format(port=2525))
    ended = command("mail", "set-password", "--stdin", stdin="a pass phrase\n")
    assert ended.code == 0
    assert list(ring.kept.values()) == ["a pass phrase"]
    assert "a pass phrase" not in ended.out + ended.err + everything_on_disk(command)
    assert command("mail", "forget-password").code == 0
    assert ring.kept == {}


def test_a_password_without_a_server_is_not_asked_for(command: CommandLine) -> None:
    ended = command("mail", "set-password", "--stdin", stdin="x\n")
    assert ended.code == 3
    assert "[mail] needs host and user" in ended.err


def test_mail_without_a_server_is_tried_and_saved(command: CommandLine) -> None:
    written(command, "")
    assert "saved as files" in command("mail", "test").out
    assert not (command.paths.data_dir / "mails").exists()
    ended = command("mail", "test", "--to", "ana@example.com")
    (file,) = (command.paths.data_dir / "mails").iterdir()
    assert file.name in ended.out


def test_a_mail_server_that_is_not_there_is_told(command: CommandLine) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    written(command, MAIL.format(port=port))
    command.environ["CSAT_TUI_MAIL_PASSWORD"] = "a pass phrase"
    ended = command("mail", "test")
    assert ended.code == 4
    assert f"Nothing answers at 127.0.0.1:{port}" in ended.err


def test_the_doctor_looks_at_forms_channels_and_mail_without_telling_secrets(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring
) -> None:
    more = (
        '[forms.tracker]\nurl = "https://forms.example.com/s3cret-form?key=s3cret"\nfields = { x = "{B} {Bx}" }\n'
        '[forms.coaching]\nurl = "https://forms.example.com/s3cret-form"\ntoken_command = "false"\n'
        "[channels.leads]\n[channels.lost]\n"
    )
    command.connect_to_demo(quiet_demo, more=more)
    ring.kept["csat-tui", "channel leads"] = SECRET
    found = command("doctor", "--json")
    told = {one["about"]: one for one in found.json["findings"]}
    assert "no effect of the playbook fills {Bx}" in told["form tracker"]["sentence"]
    assert "forms.coaching.token_command (false) ended with code 1" in told["form coaching"]["sentence"]
    assert told["channel leads"]["mark"] == "ok"
    assert told["channel lost"]["mark"] == "look"
    assert "saved as files" in told["mail"]["sentence"]
    assert "s3cret" not in found.out
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in found.out
