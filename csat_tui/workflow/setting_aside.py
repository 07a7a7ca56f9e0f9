"""Set a rating aside or give it to the agent to whom it belongs, restore it, and say which ratings are out."""

from sqlalchemy import Connection

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.set_aside import (
    SetAside,
    SetAsideDeed,
    SetAsideKind,
    standing_step,
    why_not_restored,
    why_not_set_aside,
)
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.review.set_aside import SetAsideInList, every_set_aside, put_set_aside, set_aside_steps
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop

TOPIC = "set aside"
"""What the store announces where a rating is set aside or restored."""


class NotSetAside(Exception):
    """A rating was neither set aside nor restored; the text says why, and that nothing was changed."""


class SettingAside:
    """The ratings that are in nobody's figures, or in another agent's; every method is one short transaction."""

    def __init__(self, database: Database, desk: Desk, loop: ReviewLoop) -> None:
        self._database = database
        self._desk = desk
        self._loop = loop

    def every(self) -> list[SetAsideInList]:
        """Return every step that was ever taken, the newest first. Raises StoreError."""
        with self._database.read() as connection:
            return every_set_aside(connection)

    def standing(self, survey_id: SurveyId) -> SetAside | None:
        """Return by which step a survey's rating is set aside or given; None where it stands. Raises StoreError."""
        with self._database.read() as connection:
            return standing_step(set_aside_steps(connection, survey_id))

    def set_aside(self, survey_id: SurveyId, kind: SetAsideKind, reason: str, given_to: str = "") -> SetAside:
        """Set a rating aside, or give it to another agent. Raises NotSetAside, StoreError."""
        given_to, reason = " ".join(_text(given_to).split()), _text(reason)
        deed = SetAsideDeed.GIVEN if given_to else SetAsideDeed.SET_ASIDE
        person = self._reviewer()
        with self._database.write(TOPIC) as connection:
            rated, before = _as_it_is(connection, survey_id)
            _refuse(why_not_set_aside(standing_step(before), rated, person.name, kind, given_to, reason))
            step = SetAside("", survey_id, self._desk.now, person.id, person.name, deed, kind, given_to, reason)
            return put_set_aside(connection, step, before)

    def restore(self, survey_id: SurveyId, reason: str) -> SetAside:
        """Let a rating count as it was rated. Raises NotSetAside, StoreError."""
        reason, person = _text(reason), self._reviewer()
        with self._database.write(TOPIC) as connection:
            _, before = _as_it_is(connection, survey_id)
            stands = standing_step(before)
            _refuse(why_not_restored(stands, person.name, reason))
            kind, deed = SetAsideKind.PRODUCT if stands is None else stands.kind, SetAsideDeed.RESTORED
            step = SetAside("", survey_id, self._desk.now, person.id, person.name, deed, kind, "", reason)
            return put_set_aside(connection, step, before)

    def _reviewer(self) -> HelpDeskUser:
        """Return who works here. Raises NotSetAside where they may not review."""
        if why := self._loop.why_no_reviewer():
            raise NotSetAside(f"The rating stays as it is: {why}.")
        return self._loop.person()


def _as_it_is(connection: Connection, survey_id: SurveyId) -> tuple[str, list[SetAside]]:
    """Return whom a survey rates and the steps of its rating; read under the lock, because two may reach for it."""
    survey = surveys.survey(connection, survey_id)
    if survey is None:
        raise NotSetAside(f"There is no case {survey_id} here. Nothing was changed.")
    return survey.agent, set_aside_steps(connection, survey_id)


def _refuse(why: str) -> None:
    if why:
        raise NotSetAside(f"{why} Nothing was changed.")


def _text(text: str) -> str:
    return text.strip().encode("utf-8", "replace").decode()
