"""The composer: everything that the person does with the note of a case, until it is sent."""

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

BRIEFLY = 2.0
"""Seconds for which is said what stands in a pane anyway; then it is out of the way."""


class ComposerPane(NotePane):
    """Holds the draft of the case that is open; posts it soon after each change, and whole when it is to be sent."""

    NAME = "Note"
    NUMBER = "4"
    COMMANDS: ClassVar[tuple[Command, ...]] = commands.COMMANDS

    arriving = False
    """Whether a form is on its way that will take what is typed."""

    _picking = False
    """Whether findings are being picked, and what was picked has not changed the form yet."""

    @dataclass
    class DraftChanged(Message):
        """The words of a case have changed and are to be kept."""

        survey_id: SurveyId
        draft: Draft
        seen: Mapping[str, str] = field(default_factory=dict)
        settled: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @dataclass
    class Discarded(Message):
        """The person wants no more of the words that a decided case still has."""

        survey_id: SurveyId

    @dataclass
    class SendRequested(Message):
        """The person asks for the decision to be taken; nothing is missing for it."""

        survey_id: SurveyId
        outcome_id: str
        fields: dict[str, str]
        findings: tuple[str, ...] = ()

    @dataclass
    class Progressed(Message):
        """Another outcome is being written, or something else is missing for it."""

        outcome: Outcome | None
        lacks: tuple[Blocker, ...]

    @dataclass
    class Switched(Message):
        """The person writes texts rather than fields from now on, or fields again."""

        as_text: bool

    class NewsWanted(Message):
        """The person wants to send, and has to read something first."""

    class Left(Message):
        """The person leaves the composer; the draft is safe."""

    def draft_changed(self, survey_id: SurveyId, draft: Draft) -> Message:
        """Return what tells that a draft has changed."""
        return self.DraftChanged(survey_id, draft, dict(self._post.seen), dict(self._post.settled))

    def progressed(self, outcome: Outcome | None, missing: tuple[Blocker, ...]) -> Message:
        """Return what tells how far the decision is."""
        return self.Progressed(outcome, missing)

    def start(self, outcome_id: str) -> None:
        """Begin to write for an outcome, or go on in another one: fields that both have keep their words.

        Where the outcome needs a finding, that is asked for first.
        """
        if self.case is None or self.closed:
            return
        self._post.words = Draft(outcome_id, self.draft.fields, self._post.words.findings)
        self._show_form()
        self._post.schedule(self.case)
        self._tell()
        self.arriving = True
        if self.outcome and self.outcome.needs_findings and not self.findings and self.offered:
            self.pick_findings()
        else:
            self.call_after_refresh(self.enter)

    def enter(self) -> None:
        """Take the focus in the first field that is still empty, before the next key is looked at."""
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
        """Take the focus where the words of a field are typed."""
        area = self.area_of(field_id)
        if area is not None:
            self.screen.set_focus(area)
        else:
            self.enter()

    def unsaved(self) -> "ComposerPane.DraftChanged | None":
        """Return the words on the screen where the store may not have them yet."""
        case, survey_id = self.case, self._post.survey_id
        if case is None or survey_id is None or self.draft == case.draft or not (self.draft.typed or not self.closed):
            return None
        return self.DraftChanged(survey_id, self.draft, dict(self._post.seen), dict(self._post.settled))

    def saved(self, survey_id: SurveyId, draft: Draft) -> None:
        """Hear that the store has a draft."""
        self._post.saved(survey_id, draft)

    def sent(self, survey_id: SurveyId) -> None:
        """Hear that the words of a case have become a decision."""
        if self.case is not None and self.case.id == survey_id:
            self._post.settle()

    # What the person does

    def send(self) -> None:
        """Ask for the decision, or go to the first thing that is missing for it."""
        if self.case is None or self.outcome is None:
            return
        begun_for = self._post.begun_for or self.case.id
        if begun_for != self.case.id:
            self.notify(f"Not sent: {other_case(begun_for)}.", severity="error", markup=False, timeout=12)
            return
        missing = self.lacks
        if missing:
            news = any(blocker.message_id for blocker in self.unread)
            if news:
                self.post_message(self.NewsWanted())
            areas = (self.area_of(blocker.field_id) for blocker in missing if blocker.field_id)
            area = next((area for area in areas if area is not None), None)
            if area is not None and not news:
                area.focus()
            blockers = "; ".join(line.plain for line in lacking(missing, self.case, self.asked))
            # It is said over the very message that is to be read, so not for long.
            shortly = BRIEFLY if news else None
            sentences = f"Not sent: {blockers}. {drop_typed(self)}".rstrip()
            self.notify(sentences, severity="warning", timeout=shortly, markup=False)
            return
        self.flush()
        # Words of fields that are not asked for go along: no effect takes them, and a parked or undone case has them.
        self.post_message(self.SendRequested(begun_for, self.outcome.id, dict(self.draft.fields), self.findings))

    def pick_findings(self) -> None:
        """Let the person pick from what the outcome offers; the fields of what is picked appear at once."""
        # The picker is gone a moment before its fields are here; what is typed then is for them.
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
            self._tell()
        self.arriving = True
        self.call_after_refresh(self.enter)

    def choose_version(self) -> None:
        """Let the person choose between their words and those that somebody else wrote in the same field."""
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
        """Put the chosen words into the field; only what stood on the screen has been weighed."""
        if chosen != "mine" and not self._put(name, "\n".join(weighed), beside=chosen == "both"):
            return
        self._post.settled[name] = self._post.settled.get(name, frozenset()) | set(weighed)
        self._post.schedule(self.case)
        self.flush()
        self._look_at_all()
        self._tell()

    def _put(self, name: str, theirs: str, *, beside: bool) -> bool:
        """Put words into a field, whether it has a place of its own or stands in a text; whether that could be."""
        words, area = self.draft, self._form.areas.get(name)
        text = f"{words.fields.get(name, '')}\n{theirs}".lstrip("\n") if beside else theirs
        if area is not None:
            area.replace(text, (0, 0), area.document.end)
        elif words.unread:
            sentence = "Nothing was taken: the text has words that belong to no field. Put it right first."
            self.notify(sentence, severity="warning", markup=False)
            return False
        else:
            self._post.words = Draft(words.outcome_id, {**words.fields, name: text}, words.findings)
            self._show_form()
        return True

    def discard(self) -> None:
        """Forget the words that a decided case still has."""
        if self.case is not None:
            self.post_message(self.Discarded(self.case.id))

    def let_go(self) -> None:
        """Show the words of the store again, whatever stands here."""
        self._post.settle()
        self._post.survey_id = None

    def switch(self) -> None:
        """Show the note as text, or its fields again; words that are no field's keep it as it is, and are said."""
        problems = [problem for read in self._read_back().values() for problem in read.problems]
        if problems:
            self.notify(
                f"The note stays in text form, so that nothing is lost: {problems[0]}.",
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
        """The field whose words the customer will read: the one that is typed in, or the first."""
        public = [row.area for row in self._form.rows.values() if row.public]
        return next((area for area in public if area.has_focus), public[0] if public else None)

    def pick_saved(self) -> None:
        """Let the person pick a saved reply."""
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
        begun = begin_with(saved, case, outcome, self._playbook, by=self._by())
        place = area.index_of(min(area.selection))
        area.insert(begun)
        area.focus()
        area.go_to_stop(place, place + len(begun))

    @property
    def no_saved(self) -> str:
        """Why no saved reply can be put in; empty where one can."""
        if reason := commands.cannot_send(self):
            return reason
        if not self.saved_replies:
            return "the playbook has no saved replies"
        return "" if self.replying else "saved replies are for replies; this outcome does not write one"

    @property
    def nothing_to_mend(self) -> str:
        """Why there is no remark to go to; empty where there is one."""
        return commands.cannot_send(self) or ("" if self.remarked else "there is no remark about these words")

    @property
    def remarked(self) -> bool:
        """Whether there is anything to remark about the words."""
        return any(area.remarks for area in self._form.areas.values())

    def next_remark(self) -> None:
        """Go to the next remark."""
        self._remarks.go_on()

    def mend(self, number: int) -> None:
        """Put a fix of the remark at the cursor into the text."""
        if not self._remarks.mend(number):
            self.notify("This remark has no ready-made fix: change the words yourself.", markup=False, timeout=4)

    def edit_outside(self) -> None:
        """Write the field under the cursor in the person's editor; whatever happens there, no words are lost."""
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
        """Go to the next or previous field, and round at the ends: what is typed next is meant for the note."""
        areas = list(self._form.areas.values())
        area = self._form.focused()
        if area is None:
            raise SkipAction  # nothing is written: the screen's own use of the key comes next
        if not area.next_stop(step):
            areas[(areas.index(area) + step) % len(areas)].focus()

    def leave(self) -> None:
        """Leave the words as they are."""
        self.flush()
        self.post_message(self.Left())

    # What is typed

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Keep what was typed, and say anew what is missing and what there is to remark."""
        message.stop()
        area = message.text_area
        if not isinstance(area, FieldArea) or not self._form.owns(area):
            return
        if self.draft != self._post.words:
            self._post.schedule(self.case)
        if area.has_focus:
            self.call_after_refresh(self._form.reveal, area)
        if self._look(area):
            self._tell()

    def on_text_area_selection_changed(self, message: TextArea.SelectionChanged) -> None:
        """Tell the remark at the cursor."""
        message.stop()
        area = message.text_area
        if isinstance(area, FieldArea) and area.remarks and self._form.owns(area):
            self._remarks.say(area)

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Go from field to field by arrow and enter."""
        message.stop()
        self._form.go(message.area, message.step)

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Keep the words when the person looks elsewhere."""
        self.flush()

    def on_unmount(self) -> None:
        """Keep the words when the screen goes."""
        self.flush()
