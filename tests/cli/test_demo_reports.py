"""`--reports` of the demo: the morning's list of low scores as files that can be imported."""

import json
from pathlib import Path

from csat_tui.launch import Terminal as Face
from tests.cli.conftest import CommandLine
from tests.cli.saying import says
from tests.warm import Piped


def test_a_demo_server_writes_the_lists_before_it_announces_itself(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    command = ["demo-server", "--json", "--surveys", "12", "--reports", str(folder), "--exit-with-parent"]
    with Piped(*command, environ={}) as process:
        desk = json.loads(process.stdout.readline())
        names = sorted(file.name for file in folder.iterdir())
        process.stdin.close()
        assert process.wait(5) == 0
    assert names == ["low-scores.csv", "low-scores.eml", "low-scores.txt", "low-scores.xlsx"]
    assert f"{desk['url']}/agent/tickets/" in (folder / "low-scores.txt").read_text("utf-8")


def test_a_folder_that_cannot_be_is_told_before_anything_starts(command: CommandLine, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    says(
        command("demo", "--reports", str(taken), screen=Face()),
        2,
        what="list of low scores cannot be written",
        safe="Nothing was started",
        todo="choose another folder",
    )
    says(
        command("demo-server", "--reports", str(taken)),
        2,
        what="list of low scores cannot be written",
        safe="cannot be written",
        todo="choose another folder",
    )
