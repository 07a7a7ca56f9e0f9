"""Service recovery at the desk: lists of unhappy customers, how one is found, and the figures of support groups.

Every method is one short transaction, works offline, and may run beside the screen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from sqlalchemy import Connection

from csat_tui.domain.business_hours import instant_of
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.notes import (
    RecoveryNote,
)
from csat_tui.domain.recovery.performance import GroupPerformance, group_performance
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.store.database import Database
from csat_tui.store.service_recovery import (
    RecoveryKey,
    RecoveryList,
    RecoverySurvey,
    fixes_of,
    keep_places,
    recovered_by_group,
    recovery_notes,
    recovery_survey,
    recovery_surveys_after,
    recovery_surveys_before,
    recovery_surveys_of_ticket,
    replaced_by_surveys,
    surveys_to_fix,
)
from csat_tui.workflow.desk import Desk

AT_ONCE = 500
"""Surveys that are read at once where all of a period are wanted."""


class NotRecovered(Exception):
    """Nothing was saved or changed; the text says why, as a sentence for the person."""


@dataclass(frozen=True, slots=True)
class RecoveryFound:
    """What matched: surveys in the order in which they are walked, or why there are none, as a sentence."""

    surveys: tuple[SurveyId, ...] = ()
    why: str = ""
    replacement: SurveyId | None = None
    """The later survey, where that one has replaced what was asked for."""
    moved_to: str = ""
    """The code of the group that answers for it now, where that is another one than was asked for."""


class RecoveryLists:
    """The surveys of service recovery, by the playbook's rules."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    @property
    def rules(self) -> RecoveryRules:
        """The playbook's rules."""
        return self._desk.playbook.recovery

    def bring_up_to_date(self) -> None:
        """Place the surveys that have changed since; one look where none has. Raises StoreError."""
        keep_places(self._database, self.rules, self._desk.now)

    def day(self, day: date) -> tuple[datetime, datetime]:
        """Return the first moment of a day in the time zone of the rules, and that of the next."""
        zone = self.rules.zone
        return instant_of(day, timedelta(0), zone), instant_of(day + timedelta(days=1), timedelta(0), zone)

    def day_of(self, place: RecoverySurvey) -> date:
        """Return the day on which a survey came in, in the time zone of the rules."""
        return place.received_at.astimezone(self.rules.zone).date()

    def after(self, wanted: RecoveryList, key: RecoveryKey | None, limit: int) -> list[RecoverySurvey]:
        """Return surveys that follow a place in a list, or its first ones. Raises StoreError."""
        with self._database.read() as connection:
            return recovery_surveys_after(connection, wanted, key, limit)

    def before(self, wanted: RecoveryList, key: RecoveryKey | None, limit: int) -> list[RecoverySurvey]:
        """Return surveys that precede a place in a list, or its last ones. Raises StoreError."""
        with self._database.read() as connection:
            return recovery_surveys_before(connection, wanted, key, limit)

    def place(self, survey_id: SurveyId) -> RecoverySurvey | None:
        """Return a survey as lists show it; None where it is not here. Raises StoreError."""
        with self._database.read() as connection:
            return recovery_survey(connection, survey_id)

    def every(self, wanted: RecoveryList) -> Iterable[RecoverySurvey]:
        """Yield all surveys of a list, some at a time. Raises StoreError."""
        key: RecoveryKey | None = None
        while some := self.after(wanted, key, AT_ONCE):
            yield from some
            key = some[-1].key

    def notes_of(self, some: Sequence[RecoverySurvey]) -> dict[SurveyId, tuple[RecoveryNote, ...]]:
        """Return all notes of some surveys, the oldest first, with those of replaced ones. Raises StoreError."""
        with self._database.read() as connection:
            replaced = replaced_by_surveys(connection, [one.survey_id for one in some])
            return {number: family_notes(connection, [number, *others]) for number, others in replaced.items()}

    def to_fix(self, most: int) -> list[RecoverySurvey]:
        """Return unhappy customers of whom nobody is alerted until their group or segment is set. Raises StoreError."""
        with self._database.read() as connection:
            return surveys_to_fix(connection, most)

    def find(self, ticket: TicketId | None = None, group: str = "", day: date | None = None) -> RecoveryFound:
        """Return the surveys that two of a ticket, a group's code and a day mean (source document 003).

        A ticket means one survey; a group and a day mean those that need recovery, in the order of arrival. Raises
        NotRecovered for fewer than two, or a group that the playbook does not have; StoreError.
        """
        if sum((ticket is not None, bool(group), day is not None)) < 2:
            raise NotRecovered("Name two of the three: a ticket, a support group and a day.")
        if group:
            self.require_group(group)
        self.bring_up_to_date()
        if ticket is not None:
            return self._of_ticket(ticket, group, day)
        since, until = self.day(day or date.min)
        found = self.every(RecoveryList(RecoveryFilter.NEEDING, group, since, until, oldest_first=True))
        if ids := tuple(one.survey_id for one in found):
            return RecoveryFound(ids)
        return RecoveryFound(why=f"No survey of {self.group_label(group)} that was received on {day} needs recovery.")

    def _of_ticket(self, ticket: TicketId, group: str, day: date | None) -> RecoveryFound:
        with self._database.read() as connection:
            there = recovery_surveys_of_ticket(connection, ticket)
        matching = [one for one in there if day is None or self.day_of(one) == day]
        standing = next((one for one in matching if one.replaced_by is None), None)
        if standing is None:
            return self._gone(ticket, there, matching)
        if group and standing.group != group:
            return self._moved(ticket, standing, group)
        return RecoveryFound((standing.survey_id,))

    def _gone(
        self, ticket: TicketId, there: Sequence[RecoverySurvey], matching: Sequence[RecoverySurvey]
    ) -> RecoveryFound:
        """Say why no survey that stands matches: a later one has replaced it, or there is none."""
        if not matching:
            days = ", ".join(str(self.day_of(one)) for one in there if one.replaced_by is None)
            received = f" on that day; there is one of {days}" if days else ""
            return RecoveryFound(why=f"There is no survey for ticket #{ticket}{received}.")
        later = next((one for one in there if one.survey_id == matching[0].replaced_by), None)
        if later is None:
            return RecoveryFound(why=f"There is no survey for ticket #{ticket} any more.")
        why = (
            f"The survey for ticket #{ticket} of {self.day_of(matching[0])} was replaced: the customer has submitted "
            f"another one on {self.day_of(later)}, which has its notes as well."
        )
        return RecoveryFound(why=why, replacement=later.survey_id)

    def _moved(self, ticket: TicketId, standing: RecoverySurvey, group: str) -> RecoveryFound:
        """Say which group answers for a survey instead of the one that was asked for."""
        with self._database.read() as connection:
            fixes = fixes_of(connection, [standing.survey_id, *replaced_surveys(connection, standing.survey_id)])
        last = max((fix for some in fixes.values() for fix in some if fix.group), key=lambda fix: fix.at, default=None)
        by_hand = ""
        if last is not None and last.group == standing.group:
            reason = f": {last.reason.rstrip('.')}" if last.reason else ""
            by_hand = (
                f" {last.author or 'Somebody'} assigned it on {last.at.astimezone(self.rules.zone):%Y-%m-%d}{reason}."
            )
        now = f"it belongs to {self.group_label(standing.group)} now" if standing.group else "it has no known group now"
        why = f"The survey for ticket #{ticket} is not with {self.group_label(group)}: {now}.{by_hand}"
        return RecoveryFound(why=why, moved_to=standing.group)

    def group_label(self, group: str) -> str:
        """Return what a group is called; its code where the playbook no longer has it."""
        found = self.rules.group(group)
        return group if found is None else found.label

    def require_group(self, group: str) -> None:
        """Raise NotRecovered where the playbook has no such group."""
        if self.rules.group(group) is None:
            there = ", ".join(one.id for one in self.rules.groups) or "none"
            raise NotRecovered(f"The playbook has no support group “{group[:40]}”; there is: {there}.")

    def performance(
        self, since: datetime | None = None, until: datetime | None = None, group: str | None = None
    ) -> list[GroupPerformance]:
        """Return the figures of each group that has unhappy customers in a period, in the playbook's order.

        Raises StoreError.
        """
        with self._database.read() as connection:
            by_group = recovered_by_group(connection, group, since, until)
        order = [one.id for one in self.rules.groups]
        names = sorted(by_group, key=lambda name: (order.index(name) if name in order else len(order), name))
        return [group_performance(name, by_group[name], self._desk.playbook.business_hours) for name in names]


def replaced_surveys(connection: Connection, survey_id: SurveyId) -> list[SurveyId]:
    """Return the surveys that one has replaced."""
    return replaced_by_surveys(connection, [survey_id])[survey_id]


def family_notes(connection: Connection, family: Sequence[SurveyId]) -> tuple[RecoveryNote, ...]:
    """Return the notes of a survey and of those that it has replaced, the oldest first."""
    found = recovery_notes(connection, family)
    every = [note for some in found.values() for note in some]
    return tuple(sorted(every, key=attrgetter("order")))
