"""Mending the survey of the case on the screen, in a form; who did it and what it was before are kept."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from csat_tui.domain.case import Case
from csat_tui.tui.triage.mending_form import MendForm
from csat_tui.workflow.mending import NotMended

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen


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
    desk, seen = screen.app.paperwork.mending, case.survey

    async def take(texts: Mapping[str, str]) -> str:
        nonlocal seen
        try:
            await screen.app.writer.write(desk.mend, case.id, desk.typed(seen, texts), seen)
        except NotMended as error:
            # What is typed next is typed over what the survey says by now.
            now = await asyncio.to_thread(screen.desk.case, case.id)
            if now is not None and now.survey != seen:
                seen = now.survey
                form.show_again(now)
            return str(error)
        return ""

    form = MendForm(case, screen.desk.playbook, desk.offered(case), take=take)
    if await screen.app.push_screen_wait(form) is None:
        return
    screen.notify("The survey is fixed; the earlier version is kept with the case.", markup=False, timeout=5)
    if screen.background is not None:
        screen.background.want([case.id])
    if screen.wanted == case.id:
        screen.read(case.id)
