"""The note of the open case, as fields or as text, with remarks and the lines under it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from csat_tui.domain.case import WHOLE_TEXT, Case, Draft
from csat_tui.domain.case_wording import sort_of, wording_of
from csat_tui.domain.composing import NOWHERE, Reach
from csat_tui.domain.decide import Blocker
from csat_tui.domain.playbook import Outcome, Playbook
from csat_tui.domain.wording import Level, Remark
from csat_tui.tui.base.background_work import BackgroundWork
from csat_tui.tui.base.commands import Command, Guarded
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import key_for, keys_of, show_key, with_keys
from csat_tui.tui.base.text import clock_time, safe
from csat_tui.tui.triage.composer import commands, note_lines
from csat_tui.tui.triage.composer.form import FieldRemarks
from csat_tui.tui.triage.composer.note_lines import destination, lacking
from csat_tui.tui.triage.composer.note_words import NoteText, NoteWords

FILLED = "filled in for you"
"""Shown in a faint colour under text that was filled in automatically."""

LONG = 600
"""Characters from which a text is checked on another thread, a moment after the key."""

PAUSE = 0.12
"""Seconds of that moment, even if typing goes on."""


class NotePane(BackgroundWork, NoteWords):
    """Shows the draft of one case; the composer adds the person's actions."""

    def __init__(self, playbook: Playbook, reach: Reach = NOWHERE, **given: Any) -> None:
        super().__init__(playbook, reach, **given)
        self._findings = SteadyText(id="findings")
        self._below = SteadyText(id="destination")
        self._verdict = SteadyText(id="verdict")
        self._remarks = FieldRemarks(self._form, self._remarks_on, self._quietly, self._fix_keys, self._written_beside)
        self._progress: tuple[Outcome | None, tuple[Blocker, ...]] | None = None
        self._to_check: set[FieldArea] = set()
        """Fields with long texts that are to be checked."""

    def compose(self) -> ComposeResult:
        """Lay out the findings, the fields, the destination and the blockers."""
        yield self._findings
        yield self._form
        yield self._below
        yield self._verdict

    def on_mount(self) -> None:
        """Show the case that was set before."""
        self.watch_case(None, self.case)

    def progressed(self, outcome: Outcome | None, missing: tuple[Blocker, ...]) -> Message:
        """Return the message about the outcome and its blockers."""
        raise NotImplementedError

    # Changes of the case

    def watch_case(self, _old: Case | None, new: Case | None) -> None:
        """Show the draft of a case; words that are being typed for the same case stay."""
        if not self.is_mounted:
            return
        if (
            new is None
            or new.id != self._post.survey_id
            or self._post.changes_stage(new, being_written=self._being_written)
        ):
            self.flush()
            self._load(new)
        elif not self._post.adopt(new):
            self._adapt()
        else:
            self._load(new)
        self._show_status()

    @property
    def _being_written(self) -> bool:
        return self.draft.typed or self.has_pseudo_class("focus-within")

    def follow(self, playbook: Playbook) -> None:
        """Use another playbook from now on; all words stay, even those of removed fields."""
        self._playbook = playbook
        if self.is_mounted:
            self._adapt()
            self._show_kind()
            self._show_status()

    def watch_unread(self) -> None:
        """Show the new blockers."""
        if self.is_mounted:
            self._show_status()

    def flush(self) -> None:
        """Post unposted words at once."""
        self._post.flush()

    def enter(self) -> None:
        """Take the focus."""
        raise NotImplementedError

    def _load(self, case: Case | None) -> None:
        """Replace the shown draft by that of a case."""
        self._post.open(case)
        within = self.is_mounted and self.has_pseudo_class("focus-within")
        self._show_form()
        self._post.words = self.draft
        self._form.scroll_home(animate=False)
        if within:
            self.call_after_refresh(self.enter)

    def _show_form(self) -> None:
        """Show the fields of the outcome with their words."""
        words = self._post.words.fields
        fill = self._fill()
        self._filled = {name: fill.get(name, "") for name in (field.id for field in self.asked if field.fill)}
        shown, texts = self._arranged({**fill, **words})
        self._form.load(shown, texts, self._public(shown))
        self._check_all()
        self._show_kind()

    def _show_kind(self) -> None:
        """Show by title and colour who will read the words."""
        replies = self.outcome is not None and self.outcome.replies
        self.set_class(replies, "-public")
        self.set_class(self.outcome is not None, "-writing")
        self.border_title = Content("4 Reply · customer will see this" if replies else "4 Note")

    def _adapt(self) -> None:
        """Show the fields that the answers and findings require now; typed words are kept."""
        before, before_facts = self._texts, self._known
        words = self.draft
        fill = self._fill()
        shown, texts = self._arranged({**fill, **words.fields})
        if [field.id for field in shown] != list(self._form.areas) or before != self._texts:
            self._remember(words)
        self._form.adapt(shown, texts, self._public(shown))
        for area in self._form.areas.values():
            name = area.field.id
            ours = bool(area.field.fill) and area.text == self._filled.get(name, "")
            stale = name.startswith(WHOLE_TEXT) and (before != self._texts or before_facts != self._known)
            if (ours and fill.get(name) and fill[name] != area.text) or (stale and texts[name] != area.text):
                area.load_text(texts[name] if stale else fill[name])
        self._filled = {field.id: fill.get(field.id, "") for field in self.asked if field.fill}
        self._check_all()

    def begin_as(self, *, as_text: bool) -> None:
        """Show the note as text or as fields, unless the person is editing it."""
        if as_text == self.as_text or self.has_pseudo_class("focus-within") or self._post.unposted:
            return
        if not any(read.problems for read in self._parsed().values()):
            self._switch()

    def _switch(self) -> None:
        """Switch between text and fields."""
        words = self.draft
        self.as_text = not self.as_text
        self._remember(words)
        self._show_form()
        self._show_status()

    def _remember(self, words: Draft) -> None:
        """Keep the words before other fields show them: a letter may have been typed that nothing has posted yet."""
        if words != self._post.words:
            self._post.words = words
            self._post.schedule(self.case)

    # Remarks and lines

    def _check_all(self) -> None:
        """Check the words of every field."""
        for area in self._form.areas.values():
            self._check(area)

    def _check(self, area: FieldArea) -> bool:
        """Check the words of a field, long ones a moment later; return whether they were checked now."""
        if len(area.text) < LONG:
            self._remarks.check(area)
            return True
        if area not in self._to_check:
            self._to_check.add(area)
            self.set_timer(PAUSE, partial(self._check_later, area))
        return False

    def _check_later(self, area: FieldArea) -> None:
        self._to_check.discard(area)  # later changes schedule another check
        self.do("The words could not be checked", self._look_aside(area), "looking")

    async def _look_aside(self, area: FieldArea) -> None:
        """Check long words on another thread; drop the result if the words or the case change meanwhile."""
        case, outcome, text = self.case, self.outcome, area.text
        if case is None or outcome is None or not self._form.owns(area):
            return
        weigh = self._weighing(case, outcome)
        remarks = await asyncio.to_thread(self._rules_on(area.field.id, text))
        missing = await asyncio.to_thread(weigh)
        if self.case is case and self.outcome is outcome and self._form.owns(area) and area.text == text:
            self._remarks.put(area, remarks)
            self._show_status(missing)

    def _remarks_on(self, field_id: str, text: str) -> tuple[Remark, ...]:
        """Return the remarks about the words of a field."""
        return self._rules_on(field_id, text)()

    def _rules_on(self, field_id: str, text: str) -> Callable[[], tuple[Remark, ...]]:
        if self.case is None or self.outcome is None:
            return tuple
        typed = self._form.texts
        return rules_on(self.case, self.outcome, self._playbook, self._texts, typed, field_id, text, self._others())

    def _quietly(self, area: FieldArea) -> str:
        return FILLED if area.text and area.text == self._filled.get(area.field.id) else ""

    def _written_beside(self, area: FieldArea) -> Content:
        """Return the texts of others in the same field, with author and time, and the key to choose a version."""
        key = self.key_of(commands.VERSIONS)
        lines = []
        held = [field.id for text in self._texts if text.id == area.field.id for field in text.fields]
        contested = self.contested
        for version in (version for name in (area.field.id, *held) for version in contested.get(name, ())):
            when = clock_time(version.at, self._now() if self._now else version.at)
            head = safe(f"{version.by or 'Another terminal'} wrote this here at {when}, beside your words: ", "$fair")
            lines.append(Content.styled("! ", "bold $fair") + head + safe(version.text))
        if lines:
            lines.append(Content.assemble((key, "bold $accent"), (" chooses between the two", "$muted")))
        return Content("\n").join(lines)

    def _fix_keys(self) -> tuple[str, ...]:
        return tuple(self.key_of(fix) for fix in commands.FIXES)

    def key_of(self, command: Command) -> str:
        """Return the name of a command's key."""
        return show_key(next(iter(keys_of(self.app, command)), ""))

    def _show_status(self, found: tuple[Blocker, ...] | None = None) -> None:
        """Show the findings, the destination and the blockers, which may have been `found` already."""
        case, outcome = self.case, self.outcome
        keys = partial(with_keys, self.app)
        missing = self.blockers if found is None else self._with_what_is_unread(found)
        below, status = Content(""), Content("")
        if case is None:
            below = Content.styled("No case is open.", "$muted")
        elif outcome is None:
            if not self.closed:
                below = note_lines.outcome_list(case, self._playbook, keys, self._post.words.outcome_id or "")
                status = note_lines.still_open(case, self.unread)
        else:
            below = destination(case, outcome, self.findings, self._playbook, self._reach, self.fields)
            open_lines = self._lines_of(missing, case)
            key = key_for(self.app, "case.missing", typing=True)
            status = note_lines.missing_lines(open_lines, self.size.height, key)
            if self.refused:
                status = note_lines.refused_line(self.refused)
            elif not open_lines:
                status = note_lines.ready_line(self.key_of(commands.SEND), self.fields.values())
        below = note_lines.under(
            self.happened, below, keys, closed=self.closed, sent_back=0 if case is None else case.sent_back
        )
        picked = note_lines.picked_lines(self.findings, self._playbook, self.offered, self.key_of(commands.FINDINGS))
        for line, words in ((self._findings, picked), (self._below, below), (self._verdict, status)):
            line.say(words)
        self._findings.display = bool(picked)
        self._show_saved()
        if self._progress != (outcome, missing):
            self._progress = (outcome, missing)
            self.post_message(self.progressed(outcome, missing))

    def _lines_of(self, missing: tuple[Blocker, ...], case: Case) -> list[Content]:
        """Return the blockers; wording errors are shown under their fields, and only counted here."""
        in_fields = [blocker for blocker in missing if self._shown_below(blocker)]
        lines = lacking([blocker for blocker in missing if blocker not in in_fields], case, self.asked)
        if in_fields:
            many = "an error" if len(in_fields) == 1 else f"{len(in_fields)} errors"
            lines.append(Content(f"{many} in the words, {self.key_of(commands.WORDING)} goes there"))
        return lines

    def _shown_below(self, blocker: Blocker) -> bool:
        area = self.area_of(blocker.field_id)
        return area is not None and any(
            remark.level is Level.ERROR and blocker.sentence.endswith(remark.sentence) for remark in area.remarks
        )

    def _show_saved(self) -> None:
        if self.case is None or self.outcome is None:
            self.state = ""
            return
        seen = "public" if self.outcome.replies else "private"
        saved = "draft …" if self._post.waiting else "draft saved"
        self.states = (f"{seen} · {self.outcome.label} · {saved}", f"{seen} · {saved}", saved)


class SteadyText(Guarded, Static):
    """A text that is drawn only when it changes; Textual would lay out the screen again for an equal text."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__("", id=id, classes=classes, markup=False)
        self._words = Content("")

    def say(self, words: Content) -> None:
        """Show a text, unless it is shown already."""
        if not words.is_same(self._words):
            self._words = words
            self.update(words)


def rules_on(
    case: Case,
    outcome: Outcome,
    playbook: Playbook,
    texts: Sequence[NoteText],
    typed: Mapping[str, str],
    field_id: str,
    text: str,
    strangers: Sequence[str] = (),
) -> Callable[[], tuple[Remark, ...]]:
    """Return a function that checks a field's words on any thread; `typed` has the words of all fields.

    Words that a rule requires of a text may be in any of its fields. `strangers` are the customers who were written to
    before this one.
    """
    full_text = next((text for text in texts if text.id == field_id), None)
    sort = full_text.sort if full_text else sort_of(field_id, outcome, playbook)
    if not sort or not playbook.wording:
        return tuple
    others = [words for name, words in typed.items() if name != field_id and sort_of(name, outcome, playbook) == sort]
    return partial(wording_of, case, sort, text, playbook, others=strangers, whole="\n".join([text, *others]))
