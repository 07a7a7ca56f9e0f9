"""The log says what happened, and nothing that a customer, an agent or a service wrote; and no credential."""

import logging
import re
import threading
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from csat_tui.cli.exits import unforeseen
from csat_tui.cli.logs import PrivateFile, begin_log, log_in_use, log_written_aside, masked
from csat_tui.demo.server import DemoServer
from csat_tui.paths import Paths
from tests.cli.conftest import CommandLine
from tests.cli.deciding import WORDS, decide, undo_within

ECHO = "The lentils were cold and I cried, says Philippa Quillfeather <philippa@quillfeather.example>"


def words_of_the_world(command: CommandLine) -> set[str]:
    """Return everything that somebody wrote, and the credentials."""
    workplace = command.workplace()
    try:
        with workplace.database.read() as connection:
            found = {
                str(row[0])
                for query in (
                    "SELECT comment FROM survey", "SELECT customer FROM survey", "SELECT body FROM message",
                    "SELECT requester_name FROM ticket", "SELECT requester_email FROM ticket",
                    "SELECT subject FROM ticket", "SELECT email FROM account", "SELECT value FROM outbox, "
                    "json_each(json_extract(payload, '$.cells')) WHERE kind = 'tracker'",
                )
                for row in connection.exec_driver_sql(query)
            }  # fmt: skip
    finally:
        workplace.close()
    return {one for one in found if len(one) > 6 and not one[:4].isdigit()} | {
        *WORDS.values(),
        command.environ["CSAT_TUI_TOKEN"],
        ECHO,
    }


def echoing(request: Request) -> Response | None:
    """Answer some requests with errors that quote what was sent, as services do."""
    quote = f"{ECHO} {request.headers.get('authorization')}"
    if request.method == "PUT":
        why = {"error": "RecordInvalid", "description": quote, "details": {"base": [{"description": quote}]}}
        return JSONResponse(why, status_code=422)
    if "/comments" in request.url.path:
        return PlainTextResponse(quote, status_code=400, headers={"Warning": f"199 - {ECHO}"})
    if request.url.path.startswith("/admin"):
        return JSONResponse({"error": quote}, status_code=500)
    return None


def test_a_whole_shift_with_errors_that_quote_customers_leaves_none_of_it_in_the_log(
    command: CommandLine, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo_within(command, demo, "0s")
    decide(command, demo)
    monkeypatch.setattr(logging, "INFO", logging.DEBUG)  # begin_log takes what INFO takes
    demo.world.faults.append(echoing)
    for arguments in (("sync",), ("case", str(demo.world.story(1).survey_ticket_id)), ("outbox",), ("doctor",)):
        command(*arguments)
    demo.world.faults.clear()
    command("sync")
    logging.getLogger("csat_tui.probe").debug("the log takes everything")
    logs = "".join(file.read_text(encoding="utf-8") for file in command.paths.log_dir.glob("csat-tui.log*"))
    assert "the log takes everything" in logs
    assert "Refused" in logs or "422" in logs, "the faults were met"
    leaked = sorted(one for one in words_of_the_world(command) if one in logs)
    assert leaked == []
    assert "Quillfeather" not in logs


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("GET /users/search?query=pat%40example.com: 404", "GET /users/search?query=<address>: 404"),
        ("asked for ana.b+c@mail.example.co.uk twice", "asked for <address> twice"),
        ("Authorization: Bearer abc.def/ghi==", "Authorization: Bearer <token>"),
        ("with 4a7f00112233445566778899aabbccddeeff0011", "with <token>"),
        ("effect 019a1b2c-0000-7000-8000-00000000000f: sent", "effect 019a1b2c-0000-7000-8000-00000000000f: sent"),
        ("/lib/python3.11/site-packages/engine/base.py:1", "/lib/python3.11/site-packages/engine/base.py:1"),
    ],
)  # fmt: skip
def test_addresses_and_tokens_are_masked_and_what_helps_stays(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_an_errors_own_words_stay_out_wherever_it_stands_in_a_line(command: CommandLine) -> None:
    command("queue")
    log = logging.getLogger("csat_tui.probe")
    try:
        raise ValueError(ECHO)
    except ValueError as error:
        log.warning("sync: case %d: %s", 3, error)
        log.error("unforeseen", exc_info=error)
    written = Path(command.paths.log_file).read_text(encoding="utf-8")
    assert "sync: case 3: ValueError" in written
    assert "Quillfeather" not in written


FORGED = "\x1b[2J\x1b]0;owned\x07\r\n2026-01-01 00:00:00,000 INFO csat_tui [1] all is well\u2028\u202egnp\x9b1m"
"""What a service might send to rub out a line of the log and to write another."""

HARMLESS = re.compile(r"[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*")


def lines_of(command: CommandLine) -> list[str]:
    return Path(command.paths.log_file).read_text(encoding="utf-8").split("\n")


def assert_harmless(lines: list[str]) -> None:
    assert [one for one in lines if not HARMLESS.fullmatch(one)] == []
    assert not any(one.startswith("2026-01-01 00:00:00") for one in lines)


@pytest.mark.parametrize("name", ["csat_tui.probe", "sqlalchemy.engine", "a library\n2026-01-01 00:00:00"])
def test_nothing_in_a_line_steers_a_terminal_or_forges_another_line(command: CommandLine, name: str) -> None:
    command("queue")
    kind = type(f"Kind{FORGED}", (Exception,), {})
    log = logging.getLogger(name)
    log.error("answered: %s", FORGED)
    log.error(FORGED)
    log.error("by name: %(what)s", {"what": FORGED})
    log.error("answered: %s", FORGED, stack_info=True)
    try:
        exec(compile("raise kind('x')", f"a{FORGED}file", "exec"), {"kind": kind})
    except Exception as error:
        log.error("answered: %s", error, exc_info=error)
    lines = lines_of(command)
    assert_harmless(lines)
    assert sum("␛[2J" in one for one in lines) >= 5
    assert any("␊2026-01-01 00:00:00,000 INFO" in one for one in lines), "what was written is still to be seen"


def test_what_a_service_warns_of_is_harmless_in_the_log(command: CommandLine, demo: DemoServer) -> None:
    command.connect_to_demo(demo)
    warning = "\x1b[2J\x1b]0;owned\x07 \x9b1m 2026-01-01 00:00:00,000 INFO all is well"

    demo.world.faults.append(lambda request: JSONResponse({}, 503, headers={"X-Zendesk-API-Warn": warning}))
    assert command("sync").code == 4
    lines = lines_of(command)
    assert any("the service warns" in one for one in lines), lines
    assert_harmless(lines)


def test_a_message_without_end_is_cut(command: CommandLine) -> None:
    command("queue")
    logging.getLogger("csat_tui.probe").error("answered: %s", "wide " * 100_000)
    assert max(map(len, lines_of(command))) < 5_000


def test_the_end_after_a_fault_names_the_log_that_it_was_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSAT_TUI_HOME", str(tmp_path / "person"))
    demo = Paths.find({"CSAT_TUI_HOME": str(tmp_path / "demo")})
    begin_log(demo)
    said = str(unforeseen(ValueError("a word")))
    assert str(demo.log_file) in said
    assert "person" not in said
    assert "ValueError" in demo.log_file.read_text(encoding="utf-8")


def test_a_screen_does_not_wait_for_the_logs_disk_and_the_end_has_every_entry(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("queue")
    disk_is_free, screen = threading.Event(), threading.get_ident()
    wrote: list[int] = []
    emit = PrivateFile.emit

    def slowly(self: PrivateFile, record: logging.LogRecord) -> None:
        assert disk_is_free.wait(5), "the screen waits for the log"
        wrote.append(threading.get_ident())
        emit(self, record)

    monkeypatch.setattr(PrivateFile, "emit", slowly)
    file = log_in_use()
    with log_written_aside():
        for number in range(3):
            logging.getLogger("csat_tui.probe").error("entry %d", number, exc_info=ValueError(ECHO))
        assert log_in_use() == file
        disk_is_free.set()
    assert [line.rpartition(" ")[2] for line in lines_of(command) if "entry" in line] == ["0", "1", "2"]
    assert len(wrote) == 3
    assert screen not in wrote
    assert ECHO not in "".join(lines_of(command))
    logging.getLogger("csat_tui.probe").error("written at once again")
    assert wrote[3:] == [screen]
