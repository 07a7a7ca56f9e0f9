"""A merge of a customer's tickets into one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from csat_tui.domain.effect import Effect
from csat_tui.domain.formats import fill
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merge_plan import MergePlan, status_word
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Author, Status
from csat_tui.domain.ticket_comparison import Conversation
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload, status_in
from csat_tui.effects.private_note import PrivateNote
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


QUOTED = 2_000
"""Characters of a merged ticket's last words of the customer that the comment repeats."""


def merge_effects(
    plan: MergePlan, conversations: Sequence[Conversation], playbook: Playbook, by: str
) -> tuple[Effect, ...]:
    """Return what a merge does, in order: the merge itself, then status, owner and courtesy note in one write."""
    merging = Merge(
        ticket_id=plan.stays.id,
        sources=tuple(ticket.id for ticket in plan.goes),
        target_comment=_target_comment(plan, conversations, by),
        source_comment=f"This ticket was merged into #{plan.stays.id} by {by or 'csat-tui'}; it goes on there.",
    )
    if plan.status is None and plan.assign is None and not plan.notify_owner:
        return (merging,)
    words = _courtesy(plan, playbook, by) if plan.notify_owner else _afterwards(plan, playbook, by)
    return (merging, PrivateNote(plan.stays.id, words, plan.status, assignee_id=plan.assign))


def _target_comment(plan: MergePlan, conversations: Sequence[Conversation], by: str) -> str:
    """Say what came here and from where, with the customer's last words of each, so that all is answered here."""
    gone = ", ".join(f"#{ticket.id}" for ticket in plan.goes)
    parts = [f"{gone} went into this ticket, merged by {by or 'csat-tui'}."]
    for ticket in plan.goes:
        messages = next((one.messages for one in conversations if one.ticket.id == ticket.id), ())
        words = [one.body for one in messages if one.public and one.author is Author.CUSTOMER] or [ticket.description]
        last = words[-1].strip()
        cut = f"{last[:QUOTED]}… (the rest is on #{ticket.id})" if len(last) > QUOTED else last
        parts.append(
            f"#{ticket.id} “{ticket.subject.strip()}”, last from the customer:\n{cut}" if cut else f"#{ticket.id}"
        )
    return "\n\n".join(parts)


def _courtesy(plan: MergePlan, playbook: Playbook, by: str) -> str:
    """Return the note to the owner, so that a ticket that was merged wrongly is not missed."""
    words = playbook.merging.courtesy if playbook.merging is not None else ""
    gone = ", ".join(f"#{ticket.id}" for ticket in plan.goes)
    places = {
        "owner": plan.stays.assignee_name, "merged": gone, "ticket": str(plan.stays.id), "by": by,
        "status": status_word(plan.status or plan.stays.status, playbook),
    }  # fmt: skip
    return fill(words or DEFAULT_COURTESY, places)


def _afterwards(plan: MergePlan, playbook: Playbook, by: str) -> str:
    """Return what is noted where nobody has to be told: a write without words would leave no trace to be known by."""
    gone = ", ".join(f"#{ticket.id}" for ticket in plan.goes)
    changed = [f"it is “{status_word(plan.status, playbook)}” now"] if plan.status is not None else []
    changed += [f"it is {by or 'the merging agent'}'s now"] if plan.assign is not None else []
    return f"After {gone} came here: {' and '.join(changed)}."


DEFAULT_COURTESY = (
    "{owner}, {merged} was merged into this ticket of yours by {by}. Please look whether it belongs here."
)
"""The courtesy note of a playbook that words none."""
