"""What an outcome does, one effect at a time: each kind of effect has a key that names it, and keys of its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from csat_tui.domain.formats import PLACE, places
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import (
    Check,
    EffectTemplate,
    Field,
    Finding,
    Format,
    MailTemplate,
    NoteTemplate,
    Path,
    QuestionTemplate,
    RecordKind,
    RecordTemplate,
    ReplyTemplate,
    Step,
    Target,
    TrackerTemplate,
)
from csat_tui.domain.ticket import Status
from csat_tui.playbook.conditions import read_when
from csat_tui.playbook.field_sections import groups_of
from csat_tui.playbook.note_sections import complain_of_places
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
    """Read one effect; None where it cannot be told what it is."""
    kinds = [kind for kind in _READERS if table.has(kind)]
    if len(kinds) != 1:
        said = f"is {listed(kinds)} at once" if kinds else "is of no kind"
        table.log.add(table.place, f"{table.name} {said}, expected one of {listed(_READERS, 'or')}")
        return None
    effect = _READERS[kinds[0]](table, terms)
    table.finish()
    return effect


def texts_of(effect: EffectTemplate, formats: Mapping[str, Format]) -> tuple[str, ...]:
    """Return every text of an effect that may hold places."""
    match effect:
        case TrackerTemplate() | RecordTemplate():
            return tuple(effect.cells.values())
        case NoteTemplate() | ReplyTemplate():
            own: tuple[str, ...] = effect.add_tags
        case MailTemplate():
            own = (effect.to, effect.subject)
        case QuestionTemplate():
            own = ()
    return own + (formats[effect.format].lines if effect.format in formats else ())


def _note(table: Table, terms: Terms) -> EffectTemplate:
    on = _target(table)
    return NoteTemplate(
        _format(table, "note", terms), on, _status(table), _tags(table, terms), _when(table, terms),
        _when_closed(table, on),
    )  # fmt: skip


def _reply(table: Table, terms: Terms) -> EffectTemplate:
    on = _target(table)
    return ReplyTemplate(
        _format(table, "reply", terms), on, _when_closed(table, on), _status(table), _tags(table, terms),
        _when(table, terms),
    )  # fmt: skip


def _tracker(table: Table, terms: Terms) -> EffectTemplate:
    cells = table.words("tracker")
    for letters in cells:
        table.must_know(("tracker", letters), letters, terms.columns, "fills column", "“columns” of [tracker]")
    return TrackerTemplate(_filled(table, "tracker", cells, terms), _when(table, terms))


def _record(kind: RecordKind) -> Callable[[Table, Terms], EffectTemplate]:
    def read(table: Table, terms: Terms) -> EffectTemplate:
        cells = _filled(table, kind.value, table.words(kind.value), terms)
        if not cells:
            table.wrong(kind.value, f"“{kind.value}” of {table.name} has no cells, expected headings with their texts")
        group = ""
        if table.has("when_finding"):
            group = table.text("when_finding")
            known = {finding.group for finding in terms.findings.values()}
            table.must_know(("when_finding",), group, known, "waits for a finding of group", "[[finding]]")
        return RecordTemplate(kind, cells, _when(table, terms), group)

    return read


def _question(table: Table, terms: Terms) -> EffectTemplate:
    return QuestionTemplate(table.identifier("channel"), _format(table, "question", terms), _when(table, terms))


def _mail(table: Table, terms: Terms) -> EffectTemplate:
    to, subject = table.text("to"), table.text("subject")
    for key, text in (("to", to), ("subject", subject)):
        complain_of_places(table, (key,), text, terms.places)
    if to and not places(to) and not is_mailbox(to):
        table.wrong(
            "to", f"“to” of {table.name} is “{to}”, expected an address, or a place such as “{{customer-email}}”"
        )
    return MailTemplate(_format(table, "mail", terms), to, subject, _when(table, terms))


_READERS: Mapping[str, Callable[[Table, Terms], EffectTemplate]] = {
    "note": _note,
    "reply": _reply,
    "tracker": _tracker,
    "coaching": _record(RecordKind.COACHING),
    "correction": _record(RecordKind.CORRECTION),
    "question": _question,
    "mail": _mail,
}


def _when(table: Table, terms: Terms) -> Mapping[str, str]:
    return read_when(table, terms.checks, terms.paths)


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
    value = table.choice("status", WRITABLE, "") if table.has("status") else ""
    return Status(value) if value in WRITABLE else None


def _tags(table: Table, terms: Terms) -> tuple[str, ...]:
    tags = table.texts("add_tags", optional=True)
    for index, tag in enumerate(tags):
        if not _TAG.fullmatch(PLACE.sub("x", tag)):
            table.log.add(
                (*table.place, "add_tags", index), f"tag “{tag}” of {table.name} may have no spaces or commas"
            )
        else:
            complain_of_places(table, ("add_tags", index), tag, terms.places)
    return tags


def _filled(table: Table, key: str, cells: Mapping[str, str], terms: Terms) -> Mapping[str, str]:
    for heading, text in cells.items():
        complain_of_places(table, (key, heading), text, terms.places)
    return cells
