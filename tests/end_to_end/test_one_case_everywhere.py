"""One case by the same words of an agent: by Textual's pilot, in a real terminal, and within tmux."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.agent import Agent, AtTerminal, ByPilot
from tests.end_to_end.places import point_at
from tests.multiplexers import inside
from tests.terminal import Terminal
from tests.tui.desk_fixture import workstation

ON_THE_DESK = 7_300_011
"""The number of a ticket on the desk of the pilot's workstation."""


@asynccontextmanager
async def at(place: str, tmp_path: Path) -> AsyncIterator[tuple[Agent, int]]:
    """Give an agent at a workstation that is open, and the number of a case in its queue."""
    if place == "pilot":
        with workstation(tmp_path) as app:
            async with app.run_test(size=(120, 40), notifications=True) as pilot:
                yield Agent(ByPilot(pilot)), ON_THE_DESK
        return
    with DemoServer(DemoOptions(seed=7)) as server:
        environ, number = point_at(server, tmp_path / "home", undo_seconds=30), server.world.story(0).survey_ticket_id
        if place == "tmux":
            with inside("tmux", ("-m", "csat_tui"), {**os.environ, **environ}, tmp_path) as terminal:
                yield Agent(AtTerminal(terminal)), number
        else:
            with Terminal([sys.executable, "-m", "csat_tui"], environ) as terminal:
                yield Agent(AtTerminal(terminal)), number


@pytest.mark.parametrize("place", ["pilot", "terminal", "tmux"])
async def test_a_case_is_decided_taken_back_and_sent_again(place: str, tmp_path: Path) -> None:
    async with at(place, tmp_path) as (agent, number):
        await agent.sees("1 Queue", r"[1-9]\d* open", "0 of 6")
        await agent.opens(number, "0 of 6")
        await agent.answers("yes", "yes", "yes", "yes", "yes", "no")
        await agent.sees("6 of 6")
        await agent.chooses("no-response")
        await agent.writes("The box came a day late.", "The credit is what the guide gives.")
        await agent.sends()
        await agent.takes_back()
        await agent.sees("The box came a day", "ready")
        await agent.presses("ctrl+s")
        await agent.sees("takes it back")
        await agent.goes_to("outbox")
        await agent.sees("Outbox", "withdrawn")
