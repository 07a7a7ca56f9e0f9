"""Where a credential comes from, in which order, and what is said when there is none."""

import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from csat_tui.config import AdminConfig, HelpDeskConfig
from csat_tui.paths import Paths
from csat_tui.secrets import (
    Credential,
    CredentialKind,
    NoCredential,
    admin_credential,
    credential,
    forget_credential,
    storage,
    store_credential,
)
from csat_tui.secrets import token_command as token_command

URL, USER = "https://example.zendesk.com", "ana@example.com"


class HeldKeyring(keyring.backend.KeyringBackend):
    """A keyring in a dictionary."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class LockedKeyring(HeldKeyring):
    """A keyring whose owner does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("a library's own error")


@pytest.fixture(autouse=True)
def held() -> Iterator[HeldKeyring]:
    before = keyring.get_keyring()
    ring = HeldKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"CSAT_TUI_HOME": str(tmp_path)})


def target(command: tuple[str, ...] | str = "") -> HelpDeskConfig:
    return HelpDeskConfig("zendesk", URL, 1, USER, command)


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_the_environment_comes_first(paths: Paths) -> None:
    found = credential(target(python("print('second')")), {"CSAT_TUI_TOKEN": " first\n"}, paths)
    assert (found.user, found.token) == (USER, "first")
    assert "CSAT_TUI_TOKEN" in found.origin


def test_then_a_command_whose_first_line_counts(paths: Paths, held: HeldKeyring) -> None:
    held.set_password("csat-tui", f"{USER} at {URL}", "third")
    assert credential(target(python("print('second\\nnotes')")), {}, paths).token == "second"


def test_a_command_in_one_text_runs_without_a_shell(paths: Paths) -> None:
    found = credential(target(f"{sys.executable} -c \"print('a;b $HOME')\""), {}, paths)
    assert found.token == "a;b $HOME"


def test_then_the_keyring_by_address_and_user(paths: Paths) -> None:
    assert store_credential(paths, URL, USER, "third") == "the keyring"
    assert credential(target(), {}, paths).token == "third"
    with pytest.raises(NoCredential, match="there is no credential for ana@example"):
        credential(HelpDeskConfig("zendesk", "https://other.example.com", 1, USER), {}, paths)


def test_a_forgotten_credential_is_gone(paths: Paths) -> None:
    store_credential(paths, URL, USER, "third")
    store_credential(paths, URL, USER, "fourth", insecure=True)
    forget_credential(paths, URL, USER)
    forget_credential(paths, URL, USER)
    with pytest.raises(NoCredential):
        credential(target(), {}, paths)
    assert [file.name for file in paths.data_dir.iterdir()] == ["credentials.lock"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (python("raise SystemExit(3)"), "ended with code 3"),
        (python("pass"), "printed nothing"),
        (python("print('sm\\u00f8rrebr\\u00f8d'.encode().decode('latin1'))"), "characters that no token has"),
        (("/no/such/program",), "could not be started"),
        ("'unclosed", "check its quotes"),
        (" ", "token_command is empty"),
        (("x\0y",), "could not be started"),
    ],
)
def test_a_command_that_fails_says_how(paths: Paths, command: tuple[str, ...] | str, said: str) -> None:
    with pytest.raises(NoCredential, match=said):
        credential(target(command), {"CSAT_TUI_TOKEN": ""}, paths)


def test_a_command_that_never_ends_is_given_up(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_command, "COMMAND_TIMEOUT", 0.05)
    with pytest.raises(NoCredential, match="did not finish"):
        credential(target(python("import time; time.sleep(5)")), {}, paths)


def alive(number: int) -> bool:
    """Whether a process runs; one that has ended and was not asked after does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "command",
    [
        "yes",
        ("cat", "/dev/zero"),
        python("import sys\nwhile True: sys.stdout.write('x' * 65536)"),
        python("import sys; sys.stdout.write('t' * 200_000)"),
    ],
)
def test_a_command_that_prints_without_end_is_ended(paths: Paths, command: tuple[str, ...] | str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NoCredential, match="printed more than 65,536 bytes and was ended"):
        credential(target(command), {}, paths)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("then", ["time.sleep(600)", "[print('x' * 65536) for _ in iter(int, 1)]"])
def test_what_a_command_has_started_ends_with_it(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    monkeypatch.setattr(token_command, "COMMAND_TIMEOUT", 3.0)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    code = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {deaf!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        f"open({str(tmp_path / 'numbers')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        f"{then}"
    )
    with pytest.raises(NoCredential, match="was ended"):
        credential(target(python(code)), {}, paths)
    numbers = [int(one) for one in (tmp_path / "numbers").read_text().split()]
    assert len(numbers) == 2
    deadline = time.monotonic() + 30
    while any(map(alive, numbers)):
        assert time.monotonic() < deadline, "what the command has started goes on"
        time.sleep(0.02)


def test_an_agent_that_a_command_leaves_behind_keeps_nobody_waiting_and_goes_on(paths: Paths, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "agent = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'number')!r}, 'w').write(str(agent.pid))\n"
        "print('t0ken')"
    )
    assert credential(target(python(code)), {}, paths).token == "t0ken"
    number = int((tmp_path / "number").read_text())
    assert alive(number)
    os.kill(number, signal.SIGKILL)


def test_what_a_failing_command_prints_is_not_repeated(paths: Paths) -> None:
    with pytest.raises(NoCredential) as caught:
        credential(target(python("print('half-a-token'); raise SystemExit(1)")), {}, paths)
    assert "half-a-token" not in str(caught.value)


def test_without_a_keyring_it_is_said_what_to_do(paths: Paths) -> None:
    keyring.set_keyring(NoKeyring())
    with pytest.raises(NoCredential, match=r"there is no keyring .* --insecure-storage.* token_command"):
        credential(target(), {}, paths)
    with pytest.raises(NoCredential, match="there is no keyring"):
        store_credential(paths, URL, USER, "token")
    assert not paths.data_dir.exists()


def test_a_locked_keyring_is_not_taken_for_an_empty_one(paths: Paths) -> None:
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(NoCredential, match="locked"):
        credential(target(), {}, paths)
    with pytest.raises(NoCredential, match="locked"):
        store_credential(paths, URL, USER, "token")


def test_a_plain_file_only_where_it_was_asked_for(paths: Paths) -> None:
    keyring.set_keyring(NoKeyring())
    assert "insecure" in store_credential(paths, URL, USER, "plain", insecure=True)
    store_credential(paths, URL, "second@example.com", "other", insecure=True)
    file = paths.data_dir / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert credential(target(), {}, paths).token == "plain"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_plain_file_that_others_can_read_is_not_used(paths: Paths, mode: int) -> None:
    store_credential(paths, URL, USER, "plain", insecure=True)
    (paths.data_dir / "credentials.json").chmod(mode)
    with pytest.raises(NoCredential, match=r"others can read .*chmod 600"):
        credential(target(), {}, paths)


def test_what_was_asked_for_in_a_plain_file_comes_before_an_older_one_in_the_keyring(paths: Paths) -> None:
    store_credential(paths, URL, USER, "older")
    store_credential(paths, URL, USER, "newer", insecure=True)
    assert credential(target(), {}, paths).token == "newer"
    store_credential(paths, URL, USER, "newest")
    assert credential(target(), {}, paths).token == "newest"


@pytest.mark.parametrize("insecure", [True, False])
def test_only_one_place_holds_a_secret(paths: Paths, insecure: bool) -> None:
    store_credential(paths, URL, USER, "former", insecure=not insecure)
    where = store_credential(paths, URL, USER, "newer", insecure=insecure)
    ring = keyring.get_password("csat-tui", f"{USER} at {URL}")
    file = paths.data_dir / "credentials.json"
    kept = json.loads(file.read_text()) if file.exists() else {}
    assert (ring, list(kept.values())) == ((None, ["newer"]) if insecure else ("newer", []))
    assert "former" not in where


def test_a_former_secret_that_cannot_be_removed_is_told(paths: Paths) -> None:
    keyring.set_keyring(LockedKeyring())
    where = store_credential(paths, URL, USER, "newer", insecure=True)
    assert "could not be removed from the keyring: the system's keyring did not answer or is locked" in where
    assert credential(target(), {}, paths).token == "newer"


def test_a_plain_file_that_cannot_be_written_does_not_shadow_a_new_secret_in_silence(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_credential(paths, URL, USER, "former", insecure=True)

    def full(*_: object) -> None:
        raise NoCredential("the disk is full")

    monkeypatch.setattr(storage, "forget_in_plain_file", full)
    with pytest.raises(NoCredential, match="the earlier one would still be used: the disk is full"):
        store_credential(paths, URL, USER, "newer")


def test_processes_that_write_the_plain_file_at_once_keep_each_others_entries(paths: Paths) -> None:
    code = (
        "import sys; from pathlib import Path; from csat_tui.paths import Paths; from csat_tui.secrets import *\n"
        "paths = Paths.find({'CSAT_TUI_HOME': sys.argv[1]})\n"
        "for turn in range(20): store_credential(paths, 'https://x', f'{sys.argv[2]}-{turn}', 't', insecure=True)"
    )
    home = str(paths.config_dir)
    writers = [subprocess.Popen([sys.executable, "-c", code, home, name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(json.loads((paths.data_dir / "credentials.json").read_text())) == 60


def test_a_sign_in_is_kept_where_tokens_are_and_its_tokens_go_nowhere_else(paths: Paths) -> None:
    pair = '{"access": "acc3ss", "refresh": "r3fresh"}'
    store_credential(paths, URL, "", pair)
    found = credential(HelpDeskConfig("zendesk", URL, 1), {}, paths)
    assert (found.kind, found.token) == (CredentialKind.SIGN_IN, "")
    assert found.kept is not None
    assert found.kept.read().text == pair
    assert "acc3ss" not in repr(found) + repr(found.kept.read())
    assert admin_credential(AdminConfig(f"{URL}/admin"), {}, paths, target(), found) is None
    assert credential(target(), {"CSAT_TUI_TOKEN": "t"}, paths).kind is CredentialKind.API_TOKEN
    assert (
        credential(HelpDeskConfig("zendesk", URL, 1), {"CSAT_TUI_TOKEN": "t"}, paths).kind
        is CredentialKind.ACCESS_TOKEN
    )


def test_a_broken_plain_file_says_so(paths: Paths) -> None:
    store_credential(paths, URL, USER, "plain", insecure=True)
    (paths.data_dir / "credentials.json").write_text("{")
    with pytest.raises(NoCredential, match="cannot be read"):
        credential(target(), {}, paths)


@pytest.mark.parametrize("token", ["", "  ", "two\nlines", "ünicode"])
def test_what_cannot_be_a_token_is_not_stored(paths: Paths, token: str) -> None:
    with pytest.raises(NoCredential):
        store_credential(paths, URL, USER, token)


def test_a_token_never_shows_in_a_repr() -> None:
    assert "s3cret" not in repr(Credential(USER, "s3cret", "a test"))


def test_the_admin_system_is_lent_the_help_desks_credential_only_at_the_same_address(paths: Paths) -> None:
    lent = Credential(USER, "token", "a test")
    same, other = AdminConfig(f"{URL}/admin"), AdminConfig("https://admin.example.com")
    assert admin_credential(same, {}, paths, target(), lent) is lent
    assert admin_credential(other, {}, paths, target(), lent) is None
    assert admin_credential(other, {}, paths, None, None) is None
    own = admin_credential(other, {"CSAT_TUI_ADMIN_TOKEN": "own"}, paths, target(), lent)
    assert own is not None
    assert own.token == "own"
    with pytest.raises(NoCredential):
        admin_credential(AdminConfig(f"{URL}/admin", "", python("pass")), {}, paths, target(), lent)
