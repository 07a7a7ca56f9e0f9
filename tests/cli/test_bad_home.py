"""Everything that can be wrong on this machine is a sentence, and leaves what was saved as it was."""

import os
import pwd
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, Ended
from tests.cli.saying import says


def apart(command: CommandLine, *arguments: str, before: Callable[[], None]) -> Ended:
    """Run a command in a process of its own, narrowed before it begins."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "csat_tui", *arguments],
        env={**os.environ, **command.environ, "HOME": str(command.home)},
        capture_output=True,
        text=True,
        timeout=30,
        preexec_fn=before,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("arguments", [("sync",), ("queue",), ("case", "1"), ("outbox",), ("disconnect",)])
def test_a_broken_configuration_is_told_with_its_lines(command: CommandLine, arguments: tuple[str, ...]) -> None:
    command.home.mkdir()
    command.paths.config_file.write_text('[helpdesk]\nurl = "ftp://x"\nviwe = 3\n', encoding="utf-8")
    ended = command(*arguments)
    says(
        Ended(ended.code, ended.out, ended.err + "."),
        3,
        what=r"config.toml:2: “url” of \[helpdesk\] should be",
        safe="nothing was changed or sent",
        todo="did you mean “view”",
    )


def test_a_configuration_that_is_no_toml_is_told(command: CommandLine) -> None:
    command.home.mkdir()
    command.paths.config_file.write_text("[helpdesk\n\x1b[31m", encoding="utf-8")
    ended = command("queue")
    says(
        Ended(ended.code, ended.out, ended.err + "."),
        3, what="is not TOML", safe="nothing was changed or sent", todo="Correct this and start again",
    )  # fmt: skip


def test_a_broken_playbook_is_told_with_its_lines(command: CommandLine) -> None:
    command.home.mkdir()
    command.paths.config_file.write_text('[playbook]\nuse = "own.toml"\n', encoding="utf-8")
    (command.home / "own.toml").write_text('[playbook]\nid = "x"\nlow = "two"\n', encoding="utf-8")
    ended = command("queue")
    says(
        Ended(ended.code, ended.out, ended.err + "."),
        3, what=r"own.toml:\d+: ", safe="nothing was changed or sent", todo="Correct this",
    )  # fmt: skip


def test_a_playbook_that_is_not_there_is_told(command: CommandLine) -> None:
    command.home.mkdir()
    command.paths.config_file.write_text('[playbook]\nuse = "strike-taem"\n', encoding="utf-8")
    assert "did you mean “strike-team”" in command("queue").err


@pytest.fixture
def read_only(command: CommandLine, tmp_path: Path) -> Iterator[CommandLine]:
    """A home that cannot be written; for root, who may write everywhere else, the kernel's own files."""
    if os.geteuid() == 0:
        yield CommandLine(Path("/sys/csat-tui"))
        return
    command.home.mkdir()
    command.home.chmod(0o555)
    yield command
    command.home.chmod(0o755)


def test_a_home_that_cannot_be_written_is_told(read_only: CommandLine) -> None:
    says(read_only("queue"), 5, what="cannot be made", safe="Nothing was changed", todo="check its permissions")
    assert read_only("doctor").code != 0


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


def test_a_full_disk_is_told_and_nothing_is_half_imported(synced: CommandLine, tmp_path: Path) -> None:
    from tests.intake.exports import a_csv, a_row

    before = synced("queue", "--json").json["counts"]
    rows = [
        a_row(ResponseId=f"R_{number}", TicketID=str(7_300_000 + number), Q2="late " * 400) for number in range(300)
    ]
    export = tmp_path / "export.csv"
    export.write_text(a_csv(*rows), encoding="utf-8")
    ended = apart(synced, "import", str(export), "--apply", before=small_files)
    says(ended, 5, what="full or failing", safe="What was saved before is safe", todo="free some room")
    assert synced("queue", "--json").json["counts"] == before


def test_a_full_disk_at_the_very_first_start_is_told(command: CommandLine) -> None:
    def no_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    ended = apart(command, "queue", before=no_files)
    says(ended, 5, what="full or failing", safe="What was saved before is safe", todo="free some room")


def test_a_database_that_another_program_holds_is_told(
    synced: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from csat_tui.store import database
    from tests.intake.exports import a_csv, a_row

    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    export = tmp_path / "export.csv"
    export.write_text(a_csv(a_row()), encoding="utf-8")
    with closing(sqlite3.connect(synced.paths.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ended = synced("import", str(export), "--apply")
    says(ended, 5, what="in use by another program", safe="Nothing was changed", todo="close the other program")


@pytest.mark.parametrize(
    "damage", [b"this is no database at all, but a letter " * 200, b"SQLite format 3\x00" + b"\xff" * 9000]
)
def test_a_database_that_is_none_is_told_and_left_as_it_is(command: CommandLine, damage: bytes) -> None:
    command.paths.make()
    command.paths.database.write_bytes(damage)
    says(command("queue"), 5, what="is damaged", safe="left as it is", todo="csat-tui doctor --set-aside")
    assert command.paths.database.read_bytes() == damage


def damaged(command: CommandLine) -> bytes:
    """Break the database and return it as it is then."""
    whole = command.paths.database.read_bytes()
    damage = whole[:4096] + b"\xff" * (len(whole) - 4096)
    command.paths.database.write_bytes(damage)
    return damage


def test_a_damaged_database_is_mended_by_the_next_command_which_says_so(synced: CommandLine) -> None:
    damage = damaged(synced)
    ended = synced("queue")
    assert ended.code == 0
    assert "has been rebuilt. Drafts, decisions and the outbox are all back" in ended.err
    (aside,) = synced.paths.data_dir.glob("csat-tui.db.damaged-*[0-9]")
    assert aside.read_bytes() == damage
    assert str(aside) in ended.err
    assert synced("sync").err == ""
    assert len(synced("queue", "--json").json["cases"]) > 0


def test_a_damaged_database_is_mended_when_the_doctor_is_asked_to(synced: CommandLine) -> None:
    damaged(synced)
    told = synced("doctor", "--repair", "--json").json
    assert "has been rebuilt" in told["sentence"]
    assert [Path(one).exists() for one in told["aside"]] == [True]
    assert synced("doctor", "--repair").out.startswith("The database was checked and is undamaged")


def test_where_there_is_no_database_there_is_nothing_to_repair(command: CommandLine) -> None:
    ended = command("doctor", "--repair")
    assert (ended.code, "nothing to repair" in ended.err) == (2, True)


def test_a_damaged_database_is_set_aside_and_a_fresh_one_works(synced: CommandLine, quiet_demo: DemoServer) -> None:
    damage = damaged(synced)
    assert "csat-tui doctor --repair" in synced("doctor").out
    ended = synced("doctor", "--set-aside")
    assert ended.code == 0
    (aside,) = synced.paths.data_dir.glob("csat-tui.db.aside-*[0-9]")
    assert aside.read_bytes() == damage
    assert str(aside) in ended.out
    assert "too damaged to show whether every decision was sent" in ended.out
    assert synced("sync").code == 0
    assert len(synced("queue", "--json").json["cases"]) > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_an_output_that_goes_to_a_full_disk_is_told(synced: CommandLine) -> None:
    with open("/dev/full", "w") as full:
        environ = {**os.environ, **synced.environ, "PYTHONUNBUFFERED": ""}  # as it is without anybody's wishes
        done = subprocess.run(
            [sys.executable, "-P", "-m", "csat_tui", "queue"],
            env=environ, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    says(
        Ended(done.returncode, "", done.stderr),
        1,
        what="could not be written",
        safe="is safe",
        todo="free some disk space",
    )


def test_an_error_of_our_own_is_a_sentence_and_goes_to_the_log_without_its_words(
    synced: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from csat_tui.workflow.desk import Desk

    def broken(self: Desk) -> int:
        raise ValueError("the customer wrote: my secret")

    monkeypatch.setattr(Desk, "wake", broken)
    says(synced("queue"), 70, what="error in csat-tui", safe="safe", todo="start it again")
    log = synced.paths.log_file.read_text()
    assert "ValueError" in log
    assert "in queue" in log
    assert "my secret" not in log


def test_the_log_is_private_and_holds_neither_tokens_nor_customers_words(synced: CommandLine) -> None:
    synced("case", str(synced("queue", "--json").json["cases"][0]["id"]))
    assert synced.paths.log_file.stat().st_mode & 0o077 == 0
    log = synced.paths.log_file.read_text()
    assert synced.environ["CSAT_TUI_TOKEN"] not in log
    assert "@example" not in log


@pytest.mark.parametrize("name", ["queue", "doctor", "purge"])
def test_a_user_without_a_home_is_told(command: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def no_entry(_: object) -> None:
        raise KeyError

    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", no_entry)
    command.environ["CSAT_TUI_HOME"] = ""
    says(
        command(name),
        3, what="no home folder", safe="Nothing was changed", todo="name a folder in CSAT_TUI_HOME",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("home", "what"),
    [
        ("~nobody-of-that-name/x", "no user of that name"),
        (os.fsdecode(b"/tmp/\xff\xfe"), "not UTF-8"),
        ("/tmp/" + "x" * 300, "a name that is too long"),
        ("/tmp/" + "/".join(["x" * 200] * 30), "a name that is too long"),
        ("/tmp/" + "/".join(["x" * 200] * 20) + "/" + "y" * 50, "a name that is too long"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["queue", "doctor", "purge"])
def test_a_home_that_cannot_be_one_is_told(command: CommandLine, home: str, what: str, name: str) -> None:
    command.environ["CSAT_TUI_HOME"] = home
    says(command(name), 3, what=what, safe="Nothing was changed", todo="CSAT_TUI_HOME|full path")


def test_a_current_folder_that_is_gone_is_told(
    command: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    command.environ["CSAT_TUI_HOME"] = "here"
    says(command("queue"), 3, what="a current folder that is gone", safe="Nothing was changed", todo="full path")


def test_a_playbook_that_is_no_file_or_too_deep_is_told(command: CommandLine, tmp_path: Path) -> None:
    deep = tmp_path / "deep.toml"
    deep.write_text("x = " + "[" * 5_000 + "]" * 5_000)
    assert "this is not TOML: it is nested too deeply" in command("playbook", "check", str(deep)).err
    for device in ("/dev/zero", str(tmp_path / "fifo.toml")):
        if device != "/dev/zero":
            os.mkfifo(device)
        ended = command("playbook", "check", device)
        assert (ended.code, "it is not an ordinary file" in ended.err) == (3, True), ended
        ended = command("wording", "check", device)
        assert (ended.code, "it is not an ordinary file" in ended.err) == (2, True), ended
