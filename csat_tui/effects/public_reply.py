"""A public reply: a message to the customer on a ticket, with what the same write does to status and tags."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import ComposingContext, Reach, effects_of
from csat_tui.domain.effect import Effect, TicketMessage
from csat_tui.domain.facts import customer_name
from csat_tui.domain.ids import TicketId
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
class PublicReply(TicketMessage):
    """A message to the customer."""

    noun: ClassVar[str] = "reply"
    read_by_customer: ClassVar[bool] = True

    def answers(self, address: str) -> bool:  # noqa: ARG002
        """It answers the customer, whatever their mail address is."""
        return True


@dataclass(frozen=True, slots=True)
class ReplyTemplate(TicketTemplate):
    """A public reply in a playbook."""

    order: ClassVar[int] = 10
    noun: ClassVar[str] = "reply"
    read_by_customer: ClassVar[bool] = True


@effects_of.register
def _compose(template: ReplyTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    return ticket_message.compose_message(template, context, PublicReply)


def _from_row(ticket_id: TicketId | None, payload: Payload) -> PublicReply:
    return PublicReply(
        ticket_message.ticket_of(ticket_id), str(payload["body"]), status_in(payload), tuple(payload["add_tags"])
    )


def _sentence(template: ReplyTemplate, case: Case, _reach: Reach) -> str:
    name = customer_name(case)
    ticket, changes = ticket_message.ticket_words(case, template), ticket_message.change_words(template)
    return f"Goes to the customer{f' {name}' if name else ''} on {ticket} as a public reply{changes}"


KIND = EffectKind(
    name="reply",
    effect=PublicReply,
    to_row=ticket_message.to_row,
    from_row=_from_row,
    method=DeliveryMethod.TICKET_WRITE,
    public=True,
    leaves_message=True,
    reaches_customer=True,
    words=EffectWords(label="public reply", in_list="reply", command_line="public reply, the customer sees it"),
    template=TemplateKind(
        template=ReplyTemplate,
        sections=(
            Section(
                "a public reply",
                (Key("reply", KeyType.FORMAT, "a public reply: the id of its format", "format"), *ON_A_TICKET),
                ReplyTemplate,
            ),
        ),
        sentence=_sentence,
        line=lambda template: ticket_message.playbook_line("public reply", template),
        as_text="Reply as text",
    ),
)
