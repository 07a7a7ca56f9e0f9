"""What an outcome does, one effect at a time: each kind of effect has a key that names it, and keys of its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csat_tui.domain.formats import PLACE, places
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import Check, EffectTemplate, Field, Finding, Format, Path, Step, Target
from csat_tui.domain.ticket import Status
from csat_tui.effects import registry
from csat_tui.effects.kind import Key, KeyType
from csat_tui.playbook.conditions import read_when
from csat_tui.playbook.field_sections import groups_of
from csat_tui.playbook.note_sections import report_places
from csat_tui.playbook.status_section import WRITABLE
from csat_tui.toml_file import Table, listed

_TAG = re.compile(r"[^\s,{}]+")
_TARGETS = [target.value for target in Target]


@dataclass(frozen=True, slots=True)
class Terms:
    """What outcomes and their effects may refer to."""

    checks: Mapping[str, Check]
    paths: Sequence[Path]
    steps: Sequence[Step]
    fields: Mapping[str, Field]
    findings: Mapping[str, Finding]
    formats: Mapping[str, Format]
    columns: Mapping[str, str]

    @property
    def places(self) -> frozenset[str]:
        """What texts may refer to besides the facts of every case: fields, and groups of findings."""
        return frozenset(self.fields) | groups_of(self.findings)


def read_effect(table: Table, terms: Terms) -> EffectTemplate | None:
    """Read one effect by the keys that its kind declares; None where it cannot be told what it is."""
    known = registry.sections()
    written = [key for key in known if table.has(key)]
    if len(written) != 1:
        said = f"is {listed(written)} at once" if written else "is of no kind"
        table.log.add(table.place, f"{table.name} {said}, expected one of {listed(known, 'or')}")
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
}


def _filled(table: Table, key: Key, cells: Mapping[str, str], terms: Terms) -> Mapping[str, str]:
    for heading, text in cells.items():
        report_places(table, (key.name, heading), text, terms.places)
    return cells
