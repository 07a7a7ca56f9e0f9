"""Two cases from the first screen to the help desk, as an agent works them: by keys in a real terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from csat_tui.demo.people import credentials
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.agent import Agent, AtTerminal
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


async def open_case(agent: Agent, survey_ticket: Any) -> None:
    """Open the case of a survey ticket, and wait for everything that is known of it."""
    # The panes are drawn one after another, and the account comes after the transcript: an agent waits to see them.
    await agent.opens(survey_ticket.id, rf"#{source_of(survey_ticket)} · .*messages", "logged:", "· 0 of 6 ─")


def comments_on(help_desk: Any, ticket_id: int) -> list[Any]:
    return list(help_desk.tickets.comments(ticket=ticket_id))


async def test_an_agent_closes_an_aligned_case_and_follows_up_on_another(demo: Terminal, help_desk: Any) -> None:
    agent = Agent(AtTerminal(demo))
    aligned, missed = newest_survey_tickets(help_desk)[:2]

    # Everything is in order: read, take over what the records say, answer the rest, decide, write, send.
    await open_case(agent, aligned)
    await agent.takes_suggestions("yes", "yes", "no")
    await agent.sees("6 of 6")
    await agent.chooses("no-response")
    await agent.writes("The box came a day late.", "The credit is what the guide gives.")
    await agent.sees("Goes to survey ticket")
    await agent.sends()
    await agent.sees("takes it back")
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
    await agent.presses("1", "esc")
    await open_case(agent, missed)
    await agent.takes_suggestions("yes", "no", "yes")
    await agent.sees("6 of 6")
    await agent.chooses("follow-up")
    await agent.finds("cancel")
    await agent.sees("customer will see this", "What was promised")
    await agent.writes(
        REPLY, "Cancellation was promised.", "Cancelled today.", "Look at the account first.", "The subscription."
    )
    await agent.sends()
    await agent.sees("The customer will see this", "y sends it")
    for wrong_key in ("enter", "ctrl+s"):
        await agent.presses(wrong_key)
        await agent.sees_no("y sends it")
        await agent.presses("ctrl+s")
        await agent.sees("y sends it")
    assert len(comments_on(help_desk, source_of(missed))) == before
    await agent.allows_the_reply()
    await agent.sees("takes it back")
    demo.wait_until(lambda _: len(comments_on(help_desk, missed.id)) == 2, "the note at the help desk")

    reply = comments_on(help_desk, source_of(missed))
    assert len(reply) == before + 1
    assert reply[-1].public
    assert reply[-1].body == REPLY
    note = comments_on(help_desk, missed.id)[-1]
    assert not note.public
    assert note.body.startswith("FOLLOWED UP")
    assert "csat_followup" in help_desk.tickets(id=missed.id).tags

    await agent.goes_to("outbox")
    await agent.sees("Everything has arrived", "delivered reply")
    await agent.presses("ctrl+q")
    assert demo.wait_for_end() == 0


async def test_a_decision_taken_back_within_the_grace_is_never_sent(port: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "csat_tui", "demo", "--port", str(port), "--seed", str(SEED), "--undo", "3"]
    with Terminal(command, {"CSAT_TUI_HOME": str(tmp_path / "home")}) as demo:
        agent = Agent(AtTerminal(demo))
        await agent.sees("1 Queue", "58 open", "online")
        help_desk = zenpy_client(f"http://127.0.0.1:{port}", *credentials(SEED)["agent"])
        aligned = newest_survey_tickets(help_desk)[0]
        await open_case(agent, aligned)
        await agent.takes_suggestions("yes", "yes", "no")
        await agent.sees("6 of 6")
        await agent.chooses("no-response")
        await agent.writes("Too early.", "A slip.")
        await agent.sends()
        await agent.takes_back()
        await agent.sees("Too early.")
        await agent.goes_to("outbox")
        await agent.sees("Outbox", "withdrawn")
        assert len(comments_on(help_desk, aligned.id)) == 1
        assert help_desk.tickets(id=aligned.id).status == aligned.status


async def test_words_typed_into_a_note_survive_a_killed_terminal(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(seed=SEED)) as server:
        environ = point_at(server, tmp_path / "home")
        with Terminal([sys.executable, "-m", "csat_tui"], environ) as terminal:
            agent = Agent(AtTerminal(terminal))
            await agent.sees("58 open", "online")
            await agent.chooses("needs-evaluation")
            await agent.writes("Half a sentence, and then the")
            # The outcome alone is saved first; what counts is the last word.
            await agent.sees("then the", "draft saved")
            terminal.kill()
        with Terminal([sys.executable, "-m", "csat_tui"], environ) as terminal:
            await Agent(AtTerminal(terminal)).sees("58 open", "Half a sentence")
