"""What time it is by anybody but this computer's clock: a clock that runs ahead must not make everything old.

The help desk's answers carry their time, and surveys the time of their arrival. Where no help desk has ever told the
time, the clock is believed as long as it goes on without a leap.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlmodel import col

from csat_tui.domain.case import Stage
from csat_tui.store.named_values import recall, recall_noted, remember
from csat_tui.store.tables import CaseRow, DecisionRow

DESK_TIME = "told_time"
"""The help desk's own time, as the last of its answers said it."""

BELIEVED_TIME = "believed_time"
"""The time up to which this computer's clock is believed where no help desk tells it, and a leap under observation."""

LEAP = timedelta(days=14)
"""How far a clock may be ahead of all that is known; longer holidays make no clock wrong, but a few days are enough."""

OBSERVED_FOR = timedelta(days=7)
"""How long a clock has to go on after a leap until it is believed: a wrong one is noticed and set right by then."""

NOTED_EVERY = timedelta(hours=1)
"""How often the help desk's time is written down; a poll that brings nothing writes nothing."""

CLOCK_SET = timedelta(minutes=2)
"""By how much the clock has to be set for the help desk's time to be written down at once."""


@dataclass(frozen=True, slots=True)
class KnownTime:
    """The time that others than the clock vouch for, and how far the clock is ahead of it."""

    moment: datetime
    ahead: timedelta
    by_help_desk: bool

    @property
    def leaps(self) -> bool:
        """Whether the clock is too far ahead to be believed."""
        return self.ahead > LEAP

    def in_words(self) -> str:
        """Say what is wrong with the clock, what is safe, and what to do."""
        whom = "the help desk's time" if self.by_help_desk else "everything in the database"
        return (
            f"This computer's clock is {self.ahead.days} days ahead of {whom}, so that nothing old is removed. "
            "Set the clock right; if it is right, say so with “csat-tui purge --clock-is-right”."
        )


def note_desk_time(connection: Connection, told: datetime, now: datetime) -> bool:
    """Write down the help desk's time as an answer said it just now; returns whether there was anything to write.

    An answer of some time ago must not be passed: it would make the clock look ahead.
    """
    noted = _noted_desk_time(connection)
    if noted is not None:
        known, by_the_clock = noted
        if abs(told - known) < NOTED_EVERY and abs((told - now) - (known - by_the_clock)) < CLOCK_SET:
            return False
    remember(connection, DESK_TIME, told.isoformat(), now)
    return True


def known_time(connection: Connection, now: datetime) -> KnownTime:
    """Return the time by the help desk, and by the surveys that have arrived; never later than the clock's."""
    told = _moment(recall(connection, DESK_TIME))
    vouched = _newest_arrival(connection, now)
    if told is None:
        believed = _Believed.read(connection).up_to or _newest_work(connection, now)
        # A new database, in which nothing is old by any clock.
        told_or_believed = believed or (now if vouched is None else vouched)
    else:
        told_or_believed = told
    moment = min(now, max(told_or_believed, vouched or told_or_believed))
    return KnownTime(moment, now - moment, told is not None)


def desk_time(connection: Connection, now: datetime) -> datetime:
    """Return what time it is by the help desk, as nearly as this computer can know.

    The clock is put right by how far it was off when the help desk last told the time, and never shows a time before
    that. Where no help desk has told the time, it is the clock's.
    """
    noted = _noted_desk_time(connection)
    if noted is None:
        return now
    told, by_the_clock = noted
    return max(told, now + (told - by_the_clock))


def observe(connection: Connection, now: datetime) -> None:
    """Take the clock's time as believed where it goes on, and after a leap once it has gone on for long enough.

    Only for a database to which no help desk has told the time.
    """
    if recall(connection, DESK_TIME):
        return
    before = _Believed.read(connection)
    after = before.after(now, known_time(connection, now))
    if after != before:
        remember(connection, BELIEVED_TIME, after.as_text(), now)


def believe(connection: Connection, now: datetime) -> None:
    """Take it from the person that the clock is right."""
    remember(connection, BELIEVED_TIME, _Believed(now).as_text(), now)
    if recall(connection, DESK_TIME):
        remember(connection, DESK_TIME, now.isoformat(), now)


@dataclass(frozen=True, slots=True)
class _Believed:
    """The believed time; a leap that is observed, since when and how far it has gone on without another one."""

    up_to: datetime | None = None
    leapt_at: datetime | None = None
    last: datetime | None = None

    def after(self, now: datetime, known: KnownTime) -> "_Believed":
        if not known.leaps:
            return (
                _Believed(now) if self.up_to is None or abs(now - self.up_to) >= NOTED_EVERY or self.leapt_at else self
            )
        if self.leapt_at is None or self.last is None or not timedelta(0) <= now - self.last <= LEAP:
            return _Believed(self.up_to, now, now)
        if now - self.leapt_at >= OBSERVED_FOR:
            return _Believed(now)
        return _Believed(self.up_to, self.leapt_at, now) if now - self.last >= NOTED_EVERY else self

    @classmethod
    def read(cls, connection: Connection) -> "_Believed":
        try:
            kept = json.loads(recall(connection, BELIEVED_TIME) or "[]")
            return cls(*(_moment(one) for one in kept))
        except (TypeError, ValueError):
            return cls()  # a damaged note counts as none, and the clock is observed anew

    def as_text(self) -> str:
        parts = (self.up_to, self.leapt_at, self.last)
        return json.dumps(["" if one is None else one.isoformat() for one in parts])


def _newest_arrival(connection: Connection, now: datetime) -> datetime | None:
    """Return when the newest survey arrived; one from the future says nothing."""
    found = [
        connection.execute(
            select(func.max(col(CaseRow.received_at))).where(
                col(CaseRow.stage) == stage.value, col(CaseRow.received_at) <= now
            )
        ).scalar()
        for stage in Stage
    ]
    return max((one for one in found if one is not None), default=None)


def _newest_work(connection: Connection, now: datetime) -> datetime | None:
    """Return when anybody last decided, by a clock that may have been wrong: only where nothing better is known."""
    newest: datetime | None = connection.execute(
        select(func.max(col(DecisionRow.decided_at))).where(col(DecisionRow.decided_at) <= now)
    ).scalar()
    return newest


def _noted_desk_time(connection: Connection) -> tuple[datetime, datetime] | None:
    """Return the help desk's time as it was last told, and what this computer's clock showed then."""
    noted = recall_noted(connection, DESK_TIME)
    told = None if noted is None else _moment(noted[0])
    return None if noted is None or told is None else (told, noted[1])


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
