"""Reviews that are not finished, and the scorecards by which somebody has scored, by their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.checked_json import JsonPart
from csat_tui.domain.review.rules import ReviewPolicy
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scorecard, version_of
from csat_tui.domain.review.scorecard_document import read_scorecard_document, scorecard_document
from csat_tui.domain.review.steps import Review
from csat_tui.store import rows
from csat_tui.store.review.steps import refresh_states, step_of
from csat_tui.store.tables import ReviewDraftRow, ScorecardVersionRow

_DRAFT = ReviewDraftRow
_NEW = insert(_DRAFT)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["note"],
    set_={name: _NEW.excluded[name] for name in ("card_id", "card_version", "lines", "text", "seconds", "saved_at")},
)
_DROP = delete(_DRAFT).where(col(_DRAFT.note) == bindparam("known"))
_ONE = select(_DRAFT).where(col(_DRAFT.note) == bindparam("known"))
_KEEP_CARD = insert(ScorecardVersionRow).on_conflict_do_nothing(index_elements=["version"])


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A review that is not finished: the scores and the comment so far, and the seconds that it has taken."""

    card_id: str = ""
    card_version: str = ""
    lines: Mapping[str, LineScore] = field(default_factory=dict)
    text: str = ""
    seconds: int = 0


def put_review_draft(connection: Connection, survey_id: SurveyId, note: int, draft: ReviewDraft, at: datetime) -> None:
    """Keep the draft of a review in place of an earlier one."""
    lines = {line_id: asdict(given) for line_id, given in draft.lines.items()}
    values = {
        "note": note, "survey_id": survey_id, "card_id": draft.card_id, "card_version": draft.card_version,
        "lines": lines, "text": draft.text, "seconds": draft.seconds, "saved_at": at,
    }  # fmt: skip
    connection.execute(_PUT, values)


def review_draft(connection: Connection, note: int) -> ReviewDraft | None:
    """Return the draft of a review, or None."""
    row = rows.first(connection, _DRAFT, _ONE, {"known": note})
    if row is None:
        return None
    lines = {line_id: _line_score(given) for line_id, given in row.lines.items()}
    return ReviewDraft(row.card_id, row.card_version, lines, row.text, row.seconds)


def drop_review_draft(connection: Connection, note: int) -> None:
    """Forget the draft of a review."""
    connection.execute(_DROP, {"known": note})


def take_step_back(
    connection: Connection, survey_id: SurveyId, decided: Mapping[str, str], policy: ReviewPolicy, at: datetime
) -> None:
    """Have a step of a review count no longer that was withdrawn; its scores and words are a draft again.

    `decided` are the fields of the decision on the step. A draft that was begun since then stays instead.
    """
    note, step = int(decided["note"]), step_of(connection, decided["step"])
    if step is not None and review_draft(connection, note) is None:
        draft = ReviewDraft(lines=step.lines, text=step.text)
        if isinstance(step, Review):
            draft = replace(draft, card_id=step.card_id, card_version=step.card_version, seconds=step.seconds)
        put_review_draft(connection, survey_id, note, draft, at)
    refresh_states(connection, [note], policy)


def _line_score(given: Mapping[str, Any]) -> LineScore:
    answer = given.get("answer")
    return LineScore(
        None if answer is None else LineAnswer(answer), given.get("cause", ""), given.get("comment", ""),
        given.get("message_id"),
    )  # fmt: skip


def keep_scorecard(connection: Connection, card: Scorecard, at: datetime) -> str:
    """Keep a scorecard beside the version by which somebody scores with it, and return that version."""
    version = version_of(card)
    connection.execute(_KEEP_CARD, {"version": version, "card_id": card.id, "card": scorecard_document(card), "at": at})
    return version


def scorecard_of(connection: Connection, version: str) -> Scorecard | None:
    """Return the scorecard of a version; None where nobody has scored with it here."""
    row = rows.get(connection, ScorecardVersionRow, version)
    return None if row is None else read_scorecard_document(JsonPart(row.card, "The scorecard"))


def scorecard_in_version(connection: Connection, version: str, cards: Sequence[Scorecard]) -> Scorecard | None:
    """Return the scorecard of a version: one that was scored with here, or else one of `cards`, the playbook's.

    Reviews that were written elsewhere name versions that nobody has scored with here.
    """
    kept = scorecard_of(connection, version)
    return kept or next((one for one in cards if version_of(one) == version), None)
