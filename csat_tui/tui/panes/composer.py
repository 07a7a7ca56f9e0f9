"""The composer: the words of a decision, where they will go, and what still stands in the way."""

import os
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult, SuspendNotSupported
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

from csat_tui.domain.asking import asked_fields, going_with
from csat_tui.domain.case import Case, Draft, Stage
from csat_tui.domain.decide import NOWHERE, Lack, Reach, lacks
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Field, Outcome, Playbook
from csat_tui.tui.commands import Command
from csat_tui.tui.keys import keys_of, show_key
from csat_tui.tui.pane import Pane
from csat_tui.tui.panes import composer_keys, verdict
from csat_tui.tui.panes.destination import destination, lacking, public_fields
from csat_tui.tui.panes.draft_post import DraftPost
from csat_tui.tui.panes.editor import EditorFailed, edited, editor_command
from csat_tui.tui.panes.field_area import FieldArea
from csat_tui.tui.panes.form import Form
from csat_tui.tui.screens.finding_picker import finding_picker

BRIEFLY = 2.0
"""Seconds for which is said what stands in a pane anyway; then it is out of the way."""


class ComposerPane(Pane):
    """Holds the draft of the case that is open; posts it soon after each change, and whole when it is to be sent."""

    NAME = "Note"
    NUMBER = "4"
    COMMANDS: ClassVar[tuple[Command, ...]] = composer_keys.COMMANDS

    case: reactive[Case | None] = reactive(None, always_update=True)
    unread: reactive[tuple[Lack, ...]] = reactive(())
    """What has to be read before anything is decided."""

    @dataclass
    class DraftChanged(Message):
        """The words of a case have changed and are to be kept."""

        survey_id: SurveyId
        draft: Draft

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
        lacks: tuple[Lack, ...]

    class NewsWanted(Message):
        """The person wants to send, and has to read something first."""

    class Left(Message):
        """The person leaves the composer; the draft is safe."""

    def __init__(
        self,
        playbook: Playbook,
        reach: Reach = NOWHERE,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._playbook = playbook
        self._reach = reach
        self.arriving = False
        """Whether a form is on its way that will take what is typed."""
        self._findings = Static("", id="findings", markup=False)
        self._form = Form()
        self._below = Static("", id="destination", markup=False)
        self._verdict = Static("", id="verdict", markup=False)
        self._post = DraftPost(self, lambda: self.draft, self.DraftChanged, self._tell_state)
        self._progress: tuple[Outcome | None, tuple[Lack, ...]] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the findings and the fields above what will become of them."""
        yield self._findings
        yield self._form
        yield self._below
        yield self._verdict

    def on_mount(self) -> None:
        """Show the case that was given beforehand."""
        self.watch_case(None, self.case)

    # What is shown

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that is being written."""
        known = {one.id: one for one in self._playbook.outcomes}
        return known.get(self._post.words.outcome_id or "")

    @property
    def offered(self) -> tuple[str, ...]:
        """The groups of findings that the outcome offers."""
        groups = {one.group for one in self._playbook.findings.values()}
        return tuple(group for group in self.outcome.findings if group in groups) if self.outcome else ()

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings that go with the decision: those picked whose group the outcome offers."""
        return going_with(self.outcome, self._post.words.findings, self._playbook) if self.outcome else ()

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are asked for now."""
        if self.case is None or self.outcome is None:
            return ()
        return asked_fields(self.case, self.outcome, self.findings, self._playbook)

    @property
    def fields(self) -> dict[str, str]:
        """The words of the fields that are asked for now: what a decision would take."""
        return self._form.texts

    @property
    def draft(self) -> Draft:
        """The words as they stand on the screen, and those of fields that are not asked for just now."""
        words = self._post.words
        return Draft(words.outcome_id, {**words.fields, **self._form.texts}, words.findings)

    @property
    def closed(self) -> bool:
        """Whether the case takes no more words."""
        return self.case is not None and self.case.stage is Stage.DECIDED

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What stands between the words and the decision."""
        if self.case is None or self.outcome is None:
            return ()
        missing = lacks(self.case, self.outcome, self.fields, self._playbook, findings=self.findings, reach=self._reach)
        return (*self.unread, *missing)

    def watch_case(self, _old: Case | None, new: Case | None) -> None:
        """Show a case's draft; what is being typed for the same case is never touched."""
        if not self.is_mounted:
            return
        decided = new is not None and new.stage is Stage.DECIDED
        if new is None or new.id != self._post.survey_id or decided is not self._post.decided:
            self.flush()
            self._load(new)
        elif not self._post.adopt(new):
            self._adapt()
        else:
            self._load(new)
        self._tell()

    def watch_unread(self) -> None:
        """Say what is to be read first."""
        if self.is_mounted:
            self._tell()

    def start(self, outcome_id: str) -> None:
        """Begin to write for an outcome, or go on in another one: fields that both have keep their words.

        Where the outcome needs a finding, that is asked for first.
        """
        if self.case is None or self.closed:
            return
        self._post.words = Draft(outcome_id, self.draft.fields, self._post.words.findings)
        self._show_form()
        self._post.schedule()
        self._tell()
        self.arriving = True
        if self.outcome and self.outcome.needs_findings and not self.findings and self.offered:
            self.pick_findings()
        else:
            self.call_after_refresh(self.enter)

    def enter(self) -> None:
        """Take the focus in the first field that is still empty, before the next key is looked at."""
        self.arriving = False
        areas = list(self._form.areas.values())
        target = next((area for area in areas if area.field.required and not area.text.strip()), None)
        self.screen.set_focus(target or (areas[0] if areas else self._form))

    def enter_field(self, field_id: str) -> None:
        """Take the focus in one field."""
        area = self._form.areas.get(field_id)
        if area is not None:
            self.screen.set_focus(area)
        else:
            self.enter()

    def saved(self, survey_id: SurveyId, draft: Draft) -> None:
        """Hear that the store has a draft."""
        self._post.saved(survey_id, draft)

    def flush(self) -> None:
        """Post what has not been posted yet, at once."""
        self._post.flush()

    # What the person does

    def send(self) -> None:
        """Ask for the decision, or go to the first thing that is missing for it."""
        if self.case is None or self.outcome is None:
            return
        missing = self.lacks
        if missing:
            if self.unread:
                self.post_message(self.NewsWanted())
            area = next((self._form.areas[one.field_id] for one in missing if one.field_id in self._form.areas), None)
            if area is not None and not self.unread:
                area.focus()
            said = "; ".join(line.plain for line in lacking(missing, self.case, self.asked))
            # It is said over the very message that is to be read, so not for long.
            shortly = BRIEFLY if self.unread else None
            self.notify(f"Not sent: {said}.", severity="warning", timeout=shortly, markup=False)
            return
        self.flush()
        self.post_message(self.SendRequested(self.case.id, self.outcome.id, self.fields, self.findings))

    def pick_findings(self) -> None:
        """Let the person pick from what the outcome offers; the fields of what is picked appear at once."""
        picker = finding_picker(self._playbook, self.offered, self.findings)
        self.app.push_screen(picker, self._take_findings)

    def _take_findings(self, picked: tuple[str, ...] | None) -> None:
        words = self.draft
        if picked is not None and picked != self.findings:
            others = tuple(one for one in words.findings if one not in self.findings)
            self._post.words = Draft(words.outcome_id, words.fields, (*picked, *others))
            self._adapt()
            self._post.schedule()
            self._tell()
        self.arriving = True
        self.call_after_refresh(self.enter)

    def edit_outside(self) -> None:
        """Write the field under the cursor in the person's editor; whatever happens there, no words are lost."""
        areas = list(self._form.areas.values())
        area = self._form.focused() or next((one for one in areas if one.field.multiline), areas[0])
        self.flush()
        try:
            command = editor_command(os.environ)
            with self.app.suspend():
                text = edited(area.text, command)
        except (EditorFailed, SuspendNotSupported) as error:
            said = str(error) if isinstance(error, EditorFailed) else "no editor can be opened in this terminal"
            self.notify(f"{said[:1].upper()}{said[1:]}.", severity="warning", markup=False, timeout=8)
            return
        area.replace(text, (0, 0), area.document.end)
        area.focus()

    def step(self, step: int) -> None:
        """Go to the next or previous field, and out of the pane at its ends."""
        area = self._form.focused()
        if area is None or not self._form.go(area, step):
            raise SkipAction  # the screen's own use of the key comes next

    def leave(self) -> None:
        """Leave the words as they are."""
        self.flush()
        self.post_message(self.Left())

    # What is typed

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Keep what was typed, and say anew what is missing."""
        message.stop()
        if not self._form.owns(message.text_area):
            return
        if self.draft != self._post.words:
            self._post.schedule()
        if isinstance(message.text_area, FieldArea) and message.text_area.has_focus:
            self.call_after_refresh(self._form.reveal, message.text_area)
        self._tell()

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

    # Showing

    def _load(self, case: Case | None) -> None:
        """Take a case's words in place of the ones shown."""
        self._post.open(case)
        within = self.is_mounted and self.has_pseudo_class("focus-within")
        self._show_form()
        self._post.words = self.draft
        self._form.scroll_home(animate=False)
        if within:
            self.call_after_refresh(self.enter)

    def _show_form(self) -> None:
        """Show the fields of the outcome with the words that there are for them."""
        fields = self.asked
        self._form.load(fields, self._post.words.fields, self._public(fields))
        replies = self.outcome is not None and self.outcome.replies
        self.set_class(replies, "-public")
        self.set_class(self.outcome is not None, "-writing")
        self.border_title = Content("4 Reply · customer will see this" if replies else "4 Note")

    def _adapt(self) -> None:
        """Ask for what the answers and findings make necessary now; no words that were typed are lost."""
        fields = self.asked
        if [one.id for one in fields] != list(self._form.areas):
            words = self.draft
            self._post.unposted |= words != self._post.words
            self._post.words = words
        self._form.adapt(fields, self._post.words.fields, self._public(fields))

    def _public(self, fields: tuple[Field, ...]) -> frozenset[str]:
        return public_fields(self.outcome, fields, self._playbook) if self.outcome else frozenset()

    def _tell(self) -> None:
        """Say what was found, where the words go and what is missing for them."""
        case, outcome = self.case, self.outcome
        missing = self.lacks
        below, verdict_ = Content(""), Content("")
        if case is None:
            below = Content.styled("No case is open.", "$muted")
        elif self.closed:
            below = Content.styled("This case is decided. u takes it back while it waits; g o shows it.", "$muted")
        elif outcome is None:
            below, verdict_ = verdict.doors(case, self._playbook, "e"), verdict.still_open(case, self.unread)
        else:
            below = destination(case, outcome, self.findings, self._playbook, self._reach)
            lines = lacking(missing, case, self.asked)
            verdict_ = verdict.missing_lines(lines, self.size.height, "alt+m")
            if not lines:
                verdict_ = verdict.ready_line(self._key(composer_keys.SEND), self.fields.values())
        picked = verdict.picked_lines(self.findings, self._playbook, self.offered, self._key(composer_keys.FINDINGS))
        self._findings.update(picked)
        self._findings.display = bool(picked)
        self._below.update(below)
        self._verdict.update(verdict_)
        self._tell_state()
        if self._progress != (outcome, missing):
            self._progress = (outcome, missing)
            self.post_message(self.Progressed(outcome, missing))

    def _key(self, command: Command) -> str:
        return show_key(next(iter(keys_of(self.app, command)), ""))

    def _tell_state(self) -> None:
        if self.case is None or self.outcome is None or self.closed:
            self.state = ""
            return
        seen = "public" if self.outcome.replies else "private"
        saved = "draft …" if self._post.waiting else "draft saved"
        self.states = (f"{seen} · {self.outcome.label} · {saved}", f"{seen} · {saved}", saved)
