"""Whatever stands behind an option or where an argument should: a sentence and a code, never a traceback or a wait."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from csat_tui.cli.exits import Exit
from csat_tui.cli.installation import Installation
from csat_tui.cli.main import app
from csat_tui.cli.screen import ScreenOptions
from tests.cli.conftest import CommandLine, close_logs
from tests.intake.exports import a_csv, a_row

PATIENCE = 20
"""Seconds after which a command waits for something that does not come."""

NUMBERS = (
    "nan",
    "inf",
    "-inf",
    "1e308",
    "-1",
    "0",
    "9" * 30,
    "9" * 5000,
    "\u0663",
    "",
    "36500.5",
    "9223372036854775808",
)
TEXTS = (
    "", "\x1b[2J\n", "\udcff\u202e", "x" * 100_000, "%s=1+1", "--", "../../etc", "9" * 5000, "0001-01-01", "9999-12-31",
    "2026-13-45", "[(?\\",
)  # fmt: skip
PATHS = ("", ".", "/dev/zero", "/dev/full", "x" * 300, "/" + "a/" * 3000, "\udcff.csv", "~nobody-of-that-name/x")
RUN_ON = {"demo", "demo-server"}
"""These go on once their options are good; what is refused of them is below."""


class Shown:
    """A screen that says at once that it ends."""

    def check(self) -> None:
        return

    def run(self, installation: Installation, options: ScreenOptions, prepare: object) -> Exit:
        return Exit.OK

    def welcome(self, installation: Installation, options: ScreenOptions) -> Exit:
        return Exit.OK

    def problems(self, installation: Installation) -> list[str]:
        return []


@contextmanager
def patience(doing: str) -> Iterator[None]:
    def too_long(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"{doing} waits")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def commands() -> dict[str, Any]:
    """Return every command by its words."""
    found: dict[str, Any] = {}

    def walk(one: Any, words: tuple[str, ...]) -> None:
        for name, inner in getattr(one, "commands", {}).items():
            walk(inner, (*words, name))
        if not hasattr(one, "commands"):
            found[" ".join(words)] = one

    walk(typer.main.get_command(app), ())
    return found


def kind_of(parameter: Any) -> str:
    return str(parameter.type_descriptor.annotation)


def odd_values(parameter: Any, tmp_path: Path) -> tuple[str, ...]:
    kind = kind_of(parameter)
    if "int" in kind or "float" in kind:
        return NUMBERS
    if "Path" in kind:
        fifo = tmp_path / "fifo"
        if not fifo.exists():
            os.mkfifo(fifo)
        return (*PATHS, str(fifo))
    return (*TEXTS, *PATHS[:6]) if parameter.name in ("file", "given") else TEXTS


def usual(parameter: Any) -> list[str]:
    """Return something that a required argument may well be."""
    return ["1"] if "int" in kind_of(parameter) or parameter.name in ("number", "ticket", "tickets") else ["x"]


def trials(words: str, one: Any, tmp_path: Path) -> Iterator[list[str]]:
    valued = [parameter for parameter in one.params if not getattr(parameter, "is_flag", False)]
    for odd in valued:
        if kind_of(odd).endswith("bool'>") or "bool" in kind_of(odd):
            continue
        for value in odd_values(odd, tmp_path):
            options: list[str] = []
            arguments: list[str] = []
            for parameter in valued:
                given = [value] if parameter is odd else usual(parameter) if parameter.required else []
                if not given:
                    continue
                if parameter.param_type_name == "argument":
                    arguments += given
                else:
                    options += [f"{parameter.opts[0]}={given[0]}"]
            yield [*words.split(), *options, "--", *arguments]


@pytest.mark.parametrize("words", sorted(set(commands()) - RUN_ON))
def test_no_odd_value_brings_a_traceback_or_a_wait(
    words: str, command: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.chdir(tmp_path)
    export = tmp_path / "export.csv"
    export.write_text(a_csv(a_row()), encoding="utf-8")
    assert command("import", str(export), "--apply").code == 0
    wrong = []
    for arguments in trials(words, commands()[words], tmp_path):
        shown = [one if len(one) < 60 else f"{one[:50]}…({len(one)})" for one in arguments]
        try:
            with patience(" ".join(shown)):
                done = CliRunner().invoke(app, arguments, input="", env=command.environ, obj=Shown())
        except AssertionError as error:
            wrong.append(str(error))
            continue
        said = done.output
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            wrong.append(f"{shown}: {done.exception!r}")
        elif done.exit_code not in (0, 1, 2, 3, 4, 5, 130) or "Traceback" in said:
            wrong.append(f"{shown}: {done.exit_code}: {said[-300:]}")
    close_logs()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("words", sorted(RUN_ON))
def test_a_demo_refuses_numbers_that_cannot_be_meant(words: str, command: CommandLine) -> None:
    one = commands()[words]
    taken = []
    for parameter in one.params:
        if not ("int" in kind_of(parameter) or "float" in kind_of(parameter)) or parameter.name == "seed":
            continue
        for value in ("nan", "inf", "-inf", "1e308", "-1", "9" * 30, "9" * 5000, "", "x"):
            done = CliRunner().invoke(app, [words, f"{parameter.opts[0]}={value}"], env=command.environ, obj=Shown())
            if done.exit_code != Exit.USAGE or "Traceback" in done.output:
                taken.append((parameter.opts[0], value[:30], done.exit_code, repr(done.exception)))
    assert taken == []
