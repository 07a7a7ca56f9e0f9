"""Mending the survey of the case on the screen, in a form; who did it and what it was before are kept."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from csat_tui.domain.case import Case
from csat_tui.tui.commands import tell
from csat_tui.tui.screens.mend_form import MendForm
from csat_tui.workflow.mending import NotMended

if TYPE_CHECKING:
    from csat_tui.tui.screens.triage import TriageScreen


def nothing_to_correct(screen: "TriageScreen") -> str:
    """Say why the survey cannot be corrected."""
    case: Case | None = screen.case
    if case is None:
        return "no case is chosen"
    return screen.app.paperwork.mending.reason_not_to(case)


def nothing_to_fix(screen: "TriageScreen") -> str:
    """Say why there is nothing to fix in the survey."""
    if (reason := nothing_to_correct(screen)) or screen.case is None:
        return reason
    return "" if screen.case.survey.problem else "this survey was read; “correct the survey” changes what it says"


async def mend(screen: "TriageScreen") -> None:
    """Ask what the survey says, keep it, and have the ticket that it names fetched."""
    case = screen.case
    if case is None:
        return
    desk = screen.app.paperwork.mending
    form = MendForm(case, screen.desk.playbook, desk.offered(case))
    texts = cast("Mapping[str, str] | None", await screen.app.push_screen_wait(form))
    if texts is None:
        return
    try:
        reading = desk.typed(case.survey, texts)
        await screen.app.writer.write(desk.mend, case.id, reading, case.survey)
    except NotMended as error:
        tell(screen, error)
        return
    screen.notify("The survey is fixed; the earlier version is kept with the case.", markup=False, timeout=5)
    if screen.background is not None:
        screen.background.want([case.id])
    if screen.wanted == case.id:
        screen.read(case.id)
