"""Words that are not decided yet: each case's draft, by field with author and time, and the words of open windows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import col

from csat_tui.domain.case import Draft, Stage, Version
from csat_tui.domain.drafting import (
    DraftField,
    DraftFields,
    DraftWrite,
    last_texts,
    merge_drafts,
    texts_of_others,
    unsent_fields,
    write_draft,
)
from csat_tui.domain.ids import SurveyId
from csat_tui.store import named_values, rows
from csat_tui.store.ledger.file import RECOVERED_TEXT
from csat_tui.store.tables import CaseRow, DecisionRow, DraftRow

# Made once: to build a statement costs more than to run it, and these run with every pause in the typing.
_KNOWN: BindParameter[Any] = bindparam("known")
_DISCARD = delete(DraftRow).where(col(DraftRow.survey_id) == _KNOWN)
_STANDS_FOR = select(col(CaseRow.superseded_by)).where(
    col(CaseRow.survey_id) == _KNOWN, col(CaseRow.stage) == Stage.SUPERSEDED.value
)
_SENT = (
    select(col(DecisionRow.fields))
    .join(CaseRow, col(CaseRow.decision_id) == col(DecisionRow.id))
    .where(col(CaseRow.survey_id) == _KNOWN, col(CaseRow.stage) == Stage.DECIDED)
)
_NEW = upsert(DraftRow)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["survey_id"],
    set_={name: _NEW.excluded[name] for name in ("outcome_id", "fields", "findings", "saved_at", "written")},
)


def draft(connection: Connection, survey_id: SurveyId) -> Draft:
    """Return a case's draft; empty if there is none."""
    row = _row(connection, survey_id)
    if row is None:
        return Draft()
    kept = _kept(row)
    last = {name: one.last for name, one in kept.items()}
    return Draft(row.outcome_id, last_texts(kept), tuple(row.findings), texts_of_others(kept), last)


def put_draft(connection: Connection, survey_id: SurveyId, words: Draft, at: datetime) -> None:
    """Replace a case's draft; an empty draft is removed."""
    kept = {name: DraftField(Version(text, "", at, "")) for name, text in words.fields.items()}
    _put(connection, survey_id, words.outcome_id, kept, words.findings, at)


def save_draft(connection: Connection, survey_id: SurveyId, saving: DraftWrite) -> SurveyId:
    """Keep the words of one process beside what others wrote unseen; returns with which case they are.

    Words for a case whose place a later survey has taken go to that one. A case that is decided keeps only what its
    decision has not said.
    """
    holder = living(connection, survey_id)
    row = _row(connection, holder)
    kept = write_draft({} if row is None else _kept(row), saving)
    words = saving.draft
    if (sent := _sent(connection, holder)) is not None:
        kept = unsent_fields(kept, sent)
        outcome_id, findings = (words.outcome_id, words.findings) if kept else (None, ())
    elif row is not None and holder != survey_id and row.outcome_id is not None:
        outcome_id, findings = row.outcome_id, tuple(row.findings)
    else:
        outcome_id, findings = words.outcome_id, words.findings
    _put(connection, holder, outcome_id, kept, findings, saving.at)
    return holder


def keep_unsent(
    connection: Connection, survey_id: SurveyId, sent: Mapping[str, str], left: Draft, at: datetime, sender: str
) -> None:
    """Keep what a decision leaves of the draft: what it is to leave, and words of others that it did not say."""
    row = _row(connection, survey_id)
    others = {} if row is None else unsent_fields(_kept(row), sent, sender)
    kept = merge_drafts({name: DraftField(Version(text, "", at, "")) for name, text in left.fields.items()}, others)
    outcome_id = row.outcome_id if row is not None and others else left.outcome_id
    _put(connection, survey_id, outcome_id, kept, left.findings, at)


def hand_over(connection: Connection, older: int, newest: int) -> None:
    """Give a case's words to the one that takes its place; where both have some, both are kept beside each other."""
    row, there = _row(connection, older), _row(connection, newest)
    if row is None:
        return
    kept = merge_drafts({} if there is None else _kept(there), _kept(row))
    outcome_id = there.outcome_id if there is not None and there.outcome_id else row.outcome_id
    findings = tuple(dict.fromkeys([*(there.findings if there is not None else ()), *row.findings]))
    saved_at = max(row.saved_at, there.saved_at) if there is not None else row.saved_at
    discard(connection, older)
    _put(connection, newest, outcome_id, kept, findings, saved_at)


def discard(connection: Connection, survey_id: int) -> None:
    """Remove a case's draft."""
    connection.execute(_DISCARD, {"known": survey_id})


def living(connection: Connection, survey_id: SurveyId) -> SurveyId:
    """Return the case that stands for this one: itself, or the last of those that took its place."""
    known = {survey_id}
    while True:
        row = connection.execute(_STANDS_FOR, {"known": survey_id}).first()
        if row is None or row[0] is None or row[0] in known:
            return survey_id
        survey_id = SurveyId(row[0])
        known.add(survey_id)


def _sent(connection: Connection, survey_id: SurveyId) -> Mapping[str, str] | None:
    """Return the words of the decision that closed a case; None where it is not decided."""
    row = connection.execute(_SENT, {"known": survey_id}).first()
    return None if row is None else row[0]


def _row(connection: Connection, survey_id: int) -> DraftRow | None:
    return rows.get(connection, DraftRow, survey_id)


def _put(
    connection: Connection,
    survey_id: int,
    outcome_id: str | None,
    kept: DraftFields,
    findings: tuple[str, ...],
    at: datetime,
) -> None:
    if Draft(outcome_id, last_texts(kept), findings).empty:
        discard(connection, survey_id)
        return
    values = {
        "survey_id": survey_id, "outcome_id": outcome_id, "fields": last_texts(kept), "findings": list(findings),
        "saved_at": at, "written": {name: _stored(one) for name, one in kept.items()},
    }  # fmt: skip
    connection.execute(_PUT, values)


def _kept(row: DraftRow) -> dict[str, DraftField]:
    """Return the fields of a row; words from before this was kept are nobody's, and as old as the row."""
    found = {}
    for name, text in row.fields.items():
        one = row.written.get(name, {})
        last = Version(text, one.get("by", ""), _moment(one, row.saved_at), one.get("writer", ""))
        others = (
            Version(each["text"], each["by"], _moment(each, row.saved_at), each["writer"])
            for each in one.get("others", ())
        )
        found[name] = DraftField(last, tuple(others))
    return found


def _stored(one: DraftField) -> dict[str, Any]:
    whose = _whose(one.last)
    if one.others:
        whose["others"] = [{"text": each.text, **_whose(each)} for each in one.others]
    return whose


def _whose(version: Version) -> dict[str, Any]:
    return {"by": version.by, "writer": version.writer, "at": version.at.isoformat()}


def _moment(stored: Mapping[str, Any], otherwise: datetime) -> datetime:
    return datetime.fromisoformat(stored["at"]).astimezone(UTC) if "at" in stored else otherwise


def keep_recovered_text(connection: Connection, writer: str, words: str, at: datetime) -> None:
    """Keep the text of a process's open windows when it ends, in place of what it kept before."""
    name = RECOVERED_TEXT + writer
    if words.strip():
        named_values.remember(connection, name, words, at)
    else:
        named_values.forget(connection, name)


def recovered_text(connection: Connection) -> Mapping[str, str]:
    """Return the kept texts by process, the oldest first."""
    return named_values.recall_all(connection, RECOVERED_TEXT)


def forget_recovered_text(connection: Connection, seen: Mapping[str, str]) -> None:
    """Forget the texts that somebody has seen; a text that has changed since then stays."""
    for writer, words in seen.items():
        named_values.forget(connection, RECOVERED_TEXT + writer, words)
