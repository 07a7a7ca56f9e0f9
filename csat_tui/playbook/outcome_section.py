"""Read the outcomes: the letter of each, what it needs, which words and findings it asks for, and its effects."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csat_tui.domain.formats import PLACE, places
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import Check, EffectTemplate, Field, Finding, Format, Outcome, Path, Step, Target
from csat_tui.domain.ticket import Status
from csat_tui.effects import registry
from csat_tui.effects.channel_question import QuestionTemplate
from csat_tui.effects.kind import Key, KeyType
from csat_tui.playbook.field_sections import (
    asked_for,
    groups_of,
    read_answers,
    read_groups,
    read_when,
    report_places,
    ruled_out,
)
from csat_tui.playbook.ticket_sections import WRITABLE
from csat_tui.toml_file import Table, joined

_TAG = re.compile(r"[^\s,{}]+")
_TARGETS = [target.value for target in Target]


@dataclass(frozen=True, slots=True)
class Terms:
    """The definitions that outcomes and their effects may refer to."""

    checks: Mapping[str, Check]
    paths: Sequence[Path]
    steps: Sequence[Step]
    fields: Mapping[str, Field]
    findings: Mapping[str, Finding]
    formats: Mapping[str, Format]
    columns: Mapping[str, str]

    @property
    def places(self) -> frozenset[str]:
        """The places of texts beside the facts of every case: fields, and groups of findings."""
        return frozenset(self.fields) | groups_of(self.findings)


def read_effect(table: Table, terms: Terms) -> EffectTemplate | None:
    """Read an effect by the keys that its kind declares; None if its kind cannot be recognised."""
    known = registry.sections()
    written = [key for key in known if table.has(key)]
    if len(written) != 1:
        said = f"is {joined(written)} at once" if written else "is of no kind"
        table.log.add(table.place, f"{table.name} {said}, expected one of {joined(known, 'or')}")
        return None
    section = known[written[0]]
    values: dict[str, Any] = {"when": read_when(table, terms.checks, terms.paths)}
    for key in section.keys:
        values[key.field or key.name] = _READERS[key.reads](table, key, terms)
    table.finish()
    return section.make(**values)


def _format(table: Table, key: Key, terms: Terms) -> str:
    return table.reference(key.name, terms.formats, "writes format", "[[format]]")


def _target(table: Table, key: Key, _terms: Terms) -> Target:
    value = table.choice(key.name, _TARGETS)
    return Target(value) if value in _TARGETS else Target.SURVEY


def _other_target(table: Table, key: Key, _terms: Terms) -> Target | None:
    if not table.has(key.name):
        return None
    value = table.choice(key.name, _TARGETS)
    if value in _TARGETS and value == table.data.get("on"):
        table.wrong(key.name, f"“{key.name}” of {table.name} is “{value}”, the ticket that “on” already names")
    return Target(value) if value in _TARGETS else None


def _status(table: Table, key: Key, _terms: Terms) -> Status | None:
    value = table.choice(key.name, WRITABLE, "") if table.has(key.name) else ""
    return Status(value) if value in WRITABLE else None


def _tags(table: Table, key: Key, terms: Terms) -> tuple[str, ...]:
    tags = table.texts(key.name, optional=True)
    for index, tag in enumerate(tags):
        if not _TAG.fullmatch(PLACE.sub("x", tag)):
            table.log.add((*table.place, key.name, index), f"tag “{tag}” of {table.name} may have no spaces or commas")
        else:
            report_places(table, (key.name, index), tag, terms.places)
    return tags


def _columns(table: Table, key: Key, terms: Terms) -> Mapping[str, str]:
    cells = table.words(key.name)
    for letters in cells:
        table.must_know((key.name, letters), letters, terms.columns, "fills column", "“columns” of [tracker]")
    return _filled(table, key, cells, terms)


def _headings(table: Table, key: Key, terms: Terms) -> Mapping[str, str]:
    cells = _filled(table, key, table.words(key.name), terms)
    if not cells:
        table.wrong(key.name, f"“{key.name}” of {table.name} has no cells, expected headings with their texts")
    return cells


def _finding_group(table: Table, key: Key, terms: Terms) -> str:
    if not table.has(key.name):
        return ""
    group = table.text(key.name)
    known = {finding.group for finding in terms.findings.values()}
    table.must_know((key.name,), group, known, "waits for a finding of group", "[[finding]]")
    return group


def _identifier(table: Table, key: Key, _terms: Terms) -> str:
    return table.identifier(key.name)


def _text(table: Table, key: Key, terms: Terms) -> str:
    text = table.text(key.name)
    report_places(table, (key.name,), text, terms.places)
    return text


def _address(table: Table, key: Key, terms: Terms) -> str:
    text = _text(table, key, terms)
    if text and not places(text) and not is_mailbox(text):
        table.wrong(
            key.name,
            f"“{key.name}” of {table.name} is “{text}”, expected an address, or a place such as “{{customer-email}}”",
        )
    return text


def _fields(table: Table, key: Key, terms: Terms) -> tuple[Field, ...]:
    named = table.texts(key.name, optional=True)
    for index, field_id in enumerate(named):
        table.must_know((key.name, index), field_id, terms.fields, "sends along field", "[[field]]")
    return tuple(terms.fields[one] for one in dict.fromkeys(named) if one in terms.fields)


_READERS: Mapping[KeyType, Callable[[Table, Key, Terms], Any]] = {
    KeyType.FORMAT: _format,
    KeyType.TARGET: _target,
    KeyType.OTHER_TARGET: _other_target,
    KeyType.STATUS: _status,
    KeyType.TAGS: _tags,
    KeyType.COLUMNS: _columns,
    KeyType.HEADINGS: _headings,
    KeyType.FINDING_GROUP: _finding_group,
    KeyType.IDENTIFIER: _identifier,
    KeyType.ADDRESS: _address,
    KeyType.TEXT: _text,
    KeyType.FIELDS: _fields,
}


def _filled(table: Table, key: Key, cells: Mapping[str, str], terms: Terms) -> Mapping[str, str]:
    for heading, text in cells.items():
        report_places(table, (key.name, heading), text, terms.places)
    return cells


_KEY = re.compile(r"[a-z]")


def read_outcomes(tables: Sequence[Table], terms: Terms) -> tuple[Outcome, ...]:
    """Read the outcomes in the order in which the screen offers them."""
    found = []
    for table in tables:
        effects = [(one, read_effect(one, terms)) for one in table.tables("effects", "effect")]
        outcome = Outcome(
            table.identifier(),
            _key(table),
            table.text("label"),
            table.text("summary", ""),
            asked_for(table, terms.fields),
            tuple(effect for _, effect in effects if effect),
            read_answers(table, "needs", terms.checks, "needs"),
            read_groups(table, "findings", terms.findings),
            read_groups(table, "needs_findings", terms.findings),
            table.flag("parks", False),
            table.reference("step", [step.id for step in terms.steps], "is of step", "[[step]]")
            if table.has("step") else "",
            table.flag("needs_conversations", False),
        )  # fmt: skip
        table.finish()
        if table.has("effects") and not table.data["effects"]:
            table.wrong("effects", f"{table.name} has no effects: deciding for it would do nothing")
        _report_effects(table, outcome, effects)
        _report_findings(table, outcome)
        _report_addressees(table, outcome, terms)
        _report_parking(table, outcome)
        _report_lost_words(table, outcome, terms)
        found.append(outcome)
    return tuple(found)


def _key(table: Table) -> str:
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.wrong("key", f"“key” of {table.name} is “{key}”, expected one lower-case letter")
    return key


def _report_effects(table: Table, outcome: Outcome, effects: Sequence[tuple[Table, EffectTemplate | None]]) -> None:
    """Report effects and fields that can never apply, and an outcome that might do nothing at all."""
    always = 0
    for one, effect in effects:
        if effect is None:
            continue
        condition = effect.when
        if check_id := ruled_out(condition, outcome.needs):
            one.wrong("when", f"{one.name} waits for an answer of check “{check_id}” that “needs” rules out")
        group = effect.finding_group
        if group and group not in outcome.findings:
            one.wrong(
                "when_finding", f"{one.name} waits for a finding of group “{group}”, which “findings” does not offer"
            )
        always += not condition and not group
    if outcome.effects and not always:
        table.wrong("effects", f"each effect of {table.name} waits for something: deciding for it might do nothing")
    for field in outcome.fields:
        if check_id := ruled_out(field.when, outcome.needs):
            key = "fields" if field.required else "optional"
            table.wrong(key, f"{table.name} never asks for “{field.id}”: it waits for an answer of check “{check_id}”"
                             " that “needs” rules out")  # fmt: skip


def _report_findings(table: Table, outcome: Outcome) -> None:
    for group in outcome.needs_findings:
        if group not in outcome.findings:
            table.wrong(
                "needs_findings", f"{table.name} needs a finding of group “{group}”, which “findings” does not offer"
            )


def _report_addressees(table: Table, outcome: Outcome, terms: Terms) -> None:
    """Report addressees that would hear nothing, and effects for addressees where no finding has any.

    A question says what was found to whom it asks: an outcome that parks need not tell it to anybody besides.
    """
    addressed = [one.id for one in terms.findings.values() if one.group in outcome.findings and one.addressed]
    telling = [effect for effect in outcome.effects if effect.tells_findings]
    if telling and not addressed:
        table.wrong("effects", f"{table.name} tells findings, and none that it offers has an addressee (“to”)")
    elif len(telling) > 1:
        table.wrong("effects", f"{table.name} tells its findings {len(telling)} times, expected one “tell_findings”")
    elif addressed and not telling and not outcome.parks:
        table.wrong(
            "effects",
            f"{table.name} offers finding “{addressed[0]}”, which has an addressee, and tells nobody; add an effect"
            " “tell_findings”",
        )


def _report_parking(table: Table, outcome: Outcome) -> None:
    """Report an outcome that parks without a question, which would wait for nothing, or asks without parking."""
    asks = [effect for effect in outcome.effects if isinstance(effect, QuestionTemplate)]
    if outcome.parks and not asks:
        table.wrong("parks", f"{table.name} parks the case but asks nobody; add an effect “question”")
    elif asks and not outcome.parks:
        table.wrong("effects", f"{table.name} asks a question and does not park the case; it lacks “parks = true”")
    elif len(asks) > 1:
        table.wrong("effects", f"{table.name} asks {len(asks)} questions; a parked case waits for one answer")
    elif asks and asks[0].when:
        table.wrong(
            "effects", f"the question of {table.name} waits for answers; one that parks the case is always asked"
        )


def _report_lost_words(table: Table, outcome: Outcome, terms: Terms) -> None:
    """Report each field that is typed but written nowhere, if every format of the outcome is known."""
    unread = any(effect.format_id not in ("", *terms.formats) for effect in outcome.effects)
    if not outcome.effects or unread:
        return
    written = {place for effect in outcome.effects for text in effect.texts(terms.formats) for place in places(text)}
    for field in outcome.fields:
        if field.id not in written:
            table.wrong("fields", f"{table.name} asks for “{field.id}”, but its effects do not write it anywhere")
    tells = any(effect.tells_findings for effect in outcome.effects)
    for finding in terms.findings.values():
        told = tells and finding.addressed
        for field in finding.fields if finding.group in outcome.findings else ():
            if field.id not in written and not told:
                table.wrong("findings", f"{table.name} asks for “{field.id}” with finding “{finding.id}”, which none of"
                                        " its effects writes anywhere")  # fmt: skip
