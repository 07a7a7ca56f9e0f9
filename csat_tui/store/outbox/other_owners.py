"""Effects of other people: what one person decided is never sent under another person's credential."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import col

from csat_tui.domain.ids import UserId
from csat_tui.domain.ticket import Agent
from csat_tui.store.memory import recall, remember
from csat_tui.store.outbox.items import UNSETTLED
from csat_tui.store.tables import DecisionRow, OutboxRow

_OTHERS = (
    select(func.count(), func.max(col(DecisionRow.decided_by)))
    .select_from(OutboxRow)
    .join(DecisionRow, col(DecisionRow.id) == col(OutboxRow.decision_id))
    .where(UNSETTLED, func.coalesce(col(OutboxRow.agent_id), 0) != bindparam("me"))
)


@dataclass(frozen=True, slots=True)
class OtherOwners:
    """How many effects wait for another person's credential, and the name of one of these people."""

    effects: int
    name: str


def introduce(connection: Connection, agent: Agent, at: datetime) -> None:
    """Take it that from now on decisions are this person's.

    What was decided before anybody was known by number is theirs too, unless another name was known.
    """
    known = recall(connection, "agent_id")
    if known == str(agent.id):
        return
    if not known and recall(connection, "agent") in ("", agent.name):
        connection.execute(
            update(OutboxRow).where(UNSETTLED, col(OutboxRow.agent_id).is_(None)).values(agent_id=agent.id)
        )
    remember(connection, "agent_id", str(agent.id), at)


def other_owners(connection: Connection, agent_id: UserId) -> OtherOwners | None:
    """Return the effects that another person decided; None if there are none."""
    row = connection.execute(_OTHERS, {"me": agent_id}).one()
    return OtherOwners(int(row[0]), str(row[1])) if row[0] else None
