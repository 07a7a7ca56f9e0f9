"""From an outcome's templates to effects: every text filled, every place of delivery found, or what is in the way."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from csat_tui.domain.asking import met
from csat_tui.domain.case import Case
from csat_tui.domain.effect import Effect, TicketMessage
from csat_tui.domain.formats import PLACE, fill, places
from csat_tui.domain.playbook import EffectTemplate, Outcome, Playbook

BODY_LIMIT = 60_000
"""Characters (and bytes, whichever is more) of one note; help desks cut at 64 kB without a word."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is configured here beside the help desk, by name: web forms to fill in, channels to ask in."""

    forms: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


NOWHERE = Reach()
"""A place where nothing is configured beside the help desk."""


def wanted_places(outcome: Outcome, playbook: Playbook) -> frozenset[str]:
    """Return every place in the texts of an outcome's effects: what need not be known is not looked up."""
    texts = [text for template in outcome.effects for text in template.texts(playbook.formats)]
    return frozenset(place for text in texts for place in places(text))


@dataclass(frozen=True, slots=True)
class ComposingContext:
    """What an effect is composed from; `words` are the facts and what was typed, by the names of places."""

    case: Case
    words: Mapping[str, str]
    playbook: Playbook
    reach: Reach


@dataclass(frozen=True, slots=True)
class ComposedEffect:
    """An effect, and the template that it was made from."""

    effect: Effect
    template: EffectTemplate


@singledispatch
def effects_of(template: EffectTemplate, context: ComposingContext) -> Iterator[Effect | str]:  # noqa: ARG001
    """Yield what one template comes to: effects, or sentences that say why it cannot be delivered.

    Each kind of effect registers how its own template is composed.
    """
    raise TypeError(f"no kind of effect is registered for {type(template).__name__}")


def compose(
    case: Case, outcome: Outcome, words: Mapping[str, str], findings: Sequence[str], playbook: Playbook, reach: Reach
) -> tuple[tuple[ComposedEffect, ...], tuple[str, ...]]:
    """Return an outcome's effects in the order in which they are delivered, and a sentence for each that cannot be.

    `words` are the facts and what was typed, by the names of places.
    """
    context = ComposingContext(case, words, playbook, reach)
    composed: list[ComposedEffect] = []
    hindrances: list[str] = []
    for template in sorted(outcome.effects, key=lambda one: one.order):
        if not applies(case, template, findings, playbook):
            continue
        for made in effects_of(template, context):
            if isinstance(made, str):
                hindrances.append(made)
            else:
                composed.append(ComposedEffect(made, template))
    return _as_the_reply_leaves_it(composed), tuple(hindrances)


def _as_the_reply_leaves_it(composed: Sequence[ComposedEffect]) -> tuple[ComposedEffect, ...]:
    """Let a ticket keep the status that a reply sets on it: the conversation with the customer goes on there."""
    messages = [one.effect for one in composed if isinstance(one.effect, TicketMessage)]
    replied = {one.ticket_id for one in messages if one.read_by_customer and one.status is not None}
    kept = []
    for one in composed:
        effect = one.effect
        if isinstance(effect, TicketMessage) and not effect.read_by_customer and effect.ticket_id in replied:
            kept.append(replace(one, effect=replace(effect, status=None)))
        else:
            kept.append(one)
    return tuple(kept)


def applies(case: Case, template: EffectTemplate, findings: Sequence[str], playbook: Playbook) -> bool:
    """Tell whether an effect comes about with these answers and findings."""
    if template.finding_group:
        picked = (playbook.findings[name] for name in findings if name in playbook.findings)
        if not any(finding.group == template.finding_group for finding in picked):
            return False
    return met(case, template.when)


def too_long(body: str) -> Iterator[str]:
    """Yield a sentence where a text is longer than a help desk takes."""
    if len(body.encode("utf-8", "replace")) > BODY_LIMIT:
        yield f"the text is longer than {BODY_LIMIT:,} bytes, which the help desk would cut off"


def tags_of(tags: Sequence[str], words: Mapping[str, str]) -> Iterator[str]:
    """Yield tags with their places filled and made fit for a tag: no capitals, no spaces, no commas."""
    for tag in tags:
        if not PLACE.search(tag):
            yield tag
        elif made := re.sub(r"[^\w/-]+", "-", fill(tag, words).casefold()).strip("-"):
            yield made


def filled_cells(cells: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Return cells with their places filled."""
    return {heading: fill(text, words) for heading, text in cells.items()}
