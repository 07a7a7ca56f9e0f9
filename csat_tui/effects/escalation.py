"""An escalation on its way: somebody hears that a customer was not contacted, by mail, text message or in a channel."""

from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.business_hours import length
from csat_tui.domain.effect import Effect, Mail
from csat_tui.domain.escalation import EscalatedBy, EscalationStep
from csat_tui.domain.safe_text import visible_line, without_mentions
from csat_tui.domain.survey import Survey
from csat_tui.effects.channel_question import Question
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload


@dataclass(frozen=True, slots=True)
class Escalation(Effect):
    """A step of escalation to one mail's readers, or to one channel; no decision of a person, and the customer's never.

    `text` is all that is said: a text message and a channel have only a line.
    """

    noun: ClassVar[str] = "escalation"

    step: str
    by: EscalatedBy
    to: tuple[str, ...]
    subject: str
    text: str

    @property
    def written(self) -> str | None:
        """What is read."""
        return self.text

    @property
    def errand(self) -> Mail | Question:
        """The message that a target takes for it."""
        if self.by is EscalatedBy.MAIL:
            return Mail(self.to, self.subject, self.text)
        return Question(self.to[0], self.text)


MOST_LINES = 40
"""Lines of a customer's comment in a mail; the ticket has the rest."""


def escalation(
    step: EscalationStep, readers: tuple[str, ...], survey: Survey, clock_words: str, link: str
) -> Escalation:
    """Return what a step says of a case; the customer's name and words are only in a mail, and call nobody."""
    number = survey.source_ticket_id or survey.survey_ticket_id
    which = f"ticket #{number}" if number else "a survey without a ticket number"
    rated = "" if survey.rating is None else f", rated {survey.rating:g}"
    subject = visible_line(f"Not contacted for {length(step.after)}: {which}{rated}")
    if step.by is not EscalatedBy.MAIL:
        return Escalation(step.id, step.by, readers, subject, without_mentions(subject))
    lines = [
        f"The customer of {which}{rated} has not been contacted for {length(step.after)}.",
        f"Contact: {clock_words}." if clock_words else "",
        visible_line(f"Customer: {survey.customer}") if survey.customer else "",
        visible_line(f"Agent: {survey.agent}") if survey.agent else "",
        link,
    ]
    quoted = "\n".join(f"> {line}" for line in survey.comment.strip().splitlines()[:MOST_LINES])
    body = "\n".join(line for line in lines if line)
    return Escalation(step.id, step.by, readers, subject, f"{body}\n\n{quoted}" if quoted else body)


def _readers(payload: Payload) -> str:
    return ", ".join(map(str, payload.get("to", ())))


def _from_row(_ticket_id: object, payload: Payload) -> Escalation:
    return Escalation(
        str(payload["step"]), EscalatedBy(payload["by"]), tuple(map(str, payload["to"])), str(payload["subject"]),
        str(payload["body"]),
    )  # fmt: skip


KIND = EffectKind(
    name="escalation",
    effect=Escalation,
    to_row=lambda effect: (
        None,
        {
            "step": effect.step,
            "by": effect.by.value,
            "to": list(effect.to),
            "subject": effect.subject,
            "body": effect.text,
        },
    ),
    from_row=_from_row,
    method=DeliveryMethod.ERRAND,
    look_at="the sent mail, the phone or the channel",
    words=EffectWords(
        label="escalation",
        command_line="escalation, colleagues see it",
        destination=lambda _ticket_id, payload: _readers(payload),
        names_destination=True,
        heading=lambda payload: str(payload.get("subject", "")),
        goes_to=lambda payload: f"to {_readers(payload)} by {payload.get('by', '')}" if "to" in payload else "",
    ),
)
