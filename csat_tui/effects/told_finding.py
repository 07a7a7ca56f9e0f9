"""A finding that is told to one of its addressees, by mail or in a channel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.addressee import AddressedBy
from csat_tui.domain.composing import ComposingContext, effects_of, too_long
from csat_tui.domain.effect import Effect, Mail
from csat_tui.domain.formats import fill
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import EffectTemplate, Field
from csat_tui.domain.safe_text import without_mentions
from csat_tui.domain.told_findings import ToldFinding, finding_text, told_findings
from csat_tui.effects.channel_question import Question
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Key, KeyType, Payload, Section, TemplateKind


@dataclass(frozen=True, slots=True)
class FindingMessage(Effect):
    """A finding on its way to an addressee; `address` is a mail address, or the name of a channel."""

    noun: ClassVar[str] = "finding"

    addressee: str
    by: AddressedBy
    address: str
    subject: str
    text: str

    @property
    def written(self) -> str | None:
        """What the addressee reads."""
        return self.text

    @property
    def errand(self) -> Mail | Question:
        """The message that a target takes for it."""
        if self.by is AddressedBy.MAIL:
            return Mail((self.address,), self.subject, self.text)
        return Question(self.address, f"{self.subject}\n{self.text}")


@dataclass(frozen=True, slots=True)
class FindingTemplate(EffectTemplate):
    """The findings of a decision, each to its addressees: `subject` may have places, `with_fields` go along."""

    order: ClassVar[int] = 55
    tells_findings: ClassVar[bool] = True

    subject: str
    with_fields: tuple[Field, ...] = ()

    @property
    def own_texts(self) -> tuple[str, ...]:
        """Its subject, and the places of the fields that go along."""
        return (self.subject, *(f"{{{field.id}}}" for field in self.with_fields))


@effects_of.register
def _compose(template: FindingTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    for told in told_findings(context.findings, context.words, context.playbook):
        made = _message(template, told, context)
        yield from too_long(made.text)
        if made.by is AddressedBy.CHANNEL and made.address not in context.reach.channels:
            yield (
                f"“{told.finding.label}” goes to {told.addressee.shown}, and no channel “{made.address}” is configured;"
                " name it in config.toml, or another address in the playbook"
            )
        elif made.by is AddressedBy.MAIL and not is_mailbox(made.address):
            yield f"“{told.finding.label}” goes to {told.addressee.label}, and “{made.address}” is not a mail address"
        yield made


def _message(template: FindingTemplate, told: ToldFinding, context: ComposingContext) -> FindingMessage:
    """Return a finding for one addressee; in a channel its words call nobody."""
    case, finding, whom = context.case, told.finding, told.addressee
    number = case.survey.source_ticket_id or case.survey.survey_ticket_id
    ticket = "" if number is None else f"#{number} {context.reach.ticket_link(number)}".strip()
    words = {**context.words, "findings": finding.label}
    if whom.by is AddressedBy.CHANNEL:
        words = {name: without_mentions(text) for name, text in words.items()}
    subject = " ".join(fill(template.subject, words).split())
    text = finding_text(finding, template.with_fields, words, ticket, words.get("by", ""))
    return FindingMessage(whom.label, whom.by, whom.address, subject, text)


def _address(payload: Payload) -> str:
    address = str(payload.get("address", ""))
    return f"#{address}" if payload.get("by") == AddressedBy.CHANNEL and address else address


def _destination(payload: Payload) -> str:
    whom, address = str(payload.get("addressee", "")), _address(payload)
    return f"{whom} ({address})" if whom and whom != address else address


KIND = EffectKind(
    name="finding",
    effect=FindingMessage,
    to_row=lambda effect: (
        None,
        {
            "addressee": effect.addressee,
            "by": effect.by.value,
            "address": effect.address,
            "subject": effect.subject,
            "body": effect.text,
        },
    ),
    from_row=lambda _ticket_id, payload: FindingMessage(
        str(payload["addressee"]),
        AddressedBy(payload["by"]),
        str(payload["address"]),
        str(payload["subject"]),
        str(payload["body"]),
    ),
    method=DeliveryMethod.ERRAND,
    look_at="the sent mail, or the channel",
    holds_back=False,
    words=EffectWords(
        label="finding",
        command_line="finding, its addressee sees it",
        destination=lambda _ticket_id, payload: _destination(payload),
        names_destination=True,
        heading=lambda payload: str(payload.get("subject", "")),
        goes_to=lambda payload: f"to {_destination(payload)}" if payload.get("address") else "",
    ),
    template=TemplateKind(
        template=FindingTemplate,
        sections=(
            Section(
                "the findings, each to its addressees",
                (
                    Key("tell_findings", KeyType.TEXT, "the subject; `{findings}` is the finding", "subject"),
                    Key("with", KeyType.FIELDS, "optional: fields of the outcome that go along", "with_fields"),
                ),
                FindingTemplate,
            ),
        ),
        sentence=lambda _template, _case, _reach: "tells each finding to its addressees",
        line=lambda template: f"each finding to its addressees: {template.subject}",
    ),
)
