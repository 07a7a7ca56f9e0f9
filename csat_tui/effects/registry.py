"""The kinds of effects: one row each. Everything that stores, carries or shows an effect asks here."""

from collections.abc import Mapping
from typing import Any

from csat_tui.domain.effect import Effect
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import EffectTemplate
from csat_tui.effects import (
    channel_question,
    escalation,
    form_entry,
    mail,
    merge,
    private_note,
    public_reply,
    record,
    recovery_note,
    review_note,
    told_finding,
    tracker_row,
)
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload, Section, TemplateKind, missing_parts

_KINDS: dict[str, EffectKind[Any]] = {}
_BY_EFFECT: dict[type[Effect], EffectKind[Any]] = {}
_BY_TEMPLATE: dict[type[EffectTemplate], TemplateKind[Any]] = {}


def register(kind: EffectKind[Any]) -> None:
    """Take a kind into the registry; ValueError with a sentence for each part that its declaration lacks."""
    if missing := missing_parts(kind, _KINDS):
        raise ValueError("; ".join(missing))
    _KINDS[kind.name] = kind
    _BY_EFFECT[kind.effect] = kind
    if kind.template is not None:
        _BY_TEMPLATE[kind.template.template] = kind.template


def remove(kind: EffectKind[Any]) -> None:
    """Take a kind out again, as tests do with a pretended one."""
    del _KINDS[kind.name], _BY_EFFECT[kind.effect]
    if kind.template is not None:
        del _BY_TEMPLATE[kind.template.template]


for _one in (
    private_note.KIND,
    public_reply.KIND,
    tracker_row.KIND,
    record.KIND,
    form_entry.KIND,
    channel_question.KIND,
    mail.KIND,
    merge.KIND,
    review_note.KIND,
    told_finding.KIND,
    recovery_note.KIND,
    escalation.KIND,
):
    register(_one)


def kinds() -> Mapping[str, EffectKind[Any]]:
    """Return every kind by its name."""
    return _KINDS


def kind_named(name: str) -> EffectKind[Any]:
    """Return the kind of a row; a name that no kind has, as a damaged disk makes, gives one that only has that name."""
    return _KINDS.get(name) or EffectKind(
        name=name,
        effect=Effect,
        to_row=_refuse_to_write,
        from_row=_refuse_to_read,
        method=DeliveryMethod.TICKET_WRITE,
        words=EffectWords(label=name, command_line=name),
    )


def kind_of(effect: Effect) -> EffectKind[Any]:
    """Return the kind of an effect."""
    return _BY_EFFECT[type(effect)]


def template_kind(template: EffectTemplate) -> TemplateKind[Any]:
    """Return what is declared for a template."""
    return _BY_TEMPLATE[type(template)]


def sections() -> dict[str, Section]:
    """Return how a playbook can write effects, by the key that names each."""
    return {one.key: one for declared in _BY_TEMPLATE.values() for one in declared.sections}


def kinds_delivered_by(*methods: DeliveryMethod) -> tuple[str, ...]:
    """Return the names of the kinds that are carried in any of these ways."""
    return tuple(kind.name for kind in _KINDS.values() if kind.method in methods)


def not_waited_for() -> tuple[str, ...]:
    """Return the names of the kinds that no later effect of a decision waits for."""
    return tuple(kind.name for kind in _KINDS.values() if not kind.holds_back)


def _refuse_to_write(effect: Effect) -> tuple[TicketId | None, dict[str, Any]]:
    raise ValueError(f"no kind of effect is registered for {type(effect).__name__}")


def _refuse_to_read(_ticket_id: TicketId | None, _payload: Payload) -> Effect:
    raise ValueError("no kind of effect has this name")
