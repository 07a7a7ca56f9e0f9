"""A mail, sent by a server or saved as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import ComposingContext, Reach, effects_of, too_long
from csat_tui.domain.effect import Effect, Mail
from csat_tui.domain.facts import customer_name
from csat_tui.domain.formats import fill, places, render_note
from csat_tui.domain.ids import TicketId
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import TextTemplate
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Key, KeyType, Payload, Section, TemplateKind


@dataclass(frozen=True, slots=True)
class MailTemplate(TextTemplate):
    """A mail in a playbook; `to` and `subject` are texts with places. The customer may read it."""

    order: ClassVar[int] = 20
    read_by_customer: ClassVar[bool] = True

    to: str
    subject: str

    @property
    def wording_sort(self) -> str:
        """Wording rules look at it as a mail to the customer, or as a note.

        A mail to an address that the playbook itself names goes to colleagues or a carrier and not to the customer.
        """
        return "mail" if places(self.to) else "note"

    @property
    def own_texts(self) -> tuple[str, ...]:
        """Its reader and its subject."""
        return (self.to, self.subject)


@effects_of.register
def _compose(template: MailTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    body = render_note(context.playbook.formats[template.format], context.words)
    yield from too_long(body)
    to = fill(template.to, context.words).strip()
    if not is_mailbox(to):
        yield f"“{to}” is not a mail address" if to else "there is no mail address here"
    yield Mail((to,), " ".join(fill(template.subject, context.words).split()), body)


def _from_row(_ticket_id: TicketId | None, payload: Payload) -> Mail:
    readers = tuple(map(str, payload["to"]))
    return Mail(readers, str(payload["subject"]), str(payload["body"]), str(payload["html"]))


def _readers(payload: Payload) -> str:
    return ", ".join(map(str, payload.get("to", ())))


def _goes_to(payload: Payload) -> str:
    return f"to {_readers(payload)}, “{payload.get('subject', '')}”" if "to" in payload else ""


def _sentence(template: MailTemplate, case: Case, _reach: Reach) -> str:
    name = customer_name(case)
    if "customer" in template.to:
        return f"Goes to the customer{f' {name}' if name else ''} as a mail"
    return "Goes out as a mail"


KIND = EffectKind(
    name="mail",
    effect=Mail,
    to_row=lambda effect: (
        None,
        {"to": list(effect.to), "subject": effect.subject, "body": effect.body, "html": effect.html},
    ),
    from_row=_from_row,
    method=DeliveryMethod.ERRAND,
    look_at="the sent mail",
    reaches_customer=True,
    words=EffectWords(
        label="mail",
        command_line="mail, its reader sees it",
        destination=lambda _ticket_id, payload: _readers(payload),
        names_destination=True,
        heading=lambda payload: str(payload.get("subject", "")),
        goes_to=_goes_to,
    ),
    template=TemplateKind(
        template=MailTemplate,
        sections=(
            Section(
                "a mail",
                (
                    Key("mail", KeyType.FORMAT, "a mail: the id of its format", "format"),
                    Key("to", KeyType.ADDRESS, "an address, or a place such as `{customer-email}`"),
                    Key("subject", KeyType.TEXT, "the subject; it may hold places"),
                ),
                MailTemplate,
            ),
        ),
        sentence=_sentence,
        line=lambda template: f"mail “{template.format}” to {template.to}: {template.subject}",
        as_text="Mail as text",
    ),
)
