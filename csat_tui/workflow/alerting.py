"""Alerts of unhappy customers: what is due is kept as messages first, and only then are they sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.domain.recovery.alert_plan import AlertPlan, AlertSurvey, alert_schedule, plan_alerts
from csat_tui.domain.recovery.alerting import MOST_PERIODS, AlertState, DuePeriods, due_periods
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.store import alerts
from csat_tui.store.alerts import AlertMoved, KeptAlert
from csat_tui.store.database import Database
from csat_tui.store.retention.known_time import known_time
from csat_tui.store.service_recovery import keep_places
from csat_tui.sync.send_alerts import AlertSender

LATEST_ARRIVAL = timedelta(days=MOST_PERIODS)
"""How long after its period a survey still alerts that came here late."""


class NotAlerted(Exception):
    """Nothing was kept or sent; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class AlertRound:
    """What a run has found to be due, and what it has kept: one plan for each period, the oldest first."""

    plans: tuple[AlertPlan, ...]
    skipped: int = 0
    sending: bool = True
    """False where another process is sending."""
    late: int = 0
    """How many surveys came here after their own period was alerted, and are in this one's alerts."""


class Alerting:
    """Finds what is due, keeps it and has it sent; `texts` says whether text messages can be sent at all."""

    def __init__(
        self,
        database: Database,
        rules: RecoveryRules,
        clock: Clock,
        sender: Callable[[], AlertSender],
        *,
        texts: bool,
        no_texts: str = "",
        author: str = "",
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._sender = sender
        self._texts = texts
        self._author = author
        self.no_texts = no_texts
        """Why recipients with a telephone get no text messages; empty where they do."""
        self.schedule = alert_schedule(rules)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    def next_alert(self) -> datetime:
        """Return when the next alert is due."""
        return self.schedule.moment(self.schedule.latest_day(self.now) + timedelta(days=1))

    def preview(self, at: datetime) -> AlertRound:
        """Return what a run at a moment would keep, and keep nothing. Raises NotAlerted."""
        self._require_groups()
        keep_places(self._database, self._rules, self._clock.now())
        with self._database.read() as connection:
            last = alerts.last_alerted(connection)
            due = due_periods(self.schedule, last, at)
            plans, late = [], 0
            for period in range(len(due.periods)):
                plan, came_late = self._plan(connection, due, period, last)
                plans.append(plan)
                late += len(came_late)
        return AlertRound(tuple(plans), due.skipped, late=late)

    async def run(self, at: datetime | None = None) -> AlertRound:
        """Keep what is due by a moment, or by now, and send it with everything that waits. Raises NotAlerted."""
        self._require_groups()
        kept = self.keep(at or self._clock.now())
        return AlertRound(kept.plans, kept.skipped, await self._sender().send_due(), kept.late)

    def keep(self, at: datetime) -> AlertRound:
        """Keep the messages of every period that is due, each period in one commit, the oldest first."""
        keep_places(self._database, self._rules, self._clock.now())
        plans: list[AlertPlan] = []
        skipped = late = 0
        while True:
            with self._database.write("alerts") as connection:
                now = self._clock.now()
                known = known_time(connection, now)
                if known.leaps:
                    raise NotAlerted(
                        f"This computer's clock is {known.ahead.days} days ahead of all that is known here, so nobody "
                        "was alerted. Set the clock right; if it is right, say so with "
                        "`csat-tui purge --clock-is-right`."
                    )
                last = alerts.last_alerted(connection)
                due = due_periods(self.schedule, last, at)
                if not due.periods:
                    return AlertRound(tuple(plans), skipped, late=late)
                plan, came_late = self._plan(connection, due, 0, last)
                looked_at = alerts.received(connection, plan.period.begins, plan.period.ends)
                alerts.put_plan(connection, plan, looked_at | came_late, now)
            plans.append(plan)
            skipped, late = skipped + due.skipped, late + len(came_late)

    def to_fix(self) -> list[AlertSurvey]:
        """Return the surveys since the last alert time that alert nobody unless they are fixed before the next."""
        since = self.schedule.moment(self.schedule.latest_day(self.now))
        known = {group.id for group in self._rules.groups}
        with self._database.read() as connection:
            found = alerts.needing_recovery(connection, since, self.next_alert())
        return sorted((one for one in found if one.problem or one.group not in known), key=lambda one: one.received_at)

    def last(self, most: int) -> list[KeptAlert]:
        """Return the messages that were kept last, the latest first."""
        with self._database.read() as connection:
            return alerts.last_alerts(connection, most)

    def open(self) -> list[KeptAlert]:
        """Return the messages that are not through yet."""
        with self._database.read() as connection:
            return alerts.open_alerts(connection)

    def settle(self, alert_id: int, *, sent: bool) -> KeptAlert:
        """Take a person's word for whether a message went; one that did not is sent again. Raises NotAlerted.

        What waits to be tried again can be settled, too: its recipient may know by now.
        """
        now = self._clock.now()
        with self._database.write("alerts") as connection:
            known = alerts.alert(connection, alert_id)
            if known is None:
                raise NotAlerted(f"There is no alert {alert_id}; `csat-tui alerts list` lists them.")
            if not known.state.needs_person and known.state is not AlertState.WAITING:
                raise NotAlerted(f"Alert {alert_id} is {known.state}, so there is nothing to settle.")
            state = AlertState.SENT if sent else AlertState.WAITING
            said = "a person says that it went" if sent else "a person says that it did not go"
            try:
                return alerts.add_step(connection, known, state, now, sentence=said, author=self._author)
            except AlertMoved as error:
                raise NotAlerted(f"Alert {alert_id} has moved on: {error}.") from error

    def _require_groups(self) -> None:
        if not self._rules.groups:
            raise NotAlerted(
                "The playbook has no support groups, so nobody can be alerted. Add [[support_group]] with a lead to it."
            )

    def _plan(
        self, connection: Connection, due: DuePeriods, number: int, last: datetime | None
    ) -> tuple[AlertPlan, set[str]]:
        """Return the plan of one of the periods that are due, and the sources of those in it that came here late."""
        period = due.periods[number]
        surveys = list(alerts.needing_recovery(connection, period.begins, period.ends))
        late: list[AlertSurvey] = []
        if number == 0 and last is not None:
            # What came here after its own period was alerted, because the help desk or this machine was away.
            since = max(alerts.first_alerted(connection, last - LATEST_ARRIVAL) or last, last - LATEST_ARRIVAL)
            before = alerts.needing_recovery(connection, since, last)
            seen = alerts.looked_at(connection, since)
            late = [one for one in before if one.source not in seen]
        return plan_alerts(self._rules, period, [*late, *surveys], texts=self._texts), {one.source for one in late}
