"""Shifts as they are kept: their span, the parts of their recap that were edited, and what became of its mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId
from csat_tui.domain.shift import RecapState, Shift
from csat_tui.store.tables import ShiftRow


def current(connection: Connection, agent: str) -> Shift | None:
    """Return the agent's shift that has not ended, the latest of them; None where there is none."""
    row = connection.execute(
        select(ShiftRow)
        .where(col(ShiftRow.agent) == agent, col(ShiftRow.ended_at).is_(None))
        .order_by(col(ShiftRow.id).desc())
        .limit(1)
    )
    return _first(row)


def shift(connection: Connection, shift_id: int) -> Shift | None:
    """Return one shift, or None."""
    return _first(connection.execute(select(ShiftRow).where(col(ShiftRow.id) == shift_id)))


def ended(connection: Connection, agent: str, before: datetime, limit: int) -> tuple[Shift, ...]:
    """Return the agent's latest completed shifts that began before a moment, the latest first."""
    rows = connection.execute(
        select(ShiftRow)
        .where(col(ShiftRow.agent) == agent, col(ShiftRow.ended_at).is_not(None), col(ShiftRow.started_at) < before)
        .order_by(col(ShiftRow.started_at).desc())
        .limit(limit)
    )
    return tuple(_read(row) for row in rows.mappings())


def begin(connection: Connection, agent: str, name: str, at: datetime) -> int:
    """Begin a shift; returns its number."""
    result = connection.execute(
        insert(ShiftRow),
        {
            "agent": agent, "name": name, "started_at": at, "ended_at": None, "texts": {},
            "recap_state": RecapState.NONE.value, "recap_op_id": "", "recap_mail": None, "recap_reason": "",
            "recap_tried_at": None, "recap_sent_at": None,
        },
    )  # fmt: skip
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def put_text(connection: Connection, shift_id: int, section: str, text: str | None) -> None:
    """Keep a part of the recap as edited; None takes the fresh prefill again."""
    found = shift(connection, shift_id)
    if found is None:
        return
    texts = {name: words for name, words in found.texts.items() if name != section}
    if text is not None:
        texts[section] = text
    _change(connection, shift_id, texts=texts)


def rename(connection: Connection, shift_id: int, name: str) -> None:
    """Call a shift by another name."""
    _change(connection, shift_id, name=name)


def restart(connection: Connection, shift_id: int, name: str, at: datetime) -> None:
    """Let a shift in which nothing was done begin at another moment."""
    _change(connection, shift_id, name=name, started_at=at)


def end(connection: Connection, shift_id: int, at: datetime) -> None:
    """Note that a shift is complete."""
    _change(connection, shift_id, ended_at=at)


def claim_recap(connection: Connection, shift_id: int, op_id: OpId, mail: Mail, at: datetime) -> None:
    """Note, before a byte leaves, what is given to the mailer and under which id."""
    kept = {"to": list(mail.to), "subject": mail.subject, "body": mail.body, "html": mail.html}
    _change(
        connection, shift_id, recap_state=RecapState.SENDING.value, recap_op_id=op_id, recap_mail=kept,
        recap_tried_at=at, recap_reason="",
    )  # fmt: skip


def recap_is(connection: Connection, shift_id: int, state: RecapState, reason: str, at: datetime) -> None:
    """Note what became of the recap mail."""
    values: dict[str, Any] = {"recap_state": state.value, "recap_reason": reason}
    if state is RecapState.SENT:
        values["recap_sent_at"] = at
    _change(connection, shift_id, **values)


def _change(connection: Connection, shift_id: int, **values: Any) -> None:
    connection.execute(update(ShiftRow).where(col(ShiftRow.id) == shift_id).values(**values))


def _first(rows: Any) -> Shift | None:
    row = rows.mappings().first()
    return None if row is None else _read(row)


def _read(row: Any) -> Shift:
    kept = row["recap_mail"]
    mail = None
    if isinstance(kept, dict):
        mail = Mail(tuple(kept.get("to", ())), kept.get("subject", ""), kept.get("body", ""), kept.get("html", ""))
    return Shift(
        id=row["id"], agent=row["agent"], name=row["name"], started_at=row["started_at"], ended_at=row["ended_at"],
        texts=row["texts"], recap=RecapState(row["recap_state"]),
        recap_op_id=OpId(row["recap_op_id"]) if row["recap_op_id"] else None, recap_mail=mail,
        recap_reason=row["recap_reason"], recap_tried_at=row["recap_tried_at"], recap_sent_at=row["recap_sent_at"],
    )  # fmt: skip
