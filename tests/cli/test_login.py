"""Signing in: through a browser that comes back, or by pasting; what works is kept, and nothing else is."""

import json
import socket
import subprocess
import sys
import time
from importlib import resources
from threading import Thread

import pexpect
import pytest

from csat_tui.config import load_config
from csat_tui.demo.server import DemoServer
from csat_tui.oauth.sign_in import PORT, Tokens
from tests.cli.conftest import CommandLine
from tests.cli.deciding import WORDS, decide
from tests.cli.saying import says
from tests.cli.signing_in import (
    NO_KEYRING,
    PROGRAM,
    address_of,
    beginning,
    ended,
    first_log_in,
    log_in,
    surroundings,
)
from tests.end_to_end.places import free_port
from tests.oauth.browsing import answer_page, asked_for, go
from tests.oauth.conftest import MemoryKeyring, as_tokens


@pytest.fixture(autouse=True)
def no_keyring(command: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own keyring out of it, whichever process looks for one."""
    from keyring.backends.fail import Keyring

    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())
    command.environ |= {"PYTHON_KEYRING_BACKEND": NO_KEYRING, "SSH_CONNECTION": ""}


def kept(command: CommandLine) -> Tokens | None:
    """Return the sign-in that is kept, if there is one."""
    file = command.paths.data_dir / "credentials.json"
    return Tokens.from_json(next(iter(json.loads(file.read_text()).values()))) if file.exists() else None


def test_a_sign_in_is_tried_then_kept_and_works(command: CommandLine, demo: DemoServer) -> None:
    with beginning(command, demo, "--view", str(demo.view_id)) as process:
        go(answer_page(address_of(process), demo))
        done = ended(process)
    assert done.code == 0, done
    assert "This is Robin Vale" in done.out
    assert "renews itself" in done.out
    helpdesk = load_config(command.paths).helpdesk
    assert helpdesk is not None
    assert (helpdesk.url, helpdesk.view, helpdesk.user) == (demo.url, demo.view_id, "")
    assert "client_id" not in command.paths.config_file.read_text()
    assert (command.paths.data_dir / "credentials.json").stat().st_mode & 0o077 == 0
    tokens = kept(command)
    assert tokens is not None
    shown = done.out + done.err + command.paths.config_file.read_text() + command.paths.log_file.read_text()
    assert tokens.access not in shown
    assert tokens.refresh not in shown
    synced = command("sync")
    assert (synced.code, "as Robin Vale" in synced.out, synced.err) == (0, True, "")
    assert "csat-tui login` on a machine with a keyring is safer" in command("doctor").out


def test_signing_in_again_keeps_the_view_and_ends_the_sign_in_before(command: CommandLine, demo: DemoServer) -> None:
    first_log_in(command, demo)
    before = kept(command)
    assert before is not None
    done = log_in(command, demo)
    after = kept(command)
    assert after is not None
    assert (done.code, demo.oauth.find(before.access), after != before) == (0, None, True)
    assert demo.oauth.find(after.access) is not None


def test_a_sign_in_takes_the_place_of_an_api_token(command: CommandLine, demo: DemoServer) -> None:
    command.connect_to_demo(demo)
    done = log_in(command, demo)
    assert done.code == 0, done
    assert "CSAT_TUI_TOKEN is set and comes before the sign-in; unset it." in done.err
    helpdesk = load_config(command.paths).helpdesk
    assert helpdesk is not None
    assert (helpdesk.user, helpdesk.view) == ("", demo.view_id)
    command.environ["CSAT_TUI_TOKEN"] = ""
    assert command("sync").code == 0


def test_what_does_not_work_is_not_written_down_and_is_ended_at_the_help_desk(
    command: CommandLine, demo: DemoServer
) -> None:
    done = log_in(command, demo, "--view", "4711")
    says(done, 4, what="no view 4711", safe="Nothing was written down", todo="has|shared with you")
    assert (kept(command), command.paths.config_file.exists()) == (None, False)
    assert (demo.oauth.issued, len(demo.oauth._pairs)) == (1, 0)


def test_a_no_in_the_browser_is_heard(command: CommandLine, demo: DemoServer) -> None:
    done = log_in(command, demo, "--view", str(demo.view_id), answer="deny")
    says(done, 4, what="did not allow it", safe="Nothing was written down", todo="csat-tui login")
    assert (kept(command), command.paths.config_file.exists()) == (None, False)


def test_a_no_that_nothing_proves_is_shown_and_does_not_end_the_sign_in(command: CommandLine, demo: DemoServer) -> None:
    with beginning(command, demo, "--view", str(demo.view_id)) as process:
        address = address_of(process)
        stray = f"{asked_for(address)['redirect_uri']}?error=access_denied&error_description=Not+%1b[2Jyou"
        assert "Look at your terminal" in go(stray).text
        go(answer_page(address, demo))
        done = ended(process)
    assert done.code == 0, done
    assert "Suspicious: an answer says that the sign-in was not allowed (Not [2Jyou)" in done.err
    assert "does not trust it" in done.err
    assert kept(command) is not None


def test_another_client_is_asked_for_by_its_identifier(
    command: CommandLine, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []

    def visit(address: str, environ: object) -> bool:
        shown.append(asked_for(address))
        Thread(target=go, args=[f"{shown[0]['redirect_uri']}?error=access_denied&state={shown[0]['state']}"]).start()
        return True

    monkeypatch.setattr("csat_tui.browser.opens", visit)
    more = ["--port", str(free_port()), "--insecure-storage", "--client-id", "strike_team"]
    done = command("login", "--url", demo.url, "--view", "1", *more)
    assert (done.code, shown[0]["client_id"]) == (4, "strike_team")
    assert "open in your browser" in done.out


def test_a_token_command_that_would_come_first_is_told(command: CommandLine, demo: DemoServer) -> None:
    command.connect_to("https://example.zendesk.com", token="", more='token_command = "pass show desk"\n')
    done = log_in(command, demo, "--view", str(demo.view_id))
    assert (done.code, "token_command in config.toml comes before the sign-in; remove it." in done.err) == (0, True)


def test_an_answer_with_another_state_is_not_taken(command: CommandLine, demo: DemoServer) -> None:
    with beginning(command, demo, "--view", str(demo.view_id)) as process:
        address = address_of(process)
        back = answer_page(address, demo)
        state = asked_for(address)["state"]
        assert go(back.replace(state, "somebody-elses")).status_code == 400
        assert process.poll() is None
        go(back)
        assert ended(process).code == 0


def test_a_code_of_another_program_is_refused(command: CommandLine, demo: DemoServer) -> None:
    with beginning(command, demo, "--view", str(demo.view_id)) as process:
        asked = asked_for(address_of(process))
        code = demo.oauth.allow("agent", asked["redirect_uri"], "read write", "another-programs-challenge")
        go(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
        says(ended(process), 4, what="does not take the code", safe="Nothing was written down", todo="csat-tui login")


def test_a_port_that_is_taken_is_told(command: CommandLine, demo: DemoServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("login", "--url", demo.url, "--view", "1", "--insecure-storage", "--no-browser", "--port", port)
    says(done, 2, what="could not come back to port", safe="Nothing was written down", todo="--port .* --paste")


def test_a_machine_without_a_keyring_says_so_before_anybody_signs_in(command: CommandLine, demo: DemoServer) -> None:
    done = command("login", "--url", demo.url, "--view", "1", "--no-browser")
    assert (done.code, "there is no keyring" in done.err.lower(), "--insecure-storage" in done.err) == (3, True, True)
    assert "http://" not in done.out


@pytest.mark.parametrize("arguments", [["--paste", "--view", "1"], [], ["--view", "1", "--url", ""]])
def test_nobody_is_asked_in_a_pipe(command: CommandLine, demo: DemoServer, arguments: list[str]) -> None:
    url = [] if "--url" in arguments else ["--url", demo.url]
    done = command("login", "--insecure-storage", *url, *arguments, stdin="")
    says(done, 2, what="csat-tui cannot ask for", safe="Nothing was written", todo="use ")


@pytest.mark.parametrize("how", ["asked for", "over SSH"])
def test_the_address_can_be_pasted_where_the_browser_is_elsewhere(
    command: CommandLine, demo: DemoServer, how: str
) -> None:
    ssh = {"SSH_CONNECTION": "10.0.0.7 22 10.0.0.8 22"} if how == "over SSH" else {}
    arguments = ["login", "--url", demo.url, "--view", str(demo.view_id), "--insecure-storage"]
    child = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], *arguments, *([] if ssh else ["--paste"])], dimensions=(24, 600), encoding="utf-8",
        env=surroundings(command, TERM="dumb", **ssh), timeout=20,
    )  # fmt: skip
    if ssh:
        child.expect("over SSH")
    child.expect(r"(http://\S+/oauth/authorizations/new\S+)")
    address = child.match.group(1)
    assert asked_for(address)["redirect_uri"] == f"http://127.0.0.1:{PORT}/callback"
    child.expect("Address, or the code in it")
    child.sendline(f"http://127.0.0.1:{PORT}/callback?code=stolen&state=other")
    child.expect("does not belong to this sign-in")
    child.expect("Address, or the code in it")
    child.sendline(answer_page(address, demo))
    child.expect("This is Robin Vale")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert command("sync").code == 0


def test_the_doctor_says_that_a_sign_in_renews_itself_and_when_it_would_end(
    command: CommandLine, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = MemoryKeyring()
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    command.connect_to(demo.url, view=demo.view_id, token="")
    ring.entries[demo.url] = as_tokens(demo.oauth.issue()).to_json()
    done = command("doctor")
    assert "from the keyring, a sign-in that renews itself, and ends on 20" in done.out
    assert f"{demo.url} knows us as Robin Vale" in done.out


def test_logging_out_ends_it_here_and_at_the_help_desk(command: CommandLine, demo: DemoServer) -> None:
    first_log_in(command, demo)
    command("sync")
    demo.oauth.expire_access()  # only an access token can be revoked: it is renewed for that
    done = command("logout")
    assert (done.code, kept(command), len(demo.oauth._pairs)) == (0, None, 0)
    says(command("sync"), 3, what="no credential|no keyring", safe="[Ww]orking offline", todo="csat-tui login")
    assert command("queue", "--json").json["cases"]


def test_logging_out_without_a_network_forgets_it_here_and_says_the_rest(
    command: CommandLine, demo: DemoServer
) -> None:
    first_log_in(command, demo)
    demo.stop()
    done = command("logout")
    assert (done.code, kept(command)) == (0, None)
    assert "not ended there" in done.out


def test_a_sign_in_that_is_revoked_in_the_middle_loses_nothing(command: CommandLine, demo: DemoServer) -> None:
    first_log_in(command, demo)
    built_in = (resources.files("csat_tui.playbook") / "builtin" / "strike-team.toml").read_text("utf-8")
    (command.home / "own.toml").write_text(built_in.replace('undo = "10s"', 'undo = "0s"'), encoding="utf-8")
    with command.paths.config_file.open("a") as file:
        file.write('\n[playbook]\nuse = "own.toml"\n')
    decide(command, demo)
    demo.oauth.revoke_all()
    for _ in range(2):
        stopped = command("sync")
        says(stopped, 4, what="has ended or was revoked", safe="waits in the outbox", todo="run `csat-tui login`")
    waiting = command("outbox", "--json").json["effects"]
    assert [effect["state"] for effect in waiting if effect["kind"] == "note"] == ["queued"]
    assert log_in(command, demo).code == 0
    for _ in range(2):
        assert command("sync").code == 0
    said = [comment["body"] for record in demo.world.held.values() for comment in record.comments]
    assert sum(WORDS["summary"] in body for body in said) == 1


def test_a_sync_that_is_running_takes_up_a_new_sign_in_by_itself(command: CommandLine, demo: DemoServer) -> None:
    first_log_in(command, demo)
    with command.paths.config_file.open("a") as file:
        file.write("\n[sync]\npoll_seconds = 5\n")
    workplace = command.workplace()
    background = workplace.background()
    assert background is not None
    background.start()
    try:
        _until(lambda: background.status().link.value == "online")
        demo.oauth.revoke_all()
        background.sync_now()
        _until(lambda: "run `csat-tui login`" in background.status().problem)
        assert log_in(command, demo).code == 0
        background.sync_now()
        _until(lambda: background.status().link.value == "online" and not background.status().problem)
    finally:
        background.stop()
        workplace.close()


def test_a_process_killed_between_the_answer_and_its_keeping_costs_a_sign_in_and_nothing_else(
    command: CommandLine, demo: DemoServer
) -> None:
    first_log_in(command, demo)
    decide(command, demo)
    before = command("outbox", "--json").json["effects"]
    demo.oauth.expire_access()
    code = (
        "import os, signal\n"
        "from csat_tui.oauth.renewal import Renewal\n"
        "Renewal._keep = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from csat_tui.__main__ import main; main()"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, "sync"], env=surroundings(command), capture_output=True, timeout=60, check=False
    )
    assert (killed.returncode, demo.oauth.refreshes) == (-9, 1)
    says(command("sync"), 4, what="has ended or was revoked", safe="waits in the outbox", todo="run `csat-tui login`")
    assert command("outbox", "--json").json["effects"] == before
    assert log_in(command, demo).code == 0
    assert command("sync").code == 0


def _until(holds: "object") -> None:
    """Wait until something holds, but not without end."""
    assert callable(holds)
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.02)
