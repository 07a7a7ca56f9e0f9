"""One effect in the outbox, as everything that carries or shows it reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text

from csat_tui.domain.change import TicketChange, TicketMerge
from csat_tui.domain.conflict import Seen
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId, UserId
from csat_tui.domain.outbox import State
from csat_tui.domain.ticket import Status
from csat_tui.store.payloads import ERRANDS, status_set
from csat_tui.store.seen import read_seen, read_sources

UNSETTLED = text("outbox.state NOT IN ('confirmed', 'withdrawn')")
"""The condition of the index of unsettled effects, in its own words: finding them costs nothing at any history."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One effect in the outbox.

    `body` is the note's or reply's text, `cells` a tracker row's; `base` the stamp under which it is written;
    `read_from` the moment from which a read-back must look; `seen` the ticket as the person saw it when deciding;
    `agent_id` whose credential was in use then, None where that was not known.
    """

    id: int
    decision_id: DecisionId
    survey_id: SurveyId
    position: int
    kind: str
    op_id: OpId
    ticket_id: TicketId | None
    body: str
    cells: Mapping[str, str]
    status: Status | None
    add_tags: tuple[str, ...]
    base: datetime | None
    tags: tuple[str, ...] | None
    state: State
    not_before: datetime
    read_from: datetime | None
    attempt: int
    reason: str
    reference: str
    landed_at: datetime | None
    changed_at: datetime
    seen: Seen | None = None
    agent_id: UserId | None = None
    seen_sources: Mapping[TicketId, Seen] = field(default_factory=dict)
    """A merge's sources as the person saw them."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """The whole payload, for what only one kind of effect has: a mail's subject, a form's name, a merge's tickets."""

    @property
    def public(self) -> bool:
        """Whether the customer sees it."""
        return self.kind == "reply"

    @property
    def asks(self) -> bool:
        """Whether the person is asked before it goes once more after its answer was lost."""
        return self.public or self.kind in ERRANDS

    @property
    def text(self) -> str:
        """What it says, as a person reads it: its words, or its cells line by line."""
        return self.body or "\n".join(f"{heading}: {cell}" for heading, cell in self.cells.items())

    def change(self) -> TicketChange:
        """Return it as the one write that it is at the help desk."""
        if self.ticket_id is None:
            raise ValueError(f"effect {self.id} is not a write to a ticket")
        return TicketChange(
            self.op_id, self.ticket_id, self.base, self.body, self.public, self.status, self.tags,
            self.details.get("assignee_id"),
        )  # fmt: skip

    def merge(self) -> TicketMerge:
        """Return it as the merge that it is at the help desk."""
        if self.ticket_id is None or self.kind != "merge":
            raise ValueError(f"effect {self.id} is not a merge")
        said = [str(self.details.get(key, "")) for key in ("target_comment", "source_comment")]
        return TicketMerge(self.op_id, self.ticket_id, self.sources, *said)

    @property
    def sources(self) -> tuple[TicketId, ...]:
        """The tickets that a merge puts into its own; nothing for any other effect."""
        return tuple(TicketId(number) for number in self.details.get("sources") or ())


def read_item(row: Any) -> OutboxItem:
    """Read a row; what a damaged payload lacks is left empty, for `intact` tells and nothing of it is sent."""
    payload = row["payload"]
    add_tags, cells = payload.get("add_tags"), payload.get("cells")
    return OutboxItem(
        id=row["id"], decision_id=DecisionId(row["decision_id"]), survey_id=SurveyId(row["survey_id"]),
        position=row["position"], kind=row["kind"], op_id=OpId(row["op_id"]),
        ticket_id=None if row["ticket_id"] is None else TicketId(row["ticket_id"]),
        body=str(payload.get("body", "")), cells=cells if isinstance(cells, dict) else {},
        status=status_set(payload),
        add_tags=tuple(add_tags) if isinstance(add_tags, list) else (), base=row["base"],
        tags=None if row["tags"] is None else tuple(row["tags"]), state=State(row["state"]),
        not_before=row["not_before"], read_from=row["read_from"], attempt=row["attempt"], reason=row["reason"],
        reference=row["reference"], landed_at=row["landed_at"], changed_at=row["changed_at"],
        seen=read_seen(row["seen"]), seen_sources=read_sources(row["seen"]),
        agent_id=None if row["agent_id"] is None else UserId(row["agent_id"]),
        details=payload,
    )  # fmt: skip
