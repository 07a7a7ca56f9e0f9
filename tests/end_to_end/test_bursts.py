"""Keys that come all at once, as over a slow line, mean what they would have meant one by one."""

import sys
from pathlib import Path

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.end_to_end.places import point_at
from tests.terminal import KEYS, Terminal


def at_once(*keys: str) -> str:
    """Return keys as one burst of bytes."""
    return "".join(KEYS.get(key, key) for key in keys)


def test_a_whole_case_typed_in_one_burst_is_decided_as_meant(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(seed=7)) as server:
        newest = server.world.story(0)
        with Terminal([sys.executable, "-m", "csat_tui"], point_at(server, tmp_path / "home")) as terminal:
            terminal.wait_for("58 open", "online")
            terminal.press(at_once("/", str(newest.survey_ticket_id), "enter"))
            terminal.wait_for("found", r"given: credit 15.00 USD")
            terminal.press(
                at_once("3", "y", "a", "y", "n", "e", "n", "A late box.", "tab", "As the guide says.", "ctrl+s")
            )
            terminal.wait_for("takes it back")
            terminal.press(at_once("g", "o"))
            terminal.wait_for("delivered note")
        comments = server.world.comments(newest.survey_ticket_id)
        assert [comment["body"] for comment in comments[1:]] == [
            "NRN\nSummary: A late box.\nOutcome: No response needed\nWhy: As the guide says.\n"
            f"Review: Nothing for {newest.case.facts['agent']} to improve, and nothing to follow up with the customer."
        ]
        assert comments[1]["public"] is False


def test_an_answer_typed_right_after_a_move_belongs_to_the_case_moved_to(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(seed=7)) as server:
        environ = point_at(server, tmp_path / "home")
        with Terminal([sys.executable, "-m", "csat_tui"], environ) as terminal:
            first = terminal.wait_for("58 open", "online", "0 of 6")
            terminal.press(at_once("j", "3", "y"))
            terminal.wait_for("1 of 6", "✔ Read the concern")
            terminal.press(at_once("1", "k"))
            terminal.wait_for("0 of 6")
            assert "✔ Read the concern" not in first
            terminal.press("j")
            terminal.wait_for("1 of 6", "✔ Read the concern")
