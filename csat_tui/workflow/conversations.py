"""Record a conversation about a case: with whom, when, how, what was said, and whether prevention was discussed."""

from dataclasses import dataclass

from csat_tui.domain.case_conversation import (
    CaseConversation,
    ConversationMeans,
    Counterpart,
    InvalidMoment,
    parse_moment,
    why_nothing_said,
)
from csat_tui.domain.contact_clock import ContactWay
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases import surveys
from csat_tui.store.cases.conversations import put_conversation
from csat_tui.store.contact import note_contact
from csat_tui.store.database import Database
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop


class NotRecorded(Exception):
    """No conversation was recorded; the text says why."""


@dataclass(frozen=True, slots=True)
class TypedConversation:
    """What a person says of a conversation; `when` as it was typed."""

    counterpart: Counterpart
    means: ConversationMeans
    when: str
    said: str
    prevention: bool


class ConversationDesk:
    """Records conversations about cases; every method is one short transaction. Works offline."""

    def __init__(self, database: Database, desk: Desk, loop: ReviewLoop) -> None:
        self._database = database
        self._desk = desk
        self._loop = loop

    def why_no_moment(self, text: str) -> str:
        """Return what is wrong with a time that was typed; empty if nothing is."""
        try:
            parse_moment(text, self._desk.now)
        except InvalidMoment as error:
            return str(error)
        return ""

    def record(self, survey_id: SurveyId, typed: TypedConversation) -> CaseConversation:
        """Record a conversation, which nobody can change afterwards. Raises NotRecorded, StoreError."""
        now, person = self._desk.now, self._loop.person()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as the store keeps it
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as the store keeps it
        said = typed.said.strip().encode("utf-8", "replace").decode()
        try:
            held_at = parse_moment(typed.when, now)
        except InvalidMoment as error:
            raise NotRecorded(f"{error}. Nothing was recorded.") from error
        if why := why_nothing_said(said):
            raise NotRecorded(f"{why[:1].upper()}{why[1:]}. Nothing was recorded.")
        held = CaseConversation(
            "", survey_id, now, person.id, person.name or self._desk.agent, typed.counterpart, held_at, typed.means,
            said, typed.prevention,
        )  # fmt: skip
        with self._database.write("queue", f"case:{survey_id}") as connection:
            if surveys.survey(connection, survey_id) is None:
                raise NotRecorded(f"There is no case {survey_id} here. Nothing was recorded.")
            if held.counterpart is Counterpart.CLIENT:
                note_contact(connection, survey_id, held.held_at, ContactWay.CONVERSATION)
            return put_conversation(connection, held)
