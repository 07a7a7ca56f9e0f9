"""Say what happened to the open case at another terminal, at the help desk, or by a later survey."""

from datetime import datetime

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.time_text import clock_time


def what_happened(case: Case, playbook: Playbook, agent: str, now: datetime | None) -> str:
    """Return a sentence about why the case is no longer in the queue or is somebody else's; empty where it is there."""

    def when(moment: datetime) -> str:
        return clock_time(moment, now or moment)

    match case.stage:
        case Stage.DECIDED if case.decided is not None:
            one = case.decided
            by = f" by {one.by}" if one.by else ""
            return f"This case was decided{by} at {when(one.at)}: {playbook.label_of(one.outcome_id)}."
        case Stage.DECIDED:
            return "This case is decided."
        case Stage.SUPERSEDED:
            return "A later survey for the same ticket has replaced this case and has its words."
        case Stage.GONE:
            return "Somebody has finished this case at the help desk; its survey is no longer in the view."
        case Stage.PARKED if case.decided is not None:
            one = case.decided
            by = f"{one.by} asked" if one.by else "Somebody asked"
            return f"{by} a question about this case at {when(one.at)}; the case waits for the answer."
        case Stage.SNOOZED:
            until = f" until {when(case.snoozed_until)}" if case.snoozed_until is not None else ""
            return f"This case is snoozed{until}."
    if case.claimed_by and case.claimed_by != agent:
        return f"{case.claimed_by} has claimed this case."
    return ""


def why_not_sent(case: Case, happened: str) -> str:
    """Return why a decision about the case cannot be sent; empty where it can."""
    if case.stage in (Stage.DECIDED, Stage.SUPERSEDED):
        return f"{happened} Your words are kept here."
    return ""
