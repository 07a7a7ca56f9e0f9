"""Compose the effects of an outcome: which fields to ask for, which tickets to write on, which statuses may be set."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

from csat_tui.domain.case import Case, customer_email
from csat_tui.domain.effect import Effect, TicketMessage
from csat_tui.domain.formats import PLACE, fill, places
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import (
    Condition,
    EffectTemplate,
    Field,
    Outcome,
    Playbook,
    StatusGuard,
    Target,
    TicketTemplate,
)
from csat_tui.domain.ticket import Author, Status, Ticket


def meets(case: Case, condition: Condition) -> bool:
    """Return whether a case's answers meet a condition; a check that is not on its path meets none."""
    for check_id, wanted in condition.items():
        given = case.answers.get(check_id) if check_id in case.path.checks else None
        if given is None or given.answer.value not in wanted.split("|"):
            return False
    return True


def asked_fields(case: Case, outcome: Outcome, findings: Sequence[str], playbook: Playbook) -> tuple[Field, ...]:
    """Return the fields to fill in now, each once, the outcome's own first.

    A field that is required anywhere is required; one whose condition the case does not meet is not asked for.
    """
    own = [playbook.findings[name].fields for name in findings if name in playbook.findings]
    asked: dict[str, Field] = {}
    for field in (*outcome.fields, *(field for fields in own for field in fields)):
        if meets(case, field.when) and (field.id not in asked or field.required):
            asked[field.id] = field
    return tuple(asked.values())


def offered_findings(outcome: Outcome, findings: Sequence[str], playbook: Playbook) -> tuple[str, ...]:
    """Return the picked findings that the outcome offers; the others stay picked for outcomes that offer them."""
    known = playbook.findings
    return tuple(one for one in findings if one in known and known[one].group in outcome.findings)


def destination_ticket(case: Case, template: TicketTemplate) -> Ticket | None:
    """Return the ticket that an effect is written to; None where no ticket takes updates or it is not fetched yet.

    Another ticket stands in only for a ticket that is known to take no updates: a ticket that has not been
    fetched yet may well take it.
    """
    ticket = case.source_ticket if source_stands_in(case, template) else _ticket(case, template.on)
    if template.when_closed:
        there_is_none = ticket is None and _number(case, template.on) is None
        if there_is_none or (ticket is not None and not ticket.takes_updates):
            ticket = _ticket(case, template.when_closed)
    return ticket if ticket is not None and ticket.takes_updates else None


def source_stands_in(case: Case, template: TicketTemplate) -> bool:
    """Return whether the source ticket takes a note in place of a survey ticket: an imported survey has none."""
    return template.stands_in and template.on is Target.SURVEY and case.survey.survey_ticket_id is None


def why_no_destination(case: Case, template: TicketTemplate) -> str:
    """Say why there is no ticket to write an effect to."""
    what = template.noun
    ticket = case.source_ticket if source_stands_in(case, template) else _ticket(case, template.on)
    if ticket is None:
        number = _number(case, template.on)
        if number is not None:
            return f"ticket #{number}, where the {what} belongs, is not here yet"
        return f"there is no {template.on} ticket here to put the {what} on"
    return f"ticket #{ticket.id} is {ticket.status} and takes no {what}"


def _ticket(case: Case, target: Target) -> Ticket | None:
    return case.survey_ticket if target is Target.SURVEY else case.source_ticket


def _number(case: Case, target: Target) -> TicketId | None:
    return case.survey.survey_ticket_id if target is Target.SURVEY else case.survey.source_ticket_id


def objections(case: Case, effects: Sequence[Effect], guards: Sequence[StatusGuard]) -> Iterable[str]:
    """Yield a sentence for each status that a guard forbids to set."""
    customer = customer_email(case.survey, case.source_ticket, case.survey_ticket)
    if any(effect.answers(customer) for effect in effects):
        return
    for effect in effects:
        if not isinstance(effect, TicketMessage) or effect.status is None:
            continue
        for guard in guards:
            ticket = case.survey_ticket if guard.on is Target.SURVEY else case.source_ticket
            if ticket is None or ticket.id != effect.ticket_id or guard.status is not effect.status:
                continue
            if set(guard.unless_tagged) & set(effect.add_tags):
                continue
            if guard.only_with_reply and not _was_answered(case, ticket.id):
                yield (
                    f"“{guard.label}” may be set on ticket #{ticket.id} only with a reply, and the newest message there"
                    " is not ours; reply to the customer first"
                )
            elif _leaves(ticket, guard):
                yield (
                    f"ticket #{ticket.id} is {ticket.status} and may not become “{guard.label}” without a reply; choose"
                    " an outcome that replies, or one that leaves its status"
                )


def _was_answered(case: Case, ticket_id: TicketId) -> bool:
    """Return whether the newest public message of a ticket is an agent's."""
    public = [message for message in case.messages if message.ticket_id == ticket_id and message.public]
    return bool(public) and max(public, key=lambda one: (one.created_at, one.id)).author is Author.AGENT


def _leaves(ticket: Ticket, guard: StatusGuard) -> bool:
    return ticket.status in guard.not_from and ticket.status is not Status(guard.status)


BODY_LIMIT = 60_000
"""Characters (and bytes, whichever is more) of a note; help desks cut at 64 kB without an error."""


def _no_link(_ticket_id: TicketId) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Reach:
    """The configured targets beside the help desk, by name: web forms and channels; and where its tickets open."""

    forms: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    ticket_link: Callable[[TicketId], str] = _no_link
    """Returns the address at which a person opens a ticket; empty where there is none."""


NOWHERE = Reach()
"""Nothing is configured beside the help desk."""


def wanted_places(outcome: Outcome, playbook: Playbook) -> frozenset[str]:
    """Return every place in the texts of an outcome's effects, so that only needed facts are looked up."""
    texts = [text for template in outcome.effects for text in template.texts(playbook.formats)]
    return frozenset(place for text in texts for place in places(text))


@dataclass(frozen=True, slots=True)
class ComposingContext:
    """The input for composing an effect; `words` are facts and typed words, by the names of places.

    `findings` are those that are picked and that the outcome offers.
    """

    case: Case
    words: Mapping[str, str]
    playbook: Playbook
    reach: Reach
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComposedEffect:
    """An effect, and the template that it was made from."""

    effect: Effect
    template: EffectTemplate


@singledispatch
def effects_of(template: EffectTemplate, context: ComposingContext) -> Iterator[Effect | str]:  # noqa: ARG001
    """Yield the effects that a template makes, or sentences that say why it cannot be delivered.

    Each kind of effect registers a function for its own template.
    """
    raise TypeError(f"no kind of effect is registered for {type(template).__name__}")


def compose(
    case: Case, outcome: Outcome, words: Mapping[str, str], findings: Sequence[str], playbook: Playbook, reach: Reach
) -> tuple[tuple[ComposedEffect, ...], tuple[str, ...]]:
    """Return an outcome's effects in the order in which they are delivered, and a sentence for each that cannot be.

    `words` are facts and typed words, by the names of places.
    """
    context = ComposingContext(case, words, playbook, reach, offered_findings(outcome, findings, playbook))
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
    """Let a ticket keep the status that a reply sets: the conversation with the customer goes on there."""
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
    """Return whether an effect applies with these answers and findings."""
    picked = [playbook.findings[name] for name in findings if name in playbook.findings]
    if template.finding_group and not any(finding.group == template.finding_group for finding in picked):
        return False
    if template.tells_findings and not any(finding.addressed for finding in picked):
        return False
    return meets(case, template.when)


def too_long(body: str) -> Iterator[str]:
    """Yield a sentence if a text is longer than a help desk takes."""
    if len(body.encode("utf-8", "replace")) > BODY_LIMIT:
        yield f"the text is longer than {BODY_LIMIT:,} bytes, which the help desk would cut off"


def tags_of(tags: Sequence[str], words: Mapping[str, str]) -> Iterator[str]:
    """Yield tags with their places filled and made fit for a tag: no capitals, no spaces, no commas.

    Words of a value are joined as the tag's own are: “Kim Lee” is `reviewed_by_kim_lee`, and `reviewed-by-kim-lee`.
    """
    for tag in tags:
        if not PLACE.search(tag):
            yield tag
            continue
        gap = "_" if "_" in PLACE.sub("", tag) else "-"
        if made := re.sub(r"[^\w/-]+", gap, fill(tag, words).casefold()).strip("-_"):
            yield made


def filled_cells(cells: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    """Return cells with their places filled."""
    return {heading: fill(text, words) for heading, text in cells.items()}
