"""The words of the open case's note: as fields or as text, as a decision would use them, with their blockers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual.message import Message
from textual.reactive import var

from csat_tui.domain.case import WHOLE_TEXT, Case, Draft, Stage, Version
from csat_tui.domain.composing import NOWHERE, Reach, applies, asked_fields, offered_findings
from csat_tui.domain.decide import Blocker, blockers, prefill
from csat_tui.domain.facts import facts
from csat_tui.domain.formats import parse_note, render_note
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.places import places
from csat_tui.domain.playbook import Field, Format, Outcome, Playbook
from csat_tui.effects.registry import template_kind
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.triage.composer.drafts import DraftPost
from csat_tui.tui.triage.composer.form import Form
from csat_tui.tui.triage.composer.note_lines import public_fields, what_happened, why_not_sent
from csat_tui.workflow.draft_words import contested, unweighed

_EMPTY = "\ue000"
"""Placeholder for an empty field while a text is rendered, so that the text has a line for the field."""


@dataclass(frozen=True, slots=True)
class NoteText:
    """One text of a decision: its format, its label, whether the customer reads it, and its fields."""

    form: Format
    label: str
    public: bool
    sort: str
    fields: tuple[Field, ...]

    @property
    def id(self) -> str:
        """Its id among the fields."""
        return WHOLE_TEXT + self.form.id


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A parsed text: the words of its fields, and a sentence for each part that belongs to no field."""

    fields: Mapping[str, str]
    problems: tuple[str, ...] = ()


def texts_of(
    case: Case, outcome: Outcome, findings: Sequence[str], asked: Sequence[Field], playbook: Playbook
) -> tuple[NoteText, ...]:
    """Return the texts of a decision that have any of these fields; each field belongs to one text."""
    found: dict[str, NoteText] = {}
    held: set[str] = set()
    for template in sorted(outcome.effects, key=lambda template: template.order):
        if not template.format_id or not applies(case, template, findings, playbook):
            continue
        form = playbook.formats[template.format_id]
        named = {name for line in form.lines for name in places(line)}
        own = tuple(field for field in asked if field.id in named and field.id not in held)
        if own and form.id not in found:
            label, sort = template_kind(template).as_text, template.wording_sort
            found[form.id] = NoteText(form, label, template.read_by_customer, sort, own)
            held.update(field.id for field in own)
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
    """Return the facts in these texts besides the fields."""
    wanted = {name for text in texts for line in text.form.lines for name in places(line)}
    return facts(case, outcome, findings, playbook, wanted=wanted, by=by, at=at)


def written(text: NoteText, known_facts: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return a text with the words of its fields, and an empty line for each empty field."""
    own = {
        field.id: words.get(field.id, "").strip() or known_facts.get(field.id, "") or _EMPTY for field in text.fields
    }
    rendered = render_note(text.form, {**known_facts, **own}).replace(_EMPTY, "")
    return "\n".join(line.rstrip() if not line.rstrip().endswith(":") else line for line in rendered.split("\n"))


def parse_text(text: NoteText, known_facts: Mapping[str, str], typed: str) -> ParsedText:
    """Return the fields of a typed text, with a problem for each part that belongs to no field."""
    own = {field.id: field for field in text.fields}
    one_line = [field.id for field in text.fields if not field.multiline]
    parsed = parse_note(text.form, typed, one_line=one_line)
    problems = [_sentence(problem.sentence, problem.line) for problem in parsed.problems] if parsed.remainder else []
    for name, value in parsed.fields.items():
        if name not in own and value.strip() != known_facts.get(name, "").strip():
            problems.append(f"“{value.strip()}” is filled in automatically and cannot be changed here")
    return ParsedText({name: parsed.fields.get(name, "") for name in own}, tuple(problems))


def first_gap(text: str) -> int:
    """Return the position at the end of the first line with a label and no words, or else at the end of the text."""
    place = 0
    for line in text.split("\n"):
        place += len(line)
        if line.rstrip().endswith(":"):
            return place
        place += 1
    return len(text)


def _sentence(sentence: str, line: int) -> str:
    return f"line {line}: {sentence}" if line else sentence


class NoteWords(Pane):
    """Holds the fields of a case's note, and reads the words in them; subclasses show it."""

    case: var[Case | None] = var(None, always_update=True)
    unread: var[tuple[Blocker, ...]] = var(())
    """Blockers of any decision."""

    def __init__(
        self,
        playbook: Playbook,
        reach: Reach = NOWHERE,
        *,
        by: Callable[[], str] = str,
        now: Callable[[], datetime] | None = None,
        as_text: bool = False,
        others: Callable[[], Sequence[str]] = tuple,
        writing: Callable[[SurveyId], str] = str,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._playbook = playbook
        self._reach = reach
        self._by = by
        self._now = now
        self._others = others
        """Returns the customers who were written to a moment ago."""
        self._writing = writing
        """Returns the name under which words typed here are saved."""
        self.as_text = as_text
        """Whether the person writes texts instead of fields."""
        self._form = Form()
        self._post = DraftPost(self, lambda: self.draft, self.draft_changed, self._show_saved)
        self._filled: dict[str, str] = {}
        """The texts that were filled in automatically, by field."""
        self._texts: tuple[NoteText, ...] = ()
        """The texts that are shown instead of fields."""
        self._known: Mapping[str, str] = {}

    def draft_changed(self, survey_id: SurveyId, draft: Draft) -> Message:
        """Return the message about a changed draft."""
        raise NotImplementedError

    def _show_saved(self) -> None:
        """Show whether the draft is saved."""
        raise NotImplementedError

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that is being written."""
        outcomes = {outcome.id: outcome for outcome in self._playbook.outcomes}
        return outcomes.get(self._post.words.outcome_id or "")

    @property
    def offered(self) -> tuple[str, ...]:
        """The groups of findings that the outcome offers."""
        groups = {finding.group for finding in self._playbook.findings.values()}
        return tuple(group for group in self.outcome.findings if group in groups) if self.outcome else ()

    @property
    def findings(self) -> tuple[str, ...]:
        """The picked findings in groups that the outcome offers."""
        return offered_findings(self.outcome, self._post.words.findings, self._playbook) if self.outcome else ()

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are asked for now."""
        if self.case is None or self.outcome is None:
            return ()
        return asked_fields(self.case, self.outcome, self.findings, self._playbook)

    @property
    def fields(self) -> dict[str, str]:
        """The words of the fields that are asked for now, as a decision would use them."""
        words = {name: text for name, text in self._form.texts.items() if not name.startswith(WHOLE_TEXT)}
        for read in self._parsed().values():
            words |= read.fields
        return words

    @property
    def draft(self) -> Draft:
        """The words on the screen, and those of fields that are not asked for now.

        A text that cannot be split into its fields is kept as typed, even while another outcome is written.
        """
        words = self._post.words
        read_now = {text.id for text in self._texts}
        kept = {name: text for name, text in words.fields.items() if name not in read_now}
        typed = {name: text for name, text in self.fields.items() if text or name in kept or name not in self._filled}
        unread = {name: self._form.texts[name] for name, read in self._parsed().items() if read.problems}
        return Draft(words.outcome_id, {**kept, **typed, **unread}, words.findings)

    @property
    def closed(self) -> bool:
        """Whether the case takes no more words."""
        return self.case is not None and self.case.stage is Stage.DECIDED

    @property
    def happened(self) -> str:
        """A sentence about a change of the case elsewhere; empty if there is none."""
        if self.case is None:
            return ""
        return what_happened(self.case, self._playbook, self._by(), self._now() if self._now else None)

    @property
    def refused(self) -> str:
        """Why no decision about the case can be sent; empty if one can."""
        return "" if self.case is None else why_not_sent(self.case, self.happened)

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        """The blockers of the decision."""
        if self.case is None or self.outcome is None:
            return ()
        missing = self._weighing(self.case, self.outcome)()
        return self._with_what_is_unread(missing)

    def _weighing(self, case: Case, outcome: Outcome) -> Callable[[], tuple[Blocker, ...]]:
        """Return a function that finds the blockers for the current words on any thread."""
        return partial(
            blockers, case, outcome, self.fields, self._playbook, findings=self.findings, reach=self._reach,
            others=self._others(),
        )  # fmt: skip

    def _with_what_is_unread(self, missing: tuple[Blocker, ...]) -> tuple[Blocker, ...]:
        labels = {field.id: field.label.lower() for field in self.asked}
        contested_fields = (
            Blocker(contested(labels[name], versions), field_id=name)
            for name, versions in self.contested.items()
            if name in labels
        )
        unreadable = (
            Blocker(problem, field_id=name) for name, read in self._parsed().items() for problem in read.problems
        )
        return (*self.unread, *contested_fields, *unreadable, *missing)

    @property
    def contested(self) -> Mapping[str, tuple[Version, ...]]:
        """Texts that others wrote in the same fields without having seen these words, and that are not resolved."""
        if self.case is None or self.case.id != self._post.survey_id:
            return {}
        kept, writer, post = self.case.draft, self._writing(self.case.id), self._post
        foreign = [name for name, last in kept.written.items() if last.writer != writer]
        names = dict.fromkeys((*kept.others, *foreign))
        shown = self.draft.fields if names else {}
        found = {}
        for name in names:
            versions = unweighed(kept, name, shown.get(name, ""), writer, post.seen.get(name))
            if left := tuple(version for version in versions if version.text not in post.settled.get(name, ())):
                found[name] = left
        return found

    def area_of(self, field_id: str) -> FieldArea | None:
        """Return the area for the words of a field: its own, or that of its text; None if there is none."""
        areas = self._form.areas
        holding = next((text.id for text in self._texts if field_id in [field.id for field in text.fields]), "")
        return areas.get(field_id) or areas.get(holding)

    def _parsed(self) -> dict[str, ParsedText]:
        typed = self._form.texts
        return {text.id: parse_text(text, self._known, typed[text.id]) for text in self._texts if text.id in typed}

    def _arranged(self, words: Mapping[str, str]) -> tuple[tuple[Field, ...], Mapping[str, str]]:
        """Return the fields or texts to show, with their words; sets `_texts` and `_known`."""
        case, outcome, asked = self.case, self.outcome, self.asked
        self._texts, self._known = (), {}
        if case is None or outcome is None:
            return asked, words
        findings, playbook = self.findings, self._playbook
        texts = texts_of(case, outcome, findings, asked, playbook)
        if not self.as_text and not any(words.get(text.id) for text in texts):
            return asked, words
        at = self._now() if self._now else None
        known_facts = known_words(case, outcome, findings, playbook, texts, self._by(), at)
        self._texts, self._known = texts, known_facts
        held = {field.id for text in texts for field in text.fields}
        shown = [Field(text.id, text.label, multiline=True) for text in texts]
        rendered = {text.id: words.get(text.id) or written(text, known_facts, words) for text in texts}
        return (*shown, *(field for field in asked if field.id not in held)), {**words, **rendered}

    def _fill(self) -> Mapping[str, str]:
        """Return the texts that are filled in automatically, by field."""
        if self.case is None or self.outcome is None:
            return {}
        at = self._now() if self._now else None
        return prefill(self.case, self.outcome, self.findings, self._playbook, by=self._by(), at=at)

    def _public(self, fields: tuple[Field, ...]) -> frozenset[str]:
        own = public_fields(self.outcome, fields, self._playbook) if self.outcome else frozenset[str]()
        return own | {text.id for text in self._texts if text.public}
