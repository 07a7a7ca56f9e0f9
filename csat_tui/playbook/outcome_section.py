"""The outcomes: the letter that takes each, the answers it needs, the words it asks for, and what it does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from csat_tui.domain.check import Answer
from csat_tui.domain.formats import places
from csat_tui.domain.playbook import (
    Check,
    EffectTemplate,
    Field,
    Format,
    NoteTemplate,
    Outcome,
    ReplyTemplate,
    Target,
    TrackerTemplate,
)
from csat_tui.domain.ticket import Status
from csat_tui.playbook.note_sections import complain_of_places
from csat_tui.playbook.problem import listed
from csat_tui.playbook.table import Table

_KEY = re.compile(r"[a-z]")
_TAG = re.compile(r"[^\s,]+")
_TARGETS = [target.value for target in Target]
_NEEDED = (Answer.YES.value, Answer.NO.value, Answer.NOT_APPLICABLE.value)
_WRITABLE = [status.value for status in (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED)]
_EFFECTS = ("note", "reply", "tracker")


@dataclass(frozen=True, slots=True)
class Terms:
    """What outcomes may refer to."""

    checks: Mapping[str, Check]
    fields: Mapping[str, Field]
    formats: Mapping[str, Format]
    columns: Mapping[str, str]


def read_outcomes(tables: Sequence[Table], terms: Terms) -> tuple[Outcome, ...]:
    """Read the outcomes in the order in which they are offered."""
    found = []
    for table in tables:
        outcome = Outcome(
            table.identifier(),
            _key(table),
            table.text("label"),
            table.text("summary", ""),
            _fields(table, terms),
            tuple(effect for one in table.tables("effects", "effect") if (effect := _effect(one, terms))),
            _needs(table, terms),
        )
        table.finish()
        if table.has("effects") and not table.data["effects"]:
            table.wrong("effects", f"{table.name} has no effects: deciding for it would do nothing")
        _complain_of_lost_words(table, outcome, terms)
        found.append(outcome)
    return tuple(found)


def _key(table: Table) -> str:
    key = table.text("key")
    if key and not _KEY.fullmatch(key):
        table.wrong("key", f"“key” of {table.name} is “{key}”, expected one lower-case letter")
    return key


def _fields(table: Table, terms: Terms) -> tuple[Field, ...]:
    found: dict[str, Field] = {}
    for key, required in (("fields", True), ("optional", False)):
        for index, field_id in enumerate(table.texts(key, optional=True)):
            if field_id in found:
                table.log.add((*table.place, key, index), f"{table.name} asks for field “{field_id}” twice")
            elif table.must_know((key, index), field_id, terms.fields, "asks for field", "[[field]]"):
                found[field_id] = replace(terms.fields[field_id], required=required)
    return tuple(found.values())


def _needs(table: Table, terms: Terms) -> Mapping[str, str]:
    needs = table.words("needs")
    for check_id, wanted in needs.items():
        way = ("needs", check_id)
        table.must_know(way, check_id, terms.checks, "needs check", "[[check]]")
        if not set(wanted.split("|")) <= set(_NEEDED):
            table.log.add(
                (*table.place, *way),
                f"{table.name} needs “{wanted}” of check “{check_id}”, expected {listed(_NEEDED, 'or')},"
                " or several of them as in “yes|na”",
            )
    return needs


def _effect(table: Table, terms: Terms) -> EffectTemplate | None:
    kinds = [kind for kind in _EFFECTS if table.has(kind)]
    if len(kinds) != 1:
        said = f"is {listed(kinds)} at once" if kinds else "is of no kind"
        table.log.add(table.place, f"{table.name} {said}, expected one of {listed(_EFFECTS, 'or')}")
        return None
    effect: EffectTemplate
    if kinds == ["tracker"]:
        effect = TrackerTemplate(_cells(table, terms))
    elif kinds == ["note"]:
        effect = NoteTemplate(_format(table, "note", terms), _target(table), _status(table), _tags(table))
    else:
        on = _target(table)
        effect = ReplyTemplate(
            _format(table, "reply", terms), on, _when_closed(table, on), _status(table), _tags(table)
        )
    table.finish()
    return effect


def _format(table: Table, key: str, terms: Terms) -> str:
    return table.reference(key, terms.formats, "writes format", "[[format]]")


def _target(table: Table) -> Target:
    value = table.choice("on", _TARGETS)
    return Target(value) if value in _TARGETS else Target.SURVEY


def _when_closed(table: Table, on: Target) -> Target | None:
    if not table.has("when_closed"):
        return None
    value = table.choice("when_closed", _TARGETS)
    if value == on:
        table.wrong("when_closed", f"“when_closed” of {table.name} is “{value}”, the ticket that “on” already names")
    return Target(value) if value in _TARGETS else None


def _status(table: Table) -> Status | None:
    value = table.choice("status", _WRITABLE, "") if table.has("status") else ""
    return Status(value) if value in _WRITABLE else None


def _tags(table: Table) -> tuple[str, ...]:
    tags = table.texts("add_tags", optional=True)
    for index, tag in enumerate(tags):
        if not _TAG.fullmatch(tag):
            table.log.add(
                (*table.place, "add_tags", index), f"tag “{tag}” of {table.name} may have no spaces or commas"
            )
    return tags


def _cells(table: Table, terms: Terms) -> Mapping[str, str]:
    cells = table.words("tracker")
    for letters, text in cells.items():
        way = ("tracker", letters)
        table.must_know(way, letters, terms.columns, "fills column", "“columns” of [tracker]")
        complain_of_places(table, way, text, terms.fields)
    return cells


def _complain_of_lost_words(table: Table, outcome: Outcome, terms: Terms) -> None:
    """Note each field that is typed and then written nowhere."""
    written: set[str] = set()
    for effect in outcome.effects:
        if isinstance(effect, TrackerTemplate):
            texts: Sequence[str] = tuple(effect.cells.values())
        else:
            texts = terms.formats[effect.format].lines if effect.format in terms.formats else ()
        written.update(place for text in texts for place in places(text))
    if outcome.effects:
        for field in outcome.fields:
            if field.id not in written:
                table.wrong("fields", f"{table.name} asks for “{field.id}”, which none of its effects writes anywhere")
