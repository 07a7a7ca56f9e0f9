"""Alerts in the store: the periods that were alerted, each message before it is sent, and what became of it.

Nothing is ever changed: a message stands as the last of its steps says. A step has a number, so that of two processes
only one can take the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uuid_utils
from sqlalchemy import Connection, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from csat_tui.domain.ids import OpId
from csat_tui.domain.recovery.alert_plan import AlertPlan, AlertSurvey, halves, unhappy_customers
from csat_tui.domain.recovery.alerting import AlertKind, AlertState, may_follow, tried_again_at
from csat_tui.store import rows
from csat_tui.store.tables import (
    RecoveryAlertRow,
    RecoveryAlertStepRow,
    RecoveryPeriodRow,
    RecoverySurveyRow,
    SurveyRow,
)

_PERIOD, _ALERT, _STEP = RecoveryPeriodRow, RecoveryAlertRow, RecoveryAlertStepRow


class AlertMoved(Exception):
    """Another process, or a person, has taken the step before."""


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """A message of an alert as it stands."""

    id: int
    op_id: OpId
    period_id: int
    begins: datetime
    ends: datetime
    recipient: str
    kind: AlertKind
    part: str
    name: str
    address: str
    surveys: tuple[str, ...]
    customers: int
    survey_count: int
    due_at: datetime
    state: AlertState = AlertState.PLANNED
    steps: int = 0
    """How many steps it has taken."""
    at: datetime | None = None
    """When it took the last."""
    sentence: str = ""
    reference: str = ""
    author: str = ""

    def is_due(self, now: datetime) -> bool:
        """Return whether it goes now; one that did not go waits, unless a person has said so."""
        if not self.state.to_send or self.due_at > now:
            return False
        if self.state is AlertState.PLANNED or self.author or self.at is None:
            return True
        return not self.at <= now < tried_again_at(self.at, self.steps)


# Made once: to build a statement costs more than to run it.
_LATER = aliased(RecoveryAlertStepRow)
_ALERTS: Select[*tuple[Any, ...]] = (
    select(_ALERT, col(_PERIOD.begins), col(_PERIOD.ends), col(_STEP.number), col(_STEP.state).label("state"),
           col(_STEP.at).label("at"), col(_STEP.sentence), col(_STEP.reference), col(_STEP.author))
    .join(_PERIOD, col(_PERIOD.id) == col(_ALERT.period_id))
    .outerjoin(
        _STEP,
        and_(
            col(_STEP.alert_id) == col(_ALERT.id),
            ~select(col(_LATER.id))
            .where(col(_LATER.alert_id) == col(_ALERT.id), col(_LATER.number) > col(_STEP.number))
            .exists(),
        ),
    )
)  # fmt: skip
_THROUGH = [one.value for one in AlertState if one.through]
_OPEN = _ALERTS.where(or_(col(_STEP.state).is_(None), col(_STEP.state).not_in(_THROUGH))).order_by(col(_ALERT.id))
_BY_ID = _ALERTS.where(col(_ALERT.id) == bindparam("known"))
_OF_PERIODS = _ALERTS.where(col(_PERIOD.ends) > bindparam("after")).order_by(col(_ALERT.id))
_LAST = _ALERTS.order_by(col(_ALERT.id).desc()).limit(bindparam("most"))
_LAST_END = select(func.max(col(_PERIOD.ends)))
_FIRST = select(func.min(col(_PERIOD.begins))).where(col(_PERIOD.ends) > bindparam("after"))
_LOOKED_AT = select(col(_PERIOD.surveys)).where(col(_PERIOD.ends) > bindparam("after"))


_PLACE = RecoverySurveyRow
_RECEIVED = (
    select(col(SurveyRow.source))
    .join(_PLACE, col(_PLACE.survey_id) == col(SurveyRow.id))
    .where(col(_PLACE.received_at) >= bindparam("begins"), col(_PLACE.received_at) < bindparam("ends"))
)
_NEEDING = _RECEIVED.add_columns(
    col(_PLACE.received_at), col(SurveyRow.customer), col(_PLACE.group_id), col(_PLACE.lacks)
).where(col(_PLACE.needs).is_(True), col(_PLACE.replaced_by).is_(None))


_PLACE_OF = (
    select(col(_PLACE.group_id), col(_PLACE.received_at))
    .join(SurveyRow, col(SurveyRow.id) == col(_PLACE.survey_id))
    .where(col(SurveyRow.source) == bindparam("source"))
)


def needing_recovery(connection: Connection, begins: datetime, ends: datetime) -> list[AlertSurvey]:
    """Return the surveys that were received from one moment up to another and need recovery, but for replaced ones."""
    return [AlertSurvey(*row) for row in connection.execute(_NEEDING, {"begins": begins, "ends": ends})]


def received(connection: Connection, begins: datetime, ends: datetime) -> set[str]:
    """Return the sources of all surveys that were received from one moment up to another."""
    return set(connection.execute(_RECEIVED, {"begins": begins, "ends": ends}).scalars())


def place_of(connection: Connection, source: str) -> tuple[str, datetime] | None:
    """Return the support group of a survey, and when it was received; None where it is not here any more."""
    row = connection.execute(_PLACE_OF, {"source": source}).first()
    return None if row is None else (row[0], row[1])


def last_alerted(connection: Connection) -> datetime | None:
    """Return the end of the last period that was alerted; None before the first."""
    found: datetime | None = connection.execute(_LAST_END).scalar()
    return found


def first_alerted(connection: Connection, after: datetime) -> datetime | None:
    """Return the beginning of the first period that ended after a moment; None where there is none."""
    found: datetime | None = connection.execute(_FIRST, {"after": after}).scalar()
    return found


def looked_at(connection: Connection, after: datetime) -> set[str]:
    """Return the sources of the surveys that periods which ended after a moment were about."""
    return {source for row in connection.execute(_LOOKED_AT, {"after": after}) for source in row[0]}


def put_plan(connection: Connection, plan: AlertPlan, surveys: Iterable[str], now: datetime) -> None:
    """Keep a period, the surveys that it was about, and all of its messages, none of which has been sent yet."""
    period = RecoveryPeriodRow(
        begins=plan.period.begins, ends=plan.period.ends, planned_at=now, surveys=sorted(surveys)
    )
    rows.add(connection, period)
    assert period.id is not None  # noqa: S101 - it has just been written
    for one in plan.alerts:
        sources = [each.source for each in one.surveys]
        to = one.recipient
        row = RecoveryAlertRow(
            period_id=period.id, recipient=to.key, kind=one.kind, part="", op_id=_new_id(), name=to.name,
            address=to.mail if one.kind is AlertKind.REPORT else to.phone, surveys=sources,
            customers=unhappy_customers(one.surveys), survey_count=len(sources), due_at=one.due_at,
        )  # fmt: skip
        rows.add(connection, row)


def alert(connection: Connection, alert_id: int) -> KeptAlert | None:
    """Return a message by its number."""
    row = connection.execute(_BY_ID, {"known": alert_id}).mappings().first()
    return None if row is None else _alert(row)


def open_alerts(connection: Connection) -> list[KeptAlert]:
    """Return the messages that are not through yet, in the order in which they were kept."""
    return [_alert(row) for row in connection.execute(_OPEN).mappings()]


def alerts_after(connection: Connection, moment: datetime) -> list[KeptAlert]:
    """Return the messages about periods that ended after a moment, in the order in which they were kept."""
    return [_alert(row) for row in connection.execute(_OF_PERIODS, {"after": moment}).mappings()]


def last_alerts(connection: Connection, most: int) -> list[KeptAlert]:
    """Return the messages that were kept last, the latest first."""
    return [_alert(row) for row in connection.execute(_LAST, {"most": most}).mappings()]


def add_step(
    connection: Connection, known: KeptAlert, state: AlertState, now: datetime, *, sentence: str = "",
    reference: str = "", author: str = "",
) -> KeptAlert:  # fmt: skip
    """Keep what happens to a message, and return it as it then stands. Raises AlertMoved."""
    present = alert(connection, known.id)
    if present is None or not may_follow(state, present.state):
        raise AlertMoved(f"alert {known.id} is {'not here' if present is None else present.state} by now")
    step = RecoveryAlertStepRow(
        alert_id=known.id, number=present.steps + 1, state=state, at=now, sentence=sentence, reference=reference,
        author=author,
    )  # fmt: skip
    rows.add(connection, step)
    found = alert(connection, known.id)
    assert found is not None  # noqa: S101 - it was there before the step
    return found


def split(connection: Connection, known: KeptAlert, sentence: str, now: datetime) -> None:
    """Put two messages, each with half of a report, in the place of one that is too large. Raises AlertMoved."""
    add_step(connection, known, AlertState.SPLIT, now, sentence=sentence)
    for letter, surveys in zip("ab", halves(known.surveys), strict=True):
        row = RecoveryAlertRow(
            period_id=known.period_id, recipient=known.recipient, kind=known.kind, part=known.part + letter,
            op_id=_new_id(), name=known.name, address=known.address, surveys=list(surveys),
            customers=known.customers, survey_count=known.survey_count, due_at=known.due_at,
        )  # fmt: skip
        rows.add(connection, row)


def _new_id() -> str:
    return str(uuid_utils.uuid7())


def _alert(row: Any) -> KeptAlert:
    return KeptAlert(
        row["id"], OpId(row["op_id"]), row["period_id"], row["begins"], row["ends"], row["recipient"],
        AlertKind(row["kind"]), row["part"], row["name"], row["address"], tuple(row["surveys"]), row["customers"],
        row["survey_count"], row["due_at"], AlertState(row["state"] or AlertState.PLANNED), row["number"] or 0,
        row["at"], row["sentence"] or "", row["reference"] or "", row["author"] or "",
    )  # fmt: skip
