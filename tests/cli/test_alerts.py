"""`csat-tui alerts` as a lead's machine runs it: what it sends and says, and what installing writes."""

import asyncio
import json
import os
import plistlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import trustme

from csat_tui.cli.alerts_install import Scheduler, job_for
from csat_tui.cli.exits import Failure
from csat_tui.domain.ids import TicketId
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.workflow.opening import Workplace
from tests.builders import a_ticket
from tests.cli.conftest import CommandLine
from tests.helpdesk.raw_server import raw_server, reply
from tests.store.shelf import arriving
from tests.targets.conftest import authority, trusted  # noqa: F401 - fixtures
from tests.targets.smtp_server import PASSWORD, USER, mail_server, server_context

NOW = datetime.now(UTC)
LAST_ALERT = (NOW - timedelta(hours=9)).replace(hour=9, minute=0, second=0, microsecond=0)
"""The last alert time of the built-in playbook, which is nine o'clock in UTC."""


@pytest.fixture
def alerted(command: CommandLine) -> CommandLine:
    """A home with three unhappy customers of the last period, one of whom no group answers for."""
    with_surveys = command.workplace()
    try:
        for number, group in enumerate(("Billing", "Care", "Spring campaign"), 1):
            comes(with_surveys, number, group)
    finally:
        with_surveys.close()
    return command


def comes(workplace: Workplace, number: int, group: str, at: datetime | None = None) -> None:
    at, ticket = at or LAST_ALERT - timedelta(hours=number), TicketId(7_400_000 + number)
    survey = arriving(number, source_ticket_id=ticket, received_at=at, customer=f"c{number}@example.org", rating=1)
    with workplace.database.write() as connection:
        surveys.put_surveys(connection, [survey])
        tickets.put_tickets(connection, [a_ticket(id=ticket, group_name=group, updated_at=at)], at)


def test_a_dry_run_says_who_would_hear_of_what_and_what_needs_fixing(alerted: CommandLine) -> None:
    done = alerted("alerts", "--dry-run")
    assert done.code == 0, done.err
    assert "Joss Arkwright would get the report by mail: 1 of care" in done.out
    assert "Tarek Whitlow would get the report by mail: 1 of billing" in done.out
    assert "1 survey alerts nobody:" in done.out
    assert "its group is unknown" in done.out
    assert alerted("alerts", "list").out == "Nobody has been alerted yet.\n"


def test_what_alerts_nobody_is_listed_while_it_can_still_be_fixed(alerted: CommandLine) -> None:
    assert "No text messages are sent: there is no channel “text-messages”." in alerted("alerts").err
    workplace = alerted.workplace()
    try:
        comes(workplace, 4, "", LAST_ALERT + timedelta(seconds=1))
    finally:
        workplace.close()
    said = alerted("alerts").out
    assert "1 survey alerts nobody unless fixed before the next alert on " in said
    assert "(`csat-tui recovery fix`):\n    #990000" in said
    [one] = alerted("alerts", "--json").json["to_fix"]
    assert one["problem"] == "its group is missing"


def test_reports_are_mailed_once_with_the_pdf_and_listed(alerted: CommandLine) -> None:
    first = alerted("alerts", "--json").json
    assert [one["recipient"] for one in first["periods"][0]["alerts"]] == [
        "Joss Arkwright", "Tarek Whitlow", "Bea Lindqvist",
    ]  # fmt: skip
    assert first["open"] == []
    saved = sorted((alerted.paths.data_dir / "mails").glob("*.eml"))
    assert len(saved) == 3
    assert all(b"application/pdf" in one.read_bytes() for one in saved)
    assert alerted("alerts").out.startswith("No alert is due; the next is on ")
    listed = alerted("alerts", "list", "--json").json["alerts"]
    assert [(one["state"], one["kind"]) for one in listed] == [("saved", "report")] * 3
    assert alerted("alerts", "list", "--open").out == "Nothing waits.\n"


def test_a_pdf_that_cannot_be_made_goes_as_a_web_page(alerted: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert alerted("alerts").code == 0
    saved = [
        message_from_bytes(one.read_bytes(), policy=default) for one in (alerted.paths.data_dir / "mails").glob("*.eml")
    ]
    assert len(saved) == 3
    for mail in saved:
        [report] = mail.iter_attachments()
        assert report.get_filename() == f"Service Recovery Report {LAST_ALERT:%Y-%m-%d}.html"
        assert "One customer was unhappy" in report.get_content()


async def test_the_pdf_and_the_text_message_go_over_the_wire_at_the_same_moment(
    alerted: CommandLine,
    trusted: trustme.CA,  # noqa: F811 - the fixture
) -> None:
    async with mail_server(tls=server_context(trusted), auth=True) as server, raw_server(reply(b"{}")) as raw:
        channel = f'[channels.text-messages]\nurl = "json://127.0.0.1:{raw.port}/{{phone}}"\n'
        mail = f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "{USER}"\n'
        alerted.paths.config_file.write_text(channel + mail, encoding="utf-8")
        alerted.environ["CSAT_TUI_MAIL_PASSWORD"] = PASSWORD
        done = await asyncio.to_thread(alerted, "alerts")
    assert (done.code, done.err) == (0, "")
    assert {one["To"] for one in server.box.mails()} == {"joss@example.net", "tarek@example.net", "bea@example.net"}
    for one in server.box.mails():
        [report] = one.iter_attachments()
        assert report.get_filename() == f"Service Recovery Report {LAST_ALERT:%Y-%m-%d}.pdf"
        assert report.get_content().startswith(b"%PDF-")
    texts = [json.loads(one.partition(b"\r\n\r\n")[2])["message"] for one in raw.requests]
    assert len(texts) == 2
    assert all(one.startswith("1 unhappy customer in the 24 hours to ") for one in texts)


def test_what_a_service_refuses_ends_with_one_and_is_settled_by_a_person(alerted: CommandLine) -> None:
    text = '[channels.text-messages]\nurl = "json://127.0.0.1:9/nobody"\n'
    alerted.paths.config_file.write_text(text, encoding="utf-8")
    done = alerted("alerts")
    assert done.code == 1
    assert "was refused; the address of channel “text-messages” does not say where the telephone's" in done.out
    [number] = [one["id"] for one in alerted("alerts", "list", "--open", "--json").json["alerts"]][:1]
    assert alerted("alerts", "settle", str(number)).code == 2
    settled = alerted("alerts", "settle", str(number), "--sent", "--json").json
    assert (settled["state"], settled["sentence"]) == ("sent", "a person says that it went")
    again = alerted("alerts", "settle", str(number), "--not-sent")
    assert (again.code, again.err) == (2, f"Alert {number} is sent, so there is nothing to settle.\n")


def test_the_doctor_says_which_alerts_need_a_person_and_whether_they_still_run(alerted: CommandLine) -> None:
    def diagnosis() -> dict[str, str] | None:
        found = alerted("doctor", "--json").json["findings"]
        return next((one for one in found if one["about"] == "alerts"), None)

    assert diagnosis() is None, "nothing is said to those who have no alerts"
    text = '[channels.text-messages]\nurl = "json://127.0.0.1:9/nobody"\n'
    alerted.paths.config_file.write_text(text, encoding="utf-8")
    alerted("alerts", "--at", (LAST_ALERT - timedelta(hours=1)).isoformat())
    assert "csat-tui alerts install" in str(diagnosis())
    alerted("alerts")
    assert "2 messages need you" in str(diagnosis())
    text = '[channels.text-messages]\nurl = "json://127.0.0.1:9/{phone}"\n'
    alerted.paths.config_file.write_text(text, encoding="utf-8")
    doubts = alerted("alerts", "list", "--open", "--json").json["alerts"]
    for one in doubts:
        alerted("alerts", "settle", str(one["id"]), "--not-sent")
    alerted("alerts")
    assert "2 messages could not be sent yet" in str(diagnosis())
    alerted.paths.config_file.write_text("", encoding="utf-8")
    for one in doubts:
        alerted("alerts", "settle", str(one["id"]), "--sent")
    assert "alerted up to" in str(diagnosis())


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("tomorrow", "“tomorrow” is no time; write it as “2026-03-09 09:00”. Nothing was sent."),
        ("1066-10-14", "“1066-10-14” is not a time that can be meant. Nothing was sent."),
        ("2190-01-01", "That time is still to come, and a period can only be alerted when it is over."),
    ],
)
def test_a_time_that_cannot_be_meant_is_a_sentence(command: CommandLine, said: str, answer: str) -> None:
    done = command("alerts", "--at", said)
    assert (done.code, done.err.startswith(answer)) == (2, True), done.err


def test_a_number_that_there_is_not_is_a_sentence(command: CommandLine) -> None:
    done = command("alerts", "settle", "77", "--sent")
    assert (done.code, done.err) == (2, "There is no alert 77; `csat-tui alerts list` lists them.\n")


def test_systemd_gets_a_service_and_a_timer_that_it_finds_nothing_wrong_with(tmp_path: Path) -> None:
    job = job_for(
        Scheduler.SYSTEMD, {"CSAT_TUI_HOME": "/home/ana/my desk", "CSAT_TUI_TOKEN": "s3cret"}, tmp_path, "/bin/true"
    )
    service, timer = job.files.values()
    assert 'Environment="CSAT_TUI_HOME=/home/ana/my desk"' in service
    assert service.index("sync") < service.index("alerts\n")
    assert "OnCalendar=*:0/5" in timer
    assert "s3cret" not in service + timer
    assert [file.parent for file in job.files] == [tmp_path / ".config" / "systemd" / "user"] * 2
    if shutil.which("systemd-analyze") is None:
        return
    for file, text in job.files.items():
        (tmp_path / file.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *(str(tmp_path / file.name) for file in job.files)],
        capture_output=True, text=True, check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_launchd_gets_a_property_list(tmp_path: Path) -> None:
    job = job_for(Scheduler.LAUNCHD, {"CSAT_TUI_HOME": "/Users/ana/desk"}, tmp_path, "/Users/ana/my tools/csat-tui")
    [(file, text)] = job.files.items()
    assert file == tmp_path / "Library" / "LaunchAgents" / "csat-tui.alerts.plist"
    told = plistlib.loads(text.encode())
    assert (
        told["ProgramArguments"][2] == "'/Users/ana/my tools/csat-tui' sync; exec '/Users/ana/my tools/csat-tui' alerts"
    )
    assert told["EnvironmentVariables"] == {"CSAT_TUI_HOME": "/Users/ana/desk"}
    assert [one["Minute"] for one in told["StartCalendarInterval"]] == list(range(0, 60, 5))


@pytest.mark.parametrize("home", ["/home/ana/100%", "/home/ana\n* * * * * evil", '/home/"ana"'])
def test_what_a_scheduler_would_read_as_a_command_is_refused(tmp_path: Path, home: str) -> None:
    for scheduler in Scheduler:
        with pytest.raises(Failure, match="nothing was written"):
            job_for(scheduler, {"CSAT_TUI_HOME": home}, tmp_path, "/usr/bin/csat-tui")


@pytest.fixture
def cron(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab program that keeps its lines in a file, as the real one does in its spool."""
    kept, tools = tmp_path / "spool", tmp_path / "tools"
    tools.mkdir()
    script = tools / "crontab"
    script.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat "{kept}"; else cat > "{kept}"; fi\n')
    script.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    kept.write_text("0 3 * * * /usr/bin/backup\n")
    return kept


def test_the_crontab_gets_one_line_whose_command_runs_and_loses_no_other(command: CommandLine, cron: Path) -> None:
    for _ in range(2):
        done = command("alerts", "install", "--with", "cron", "--yes")
        assert done.code == 0, done.err
    others, ours = cron.read_text().splitlines()
    assert others == "0 3 * * * /usr/bin/backup"
    assert ours.startswith("*/5 * * * * { ")
    checked = subprocess.run(["sh", "-n", "-c", ours.split(" ", 5)[5]], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert command("alerts", "uninstall", "--with", "cron", "--yes").code == 0
    assert cron.read_text() == "0 3 * * * /usr/bin/backup\n"
    assert command("alerts", "uninstall", "--with", "cron").out == "Nothing is installed with cron.\n"


def test_without_a_person_nothing_is_written(command: CommandLine, cron: Path) -> None:
    done = command("alerts", "install", "--with", "cron", stdin="")
    assert (done.code, cron.read_text()) == (2, "0 3 * * * /usr/bin/backup\n")
    assert "use --yes. Nothing was written." in done.err


def test_files_of_systemd_are_written_and_removed(
    command: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path / "asked"}"\n')
    (tools / "systemctl").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    done = command("alerts", "install", "--with", "systemd", "--yes")
    assert done.code == 0, done.err
    units = tmp_path / "config" / "systemd" / "user"
    assert sorted(file.name for file in units.iterdir()) == ["csat-tui-alerts.service", "csat-tui-alerts.timer"]
    assert str(units / "csat-tui-alerts.timer") in done.out
    assert command("alerts", "uninstall", "--with", "systemd", "--yes").code == 0
    assert list(units.iterdir()) == []
    assert (tmp_path / "asked").read_text().splitlines() == [
        "--user daemon-reload", "--user enable --now csat-tui-alerts.timer",
        "--user disable --now csat-tui-alerts.timer",
    ]  # fmt: skip
