"""When support leads are alerted of unhappy customers: which period an alert is about, and when its messages are due.

An alert is about the time since the alert before it. Periods are half-open intervals of instants, so that no survey is
in two of them and none between them; on the day of a daylight-saving change a period has 23 or 25 hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_PERIODS = 14
"""Periods that are made up for at most, where no machine was on: an alert that is older helps nobody any more."""

LONGEST_WAIT = timedelta(hours=1)
"""How long a message that did not go waits for its next try at most."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class AlertKind(StrEnum):
    """The two messages of an alert."""

    REPORT = "report"
    """The report, by mail."""
    TEXT = "text"
    """The text message with the number of unhappy customers."""


class AlertState(StrEnum):
    """The states of one message of an alert, from its record to its receipt."""

    PLANNED = "planned"
    SENDING = "sending"
    WAITING = "waiting"
    """It certainly did not go, and is tried again."""
    SENT = "sent"
    SAVED = "saved"
    """It is a file here, because no mail server is configured."""
    REFUSED = "refused"
    """It certainly did not go, and would not another time: a person has to correct something first."""
    IN_DOUBT = "in doubt"
    """Nobody knows whether it went, and it is not sent again by itself: a person settles it."""
    SPLIT = "split"
    """It was larger than the mail server takes, and goes in two halves, each a message of its own."""

    @property
    def needs_person(self) -> bool:
        """Whether it waits for a person."""
        return self in (AlertState.REFUSED, AlertState.IN_DOUBT)

    @property
    def through(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in (AlertState.SENT, AlertState.SAVED, AlertState.SPLIT)

    @property
    def to_send(self) -> bool:
        """Whether it goes when it is due."""
        return self in (AlertState.PLANNED, AlertState.WAITING)


_OUTCOMES = {AlertState.SENT, AlertState.SAVED, AlertState.WAITING, AlertState.REFUSED}
_FOLLOWING = {
    AlertState.PLANNED: {AlertState.SENDING, AlertState.WAITING},
    # A person may have told the recipient in another way.
    AlertState.WAITING: {AlertState.SENDING, AlertState.WAITING, AlertState.SENT},
    AlertState.SENDING: {*_OUTCOMES, AlertState.IN_DOUBT, AlertState.SPLIT},
    # An answer that came after all, or what a person has found out.
    AlertState.IN_DOUBT: _OUTCOMES,
    AlertState.REFUSED: {AlertState.SENT, AlertState.WAITING},
}


def tried_again_at(last: datetime, steps: int) -> datetime:
    """Return when a message that did not go is tried again: soon at first, and each hour in the end."""
    return last + min(timedelta(minutes=2 ** min(steps // 2, 10)), LONGEST_WAIT)


def may_follow(state: AlertState, before: AlertState) -> bool:
    """Return whether a message can come from one state into another."""
    return state in _FOLLOWING.get(before, ())


@dataclass(frozen=True, slots=True)
class AlertPeriod:
    """The time that one alert is about: from `begins` up to and without `ends`, when it is due on the local `day`."""

    day: date
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class DuePeriods:
    """The periods that are due, the oldest first; `skipped` older ones are too long ago."""

    periods: tuple[AlertPeriod, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class AlertSchedule:
    """The time of day at which alerts are due in a time zone, and whether text messages go at the weekend."""

    zone: ZoneInfo
    alert_time: time
    weekend_alerts: bool = True

    def moment(self, day: date) -> datetime:
        """Return when an alert is due on a local day, in UTC.

        A time that exists twice is its first. One that does not exist moves forward to the first that does.
        """
        wanted = datetime.combine(day, self.alert_time)
        first, second = (wanted.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first <= second:
            return first
        # The clocks go forward between the two, over the wanted time: the moment at which they have done so.
        early, late = second, first
        while late - early > _SECOND:
            middle = early + (late - early) // _SECOND // 2 * _SECOND
            if self._wall(middle) < wanted:
                early = middle
            else:
                late = middle
        return late

    def local(self, moment: datetime) -> datetime:
        """Return a moment in the time zone of the alerts."""
        return moment.astimezone(self.zone)

    def latest_day(self, now: datetime) -> date:
        """Return the last day whose alert is due by now."""
        day = self.local(now).date() + _DAY
        while self.moment(day) > now:
            day -= _DAY
        return day

    def text_due_at(self, period: AlertPeriod) -> datetime:
        """Return when the text message about a period is due.

        With weekend alerts off, those of Saturday and Sunday are due on Monday, each as a message of its own: each is
        about another day, and has a report of its own, so that one number for both would match neither.
        """
        weekday = period.day.weekday()
        if self.weekend_alerts or weekday < _SATURDAY:
            return period.ends
        return self.moment(period.day + timedelta(days=7 - weekday))

    def _wall(self, moment: datetime) -> datetime:
        return self.local(moment).replace(tzinfo=None)


def due_periods(schedule: AlertSchedule, last_end: datetime | None, now: datetime) -> DuePeriods:
    """Return the periods that have ended by now and were not alerted; `last_end` is the end of the last that was.

    Without one, only the newest is due: whoever begins with alerts is not told of the time before. The first period
    begins where the last one ended, also where the alert time or the zone has changed since, so that no survey is left
    out and none is in two. Where more than `MOST_PERIODS` are due, only that many of the newest are.
    """
    day = schedule.latest_day(now)
    if last_end is None:
        return DuePeriods((AlertPeriod(day, schedule.moment(day - _DAY), schedule.moment(day)),))
    days = 0
    while schedule.moment(day - days * _DAY) > last_end:
        days += 1
    kept = min(days, MOST_PERIODS)
    found = []
    begins = last_end if kept == days else schedule.moment(day - kept * _DAY)
    for back in range(kept - 1, -1, -1):
        ends = schedule.moment(day - back * _DAY)
        if begins < ends:  # a day that a country leaves out has no time of its own
            found.append(AlertPeriod(day - back * _DAY, begins, ends))
        begins = ends
    return DuePeriods(tuple(found), days - kept)
