"""Connecting: the help desk is asked before anything is written, and the token never lands in a plain file unasked."""

import json
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend

from csat_tui.cli.demo_desk import FINISHED_VIEW
from csat_tui.config import load_config
from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, Ended
from tests.cli.saying import says


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets with its test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield
    keyring.set_keyring(before)


def connect(command: CommandLine, demo: DemoServer, *more: str, token: str | None = None, view: str = "") -> Ended:
    arguments = ["--url", f"{demo.url}/", "--view", view or str(demo.view_id), "--user", demo.email, "--token-stdin"]
    return command("connect", *arguments, *more, stdin=f"{token or demo.token}\n")


def test_a_connection_is_tried_then_kept_and_works(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring
) -> None:
    ended = connect(command, quiet_demo)
    assert ended.code == 0
    assert "This is Robin Vale" in ended.out
    assert "the keyring" in ended.out
    assert list(ring.kept.values()) == [quiet_demo.token]
    assert quiet_demo.token not in ended.out + command.paths.config_file.read_text()
    assert command("sync").code == 0


def test_a_view_can_be_named_by_its_title(command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring) -> None:
    assert connect(command, quiet_demo, view="csat surveys to REVIEW").code == 0
    assert command("sync").code == 0


def test_the_view_of_what_is_reviewed_is_tried_and_kept_as_well(
    command: CommandLine, demo: DemoServer, ring: MemoryKeyring
) -> None:
    ended = connect(command, demo, "--review-view", FINISHED_VIEW)
    assert ended.code == 0
    assert "The view of what is reviewed shows" in ended.out
    assert load_config(command.paths).review.view == FINISHED_VIEW


def test_a_view_to_review_that_is_not_there_connects_nothing(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring
) -> None:
    ended = connect(command, quiet_demo, "--review-view", "Nothing")
    assert ended.code == 4
    assert "no view “Nothing”" in ended.err
    assert not command.paths.config_file.exists()


def test_without_a_view_those_that_there_are_are_listed(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring
) -> None:
    ended = command(
        "connect", "--url", quiet_demo.url, "--user", quiet_demo.email, "--token-stdin", stdin=quiet_demo.token
    )
    assert ended.code == 2
    assert str(quiet_demo.view_id) in ended.err
    assert not command.paths.config_file.exists()


@pytest.mark.parametrize(
    ("token", "view", "what"),
    [("wr0ng", "", "does not know this credential"), (None, "4711", "no view 4711"), (None, "Nothing", "no view")],
)
def test_what_does_not_work_is_not_written_down(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring, token: str | None, view: str, what: str
) -> None:
    ended = connect(command, quiet_demo, token=token, view=view)
    says(ended, 4, what=what, safe="Nothing was written down", todo="csat-tui connect|has|shared with you")
    assert not ring.kept
    assert not command.paths.config_file.exists()


@pytest.mark.parametrize("url", ["ftp://x", "http://example.com", "https://me:secret@example.com", "nonsense"])
def test_an_address_that_no_credential_may_go_to_is_refused(command: CommandLine, url: str) -> None:
    ended = command("connect", "--url", url, "--view", "1", "--user", "", "--token-stdin", stdin="t0ken")
    says(ended, 2, what="address", safe="Nothing was written", todo="should be")
    assert "secret" not in ended.err


@pytest.mark.parametrize("token", ["\n", "t0\x1bken", "tök€n"])
def test_a_token_that_cannot_be_one_is_refused(command: CommandLine, quiet_demo: DemoServer, token: str) -> None:
    ended = connect(command, quiet_demo, token=token)
    says(ended, 3, what="token", safe="Nothing was written", todo="copy it again|has no token")


def test_without_a_keyring_the_token_is_kept_nowhere_unless_that_is_said(
    command: CommandLine, quiet_demo: DemoServer, no_ring: None
) -> None:
    ended = connect(command, quiet_demo)
    assert (ended.code, "--insecure-storage" in ended.err) == (3, True)
    assert not command.paths.config_file.exists()
    assert connect(command, quiet_demo, "--insecure-storage").code == 0
    kept = command.paths.data_dir / "credentials.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert list(json.loads(kept.read_text()).values()) == [quiet_demo.token]
    assert command("sync").code == 0


def test_a_token_in_the_environment_is_used_and_not_stored(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring
) -> None:
    command.environ["CSAT_TUI_TOKEN"] = quiet_demo.token
    ended = command("connect", "--url", quiet_demo.url, "--view", str(quiet_demo.view_id), "--user", quiet_demo.email)
    assert (ended.code, "was not stored" in ended.out) == (0, True)
    assert not ring.kept


def test_comments_in_the_configuration_stay(command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring) -> None:
    command.home.mkdir()
    command.paths.config_file.write_text('# mine\n[ui]\ntheme = "light" # daylight\n', encoding="utf-8")
    assert connect(command, quiet_demo).code == 0
    text = command.paths.config_file.read_text()
    assert text.startswith('# mine\n[ui]\ntheme = "light" # daylight\n')


def test_disconnecting_forgets_the_credential_and_keeps_what_was_fetched(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring
) -> None:
    connect(command, quiet_demo)
    command("sync")
    assert command("disconnect").code == 0
    assert not ring.kept
    says(command("sync"), 3, what="no credential", safe="[Ww]orking offline", todo="csat-tui connect")
    assert command("queue", "--json").json["cases"]


def test_another_help_desk_never_gets_the_outbox_of_this_one(
    command: CommandLine, quiet_demo: DemoServer, demo: DemoServer, ring: MemoryKeyring
) -> None:
    connect(command, quiet_demo)
    ended = connect(command, demo)
    says(ended, 5, what="holds the surveys and the outbox", safe="Nothing was sent", todo="--set-aside")
    assert command("doctor", "--set-aside").code == 0
    assert command("sync").code == 0


def test_an_api_token_is_said_to_end_where_it_will(
    command: CommandLine, quiet_demo: DemoServer, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "API token" not in connect(command, quiet_demo).err
    monkeypatch.setattr("csat_tui.helpdesk.zendesk.adapter.is_loopback", lambda url: False)
    ended = connect(command, quiet_demo)
    assert (ended.code, ended.err.count("2027-04-30")) == (0, 1)
    found = [one for one in command("doctor", "--json").json["findings"] if one["about"] == "API token"]
    assert [(one["mark"], "2027-04-30" in one["sentence"], "csat-tui login" in one["todo"]) for one in found] == [
        ("look", True, True)
    ]
