"""Two cases from the first screen to the help desk, as an agent works them: by keys in a real terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from csat_tui.demo.people import credentials
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.end_to_end.places import free_port, point_at
from tests.terminal import Terminal
from tests.zenpy_desk import zenpy_client

SEED = 7

REPLY = "I am sorry for the trouble this caused. Your subscription is cancelled as of today."


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def demo(port: int, tmp_path: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "csat_tui", "demo", "--port", str(port), "--seed", str(SEED), "--undo", "1"]
    with Terminal(command, {"CSAT_TUI_HOME": str(tmp_path / "home")}) as terminal:
        terminal.wait_for("1 Queue", r"58 open", "online")
        yield terminal


@pytest.fixture
def help_desk(port: int, demo: Terminal) -> Any:
    """The help desk as an independent client sees it, once the demo is up."""
    email, token = credentials(SEED)["agent"]
    return zenpy_client(f"http://127.0.0.1:{port}", email, token)


def newest_survey_tickets(help_desk: Any) -> list[Any]:
    view = next(iter(help_desk.views(active=True)))
    found = list(help_desk.views.tickets(view))
    return sorted(found, key=lambda ticket: ticket.created_at, reverse=True)


def source_of(survey_ticket: Any) -> int:
    line = next(line for line in survey_ticket.description.splitlines() if line.startswith("Ticket #"))
    return int(line.removeprefix("Ticket #").split()[0])


def agent_of(survey_ticket: Any) -> str:
    line = next(line for line in survey_ticket.description.splitlines() if line.startswith("Agent "))
    return str(line.removeprefix("Agent "))


def open_case(terminal: Terminal, survey_ticket: Any) -> None:
    """Find a case by its number, open it, and wait for its transcript."""
    terminal.press("1", "/", str(survey_ticket.id), "enter")
    terminal.wait_for("found")
    terminal.press("enter")
    # The transcript and the account come apart; who takes over what the records say waits to see them.
    terminal.wait_for(rf"#{source_of(survey_ticket)} · .*messages", "logged:")


def comments_on(help_desk: Any, ticket_id: int) -> list[Any]:
    return list(help_desk.tickets.comments(ticket=ticket_id))


def test_an_agent_closes_an_aligned_case_and_follows_up_on_another(demo: Terminal, help_desk: Any) -> None:
    aligned, missed = newest_survey_tickets(help_desk)[:2]

    # Everything is in order: read, take over what the records say, answer the rest, decide, write, send.
    open_case(demo, aligned)
    demo.press("3", "a", "y", "y", "n")
    demo.wait_for("6 of 6")
    demo.press("e")
    demo.wait_for("No response needed", "esc closes")
    demo.press("n", "The box came a day late.", "tab", "The credit is what the guide gives.")
    demo.wait_for("Goes to survey ticket", "ready")
    demo.press("ctrl+s")
    demo.wait_for("takes it back")
    demo.wait_until(lambda _: len(comments_on(help_desk, aligned.id)) == 2, "the note at the help desk")

    note = comments_on(help_desk, aligned.id)[-1]
    assert not note.public
    assert note.body.splitlines() == [
        "NRN",
        "Summary: The box came a day late.",
        "Outcome: No response needed",
        "Why: The credit is what the guide gives.",
        f"Review: Nothing for {agent_of(aligned)} to improve, and nothing to follow up with the customer.",
    ]
    after = help_desk.tickets(id=aligned.id)
    assert after.status == "solved"
    assert "csat_nrn" in after.tags
    assert set(aligned.tags) < set(after.tags)

    # The cancellation was promised and not done: the customer gets a reply, the survey ticket a note.
    before = len(comments_on(help_desk, source_of(missed)))
    demo.press("1", "esc")
    open_case(demo, missed)
    demo.press("3", "a", "y", "n", "y")
    demo.wait_for("6 of 6")
    demo.press("e")
    demo.wait_for("Follow up", "esc closes")
    demo.press("f")
    demo.wait_for("What was found")
    demo.press("cancel", "enter")
    demo.wait_for("customer will see this", "What was promised")
    demo.press(REPLY, "tab", "Cancellation was promised.", "tab", "Cancelled today.")
    demo.press("tab", "Look at the account first.", "tab", "The subscription.")
    demo.wait_for("ready")
    demo.press("ctrl+s")
    demo.wait_for("The customer will see this", "y sends it")
    for wrong_key in ("enter", "ctrl+s"):
        demo.press(wrong_key)
        demo.wait_until(lambda text: "y sends it" not in text, "that nothing is asked any more")
        demo.press("ctrl+s")
        demo.wait_for("y sends it")
    assert len(comments_on(help_desk, source_of(missed))) == before
    demo.press("y")
    demo.wait_for("takes it back")
    demo.wait_until(lambda _: len(comments_on(help_desk, missed.id)) == 2, "the note at the help desk")

    reply = comments_on(help_desk, source_of(missed))
    assert len(reply) == before + 1
    assert reply[-1].public
    assert reply[-1].body == REPLY
    note = comments_on(help_desk, missed.id)[-1]
    assert not note.public
    assert note.body.startswith("FOLLOWED UP")
    assert "csat_followup" in help_desk.tickets(id=missed.id).tags

    demo.press("g", "o")
    demo.wait_for("Everything has arrived", "delivered reply")
    demo.press("ctrl+q")
    assert demo.wait_for_end() == 0


def test_a_decision_taken_back_within_the_grace_is_never_sent(port: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "csat_tui", "demo", "--port", str(port), "--seed", str(SEED), "--undo", "3"]
    with Terminal(command, {"CSAT_TUI_HOME": str(tmp_path / "home")}) as demo:
        demo.wait_for("1 Queue", "58 open", "online")
        help_desk = zenpy_client(f"http://127.0.0.1:{port}", *credentials(SEED)["agent"])
        aligned = newest_survey_tickets(help_desk)[0]
        open_case(demo, aligned)
        demo.press("3", "a", "y", "y", "n")
        demo.wait_for("6 of 6")
        demo.press("e", "n", "Too early.", "tab", "A slip.")
        demo.wait_for("ready")
        demo.press("ctrl+s")
        demo.wait_for("takes it back")
        demo.press("u")
        demo.wait_for("Taken back")
        demo.wait_for("Too early.")
        demo.press("g", "o")
        demo.wait_for("Outbox", "withdrawn")
        assert len(comments_on(help_desk, aligned.id)) == 1
        assert help_desk.tickets(id=aligned.id).status == aligned.status


def test_words_typed_into_a_note_survive_a_killed_terminal(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(seed=SEED)) as server:
        environ = point_at(server, tmp_path / "home")
        with Terminal([sys.executable, "-m", "csat_tui"], environ) as terminal:
            terminal.wait_for("58 open", "online")
            terminal.press("e")
            terminal.wait_for("esc closes")
            terminal.press("v", "Half a sentence, and then the")
            # The outcome alone is saved first; what counts is the last word.
            terminal.wait_for("then the", "draft saved")
            terminal.kill()
        with Terminal([sys.executable, "-m", "csat_tui"], environ) as terminal:
            terminal.wait_for("58 open", "Half a sentence")
