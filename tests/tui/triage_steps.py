"""Steps at the triage screen that several tests take."""

from collections.abc import Callable

from textual.pilot import Pilot

from csat_tui.domain.case import Answer, Answered
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.app import Workstation
from tests.agent import Agent, ByPilot
from tests.tui.desk_fixture import settled
from tests.tui.pane_host import shown

SIZE = (120, 40)


async def answer_all(pilot) -> None:
    """Answer every check of the case so that no response is needed."""
    await Agent(ByPilot(pilot)).answers("yes", "yes", "yes", "yes", "yes", "no")


async def decide_by_keys(pilot) -> None:
    """Write a note that needs no response, and send it: every answer and every letter by its key."""
    agent = Agent(ByPilot(pilot))
    await answer_all(pilot)
    await agent.chooses("no-response")
    await agent.writes("as promised", "as promised")
    await agent.sends()


def keep_answers(app: Workstation, survey_id: SurveyId, keys: str) -> None:
    """Have the store know the answers to the checks of a case, each by its key."""
    case = app.session.desk.case(survey_id)
    answers = {"y": Answer.YES, "n": Answer.NO}
    given = zip(case.path.checks, keys, strict=True)
    app.session.desk.keep_answers(case.id, [Answered(one, answers[key], app.session.desk.now) for one, key in given])


async def decide_nrn(pilot) -> None:
    """Send a note that needs no response, for the case on the screen; its answers and words are there at once."""
    app = pilot.app
    keep_answers(app, app.screen.case.id, "yyyyyn")
    await settled(pilot)
    await pilot.press("e", "n")
    await settled(pilot)
    for area in app.screen.composer._form.areas.values():
        area.insert("as promised")
    await settled(pilot)
    assert "ready" in shown(app)
    await pilot.press("ctrl+s")
    await settled(pilot)


async def comes_true(pilot: Pilot[None], so: Callable[[], bool]) -> None:
    """Wait for what the screen's next tick brings, however busy the machine is."""
    for _ in range(200):
        if so():
            return
        await pilot.pause(0.05)
    raise AssertionError(shown(pilot.app))
