"""The note as one text: write each text of a decision in its format, and read the fields back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.case import WHOLE_TEXT, Case
from csat_tui.domain.composing import applies
from csat_tui.domain.facts import facts
from csat_tui.domain.formats import parse_note, render_note
from csat_tui.domain.places import places
from csat_tui.domain.playbook import Field, Format, Outcome, Playbook
from csat_tui.effects.registry import template_kind

_EMPTY = "\ue000"
"""Stands in an empty field while its line is rendered, so that the line is there to be typed in."""


@dataclass(frozen=True, slots=True)
class NoteText:
    """One text of a decision: its format, how it is called, whether the customer reads it, the fields it holds."""

    form: Format
    label: str
    public: bool
    sort: str
    fields: tuple[Field, ...]

    @property
    def id(self) -> str:
        """The id under which it stands among the fields."""
        return WHOLE_TEXT + self.form.id


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a text says: the words of its fields, and a sentence for each part that is none of theirs."""

    fields: Mapping[str, str]
    problems: tuple[str, ...] = ()


def texts_of(
    case: Case, outcome: Outcome, findings: Sequence[str], asked: Sequence[Field], playbook: Playbook
) -> tuple[NoteText, ...]:
    """Return the texts of a decision that hold any of the fields that are asked for; each field is in one of them."""
    found: dict[str, NoteText] = {}
    held: set[str] = set()
    for template in sorted(outcome.effects, key=lambda one: one.order):
        if not template.format_id or not applies(case, template, findings, playbook):
            continue
        form = playbook.formats[template.format_id]
        named = {name for line in form.lines for name in places(line)}
        own = tuple(one for one in asked if one.id in named and one.id not in held)
        if own and form.id not in found:
            label, sort = template_kind(template).as_text, template.wording_sort
            found[form.id] = NoteText(form, label, template.read_by_customer, sort, own)
            held.update(one.id for one in own)
    return tuple(found.values())


def known_words(
    case: Case,
    outcome: Outcome,
    findings: Sequence[str],
    playbook: Playbook,
    texts: Sequence[NoteText],
    by: str,
    at: datetime | None,
) -> Mapping[str, str]:
    """Return the facts that stand in these texts beside the fields."""
    wanted = {name for one in texts for line in one.form.lines for name in places(line)}
    return facts(case, outcome, findings, playbook, wanted=wanted, by=by, at=at)


def written(text: NoteText, known: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return a text with the words of its fields in it, and a line for each field that has none yet."""
    own = {field.id: words.get(field.id, "").strip() or known.get(field.id, "") or _EMPTY for field in text.fields}
    rendered = render_note(text.form, {**known, **own}).replace(_EMPTY, "")
    return "\n".join(line.rstrip() if not line.rstrip().endswith(":") else line for line in rendered.split("\n"))


def read_back(text: NoteText, known: Mapping[str, str], typed: str) -> ReadBack:
    """Return the fields of a text as it was typed; what belongs to none of them is said, and stays in the text."""
    own = {field.id: field for field in text.fields}
    one_line = [field.id for field in text.fields if not field.multiline]
    parsed = parse_note(text.form, typed, one_line=one_line)
    problems = [_sentence(one.sentence, one.line) for one in parsed.problems] if parsed.remainder else []
    for name, value in parsed.fields.items():
        if name not in own and value.strip() != known.get(name, "").strip():
            problems.append(f"“{value.strip()}” is filled in automatically and cannot be changed here")
    return ReadBack({name: parsed.fields.get(name, "") for name in own}, tuple(problems))


def first_gap(text: str) -> int:
    """Return the place at the end of the first line that has a label and no words yet, or else of the text."""
    place = 0
    for line in text.split("\n"):
        place += len(line)
        if line.rstrip().endswith(":"):
            return place
        place += 1
    return len(text)


def _sentence(sentence: str, line: int) -> str:
    return f"line {line}: {sentence}" if line else sentence
