"""What changes by itself at the triage screen: which change of the store has which part read anew."""

from typing import TYPE_CHECKING

from csat_tui.tui.triage import case_loading, playbook_reload
from csat_tui.tui.triage import history as histories
from csat_tui.workflow.reloading import CHANGED

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen


def look(screen: "TriageScreen", topics: frozenset[str]) -> None:
    """Read anew what a change of these topics may have touched."""
    with screen.telling():
        if "sync" in topics and screen.background is not None:
            screen.status = screen.background.status()
            if screen.status.agent is not None and screen.status.agent.name != screen.desk.agent:
                screen.desk.agent = screen.status.agent.name
                screen.queue.list.sign(screen.desk.agent)
        if "outbox" in topics:
            screen.outbox = screen.app.dispatch.summary()
        if "queue" in topics:
            screen.counts = screen.desk.counts()
            screen.decided = screen.app.paperwork.shifts.decided()
            screen.queue.reread()
        if _concerns_case(screen, topics) or ("queue" in topics and case_loading.has_changed(screen)):
            screen.read_soon(0)
        elif histories.concerns(screen, topics):
            screen.read_history()
        if CHANGED in topics:
            screen.do(playbook_reload.follow(screen))
    if topics & {"queue", "outbox", "sync"}:
        screen.tell()


def _concerns_case(screen: "TriageScreen", topics: frozenset[str]) -> bool:
    case = screen.case
    if case is None:
        return False
    own = {"case", f"case:{case.id}", f"draft:{case.id}", "account"}
    own |= {f"ticket:{one}" for one in (case.survey.source_ticket_id, case.survey.survey_ticket_id) if one}
    return bool(own & topics)
