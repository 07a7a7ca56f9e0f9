"""A question to a channel of colleagues; the case waits for its answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.composing import ComposingContext, effects_of, too_long
from csat_tui.domain.effect import Effect
from csat_tui.domain.formats import render_note
from csat_tui.domain.playbook import TextTemplate
from csat_tui.domain.safe_text import without_mentions
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Key, KeyType, Section, TemplateKind


@dataclass(frozen=True, slots=True)
class Question(Effect):
    """A question to a channel of colleagues."""

    noun: ClassVar[str] = "question"

    channel: str
    text: str

    @property
    def written(self) -> str | None:
        """The question."""
        return self.text


@dataclass(frozen=True, slots=True)
class QuestionTemplate(TextTemplate):
    """A question in a playbook, to a channel that a configured notifier carries."""

    order: ClassVar[int] = 60

    channel: str


@effects_of.register
def _compose(template: QuestionTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    harmless = {name: without_mentions(text) for name, text in context.words.items()}
    text = render_note(context.playbook.formats[template.format], harmless)
    yield from too_long(text)
    if template.channel not in context.reach.channels:
        yield (
            f"no channel “{template.channel}” is configured to ask in; name it in config.toml, or ask a"
            " colleague and choose another outcome"
        )
    yield Question(template.channel, text)


def _with_one_sign(channel: str) -> str:
    return f"#{channel.lstrip('#')}"


KIND = EffectKind(
    name="question",
    effect=Question,
    to_row=lambda effect: (None, {"channel": effect.channel, "body": effect.text}),
    from_row=lambda _ticket_id, payload: Question(str(payload["channel"]), str(payload["body"])),
    method=DeliveryMethod.ERRAND,
    look_at="the channel",
    words=EffectWords(
        label="question to a channel",
        in_list="question",
        command_line="question to a channel",
        destination=lambda _ticket_id, payload: _with_one_sign(str(payload.get("channel", ""))),
        names_destination=True,
        goes_to=lambda payload: str(payload.get("channel") or ""),
    ),
    template=TemplateKind(
        template=QuestionTemplate,
        sections=(
            Section(
                "a question to a channel",
                (
                    Key("question", KeyType.FORMAT, "a question to colleagues: the id of its format", "format"),
                    Key("channel", KeyType.IDENTIFIER, "the channel, as config.toml names it"),
                ),
                QuestionTemplate,
            ),
        ),
        sentence=lambda template, _case, _reach: f"question to {_with_one_sign(template.channel)}",
        line=lambda template: f"question “{template.format}” to {template.channel}",
        as_text="Question as text",
    ),
)
