"""Set a rating aside or give it to the agent to whom it belongs, restore it, and say which ratings are out."""

from sqlalchemy import Connection

from csat_tui.domain.ids import SurveyId, UserId
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
from csat_tui.store.named_values import recall
from csat_tui.store.review.set_aside import SetAsideInList, every_set_aside, put_set_aside, set_aside_steps
from csat_tui.workflow.desk import Desk

TOPIC = "set aside"
"""What the store announces where a rating is set aside or restored."""


class NotSetAside(Exception):
    """A rating was neither set aside nor restored; the text says why, and that nothing was changed."""


class SettingAside:
    """The ratings that are in nobody's figures, or in another agent's; every method is one short transaction."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

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
        with self._database.write(TOPIC) as connection:
            rated, before, author_id, author = self._as_it_is(connection, survey_id)
            _refuse(why_not_set_aside(standing_step(before), rated, author, kind, given_to, reason))
            step = SetAside("", survey_id, self._desk.now, author_id, author, deed, kind, given_to, reason)
            return put_set_aside(connection, step, before)

    def restore(self, survey_id: SurveyId, reason: str) -> SetAside:
        """Let a rating count as it was rated. Raises NotSetAside, StoreError."""
        reason = _text(reason)
        with self._database.write(TOPIC) as connection:
            _, before, author_id, author = self._as_it_is(connection, survey_id)
            stands = standing_step(before)
            _refuse(why_not_restored(stands, author, reason))
            kind = SetAsideKind.PRODUCT if stands is None else stands.kind
            step = SetAside(
                "", survey_id, self._desk.now, author_id, author, SetAsideDeed.RESTORED, kind, "", reason
            )  # fmt: skip
            return put_set_aside(connection, step, before)

    def _as_it_is(self, connection: Connection, survey_id: SurveyId) -> tuple[str, list[SetAside], UserId | None, str]:
        """Return whom a survey rates, the steps of its rating, and who works here; read under the writer's lock."""
        author_id, author = _author(connection, self._desk)
        survey = surveys.survey(connection, survey_id)
        if survey is None:
            raise NotSetAside(f"There is no case {survey_id} here. Nothing was changed.")
        return survey.agent, set_aside_steps(connection, survey_id), author_id, author


def _refuse(why: str) -> None:
    if why:
        raise NotSetAside(f"{why} Nothing was changed.")


def _author(connection: Connection, desk: Desk) -> tuple[UserId | None, str]:
    """Return who works here, by the help desk's number and name."""
    known, name = recall(connection, "agent_id"), desk.agent
    if not name:
        raise NotSetAside("Who you are is not known here yet; `csat-tui sync` asks the help desk. Nothing was changed.")
    return UserId(int(known)) if known.isdigit() else None, name


def _text(text: str) -> str:
    return text.strip().encode("utf-8", "replace").decode()
