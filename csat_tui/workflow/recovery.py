"""Service recovery at the desk: write down what was done about unhappy customers, and set groups right.

Every method is one short transaction, works offline, and may run beside the screen. The outbox sends what is saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import uuid_utils
from sqlalchemy import Connection

from csat_tui.domain.composing import too_long
from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId
from csat_tui.domain.recovery.notes import (
    RECOVERY_DECISION,
    RecoveryNote,
    clean_author,
    clean_words,
    default_author,
    write_recovery_note,
)
from csat_tui.domain.recovery.placement import FixKind, PlacementFix
from csat_tui.domain.recovery.rules import SupportGroup
from csat_tui.domain.survey import Survey
from csat_tui.effects.recovery_note import RecoveryMessage
from csat_tui.store import cases, outbox, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.service_recovery import (
    PLACES_CHANGED,
    RecoveryDraft,
    RecoverySurvey,
    drop_recovery_draft,
    fixes_of,
    put_fix,
    put_recovery_draft,
    put_recovery_note,
    recovery_draft,
    recovery_survey,
)
from csat_tui.workflow.desk import TakenDecision
from csat_tui.workflow.recovery_lists import NotRecovered, RecoveryLists, family_notes, replaced_surveys
from csat_tui.workflow.review_loop import signed_in_person, why_unwritable


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


class RecoveryDesk(RecoveryLists):
    """What a lead does about unhappy customers."""

    def reading(self, survey_id: SurveyId, recipient: str = "") -> RecoveryReading | None:
        """Return one survey with its notes, or the later one that has replaced it; None where it is not here.

        `recipient` is who got the report from whose title it was opened. Raises StoreError.
        """
        with self._database.read() as connection:
            place = _standing(connection, survey_id)
            survey = None if place is None else surveys.survey(connection, place.survey_id)
            if place is None or survey is None:
                return None
            replaced = tuple(replaced_surveys(connection, place.survey_id))
            family = [place.survey_id, *replaced]
            group = self.rules.group(place.group)
            fixes = [fix for some in fixes_of(connection, family).values() for fix in some]
            return RecoveryReading(
                place, survey, group, family_notes(connection, family), recovery_draft(connection, family),
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
            drop_recovery_draft(connection, [place.survey_id, *replaced_surveys(connection, place.survey_id)])
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
                drop_recovery_draft(connection, [place.survey_id, *replaced_surveys(connection, place.survey_id)])

    def reassign(self, survey_ids: Sequence[SurveyId], group: str, reason: str) -> list[SurveyId]:
        """Let another group answer for surveys; returns those that have moved. Raises NotRecovered, StoreError."""
        self.require_group(group)
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
            self.require_group(group)
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


def _standing(connection: Connection, survey_id: SurveyId) -> RecoverySurvey | None:
    """Return a survey, or the one that has replaced it."""
    place = recovery_survey(connection, survey_id)
    if place is None or place.replaced_by is None:
        return place
    return recovery_survey(connection, place.replaced_by)


def _why_here(connection: Connection, place: RecoverySurvey) -> str:
    """Return why a note goes to no ticket; empty where it goes to the survey ticket."""
    if place.survey_ticket_id is None:
        return "the survey has no ticket of its own"
    return why_unwritable(tickets.ticket(connection, place.survey_ticket_id))
