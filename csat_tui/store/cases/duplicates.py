"""Surveys for one source ticket: the latest that a customer gave stands for the others, with all that was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import FROM_A_LIST
from csat_tui.store.cases import drafts
from csat_tui.store.tables import AnswerRow, CaseRow, QuestionRow, SurveyRow
from csat_tui.store.types import VALUES_PER_STATEMENT

ON_THE_DESK = (Stage.OPEN, Stage.SNOOZED, Stage.PARKED)
"""Where cases stand that somebody here still has to finish."""

# Made once: to build a statement costs more than to run it, and these run for every survey that comes in or is opened.
_RIVALS = (
    select(
        col(SurveyRow.source_ticket_id), col(CaseRow.survey_id), col(CaseRow.received_at),
        col(SurveyRow.source), col(SurveyRow.ratings), col(SurveyRow.headline), col(CaseRow.claimed_by),
    )
    .join(CaseRow, col(SurveyRow.id) == col(CaseRow.survey_id))
    .where(col(SurveyRow.source_ticket_id).in_(bindparam("sources", expanding=True)))
    .where(or_(*(col(CaseRow.stage) == stage.value for stage in ON_THE_DESK)))
    .order_by(col(SurveyRow.source_ticket_id))
)  # fmt: skip
_REPLACED_BY = (
    select(col(CaseRow.survey_id))
    .where(col(CaseRow.superseded_by) == bindparam("known"))
    .order_by(col(CaseRow.received_at).desc(), col(CaseRow.survey_id).desc())
    .limit(5)
)


@dataclass(frozen=True, slots=True)
class Rival:
    """One of several surveys for a ticket, with what decides which of them stands."""

    ticket_id: int
    id: int
    received_at: datetime
    source: str
    rated: bool
    commented: bool
    claimed_by: str

    @property
    def own(self) -> bool:
        """Whether it is a survey itself, and not a list's word that there is one."""
        return not self.source.startswith(FROM_A_LIST)

    @property
    def knowledge(self) -> tuple[bool, bool, bool, datetime, int]:
        """What it knows: the greater, the better it can stand for others. Among rated ones the latest counts."""
        return self.own, self.rated, self.commented and not self.rated, self.received_at, self.id


def supersede(connection: Connection, tickets: Sequence[TicketId | None]) -> None:
    """Let one survey of each source ticket stand for those that know no more than it.

    A survey that could not be read stays beside an earlier one that could: neither may be lost (source document 003).
    """
    sources = sorted({one for one in tickets if one is not None})
    for start in range(0, len(sources), VALUES_PER_STATEMENT):
        rows = connection.execute(_RIVALS, {"sources": sources[start : start + VALUES_PER_STATEMENT]})
        rivals = [Rival(row[0] or 0, row[1], row[2], row[3], bool(row[4]), bool(row[5]), row[6]) for row in rows]
        for _, some in groupby(rivals, key=attrgetter("ticket_id")):
            for one, best in giving_way(some):
                _give_way(connection, one, best)


def giving_way(rivals: Iterable[Rival]) -> list[tuple[Rival, Rival]]:
    """Return which surveys for one ticket give way, each with the one that stands for it."""
    same = sorted(rivals, key=attrgetter("knowledge"))
    best = same.pop()
    return [(one, best) for one in reversed(same) if _gives_way(one, best)]


def _gives_way(one: Rival, best: Rival) -> bool:
    if not one.own or not best.rated or one.rated:
        return True
    return one.received_at <= best.received_at


def _give_way(connection: Connection, older: Rival, best: Rival) -> None:
    """Let one survey give way to the one that stands, with its words, answers, questions and claim."""
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.survey_id) == older.id)
        .values(stage=Stage.SUPERSEDED.value, superseded_by=best.id)
    )
    # Those that gave way to it before give way to the same one now: all of them stay in sight from there.
    before = update(CaseRow).where(col(CaseRow.superseded_by) == older.id)
    connection.execute(before.values(superseded_by=best.id))
    if older.claimed_by:
        unclaimed = update(CaseRow).where(col(CaseRow.survey_id) == best.id, col(CaseRow.claimed_by) == "")
        connection.execute(unclaimed.values(claimed_by=older.claimed_by))
    connection.execute(update(QuestionRow).where(col(QuestionRow.survey_id) == older.id).values(survey_id=best.id))
    drafts.hand_over(connection, older.id, best.id)
    # Where the one that stands has an answer of its own the other's stays with its survey.
    moved = update(AnswerRow).where(col(AnswerRow.survey_id) == older.id).prefix_with("OR IGNORE")
    connection.execute(moved.values(survey_id=best.id))


def replaced_by(connection: Connection, survey_id: SurveyId) -> list[SurveyId]:
    """Return the surveys that gave way to one, latest first."""
    rows = connection.execute(_REPLACED_BY, {"known": survey_id})
    return [SurveyId(row[0]) for row in rows]
