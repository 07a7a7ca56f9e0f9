"""Lists of low scores: their lines, what is known of their tickets, and what was read in watched places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.reconciliation import KnownCase, KnownReply, ReportLine
from csat_tui.domain.ticket import Author
from csat_tui.store import rows
from csat_tui.store.tables import CaseRow, DecisionRow, MessageRow, ReportLineRow, ReportRow, SurveyRow, WatchedRow
from csat_tui.store.types import VALUES_PER_STATEMENT


@dataclass(frozen=True, slots=True)
class Report:
    """A list as it was taken in; `reconciled_at` is None while a line of it may be missing."""

    id: int
    name: str
    imported_at: datetime
    reconciled_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it is taken in."""

    ticket_id: TicketId | None
    text: str
    problem: str
    rating: int | None = None
    comment: str = ""


def find_list(connection: Connection, fingerprint: str) -> Report | None:
    """Return the list of that fingerprint, or None where it has not been taken in."""
    row = rows.first(connection, ReportRow, select(ReportRow).where(col(ReportRow.fingerprint) == fingerprint))
    return None if row is None else _report(row)


def put_list(connection: Connection, name: str, fingerprint: str, lines: Sequence[NewLine], at: datetime) -> int:
    """Keep a list and its lines; returns its number."""
    report = ReportRow(name=name, fingerprint=fingerprint, imported_at=at, reconciled_at=None)
    rows.add(connection, report)
    values = [
        {
            "report_id": report.id, "position": position, "ticket_id": line.ticket_id, "text": line.text,
            "problem": line.problem, "rating": line.rating, "comment": line.comment,
            "settled": "", "settled_by": "", "settled_at": None,
        }
        for position, line in enumerate(lines)
    ]  # fmt: skip
    connection.execute(insert(ReportLineRow), values)
    return report.id or 0


def unreconciled(connection: Connection) -> tuple[Report, ...]:
    """Return the lists of which a line may still be missing, oldest first."""
    query = select(ReportRow).where(col(ReportRow.reconciled_at).is_(None)).order_by(col(ReportRow.id))
    return tuple(map(_report, rows.every(connection, ReportRow, query)))


def since(connection: Connection, at: datetime) -> tuple[Report, ...]:
    """Return the lists that were taken in, or accounted for, from a moment on, oldest first."""
    lately = or_(col(ReportRow.imported_at) >= at, col(ReportRow.reconciled_at) >= at)
    return tuple(
        map(_report, rows.every(connection, ReportRow, select(ReportRow).where(lately).order_by(col(ReportRow.id))))
    )


def _report(row: ReportRow) -> Report:
    return Report(row.id or 0, row.name, row.imported_at, row.reconciled_at)


def lines_of(connection: Connection, report_id: int) -> tuple[ReportLine, ...]:
    """Return the lines of a list in their order."""
    query = select(ReportLineRow).where(col(ReportLineRow.report_id) == report_id)
    return tuple(
        ReportLine(
            row.id or 0, row.report_id, row.position, None if row.ticket_id is None else TicketId(row.ticket_id),
            row.text, row.problem, row.settled, row.settled_by, row.settled_at, row.rating, row.comment,
        )
        for row in rows.every(connection, ReportLineRow, query.order_by(col(ReportLineRow.position)))
    )  # fmt: skip


def line_of_ticket(connection: Connection, ticket_id: TicketId) -> ReportLine | None:
    """Return what the latest list says of a ticket; None where no list names it."""
    row = connection.execute(
        select(col(ReportLineRow.report_id))
        .where(col(ReportLineRow.ticket_id) == ticket_id)
        .order_by(col(ReportLineRow.report_id).desc())
        .limit(1)
    ).first()
    return None if row is None else next(one for one in lines_of(connection, row[0]) if one.ticket_id == ticket_id)


def settle_line(connection: Connection, line_id: int, why: str, by: str, at: datetime) -> None:
    """Keep in the person's words why a line needs no case; empty words take it back."""
    values = {"settled": why, "settled_by": by if why else "", "settled_at": at if why else None}
    connection.execute(update(ReportLineRow).where(col(ReportLineRow.id) == line_id).values(values))


def set_reconciled(connection: Connection, report_id: int, at: datetime | None) -> None:
    """Note that every line of a list is accounted for, or that one is not any more."""
    connection.execute(update(ReportRow).where(col(ReportRow.id) == report_id).values(reconciled_at=at))


def known_cases(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, KnownCase]:
    """Return the newest case of each ticket, whether it carries the survey or is what the survey rates."""
    found: dict[TicketId, tuple[datetime, KnownCase]] = {}
    for start in range(0, len(tickets), VALUES_PER_STATEMENT):
        some = tickets[start : start + VALUES_PER_STATEMENT]
        for number in (col(SurveyRow.survey_ticket_id), col(SurveyRow.source_ticket_id)):
            rows = connection.execute(
                select(
                    number, col(SurveyRow.received_at), col(CaseRow.survey_id), col(CaseRow.stage),
                    col(DecisionRow.outcome_id), col(DecisionRow.decided_by), col(DecisionRow.decided_at),
                )
                .join(CaseRow, col(CaseRow.survey_id) == col(SurveyRow.id))
                .outerjoin(DecisionRow, col(DecisionRow.id) == col(CaseRow.decision_id))
                .where(number.in_(some), col(CaseRow.stage) != Stage.SUPERSEDED.value)
            )  # fmt: skip
            for named, received, survey_id, stage, outcome_id, by, at in rows:
                case = KnownCase(SurveyId(survey_id), Stage(stage), outcome_id or "", by or "", at)
                ticket = TicketId(named or 0)
                if ticket not in found or found[ticket][0] < received:
                    found[ticket] = (received, case)
    return {ticket: case for ticket, (_, case) in found.items()}


def known_replies(connection: Connection, tickets: Sequence[TicketId], agent: str) -> dict[TicketId, KnownReply]:
    """Return the last public reply of ours on each ticket whose transcript is here: of csat-tui, or by this agent."""
    found: dict[TicketId, KnownReply] = {}
    for start in range(0, len(tickets), VALUES_PER_STATEMENT):
        some = tickets[start : start + VALUES_PER_STATEMENT]
        by_us = [col(MessageRow.op_id).is_not(None), *([col(MessageRow.author_name) == agent] if agent else [])]
        rows = connection.execute(
            select(col(MessageRow.ticket_id), col(MessageRow.author_name), func.max(col(MessageRow.created_at)))
            .where(col(MessageRow.ticket_id).in_(some), col(MessageRow.public).is_(True))
            .where(col(MessageRow.author) == Author.AGENT.value, or_(*by_us))
            .group_by(col(MessageRow.ticket_id))
        )
        for ticket_id, name, at in rows:
            found[TicketId(ticket_id)] = KnownReply(name, at)
    return found


@dataclass(frozen=True, slots=True)
class WatchedSource:
    """A file or mail as it was when it was read; `problem` is a sentence, empty if it was imported."""

    name: str
    stamp: str
    digest: str = ""
    problem: str = ""


def watched_in(connection: Connection, place: str) -> dict[str, WatchedSource]:
    """Return what has been read in a place, by name."""
    rows = connection.execute(
        select(WatchedRow.__table__).where(col(WatchedRow.place) == place)  # type: ignore[attr-defined]
    ).mappings()
    return {row["name"]: WatchedSource(row["name"], row["stamp"], row["digest"], row["problem"]) for row in rows}


def put_watched(connection: Connection, place: str, one: WatchedSource, at: datetime) -> None:
    """Keep what was looked at, in place of how it was before; the same problem keeps the time it was first said at."""
    values = {
        "place": place, "name": one.name, "stamp": one.stamp, "digest": one.digest, "problem": one.problem, "at": at,
    }  # fmt: skip
    before = connection.execute(
        select(col(WatchedRow.at)).where(
            col(WatchedRow.place) == place, col(WatchedRow.name) == one.name, col(WatchedRow.problem) == one.problem
        )
    ).first()
    if before is not None:
        values["at"] = before[0]
    new = insert(WatchedRow).values(values)
    changed = {name: new.excluded[name] for name in ("stamp", "digest", "problem", "at")}
    connection.execute(new.on_conflict_do_update(index_elements=["place", "name"], set_=changed))


def forget_watched(connection: Connection, place: str, names: Sequence[str]) -> None:
    """Forget files and mails that are not there any more."""
    for start in range(0, len(names), VALUES_PER_STATEMENT):
        some = names[start : start + VALUES_PER_STATEMENT]
        connection.execute(delete(WatchedRow).where(col(WatchedRow.place) == place, col(WatchedRow.name).in_(some)))


def forget_old_problems(connection: Connection, places: Collection[str], before: datetime) -> None:
    """Forget the words of old problems, which may quote a customer, and all that was said of other places."""
    connection.execute(delete(WatchedRow).where(col(WatchedRow.place).not_in(places)))
    old = (col(WatchedRow.at) < before, col(WatchedRow.problem) != "", col(WatchedRow.name) != "")
    connection.execute(update(WatchedRow).where(*old).values(problem=""))


def watch_problems(connection: Connection, places: Collection[str], since: datetime) -> list[str]:
    """Return what could not be read since a moment, oldest first; what is wrong with a place is said while it is."""
    rows = connection.execute(
        select(col(WatchedRow.problem))
        .where(col(WatchedRow.place).in_(places), col(WatchedRow.problem) != "")
        .where((col(WatchedRow.at) >= since) | (col(WatchedRow.name) == ""))
        .order_by(col(WatchedRow.at), col(WatchedRow.name))
    )
    return [row[0] for row in rows]
