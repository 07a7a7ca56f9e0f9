"""Reconcile a list of low scores with the desk: the state of each of its lines (source document 000, step 6.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId, TicketId

LINK_LIVES = timedelta(days=14)
"""How long a customer can answer a survey: an earlier decision is not about a list's score (000, V)."""


class LineState(StrEnum):
    """The state of a line of a list."""

    DECIDED = "decided"
    PARKED = "parked"
    REPLIED = "replied"
    SETTLED = "settled"
    OPEN = "open"
    SNOOZED = "snoozed"
    GONE = "gone"
    LONG_AGO = "long ago"
    MISSING = "missing"
    UNREADABLE = "unreadable"

    @property
    def fetchable(self) -> bool:
        """Whether its ticket can be fetched as a case: there is no case here to work on."""
        return self in (LineState.MISSING, LineState.GONE, LineState.LONG_AGO)

    @property
    def accounted(self) -> bool:
        """Whether it needs nothing more before the shift can end."""
        return self in (LineState.DECIDED, LineState.PARKED, LineState.REPLIED, LineState.SETTLED)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a list as it is stored; `settled` are the person's words, empty where there are none."""

    id: int
    report_id: int
    position: int
    ticket_id: TicketId | None
    text: str
    problem: str
    settled: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None
    rating: int | None = None
    """The survey's rating by the list, and the customer's words."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case of a ticket: its state, and what was decided by whom and when."""

    survey_id: SurveyId
    stage: Stage
    outcome_id: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownReply:
    """Our last public reply on a ticket."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReconciledLine:
    """A line with its state and a sentence about it; `survey_id` is its case, if there is one."""

    line: ReportLine
    standing: LineState
    sentence: str
    survey_id: SurveyId | None = None


def reconcile_line(
    line: ReportLine, case: KnownCase | None, reply: KnownReply | None, imported_at: datetime, label: str = ""
) -> ReconciledLine:
    """Return the state of a line; `case` is the newest of its ticket, `label` its outcome's label."""
    survey_id = None if case is None else case.survey_id

    def stands(standing: LineState, sentence: str) -> ReconciledLine:
        return ReconciledLine(line, standing, sentence, survey_id)

    recently = imported_at - LINK_LIVES
    if case is not None and case.stage in (Stage.DECIDED, Stage.PARKED) and case.decided_at is not None:
        said = f"{label or case.outcome_id} by {case.decided_by or 'nobody named'}, {_day(case.decided_at)}"
        if case.stage is Stage.PARKED:
            return stands(LineState.PARKED, f"{said}; waits for the answer to its question")
        if case.decided_at >= recently:
            return stands(LineState.DECIDED, said)
        if not line.settled:
            return stands(
                LineState.LONG_AGO,
                f"{said}: longer before this list than a survey can be answered, so it has another score now",
            )
    if line.settled:
        when = f", {_day(line.settled_at)}" if line.settled_at else ""
        return stands(LineState.SETTLED, f"{line.settled} ({line.settled_by or 'nobody named'}{when})")
    if line.ticket_id is None:
        return stands(LineState.UNREADABLE, line.problem or "it names no ticket")
    if case is not None and case.stage is Stage.OPEN:
        return stands(LineState.OPEN, "its case is still open")
    if case is not None and case.stage is Stage.SNOOZED:
        return stands(LineState.SNOOZED, "its case is snoozed and not decided")
    if case is not None and case.stage is Stage.PARKED:
        return stands(LineState.PARKED, "its case waits for the answer to its question")
    if reply is not None and reply.at >= recently:
        return stands(LineState.REPLIED, f"answered there by {reply.by}, {_day(reply.at)}")
    if case is not None:
        return stands(LineState.GONE, "its survey left the view without a decision here: look whether it was answered")
    return stands(LineState.MISSING, "it has no case here")


def _day(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
