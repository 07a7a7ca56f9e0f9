"""From an outcome's templates to effects: every text filled, every place of delivery found, or what is in the way."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from csat_tui.domain.asking import met
from csat_tui.domain.case import Case
from csat_tui.domain.effect import Effect, FormEntry, Mail, PrivateNote, PublicReply, Question, Record, TrackerRow
from csat_tui.domain.formats import PLACE, fill, places, render
from csat_tui.domain.landing import landing, no_ticket, stands_in
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.mentions import unaddressed
from csat_tui.domain.playbook import (
    EffectTemplate,
    MailTemplate,
    NoteTemplate,
    Outcome,
    Playbook,
    QuestionTemplate,
    RecordTemplate,
    ReplyTemplate,
    TrackerTemplate,
)

BODY_LIMIT = 60_000
"""Characters (and bytes, whichever is more) of one note; help desks cut at 64 kB without a word (zendesk.md)."""

_ORDER = (ReplyTemplate, MailTemplate, NoteTemplate, TrackerTemplate, RecordTemplate, QuestionTemplate)
"""What the customer sees goes first, so that no note claims what was not sent; a question comes last."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is configured here beside the help desk, by name: web forms to fill in, channels to ask in."""

    forms: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


NOWHERE = Reach()
"""A place where nothing is configured beside the help desk."""


def wanted_places(outcome: Outcome, playbook: Playbook) -> frozenset[str]:
    """Return every place in the texts of an outcome's effects: what need not be known is not looked up."""
    texts: list[str] = []
    for template in outcome.effects:
        match template:
            case TrackerTemplate() | RecordTemplate():
                texts += template.cells.values()
            case NoteTemplate() | ReplyTemplate():
                texts += (*playbook.formats[template.format].lines, *template.add_tags)
            case MailTemplate():
                texts += (*playbook.formats[template.format].lines, template.to, template.subject)
            case QuestionTemplate():
                texts += playbook.formats[template.format].lines
    return frozenset(place for text in texts for place in places(text))


def compose(
    case: Case, outcome: Outcome, words: Mapping[str, str], findings: Sequence[str], playbook: Playbook, reach: Reach
) -> tuple[tuple[Effect, ...], tuple[str, ...]]:
    """Return an outcome's effects in the order in which they are delivered, and a sentence for each that cannot be.

    `words` are the facts and what was typed, by the names of places.
    """
    effects: list[Effect] = []
    hindrances: list[str] = []
    for template in sorted(outcome.effects, key=lambda one: _ORDER.index(type(one))):
        if not applies(case, template, findings, playbook):
            continue
        for made in _make(case, template, words, playbook, reach):
            if isinstance(made, str):
                hindrances.append(made)
            else:
                effects.append(made)
    return _as_the_reply_leaves_it(effects), tuple(hindrances)


def _as_the_reply_leaves_it(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Let a ticket keep the status that a reply sets on it: the conversation with the customer goes on there."""
    replied = {one.ticket_id for one in effects if isinstance(one, PublicReply) and one.status is not None}
    return tuple(
        replace(one, status=None) if isinstance(one, PrivateNote) and one.ticket_id in replied else one
        for one in effects
    )


def applies(case: Case, template: EffectTemplate, findings: Sequence[str], playbook: Playbook) -> bool:
    """Tell whether an effect comes about with these answers and findings."""
    if isinstance(template, RecordTemplate) and template.when_finding:
        picked = (playbook.findings[name] for name in findings if name in playbook.findings)
        if not any(finding.group == template.when_finding for finding in picked):
            return False
    return met(case, template.when)


def _make(
    case: Case, template: EffectTemplate, words: Mapping[str, str], playbook: Playbook, reach: Reach
) -> Iterator[Effect | str]:
    """Yield what one template comes to: effects, or sentences that say why it cannot be delivered."""
    match template:
        case TrackerTemplate():
            cells = _cells(template.cells, words)
            yield TrackerRow(cells)
            if "tracker" in reach.forms:
                yield FormEntry("tracker", cells)
        case RecordTemplate():
            cells = _cells(template.cells, words)
            yield Record(template.kind, cells)
            if template.kind.value in reach.forms:
                yield FormEntry(template.kind.value, cells)
        case QuestionTemplate():
            harmless = {name: unaddressed(said) for name, said in words.items()}
            text = render(playbook.formats[template.format], harmless)
            yield from _too_long(text)
            if template.channel not in reach.channels:
                yield (
                    f"no channel “{template.channel}” is configured to ask in; name it in config.toml, or ask a"
                    " colleague and choose another outcome"
                )
            yield Question(template.channel, text)
        case MailTemplate():
            body = render(playbook.formats[template.format], words)
            yield from _too_long(body)
            to = fill(template.to, words).strip()
            if not is_mailbox(to):
                yield f"“{to}” is not a mail address" if to else "there is no mail address here"
            yield Mail((to,), " ".join(fill(template.subject, words).split()), body)
        case NoteTemplate() | ReplyTemplate():
            yield from _write(case, template, words, playbook)


def _write(
    case: Case, template: NoteTemplate | ReplyTemplate, words: Mapping[str, str], playbook: Playbook
) -> Iterator[Effect | str]:
    kind = PublicReply if isinstance(template, ReplyTemplate) else PrivateNote
    body = render(playbook.formats[template.format], words)
    ticket = landing(case, template)
    if ticket is None:
        yield no_ticket(case, template)
    yield from _too_long(body)
    if ticket is not None:
        # A note that stands in on the source ticket says nothing about how that conversation stands.
        status = None if stands_in(case, template) else template.status
        yield kind(ticket.id, body, status, tuple(dict.fromkeys(tags_of(template.add_tags, words))))


def _too_long(body: str) -> Iterator[str]:
    if len(body.encode("utf-8", "replace")) > BODY_LIMIT:
        yield f"the text is longer than {BODY_LIMIT:,} bytes, which the help desk would cut off"


def tags_of(tags: Sequence[str], words: Mapping[str, str]) -> Iterator[str]:
    """Yield tags with their places filled and made fit for a tag: no capitals, no spaces, no commas."""
    for tag in tags:
        if not PLACE.search(tag):
            yield tag
        elif made := re.sub(r"[^\w/-]+", "-", fill(tag, words).casefold()).strip("-"):
            yield made


def _cells(cells: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    return {heading: fill(text, words) for heading, text in cells.items()}
