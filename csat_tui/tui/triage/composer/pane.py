"""The composer pane: the person's actions on the note of a case, until it is sent."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.app import SuspendNotSupported
from textual.message import Message
from textual.widgets import TextArea

from csat_tui.domain.case import Draft
from csat_tui.domain.case_wording import begin_with, saved_replies_for
from csat_tui.domain.decide import Blocker
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Outcome
from csat_tui.domain.wording import SavedReply
from csat_tui.tui.base.commands import Command, drop_typed
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.composer import commands
from csat_tui.tui.triage.composer.external_editor import EditorFailed, edited, editor_command
from csat_tui.tui.triage.composer.form import finding_picker
from csat_tui.tui.triage.composer.note import NotePane
from csat_tui.tui.triage.composer.note_lines import lacking
from csat_tui.tui.triage.composer.note_words import first_gap
from csat_tui.tui.windows.picker import Pick, Picker
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen
from csat_tui.workflow.draft_words import other_case

SHORT_NOTICE = 2.0
"""Seconds of a notification that would cover the message it is about."""


class ComposerPane(NotePane):
    """Edits the draft of the open case; posts it soon after each change, and again when it is to be sent."""

    NAME = "Note"
    NUMBER = "4"
    COMMANDS: ClassVar[tuple[Command, ...]] = commands.COMMANDS

    arriving = False
    """Whether a form is being opened that will take the next keys."""

    _picking = False
    """Whether the picker of findings is open or has not changed the form yet."""

    @dataclass
    class DraftChanged(Message):
        """The draft of a case has changed and must be saved."""

        survey_id: SurveyId
        draft: Draft
        seen: Mapping[str, str] = field(default_factory=dict)
        settled: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @dataclass
    class Discarded(Message):
        """The person discards the words that a decided case still has."""

        survey_id: SurveyId

    @dataclass
    class SendRequested(Message):
        """The person sends the decision; it has no blockers."""

        survey_id: SurveyId
        outcome_id: str
        fields: dict[str, str]
        findings: tuple[str, ...] = ()

    @dataclass
    class Progressed(Message):
        """The outcome that is being written, or its blockers, have changed."""

        outcome: Outcome | None
        blockers: tuple[Blocker, ...]

    @dataclass
    class Switched(Message):
        """The person switched between texts and fields."""

        as_text: bool

    class NewsWanted(Message):
        """The person wants to send, and must read new messages first."""

    class Left(Message):
        """The person leaves the composer."""

    def draft_changed(self, survey_id: SurveyId, draft: Draft) -> Message:
        """Return the message about a changed draft."""
        return self.DraftChanged(survey_id, draft, dict(self._post.seen), dict(self._post.settled))

    def progressed(self, outcome: Outcome | None, missing: tuple[Blocker, ...]) -> Message:
        """Return the message about the outcome and its blockers."""
        return self.Progressed(outcome, missing)

    def start(self, outcome_id: str) -> None:
        """Begin to write for an outcome; fields that the previous outcome also had keep their words.

        If the outcome needs a finding, the picker opens first.
        """
        if self.case is None or self.closed:
            return
        self._post.words = Draft(outcome_id, self.draft.fields, self._post.words.findings)
        self._show_form()
        self._post.schedule(self.case)
        self._show_status()
        self.arriving = True
        if self.outcome and self.outcome.needs_findings and not self.findings and self.offered:
            self.pick_findings()
        else:
            self.call_after_refresh(self.enter)

    def enter(self) -> None:
        """Focus the first empty field, before the next key is handled."""
        self.arriving = self._picking
        areas = list(self._form.areas.values())
        target = next((area for area in areas if area.field.required and not area.text.strip()), None)
        unwritten = next(
            (text for text in self._texts if not all(self.fields.get(name.id) for name in text.fields)), None
        )
        if unwritten is not None and unwritten.id in self._form.areas:
            target = self._form.areas[unwritten.id]
            target.go_to(first_gap(target.text))
        self.screen.set_focus(target or (areas[0] if areas else self._form))

    def enter_field(self, field_id: str) -> None:
        """Focus the area for the words of a field."""
        area = self.area_of(field_id)
        if area is not None:
            self.screen.set_focus(area)
        else:
            self.enter()

    def unsaved(self) -> "ComposerPane.DraftChanged | None":
        """Return the words on the screen if the store may not have them; None if it has."""
        case, survey_id = self.case, self._post.survey_id
        if case is None or survey_id is None or self.draft == case.draft or not (self.draft.typed or not self.closed):
            return None
        return self.DraftChanged(survey_id, self.draft, dict(self._post.seen), dict(self._post.settled))

    def saved(self, survey_id: SurveyId, draft: Draft) -> None:
        """Take note that the store has a draft."""
        self._post.saved(survey_id, draft)

    def sent(self, survey_id: SurveyId) -> None:
        """Take note that the words of a case have become a decision."""
        if self.case is not None and self.case.id == survey_id:
            self._post.settle()

    # Actions

    def send(self) -> None:
        """Send the decision, or go to its first blocker."""
        if self.case is None or self.outcome is None:
            return
        begun_for = self._post.begun_for or self.case.id
        if begun_for != self.case.id:
            self.notify(f"Not sent: {other_case(begun_for)}.", severity="error", markup=False, timeout=12)
            return
        missing = self.blockers
        if missing:
            news = any(blocker.message_id for blocker in self.unread)
            if news:
                self.post_message(self.NewsWanted())
            areas = (self.area_of(blocker.field_id) for blocker in missing if blocker.field_id)
            area = next((area for area in areas if area is not None), None)
            if area is not None and not news:
                area.focus()
            blockers = "; ".join(line.plain for line in lacking(missing, self.case, self.asked))
            # The notification may cover the message to read, so it is short.
            shortly = SHORT_NOTICE if news else None
            sentences = f"Not sent: {blockers}. {drop_typed(self)}".rstrip()
            self.notify(sentences, severity="warning", timeout=shortly, markup=False)
            return
        self.flush()
        # Words of other fields are included: no effect uses them, but a parked or undone case keeps them.
        self.post_message(self.SendRequested(begun_for, self.outcome.id, dict(self.draft.fields), self.findings))

    def pick_findings(self) -> None:
        """Open the picker for the findings that the outcome offers."""
        # The picker closes a moment before the fields of its findings are here; keys typed then are for these fields.
        self.arriving = self._picking = True
        picker = finding_picker(self._playbook, self.offered, self.findings)
        self.app.push_screen(picker, self._take_findings)

    def _take_findings(self, picked: tuple[str, ...] | None) -> None:
        self._picking = False
        words = self.draft
        if picked is not None and picked != self.findings:
            others = tuple(finding_id for finding_id in words.findings if finding_id not in self.findings)
            self._post.words = Draft(words.outcome_id, words.fields, (*picked, *others))
            self._adapt()
            self._post.schedule(self.case)
            self._show_status()
        self.arriving = True
        self.call_after_refresh(self.enter)

    def choose_version(self) -> None:
        """Ask the person to choose between their words and those of somebody else in the same field."""
        area = self._form.focused()
        name = area.field.id if area is not None and area.field.id in self.contested else next(iter(self.contested), "")
        versions = self.contested.get(name, ())
        if not versions:
            return
        by, survey_id = versions[-1].by or "the other terminal", self._post.survey_id
        choices = [
            Choice("k", "keep the words that are here", "mine"),
            Choice("t", f"take the words of {by} in their place", "theirs"),
            Choice("b", f"keep both: the words of {by} go below", "both"),
        ]

        def take(chosen: str | None) -> None:
            if chosen is not None and self._post.survey_id == survey_id:
                self._settle(name, chosen, [version.text for version in versions])

        self.app.push_screen(ChoiceScreen("Two people wrote in this field", choices), take)

    def _settle(self, name: str, chosen: str, weighed: Sequence[str]) -> None:
        """Put the chosen words into the field; `weighed` are the texts that the person saw."""
        if chosen != "mine" and not self._put(name, "\n".join(weighed), beside=chosen == "both"):
            return
        self._post.settled[name] = self._post.settled.get(name, frozenset()) | set(weighed)
        self._post.schedule(self.case)
        self.flush()
        self._check_all()
        self._show_status()

    def _put(self, name: str, theirs: str, *, beside: bool) -> bool:
        """Put words into a field, or into the text that has it; returns whether that was possible."""
        words, area = self.draft, self._form.areas.get(name)
        text = f"{words.fields.get(name, '')}\n{theirs}".lstrip("\n") if beside else theirs
        if area is not None:
            area.replace(text, (0, 0), area.document.end)
        elif words.unread:
            sentence = "Nothing was inserted: the text has words that belong to no field. Correct that first."
            self.notify(sentence, severity="warning", markup=False)
            return False
        else:
            self._post.words = Draft(words.outcome_id, {**words.fields, name: text}, words.findings)
            self._show_form()
        return True

    def discard(self) -> None:
        """Discard the words that a decided case still has."""
        if self.case is not None:
            self.post_message(self.Discarded(self.case.id))

    def let_go(self) -> None:
        """Drop the words on the screen, so that the stored ones are shown next."""
        self._post.settle()
        self._post.survey_id = None

    def switch(self) -> None:
        """Switch between text and fields; a text with words that belong to no field stays, and the person is told."""
        problems = [problem for read in self._parsed().values() for problem in read.problems]
        if problems:
            self.notify(
                f"The note stays in text form, so that no words are lost: {problems[0]}.",
                severity="warning",
                markup=False,
            )
            return
        self._switch()
        self.post_message(self.Switched(self.as_text))
        self.arriving = True
        self.call_after_refresh(self.enter)

    @property
    def saved_replies(self) -> tuple[SavedReply, ...]:
        """The texts that a reply can begin with."""
        return self._playbook.saved_replies

    @property
    def replying(self) -> FieldArea | None:
        """The public field with the focus, or else the first public field; None if there is none."""
        public = [row.area for row in self._form.rows.values() if row.public]
        return next((area for area in public if area.has_focus), public[0] if public else None)

    def pick_saved(self) -> None:
        """Open the picker for saved replies."""
        case = self.case
        suited, others = saved_replies_for(case, self.findings, self._playbook) if case else ((), self.saved_replies)
        groups = (("for this concern", suited), ("others" if suited else "", others))
        picks = [Pick(reply.id, reply.label, group, reply.text) for group, offered in groups for reply in offered]
        self.app.push_screen(Picker("Start with a saved reply", picks, several=False), self._take_saved)

    def _take_saved(self, picked: tuple[str, ...] | None) -> None:
        area, case, outcome = self.replying, self.case, self.outcome
        saved = next((reply for reply in self.saved_replies if picked and reply.id == picked[0]), None)
        if area is None or case is None or outcome is None or saved is None:
            return
        filled = begin_with(saved, case, outcome, self._playbook, by=self._by())
        place = area.index_of(min(area.selection))
        area.insert(filled)
        area.focus()
        area.go_to_stop(place, place + len(filled))

    @property
    def no_saved(self) -> str:
        """Why no saved reply can be inserted; empty if one can."""
        if reason := commands.cannot_send(self):
            return reason
        if not self.saved_replies:
            return "the playbook has no saved replies"
        return "" if self.replying else "saved replies are for replies to customers; this outcome has none"

    @property
    def nothing_to_mend(self) -> str:
        """Why there is no remark to go to; empty if there is one."""
        return commands.cannot_send(self) or ("" if self.remarked else "there is no remark about these words")

    @property
    def remarked(self) -> bool:
        """Whether there are remarks about the words."""
        return any(area.remarks for area in self._form.areas.values())

    def next_remark(self) -> None:
        """Go to the next remark."""
        self._remarks.go_on()

    def mend(self, number: int) -> None:
        """Apply a fix of the remark at the cursor."""
        if not self._remarks.mend(number):
            self.notify("This remark has no fix to insert. Change the words yourself.", markup=False, timeout=4)

    def edit_outside(self) -> None:
        """Edit the focused field in the person's own editor; if that fails, its words stay."""
        areas = list(self._form.areas.values())
        area = self._form.focused() or next((area for area in areas if area.field.multiline), areas[0])
        self.flush()
        try:
            command = editor_command(os.environ)
            with self.app.suspend():
                text = edited(area.text, command)
        except (EditorFailed, SuspendNotSupported) as error:
            reason = str(error) if isinstance(error, EditorFailed) else "no editor can be opened in this terminal"
            self.notify(f"{reason[:1].upper()}{reason[1:]}.", severity="warning", markup=False, timeout=8)
            return
        area.replace(text, (0, 0), area.document.end)
        area.focus()

    def step(self, step: int) -> None:
        """Go to the next or previous placeholder or field; after the last field, go to the first."""
        areas = list(self._form.areas.values())
        area = self._form.focused()
        if area is None:
            raise SkipAction  # no field has the focus: the screen's binding gets the key
        if not area.next_stop(step):
            areas[(areas.index(area) + step) % len(areas)].focus()

    def leave(self) -> None:
        """Leave the note; its draft is saved."""
        self.flush()
        self.post_message(self.Left())

    # Typing

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Post the draft soon, and update remarks and blockers."""
        message.stop()
        area = message.text_area
        if not isinstance(area, FieldArea) or not self._form.owns(area):
            return
        if self.draft != self._post.words:
            self._post.schedule(self.case)
        if area.has_focus:
            self.call_after_refresh(self._form.reveal, area)
        if self._check(area):
            self._show_status()

    def on_text_area_selection_changed(self, message: TextArea.SelectionChanged) -> None:
        """Show the remark at the cursor first."""
        message.stop()
        area = message.text_area
        if isinstance(area, FieldArea) and area.remarks and self._form.owns(area):
            self._remarks.say(area)

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Go to the next or previous field."""
        message.stop()
        self._form.go(message.area, message.step)

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Post the draft when the note loses the focus."""
        self.flush()

    def on_unmount(self) -> None:
        """Post the draft when the screen is removed."""
        self.flush()
