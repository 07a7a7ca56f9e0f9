"""Everything that can be wrong with a help desk is a sentence; what is here stays, and can be looked at offline."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.responses import JSONResponse, Response

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine
from tests.cli.deciding import decide, undo_within
from tests.cli.saying import says

SAFE = "everything decided stays in the outbox"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Give the address of a service that answers everything with the same bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(65536)
                    caller.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def http(body: str, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_no_help_desk_is_named_with_the_ways_to_get_one(command: CommandLine) -> None:
    says(command("sync"), 3, what="no help desk", safe="Nothing was sent", todo="csat-tui login")


def test_a_closed_port_is_told_and_the_queue_still_opens(synced: CommandLine) -> None:
    synced.paths.config_file.write_text(synced.paths.config_file.read_text().replace("view =", "view  ="))
    cases = synced("queue", "--json").json["cases"]
    url = f"http://127.0.0.1:{closed_port()}"
    synced.connect_to(url, user="ana@example.com")
    ended = synced("sync")
    # Another address is another help desk: its numbers must not meet those that are here.
    says(ended, 5, what="holds the surveys", safe="Nothing was sent", todo="put the address back")
    fresh = CommandLine(synced.home.parent / "fresh")
    fresh.connect_to(url, user="ana@example.com")
    says(fresh("sync"), 4, what="nothing answers|Nothing answers", safe=SAFE, todo="Check its url and port")
    assert fresh("queue").code == 0
    assert cases


def test_a_help_desk_that_goes_away_leaves_what_was_fetched(command: CommandLine) -> None:
    from csat_tui.demo.server import DemoOptions

    with DemoServer(DemoOptions(surveys=8, rate_limit=0)) as short:
        command.connect_to_demo(short)
        assert command("sync").code == 0
    says(command("sync"), 4, what="Nothing answers", safe="What was fetched before is here", todo="Check its url")
    assert len(command("queue", "--json").json["cases"]) > 0


def test_a_name_that_nobody_knows_is_no_network_or_a_wrong_url(command: CommandLine) -> None:
    command.connect_to("https://no-such-desk.invalid", user="ana@example.com")
    says(command("sync"), 4, what="could not be (found|reached)", safe=SAFE, todo="wrong|Check the network")


def test_an_address_that_is_no_help_desk_is_a_wrong_url(command: CommandLine) -> None:
    with answering(http('{"hello": "world"}')) as url:
        command.connect_to(url, user="ana@example.com")
        says(command("sync"), 4, what="not a Zendesk address", safe=SAFE, todo="check its url in config.toml")


@pytest.mark.parametrize(
    "body",
    ["{not json", '{"user": ', '{"user": [1]}', "[" * 100_000, '{"user": {"id": "one"}}'],
    ids=["no JSON", "cut off", "another shape", "too deep", "nobody"],
)
def test_malformed_json_is_told_and_changes_nothing(command: CommandLine, body: str) -> None:
    with answering(http(body)) as url:
        command.connect_to(url, user="ana@example.com")
        says(command("sync"), 4, what="127.0.0.1|the answer", safe=SAFE, todo="csat-tui doctor")


def test_a_web_page_is_no_answer(command: CommandLine) -> None:
    with answering(http("<html>\x1b[2Jsign in</html>", "text/html")) as url:
        command.connect_to(url, user="ana@example.com")
        says(command("sync"), 4, what="127.0.0.1", safe=SAFE, todo="heck|again")


def test_https_to_a_plain_port_is_a_tls_error(command: CommandLine, quiet_demo: DemoServer) -> None:
    command.connect_to(quiet_demo.url.replace("http://", "https://"), user="ana@example.com")
    says(command("sync"), 4, what="does not support TLS", safe="nothing was sent", todo="Check its url and port")


def test_a_wrong_credential_that_is_answered_with_nobody_and_200_is_refused(
    command: CommandLine, quiet_demo: DemoServer
) -> None:
    command.connect_to_demo(quiet_demo)
    command.environ["CSAT_TUI_TOKEN"] = "wr0ng"
    says(command("sync"), 4, what="does not know this credential", safe=SAFE, todo="csat-tui connect")


def test_a_wrong_credential_that_is_answered_with_401_is_refused(command: CommandLine, demo: DemoServer) -> None:
    answer: Response = JSONResponse({"error": "Couldn't authenticate you"}, status_code=401)
    demo.world.faults.once("GET", "users/me", answer)
    command.connect_to_demo(demo)
    says(command("sync"), 4, what="does not accept the credential", safe=SAFE, todo="csat-tui connect")


def test_no_credential_at_all_is_a_matter_of_configuration(command: CommandLine, quiet_demo: DemoServer) -> None:
    command.connect_to_demo(quiet_demo)
    command.environ |= {"CSAT_TUI_TOKEN": "", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    says(command("sync"), 3, what="keyring|credential", safe="[Ww]orking offline", todo="CSAT_TUI_TOKEN")


def test_a_token_command_that_fails_is_told(command: CommandLine, quiet_demo: DemoServer) -> None:
    command.connect_to(quiet_demo.url, view=quiet_demo.view_id, token="", more='token_command = "false"\n')
    says(command("sync"), 3, what="ended with code 1", safe="[Ww]orking offline", todo="run it by hand")


@pytest.mark.parametrize("view", [4711, "No such view"])
def test_a_view_that_is_not_there_is_told(command: CommandLine, quiet_demo: DemoServer, view: int | str) -> None:
    command.connect_to_demo(quiet_demo)
    user, token = quiet_demo.email, quiet_demo.token
    command.connect_to(quiet_demo.url, view=view, user=user, token=token)
    says(command("sync"), 4, what="no view", safe=SAFE, todo="shared with you|config.toml")


def test_no_permission_for_internal_notes_keeps_the_note_and_says_who_can_allow_it(
    command: CommandLine, demo: DemoServer
) -> None:
    undo_within(command, demo, "0s", who="no-notes")
    decide(command, demo)
    ended = command("sync")
    assert ended.code == 1
    for part in ("you may not write internal notes", "nothing was applied", "An administrator can allow it"):
        assert part in ended.out
    assert "nothing is lost" in ended.out
