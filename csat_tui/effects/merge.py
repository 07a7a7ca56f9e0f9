"""A merge of a customer's tickets into one of them."""

from dataclasses import dataclass
from typing import Any

from csat_tui.domain.effect import Effect
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.ticket import Status
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload, status_in
from csat_tui.effects.ticket_message import ticket_of


@dataclass(frozen=True, slots=True)
class Merge(Effect):
    """Tickets whose conversation goes into another one; both sides keep an internal comment."""

    ticket_id: TicketId
    """The ticket that stays."""
    sources: tuple[TicketId, ...]
    target_comment: str
    source_comment: str
    status: Status | None = None
    assignee_id: UserId | None = None
    courtesy: str = ""
    """The internal note that tells the owner; written in the same write as status and owner, after the merge."""


def _to_row(effect: Merge) -> tuple[TicketId | None, dict[str, Any]]:
    status = None if effect.status is None else effect.status.value
    return effect.ticket_id, {
        "sources": list(effect.sources), "target_comment": effect.target_comment,
        "source_comment": effect.source_comment, "status": status, "assignee_id": effect.assignee_id,
        "body": effect.courtesy, "add_tags": [],
    }  # fmt: skip


def _from_row(ticket_id: TicketId | None, payload: Payload) -> Merge:
    owner = payload["assignee_id"]
    return Merge(
        ticket_of(ticket_id), tuple(map(TicketId, payload["sources"])), str(payload["target_comment"]),
        str(payload["source_comment"]), status_in(payload), None if owner is None else UserId(owner),
        str(payload["body"]),
    )  # fmt: skip


def _destination(ticket_id: TicketId | None, payload: Payload) -> str:
    return f"#{ticket_id} ← {' '.join(f'#{source}' for source in payload.get('sources', ()))}"


def _text(body: str, payload: Payload) -> str:
    parts = (payload.get("target_comment"), payload.get("source_comment"), body)
    return "\n\n".join(str(part) for part in parts if part)


KIND = EffectKind(
    name="merge",
    effect=Merge,
    to_row=_to_row,
    from_row=_from_row,
    method=DeliveryMethod.TICKET_MERGE,
    words=EffectWords(
        label="merge",
        command_line="merge of tickets",
        onto="into",
        destination=_destination,
        text=_text,
        goes_to=lambda payload: ", ".join(f"#{source}" for source in payload.get("sources") or ()),
    ),
)
