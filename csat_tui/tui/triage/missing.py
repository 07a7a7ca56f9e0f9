"""What stands in the way of the decision at the triage screen, listed, and the way to each of it."""

from typing import TYPE_CHECKING

from csat_tui.domain.case import Stage
from csat_tui.domain.decide import Lack
from csat_tui.domain.way import in_order
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage import decisions
from csat_tui.tui.triage import history as histories
from csat_tui.tui.triage.missing_window import OUTCOME, MissingScreen, open_things

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen


def nothing_missing(screen: "TriageScreen") -> str:
    """Say why there is nothing to list."""
    if screen.case is None:
        return "no case is chosen"
    if screen.case.stage is Stage.DECIDED:
        return "this case is decided"
    return "" if screen.composer.outcome is None or screen.composer.lacks else "nothing: the note is ready to be sent"


async def list_missing(screen: "TriageScreen") -> None:
    """Show what is missing, and go where the person wants to mend it."""
    case, outcome = screen.case, screen.composer.outcome
    if case is None:
        return
    screen.composer.flush()
    found = screen.composer.lacks
    if outcome is None:
        found = open_things(case, screen.desk.playbook, in_order(screen.checklist.legs), screen.unread)
    title = "Still open" if outcome is None else f"Missing for “{outcome.label}”"
    writing = isinstance(screen.focused, FieldArea)
    wanted = await screen.app.push_screen_wait(MissingScreen(title, found, writing=writing))
    if wanted is not None and screen.case is not None and screen.case.id == case.id:
        await go_to(screen, wanted)


async def go_to(screen: "TriageScreen", lack: Lack) -> None:
    """Go where something that is missing can be mended."""
    if lack is OUTCOME:
        await decisions.choose_outcome(screen)
    elif lack.message_id:
        decisions.go_to_news(screen)
    elif lack.check_id:
        screen.go_to(screen.checklist)
        screen.checklist.go_to_check(lack.check_id)
    elif lack.tickets:
        await histories.open_history(screen)
    elif lack.groups:
        screen.go_to(screen.composer)
        screen.composer.pick_findings()
    else:
        screen.bring_to_front(screen.composer)
        screen.composer.enter_field(lack.field_id)
