"""Conversations about cases: written once, read with the case and with the one that took its place."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import uuid_utils
from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlmodel import col

from csat_tui.domain.case_conversation import CaseConversation, ConversationMeans, Counterpart
from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.store import rows
from csat_tui.store.tables import ConversationRow

_ROW = ConversationRow
_SOME: BindParameter[Any] = bindparam("some", expanding=True)
_OF_SURVEYS = select(_ROW).where(col(_ROW.survey_id).in_(_SOME)).order_by(col(_ROW.held_at), col(_ROW.id))


def put_conversation(connection: Connection, held: CaseConversation) -> CaseConversation:
    """Write a conversation under an id of its own, and return it as it was written."""
    held = replace(held, id=str(uuid_utils.uuid7()))
    row = _ROW(
        id=held.id, survey_id=held.survey_id, at=held.recorded_at, author_id=held.author_id, author=held.author,
        counterpart=held.counterpart.value, held_at=held.held_at, means=held.means.value, said=held.said,
        prevention=held.prevention,
    )  # fmt: skip
    rows.add(connection, row)
    return held


def conversations_of(connection: Connection, survey_ids: Iterable[SurveyId]) -> tuple[CaseConversation, ...]:
    """Return the conversations about some surveys, in the order in which they were had."""
    found = rows.every(connection, _ROW, _OF_SURVEYS, {"some": list(survey_ids)})
    return tuple(_read(row) for row in found)


def _read(row: ConversationRow) -> CaseConversation:
    return CaseConversation(
        row.id, SurveyId(row.survey_id), row.at, None if row.author_id is None else UserId(row.author_id), row.author,
        Counterpart(row.counterpart), row.held_at, ConversationMeans(row.means), row.said, row.prevention,
    )  # fmt: skip
