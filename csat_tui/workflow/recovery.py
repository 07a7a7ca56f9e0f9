"""Service recovery at the desk: find unhappy customers, write down what was done about them, and set groups right.

Every method is one short transaction, works offline, and may run beside the screen. The outbox sends what is saved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter

import uuid_utils
from sqlalchemy import Connection

from csat_tui.domain.business_hours import instant_of
from csat_tui.domain.composing import too_long
from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.notes import (
    RECOVERY_DECISION,
    RecoveryNote,
    clean_author,
    clean_words,
    default_author,
    write_recovery_note,
)
from csat_tui.domain.recovery.performance import GroupPerformance, Recovered, group_performance
from csat_tui.domain.recovery.placement import FixKind, PlacementFix
from csat_tui.domain.recovery.rules import RecoveryRules, SupportGroup
from csat_tui.domain.survey import Survey
from csat_tui.effects.recovery_note import RecoveryMessage
from csat_tui.store import cases, outbox, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.service_recovery import (
    PLACES_CHANGED,
    RecoveryDraft,
    RecoveryKey,
    RecoveryList,
    RecoverySurvey,
    drop_recovery_draft,
    fixes_of,
    keep_places,
    put_fix,
    put_recovery_draft,
    put_recovery_note,
    recovery_draft,
    recovery_notes,
    recovery_survey,
    recovery_surveys_after,
    recovery_surveys_before,
    recovery_surveys_of_ticket,
    replaced_by_survey,
    surveys_to_fix,
)
from csat_tui.workflow.desk import Desk, TakenDecision
from csat_tui.workflow.review_loop import signed_in_person, why_unwritable

AT_ONCE = 500
"""Surveys that are read at once where all of a period are wanted."""


class NotRecovered(Exception):
    """Nothing was saved or changed; the text says why, as a sentence for the person."""


@dataclass(frozen=True, slots=True)
class RecoveryReading:
    """An unhappy customer with everything that is known and was done about them.

    `author` is who a new note is from unless somebody types another name.
    """

    place: RecoverySurvey
    survey: Survey
    group: SupportGroup | None
    notes: tuple[RecoveryNote, ...]
    """Oldest first, with those of surveys that this one has replaced."""
    draft: RecoveryDraft | None
    author: str
    stays_here: str
    """Why a note would go to no ticket, as a clause; empty where it goes to the survey ticket."""
    replaced: tuple[SurveyId, ...] = ()
    fixes: tuple[PlacementFix, ...] = ()
    """What was set by hand, the oldest first."""


@dataclass(frozen=True, slots=True)
class SavedNote:
    """A recovery note that was saved; it can be taken back until it is sent."""

    note: RecoveryNote
    survey_id: SurveyId
    taken: TakenDecision | None
    """None where the note goes to no ticket, which `stays_here` gives the reason of."""
    stays_here: str = ""


@dataclass(frozen=True, slots=True)
class RecoveryFound:
    """What matched: surveys in the order in which they are walked, or why there are none, as a sentence."""

    surveys: tuple[SurveyId, ...] = ()
    why: str = ""
    replacement: SurveyId | None = None
    """The later survey, where that one has replaced what was asked for."""
    moved_to: str = ""
    """The code of the group that answers for it now, where that is another one than was asked for."""


class RecoveryDesk:
    """What a lead does about unhappy customers."""

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

    def every(self, wanted: RecoveryList) -> Iterable[RecoverySurvey]:
        """Yield all surveys of a list, some at a time. Raises StoreError."""
        key: RecoveryKey | None = None
        while some := self.after(wanted, key, AT_ONCE):
            yield from some
            key = some[-1].key

    def to_fix(self, most: int) -> list[RecoverySurvey]:
        """Return unhappy customers of whom nobody is alerted until their group or segment is set. Raises StoreError."""
        with self._database.read() as connection:
            return surveys_to_fix(connection, most)

    # ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, ticket: TicketId | None = None, group: str = "", day: date | None = None) -> RecoveryFound:
        """Return the surveys that two of a ticket, a group's code and a day mean (source document 003).

        A ticket means one survey; a group and a day mean those that need recovery, in the order of arrival. Raises
        NotRecovered for fewer than two, or a group that the playbook does not have; StoreError.
        """
        if sum((ticket is not None, bool(group), day is not None)) < 2:
            raise NotRecovered("Name two of the three: a ticket, a support group and a day.")
        if group:
            self._known_group(group)
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
            fixes = fixes_of(connection, [standing.survey_id, *replaced_by_survey(connection, standing.survey_id)])
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

    def _known_group(self, group: str) -> None:
        if self.rules.group(group) is None:
            there = ", ".join(one.id for one in self.rules.groups) or "none"
            raise NotRecovered(f"The playbook has no support group “{group[:40]}”; there is: {there}.")

    # ── One customer ─────────────────────────────────────────────────────────────────────────────────────────────

    def reading(self, survey_id: SurveyId, recipient: str = "") -> RecoveryReading | None:
        """Return one survey with its notes, or the later one that has replaced it; None where it is not here.

        `recipient` is who got the report from whose title it was opened. Raises StoreError.
        """
        with self._database.read() as connection:
            place = _standing(connection, survey_id)
            survey = None if place is None else surveys.survey(connection, place.survey_id)
            if place is None or survey is None:
                return None
            replaced = tuple(replaced_by_survey(connection, place.survey_id))
            family = [place.survey_id, *replaced]
            group = self.rules.group(place.group)
            fixes = [fix for some in fixes_of(connection, family).values() for fix in some]
            return RecoveryReading(
                place, survey, group, _notes(connection, family), recovery_draft(connection, family),
                default_author(signed_in_person(connection).name, recipient, "" if group is None else group.lead.name),
                _why_here(connection, place), replaced, tuple(sorted(fixes, key=lambda fix: (fix.at, fix.id))),
            )  # fmt: skip

    def save(self, survey_id: SurveyId, author: str, spoken: bool, text: str) -> SavedNote:
        """Save a recovery note; from then on nobody can edit it. It goes to the survey ticket, where it can.

        Raises NotRecovered, StoreError.
        """
        author, text = clean_author(author), clean_words(text)
        if not author:
            raise NotRecovered("The note was not saved: it needs an author.")
        if not text:
            raise NotRecovered("The note was not saved: write what was done.")
        with self._database.write(PLACES_CHANGED, "outbox", "queue", f"recovery:{survey_id}") as connection:
            place = _standing(connection, survey_id)
            if place is None:
                raise NotRecovered("The note was not saved: its survey is not here any more.")
            stays_here, now = _why_here(connection, place), self._desk.now
            note = RecoveryNote(
                id=str(uuid_utils.uuid7()), ticket_id=place.survey_ticket_id, by=signed_in_person(connection), at=now,
                author=author, spoken=spoken, text=text,
            )  # fmt: skip
            body = write_recovery_note(note)
            for sentence in too_long(body):
                raise NotRecovered(f"The note was not saved: {sentence}.")
            taken = None
            if not stays_here and place.survey_ticket_id is not None:
                taken, op_id = self._send(connection, place.survey_id, place.survey_ticket_id, note.id, body)
                note = replace(note, op_id=op_id)
            put_recovery_note(connection, place.survey_id, note)
            drop_recovery_draft(connection, [place.survey_id, *replaced_by_survey(connection, place.survey_id)])
        self.bring_up_to_date()
        return SavedNote(note, place.survey_id, taken, stays_here)

    def _send(
        self, connection: Connection, survey_id: SurveyId, ticket_id: TicketId, note_id: str, body: str
    ) -> tuple[TakenDecision, OpId]:
        now, sends_at = self._desk.now, self._desk.now + self._desk.playbook.undo
        decision_id = cases.put_beside(
            connection, survey_id, RECOVERY_DECISION, {"recovery_note": note_id}, by=self._desk.agent, at=now
        )
        ticket = tickets.ticket(connection, ticket_id)
        seen = {} if ticket is None else {ticket.id: SeenTicket.of(ticket, tickets.messages(connection, ticket.id))}
        effect = RecoveryMessage(ticket_id, body)
        op_id = outbox.put_effects(connection, survey_id, decision_id, [effect], seen, at=now, not_before=sends_at)[0]
        return TakenDecision(DecisionId(decision_id), survey_id, RECOVERY_DECISION, sends_at), OpId(op_id)

    def undo(self, saved: SavedNote) -> None:
        """Take a note back before it is sent; its words are a draft again. Raises TooLate, StoreError."""
        if saved.taken is None:
            raise NotRecovered("The note was not taken back: it is saved, and saved notes are not edited.")
        self._desk.undo(saved.taken.decision_id)
        self.bring_up_to_date()

    def save_draft(self, survey_id: SurveyId, draft: RecoveryDraft) -> None:
        """Keep what is typed and not saved; one without words is forgotten. Raises StoreError."""
        with self._database.write(f"recovery:{survey_id}") as connection:
            place = _standing(connection, survey_id)
            if place is None:
                return
            if draft.text.strip():
                put_recovery_draft(connection, place.survey_id, draft, self._desk.now)
            else:
                drop_recovery_draft(connection, [place.survey_id, *replaced_by_survey(connection, place.survey_id)])

    # ── Groups and segments ──────────────────────────────────────────────────────────────────────────────────────

    def reassign(self, survey_ids: Sequence[SurveyId], group: str, reason: str) -> list[SurveyId]:
        """Let another group answer for surveys; returns those that have moved. Raises NotRecovered, StoreError."""
        self._known_group(group)
        if not reason.strip():
            raise NotRecovered("Nothing was reassigned: give the reason.")
        return self._put_fixes(survey_ids, FixKind.REASSIGNED, group, "", reason)

    def fix(
        self, survey_ids: Sequence[SurveyId], group: str = "", segment: str = "", reason: str = ""
    ) -> list[SurveyId]:
        """Set the group or segment of surveys that lack one; returns those that have changed.

        Raises NotRecovered, StoreError.
        """
        if not (group or segment):
            raise NotRecovered("Nothing was fixed: name a group, a segment, or both.")
        if group:
            self._known_group(group)
        named = self.rules.segment_called(segment) if segment else ""
        if segment and not named:
            there = ", ".join(self.rules.segments)
            raise NotRecovered(f"The playbook has no segment “{segment[:40]}”; there is: {there}.")
        return self._put_fixes(survey_ids, FixKind.FIXED, group, named, reason)

    def _put_fixes(
        self, survey_ids: Sequence[SurveyId], kind: FixKind, group: str, segment: str, reason: str
    ) -> list[SurveyId]:
        self.bring_up_to_date()
        moved: list[SurveyId] = []
        with self._database.write(PLACES_CHANGED, *(f"recovery:{one}" for one in survey_ids)) as connection:
            person = signed_in_person(connection)
            for survey_id in survey_ids:
                place = _standing(connection, survey_id)
                if place is None:
                    raise NotRecovered(f"Nothing was changed: there is no survey {survey_id} here.")
                if place.survey_id in moved or (group in ("", place.group) and segment in ("", place.segment)):
                    continue
                put_fix(
                    connection,
                    PlacementFix(
                        str(uuid_utils.uuid7()), place.survey_id, self._desk.now, person.name or self._desk.agent,
                        person.id, kind, group, segment, place.group, " ".join(reason.split()),
                    ),
                )  # fmt: skip
                moved.append(place.survey_id)
        self.bring_up_to_date()
        return moved

    def performance(
        self, since: datetime | None = None, until: datetime | None = None, group: str | None = None
    ) -> list[GroupPerformance]:
        """Return the figures of each group that has unhappy customers in a period, in the playbook's order.

        Raises StoreError.
        """
        by_group: dict[str, list[Recovered]] = {}
        for one in self.every(RecoveryList(RecoveryFilter.NEEDING, group, since, until)):
            recovered = Recovered(one.survey_id, one.received_at, one.notes, one.first_spoken_at)
            by_group.setdefault(one.group, []).append(recovered)
        order = [one.id for one in self.rules.groups]
        names = sorted(by_group, key=lambda name: (order.index(name) if name in order else len(order), name))
        return [group_performance(name, by_group[name], self._desk.playbook.business_hours) for name in names]


def _standing(connection: Connection, survey_id: SurveyId) -> RecoverySurvey | None:
    """Return a survey, or the one that has replaced it."""
    place = recovery_survey(connection, survey_id)
    if place is None or place.replaced_by is None:
        return place
    return recovery_survey(connection, place.replaced_by)


def _notes(connection: Connection, family: Sequence[SurveyId]) -> tuple[RecoveryNote, ...]:
    found = recovery_notes(connection, family)
    every = [note for some in found.values() for note in some]
    return tuple(sorted(every, key=attrgetter("order")))


def _why_here(connection: Connection, place: RecoverySurvey) -> str:
    """Return why a note goes to no ticket; empty where it goes to the survey ticket."""
    if place.survey_ticket_id is None:
        return "the survey has no ticket of its own"
    return why_unwritable(tickets.ticket(connection, place.survey_ticket_id))
