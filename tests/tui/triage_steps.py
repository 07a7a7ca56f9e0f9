"""Steps at the triage screen that several tests take."""

from collections.abc import Callable

from textual.pilot import Pilot

from tests.agent import Agent, ByPilot
from tests.tui.pane_host import shown

SIZE = (120, 40)


async def answer_all(pilot) -> None:
    """Answer every check of the case so that no response is needed."""
    await Agent(ByPilot(pilot)).answers("yes", "yes", "yes", "yes", "yes", "no")


async def decide_nrn(pilot) -> None:
    """Write a note that needs no response, and send it."""
    agent = Agent(ByPilot(pilot))
    await answer_all(pilot)
    await agent.chooses("no-response")
    await agent.writes("as promised", "as promised")
    await agent.sends()


async def comes_true(pilot: Pilot[None], so: Callable[[], bool]) -> None:
    """Wait for what the screen's next tick brings, however busy the machine is."""
    for _ in range(200):
        if so():
            return
        await pilot.pause(0.05)
    raise AssertionError(shown(pilot.app))
