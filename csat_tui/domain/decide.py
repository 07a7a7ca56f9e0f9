"""Decide a case: an outcome, findings and typed words become a decision with its effects, or a list of blockers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.amount_checks import refused_amounts
from csat_tui.domain.case import Answer, Case, Stage, customer_email
from csat_tui.domain.case_conversation import Counterpart, missing_conversations
from csat_tui.domain.case_wording import wording_errors
from csat_tui.domain.composing import (
    NOWHERE,
    ComposedEffect,
    Reach,
    asked_fields,
    compose,
    objections,
    offered_findings,
    wanted_places,
)
from csat_tui.domain.effect import Effect
from csat_tui.domain.facts import facts
from csat_tui.domain.formats import fill, places
from csat_tui.domain.playbook import Outcome, Playbook
from csat_tui.domain.told_findings import unfit_addressees

_READ_BY_CUSTOMERS = ("reply", "mail")
"""The sorts of texts that must not break a wording rule; a mail to our own people counts as a note."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that a decision still needs, and where to fix it."""

    sentence: str
    field_id: str = ""
    check_id: str = ""
    message_id: int = 0
    """The message that has to be read first; 0 if none came meanwhile."""
    groups: tuple[str, ...] = ()
    """The groups of findings from which a finding must be picked."""
    tickets: tuple[int, ...] = ()
    """The customer's tickets that must be merged, or kept apart for a reason, first."""
    conversation: Counterpart | None = None
    """With whom a conversation has to be had and recorded first."""


class Undecidable(Exception):
    """The case cannot be decided yet; `lacks` lists everything that is missing."""

    def __init__(self, lacks: Iterable[Blocker]) -> None:
        self.lacks = tuple(lacks)
        super().__init__("; ".join(lack.sentence for lack in self.lacks))


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its words and its effects, in the order in which they are delivered."""

    outcome_id: str
    fields: Mapping[str, str]
    effects: tuple[Effect, ...]
    findings: tuple[str, ...] = ()
    parks: bool = False
    """Whether the case then waits for an answer."""


def blockers(
    case: Case,
    outcome: Outcome,
    fields: Mapping[str, str],
    playbook: Playbook,
    *,
    findings: Sequence[str] = (),
    reach: Reach = NOWHERE,
    others: Sequence[str] = (),
) -> tuple[Blocker, ...]:
    """Return what is missing for a decision: answers, findings, words, a ticket to write on; empty if nothing is.

    `others` are the customers who were written to a moment ago: their names do not belong in these words.
    """
    return _weigh(case, outcome, fields, playbook, findings, reach, others, by="", at=None)[1]


def decide(
    case: Case,
    outcome: Outcome,
    fields: Mapping[str, str],
    playbook: Playbook,
    *,
    by: str,
    at: datetime,
    findings: Sequence[str] = (),
    reach: Reach = NOWHERE,
    others: Sequence[str] = (),
) -> Decision:
    """Return the decision and its effects; what the customer sees comes first, so that no note claims too much.

    Raises Undecidable with everything that is missing. `by` is the deciding agent's name.
    """
    effects, missing = _weigh(case, outcome, fields, playbook, findings, reach, others, by=by, at=at)
    if missing:
        raise Undecidable(missing)
    return Decision(outcome.id, dict(fields), effects, tuple(dict.fromkeys(findings)), outcome.parks)


def prefill(
    case: Case,
    outcome: Outcome,
    findings: Sequence[str],
    playbook: Playbook,
    *,
    by: str = "",
    at: datetime | None = None,
) -> Mapping[str, str]:
    """Return the text of the fields before somebody types; a line with an unknown fact is left out."""
    asked = [field for field in asked_fields(case, outcome, findings, playbook) if field.fill]
    wanted = {place for field in asked for place in places(field.fill)}
    known = facts(case, outcome, findings, playbook, wanted=wanted, by=by, at=at)
    filled = {}
    for field in asked:
        lines = [line for line in field.fill.splitlines() if all(known.get(place) for place in places(line))]
        if text := "\n".join(fill(line, known) for line in lines).strip():
            filled[field.id] = text
    return filled


def _weigh(
    case: Case,
    outcome: Outcome,
    fields: Mapping[str, str],
    playbook: Playbook,
    findings: Sequence[str],
    reach: Reach,
    others: Sequence[str],
    *,
    by: str,
    at: datetime | None,
) -> tuple[tuple[Effect, ...], tuple[Blocker, ...]]:
    """Return the effects of a decision, and everything that blocks it."""
    asked = asked_fields(case, outcome, findings, playbook)
    wanted = wanted_places(outcome, playbook)
    words = facts(case, outcome, findings, playbook, wanted=wanted, by=by, at=at)
    # Words that were typed for something that is not asked for any more stay in the draft, and out of every text.
    typed = {field.id: fields[field.id].strip() for field in asked if fields.get(field.id, "").strip()}
    composed, hindrances = compose(case, outcome, words | typed, findings, playbook, reach)
    effects = tuple(one.effect for one in composed)
    found = [Blocker("this case is already decided")] if case.stage is Stage.DECIDED else []
    found.extend(_unmet_needs(case, outcome, playbook))
    if outcome.needs_conversations:
        lacking = missing_conversations(case.conversations)
        found.extend(Blocker(one.sentence, conversation=one.counterpart) for one in lacking)
    found.extend(_unfit_findings(outcome, findings, playbook))
    empty = [field for field in asked if field.required and field.id not in typed]
    found.extend(Blocker(f"{field.label.lower()} is empty", field_id=field.id) for field in empty)
    found.extend(_unfit_addressees(case, outcome, findings, typed, playbook))
    found.extend(Blocker(sentence) for sentence in (*hindrances, *objections(case, effects, playbook.guards)))
    found.extend(Blocker(held.sentence, field_id=held.field_id) for held in refused_amounts(case, asked, typed))
    found.extend(_unfit_words(case, composed, typed, playbook, others))
    if not empty:
        found.extend(Blocker(f"the {name} would be empty") for name in _blank(effects))
    return effects, tuple(dict.fromkeys(found))


def _unfit_words(
    case: Case,
    composed: Sequence[ComposedEffect],
    typed: Mapping[str, str],
    playbook: Playbook,
    others: Sequence[str],
) -> Iterable[Blocker]:
    """Yield a sentence for each stretch of a text that may not reach the customer (source documents 000 and 004)."""
    for one in composed:
        sort, text = one.template.wording_sort, one.effect.written
        if text is not None and sort in _READ_BY_CUSTOMERS:
            for remark in wording_errors(case, sort, text, playbook, others):
                said = text[remark.start : remark.end]
                where = next((field for field, text in typed.items() if said and said in text), "")
                yield Blocker(f"the {sort} needs other words: {remark.sentence}", field_id=where)


def _unmet_needs(case: Case, outcome: Outcome, playbook: Playbook) -> Iterable[Blocker]:
    """Yield a sentence for each check on the case's path whose answer the outcome needs and does not have."""
    for check_id, wanted in outcome.needs.items():
        if check_id not in case.path.checks:
            continue
        given = case.answers.get(check_id)
        ask = playbook.checks[check_id].ask
        if given is None:
            yield Blocker(f"“{ask}” is not answered", check_id=check_id)
        elif given.answer.value not in wanted.split("|"):
            said = _said(given.answer.value)
            needed = " or ".join(_said(answer) for answer in wanted.split("|"))
            yield Blocker(f"“{ask}” is answered {said}, and “{outcome.label}” wants {needed}", check_id=check_id)


def _unfit_findings(outcome: Outcome, findings: Sequence[str], playbook: Playbook) -> Iterable[Blocker]:
    """Yield a sentence for each finding that does not go with the outcome, and for a missing finding."""
    picked = set()
    for name in findings:
        finding = playbook.findings.get(name)
        if finding is None:
            yield Blocker(f"there is no finding “{name}” in this playbook any more; remove it", groups=outcome.findings)
        elif finding.group not in outcome.findings:
            yield Blocker(f"“{finding.label}” does not go with “{outcome.label}”; take it out", groups=outcome.findings)
        else:
            picked.add(finding.group)
    if outcome.needs_findings and not picked & set(outcome.needs_findings):
        named = " or ".join(outcome.needs_findings)
        yield Blocker(f"no {named} is picked", groups=outcome.needs_findings)


def _unfit_addressees(
    case: Case, outcome: Outcome, findings: Sequence[str], typed: Mapping[str, str], playbook: Playbook
) -> Iterable[Blocker]:
    """Yield a sentence for each addressee that was typed and that no finding can be told to."""
    if any(template.tells_findings for template in outcome.effects):
        offered = offered_findings(outcome, findings, playbook)
        customer = customer_email(case.survey, case.source_ticket, case.survey_ticket)
        for unfit in unfit_addressees(offered, typed, playbook, customer):
            yield Blocker(unfit.sentence, field_id=unfit.field_id)


def _blank(effects: Iterable[Effect]) -> Iterable[str]:
    """Yield the kinds of texts that would be empty although no required field is."""
    for effect in effects:
        if effect.written == "":
            yield effect.noun


def _said(answer: str) -> str:
    """Return an answer in words."""
    return "n/a" if answer == Answer.NOT_APPLICABLE else answer
