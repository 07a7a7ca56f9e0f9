"""`csat-tui alerts install|uninstall`: have this machine run the alerts by itself.

It runs every five minutes, and csat-tui decides what is due. So the alert time, its zone, the changes of the clocks and
what could not be sent the last time need nothing of the machine's own scheduler.
"""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from csat_tui.cli.console import ask_leave, say
from csat_tui.cli.exits import Exit, Failure

MINUTES = 5
SERVICE = "csat-tui-alerts"
LABEL = "csat-tui.alerts"
CRON_MARK = "# csat-tui alerts"
COMMAND_TIMEOUT = 30
_KEPT_VARIABLES = ("CSAT_TUI_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""What the scheduler is given of this environment: where csat-tui's files are, and no secret."""


class Scheduler(StrEnum):
    """The schedulers that can run the alerts."""

    SYSTEMD = "systemd"
    LAUNCHD = "launchd"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """What installing writes and runs: files with their contents, or the lines of a crontab."""

    files: Mapping[Path, str]
    start: Sequence[Sequence[str]] = ()
    stop: Sequence[Sequence[str]] = ()
    crontab: str = ""


SchedulerOption = Annotated[
    Scheduler | None, typer.Option("--with", help="The scheduler; without it, the one of this machine.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Ask nothing.")]


def install_alerts(scheduler: SchedulerOption = None, yes: YesOption = False) -> None:
    """Have this machine sync and alert every five minutes; shows what it writes, and asks first."""
    job = job_for(scheduler or found_scheduler(), os.environ, Path.home(), program())
    for file, text in job.files.items():
        say(f"{file}:\n")
        say(text)
    if job.crontab:
        say(f"A line in your crontab:\n\n{job.crontab}\n")
    for command in job.start:
        say(f"Then it runs: {shlex.join(command)}")
    ask_leave("Write this?", yes=yes)
    for file, text in job.files.items():
        _write(file, text)
    if job.crontab:
        _change_crontab(job.crontab)
    for command in job.start:
        _run(command)
    say(f"Alerts run every {MINUTES} minutes from now on. `csat-tui alerts uninstall` takes that back.")


def uninstall_alerts(scheduler: SchedulerOption = None, yes: YesOption = False) -> None:
    """Take back what `csat-tui alerts install` wrote; what was sent stays known."""
    chosen = scheduler or found_scheduler()
    job = job_for(chosen, os.environ, Path.home(), program())
    there = [file for file in job.files if file.is_file()]
    in_crontab = chosen is Scheduler.CRON and CRON_MARK in _crontab()
    if not there and not in_crontab:
        say(f"Nothing is installed with {chosen}.")
        return
    for file in there:
        say(f"It removes {file}")
    if in_crontab:
        say("It removes the line of csat-tui from your crontab")
    ask_leave("Remove this?", yes=yes)
    for command in job.stop:
        _run(command, may_fail=True)
    for file in there:
        file.unlink(missing_ok=True)
    if in_crontab:
        _change_crontab("")
    say("Alerts do not run by themselves any more.")


def found_scheduler() -> Scheduler:
    """Return the scheduler of this machine."""
    if sys.platform == "darwin":
        return Scheduler.LAUNCHD
    if shutil.which("systemctl") and Path("/run/systemd/system").is_dir():
        return Scheduler.SYSTEMD
    if shutil.which("crontab"):
        return Scheduler.CRON
    raise Failure(
        Exit.CONFIGURATION,
        "This machine has neither systemd nor launchd nor cron, so nothing was written. Have whatever runs programs "
        f"here run `csat-tui sync` and then `csat-tui alerts`, every {MINUTES} minutes.",
    )


def program() -> str:
    """Return the path of this program, as a scheduler needs it."""
    here = Path(sys.argv[0]).absolute()
    if here.name == "csat-tui" and here.is_file():
        return str(here)
    return shutil.which("csat-tui") or str(Path(sys.executable).with_name("csat-tui"))


def job_for(scheduler: Scheduler, environ: Mapping[str, str], home: Path, path: str) -> ScheduledJob:
    """Return what a scheduler needs to run the alerts; nothing is written yet."""
    kept = {name: environ[name] for name in _KEPT_VARIABLES if environ.get(name, "").strip()}
    for text in (path, *kept.values()):
        if not text.isprintable() or "%" in text or '"' in text:
            raise Failure(
                Exit.CONFIGURATION,
                f"“{text[:60]}” has a character that schedulers read as a command; nothing was written.",
            )
    match scheduler:
        case Scheduler.SYSTEMD:
            return _systemd(environ, home, path, kept)
        case Scheduler.LAUNCHD:
            return _launchd(home, path, kept)
        case Scheduler.CRON:
            return _cron(path, kept)


def _systemd(environ: Mapping[str, str], home: Path, path: str, kept: Mapping[str, str]) -> ScheduledJob:
    folder = Path(environ.get("XDG_CONFIG_HOME", "").strip() or home / ".config") / "systemd" / "user"
    variables = "".join(f'Environment="{name}={_in_unit(value)}"\n' for name, value in kept.items())
    service = (
        "[Unit]\nDescription=Alert support leads of unhappy customers\n\n"
        f"[Service]\nType=oneshot\n{variables}"
        # The minus: alerts go also where the help desk cannot be reached.
        f'ExecStart=-"{_in_unit(path)}" sync\nExecStart="{_in_unit(path)}" alerts\n'
        # 1 says that something waits for a person, which is no failure of the program.
        "SuccessExitStatus=1\n"
    )
    timer = (
        "[Unit]\nDescription=Alert support leads of unhappy customers\n\n"
        f"[Timer]\nOnCalendar=*:0/{MINUTES}\nAccuracySec=1s\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )
    user = ("systemctl", "--user")
    return ScheduledJob(
        {folder / f"{SERVICE}.service": service, folder / f"{SERVICE}.timer": timer},
        start=[(*user, "daemon-reload"), (*user, "enable", "--now", f"{SERVICE}.timer")],
        stop=[(*user, "disable", "--now", f"{SERVICE}.timer")],
    )


def _in_unit(text: str) -> str:
    """Return a text as it stands between quotes in a unit file, where `$` and `\\` mean something."""
    return text.replace("\\", "\\\\").replace("$", "$$")


def _launchd(home: Path, path: str, kept: Mapping[str, str]) -> ScheduledJob:
    file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    quoted = shlex.quote(path)
    job = {
        "Label": LABEL,
        "ProgramArguments": ["/bin/sh", "-c", f"{quoted} sync; exec {quoted} alerts"],
        "EnvironmentVariables": dict(kept),
        "StartCalendarInterval": [{"Minute": minute} for minute in range(0, 60, MINUTES)],
        "RunAtLoad": True,
    }
    domain = f"gui/{os.getuid()}"
    return ScheduledJob(
        {file: plistlib.dumps(job).decode()},
        start=[("launchctl", "bootstrap", domain, str(file))],
        stop=[("launchctl", "bootout", f"{domain}/{LABEL}")],
    )


def _cron(path: str, kept: Mapping[str, str]) -> ScheduledJob:
    variables = "".join(f"{name}={shlex.quote(value)} " for name, value in kept.items())
    quoted = shlex.quote(path)
    line = (
        f"*/{MINUTES} * * * * {{ {variables}{quoted} sync; {variables}{quoted} alerts; }} >/dev/null 2>&1 {CRON_MARK}"
    )
    return ScheduledJob({}, crontab=line)


def _write(file: Path, text: str) -> None:
    from csat_tui.file_access import write_atomically

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)
    except OSError as error:
        raise Failure(
            Exit.CONFIGURATION, f"{file} cannot be written ({error.strerror}); check the folder's permissions."
        ) from error


def _crontab() -> str:
    """Return the person's crontab; empty where there is none."""
    done = _call(("crontab", "-l"))
    if done.returncode and "no crontab" not in done.stderr:
        raise Failure(Exit.CONFIGURATION, f"crontab -l says: {done.stderr.strip()[:200]}. Nothing was changed.")
    return done.stdout if not done.returncode else ""


def _change_crontab(line: str) -> None:
    """Put a line in the place of the one that was installed before; all other lines stay."""
    others = [one for one in _crontab().splitlines() if not one.endswith(CRON_MARK)]
    text = "".join(f"{one}\n" for one in ([*others, line] if line else others))
    done = _call(("crontab", "-"), text)
    if done.returncode:
        raise Failure(Exit.CONFIGURATION, f"crontab says: {done.stderr.strip()[:200]}. Nothing was changed.")


def _call(command: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of this machine's scheduler."""
    return subprocess.run(  # noqa: S603 - its words are all written above
        command, input=given, capture_output=True, text=True, timeout=COMMAND_TIMEOUT, check=False
    )


def _run(command: Sequence[str], *, may_fail: bool = False) -> None:
    try:
        done = _call(command)
        said = done.stderr.strip()[:200] if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        said = type(error).__name__
    if said and not may_fail:
        raise Failure(
            Exit.CONFIGURATION,
            f"The files are written, but {shlex.join(command)} says: {said}. Run it yourself when that is mended.",
        )
