"""A private note: an internal message on a ticket, with what the same write does to status, tags and owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import ComposingContext, Reach, effects_of
from csat_tui.domain.effect import Effect, TicketMessage
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.playbook import TicketTemplate
from csat_tui.effects import ticket_message
from csat_tui.effects.kind import (
    ON_A_TICKET,
    DeliveryMethod,
    EffectKind,
    EffectWords,
    Key,
    KeyType,
    Payload,
    Section,
    TemplateKind,
    status_in,
)


@dataclass(frozen=True, slots=True)
class PrivateNote(TicketMessage):
    """An internal note; the customer never sees it. `assignee_id` is a new owner."""

    noun: ClassVar[str] = "note"

    assignee_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class NoteTemplate(TicketTemplate):
    """A private note in a playbook."""

    order: ClassVar[int] = 30
    noun: ClassVar[str] = "note"
    stands_in: ClassVar[bool] = True


@effects_of.register
def _compose(template: NoteTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    return ticket_message.compose_message(template, context, PrivateNote)


def _to_row(effect: PrivateNote) -> tuple[TicketId | None, dict[str, Any]]:
    ticket_id, payload = ticket_message.to_row(effect)
    return ticket_id, payload if effect.assignee_id is None else payload | {"assignee_id": effect.assignee_id}


def _from_row(ticket_id: TicketId | None, payload: Payload) -> PrivateNote:
    owner = payload.get("assignee_id")
    return PrivateNote(
        ticket_message.ticket_of(ticket_id), str(payload["body"]), status_in(payload), tuple(payload["add_tags"]),
        None if owner is None else UserId(owner),
    )  # fmt: skip


def _sentence(template: NoteTemplate, case: Case, _reach: Reach) -> str:
    changes = ticket_message.change_words(template)
    return f"goes to {ticket_message.ticket_words(case, template)} as a private note{changes}"


KIND = EffectKind(
    name="note",
    effect=PrivateNote,
    to_row=_to_row,
    from_row=_from_row,
    method=DeliveryMethod.TICKET_WRITE,
    leaves_message=True,
    words=EffectWords(label="private note", in_list="note", command_line="private note"),
    template=TemplateKind(
        template=NoteTemplate,
        sections=(
            Section(
                "a private note",
                (Key("note", KeyType.FORMAT, "a private note: the id of its format", "format"), *ON_A_TICKET),
                NoteTemplate,
            ),
        ),
        sentence=_sentence,
        line=lambda template: ticket_message.playbook_line("private note", template),
        as_text="Private note as text",
    ),
)
