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
from textual.timer import Timer
from textual.widgets import Static, TextArea

from csat_tui.domain.case import Case, Draft, Stage
from csat_tui.domain.decide import BODY_LIMIT, Lack, lacks
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Outcome, Playbook
from csat_tui.tui.commands import Command
from csat_tui.tui.keys import keys_of, show_key
from csat_tui.tui.pane import Pane
from csat_tui.tui.panes.destination import destination, lacking, public_fields
from csat_tui.tui.panes.editor import EditorFailed, edited, editor_command
from csat_tui.tui.panes.field_area import FieldArea
from csat_tui.tui.panes.form import Form
from csat_tui.tui.text import safe, safe_line

DEBOUNCE = 0.25
"""Seconds after the first unsaved keystroke at which the draft is posted, also while typing goes on."""

LACKS_SHOWN = 4
"""Lines of what is missing; the rest follows when these are mended."""

BRIEFLY = 2.0
"""Seconds for which is said what stands in a pane anyway; then it is out of the way."""


def _cannot_send(pane: "ComposerPane") -> str:
    if pane.case is None:
        return "no case is open"
    if pane.closed:
        return "this case is decided already"
    return "" if pane.outcome else "the note has no outcome yet; e decides"


def _cannot_edit(pane: "ComposerPane") -> str:
    return _cannot_send(pane)


class ComposerPane(Pane):
    """Holds the draft of the case that is open; posts it soon after each change, and whole when it is to be sent."""

    NAME = "Note"
    NUMBER = "4"

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "composer.send", ("ctrl+s",), "send", "Send the decision with these words",
            lambda pane: pane.send(), _cannot_send, footer=True,
        ),
        Command(
            "composer.editor", ("ctrl+e",), "editor", "Write this field in your own editor (VISUAL or EDITOR)",
            lambda pane: pane.edit_outside(), _cannot_edit, footer=True,
        ),
        Command(
            "composer.next", ("tab",), "next field", "Go to the next field, from the last one to the next pane",
            lambda pane: pane.step(1), palette=False,
        ),
        Command(
            "composer.previous", ("shift+tab",), "previous field", "Go to the field before, from the first one back",
            lambda pane: pane.step(-1), palette=False,
        ),
        Command(
            "composer.leave", ("escape",), "leave", "Leave the note; the draft stays",
            lambda pane: pane.leave(), footer=True, palette=False,
        ),
    )  # fmt: skip

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

    class NewsWanted(Message):
        """The person wants to send, and has to read something first."""

    class Left(Message):
        """The person leaves the composer; the draft is safe."""

    def __init__(self, playbook: Playbook, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._playbook = playbook
        self.arriving = False
        """Whether a form is on its way that will take what is typed."""
        self._form = Form()
        self._below = Static("", id="destination", markup=False)
        self._verdict = Static("", id="verdict", markup=False)
        self._survey_id: SurveyId | None = None
        self._words = Draft()
        self._decided = False
        self._unposted = False
        self._timer: Timer | None = None
        self._kept: dict[SurveyId, Draft] = {}
        """Drafts posted and not yet seen in the store: newer than what a case brings along."""

    def compose(self) -> ComposeResult:
        """Lay out the fields above what will become of them."""
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
        if self._words.outcome_id is None:
            return None
        known = {one.id: one for one in self._playbook.outcomes}
        return known.get(self._words.outcome_id)

    @property
    def draft(self) -> Draft:
        """The words as they stand on the screen."""
        return Draft(self._words.outcome_id, {**self._words.fields, **self._form.texts})

    @property
    def closed(self) -> bool:
        """Whether the case takes no more words."""
        return self.case is not None and self.case.stage is Stage.DECIDED

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What stands between the words and the decision."""
        if self.case is None or self.outcome is None:
            return ()
        return (*self.unread, *lacks(self.case, self.outcome, self._form.texts, self._playbook))

    def watch_case(self, _old: Case | None, new: Case | None) -> None:
        """Show a case's draft; what is being typed for the same case is never touched."""
        if not self.is_mounted:
            return
        decided = new is not None and new.stage is Stage.DECIDED
        if new is None or new.id != self._survey_id or decided is not self._decided:
            self.flush()
            self._load(new)
        else:
            self._compare(new)
        self._tell()

    def watch_unread(self) -> None:
        """Say what is to be read first."""
        if self.is_mounted:
            self._tell()

    def start(self, outcome_id: str) -> None:
        """Begin to write for an outcome, or go on in another one: fields that both have keep their words."""
        if self.case is None or self.closed:
            return
        self._words = Draft(outcome_id, self.draft.fields)
        self._show_form()
        self._schedule()
        self._tell()
        self.arriving = True
        self.call_after_refresh(self.enter)

    def enter(self) -> None:
        """Take the focus in the first field that is still empty, before the next key is looked at."""
        self.arriving = False
        areas = list(self._form.areas.values())
        target = next((area for area in areas if area.field.required and not area.text.strip()), None)
        self.screen.set_focus(target or (areas[0] if areas else self._form))

    def saved(self, survey_id: SurveyId, draft: Draft) -> None:
        """Hear that the store has a draft."""
        if self._kept.get(survey_id) == draft:
            del self._kept[survey_id]
        self._tell_state()

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
            said = "; ".join(line.plain for line in lacking(missing, self.case, self.outcome))
            # It is said over the very message that is to be read, so not for long.
            shortly = BRIEFLY if self.unread else None
            self.notify(f"Not sent: {said}.", severity="warning", timeout=shortly, markup=False)
            return
        self.flush()
        self.post_message(self.SendRequested(self.case.id, self.outcome.id, self._form.texts))

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

    # Keeping the words

    def flush(self) -> None:
        """Post what has not been posted yet, at once."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._survey_id is None or self._decided:
            return
        draft = self.draft
        if not self._unposted and draft == self._words:
            return
        self._words = draft
        self._unposted = False
        self._kept[self._survey_id] = draft
        message = self.DraftChanged(self._survey_id, draft)
        if not self.post_message(message) and self.screen is not None:
            self.screen.post_message(message)
        self._tell_state()

    def _schedule(self) -> None:
        self._unposted = True
        if self._timer is None:
            self._timer = self.set_timer(DEBOUNCE, self.flush)
        self._tell_state()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Keep what was typed, and say anew what is missing."""
        message.stop()
        if not self._form.owns(message.text_area):
            return
        if self.draft != self._words:
            self._schedule()
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
        """Take a case's words in place of the ones shown; a draft on its way to the store is newer than the store's."""
        self._survey_id = None if case is None else case.id
        self._decided = case is not None and case.stage is Stage.DECIDED
        self._unposted = False
        if case is None or self._decided:
            self._words = Draft()
        else:
            self._words = self._kept.get(case.id, case.draft)
        within = self.is_mounted and self.has_pseudo_class("focus-within")
        self._show_form()
        self._words = self.draft
        self._form.scroll_home(animate=False)
        if within:
            self.call_after_refresh(self.enter)

    def _compare(self, case: Case) -> None:
        """Take note of what the store has; take its words only where there are none here."""
        if self._survey_id is None or self._decided:
            return
        if self._kept.get(self._survey_id) == case.draft:
            del self._kept[self._survey_id]
        if self.draft.empty and not self._unposted and not case.draft.empty:
            self._load(case)

    def _show_form(self) -> None:
        outcome = self.outcome
        public = public_fields(outcome, self._playbook) if outcome else frozenset[str]()
        self._form.show(outcome, self._words.fields, public)
        replies = outcome is not None and outcome.replies
        self.set_class(replies, "-public")
        self.set_class(outcome is not None, "-writing")
        self.border_title = Content("4 Reply · customer will see this" if replies else "4 Note")

    def _tell(self) -> None:
        """Say where the words go and what is missing for them."""
        case, outcome = self.case, self.outcome
        if case is None:
            self._below.update(Content.styled("No case is open.", "$muted"))
            self._verdict.update(Content(""))
        elif self.closed:
            self._below.update(
                Content.styled("This case is decided. u takes it back while it waits; g o shows it.", "$muted")
            )
            self._verdict.update(Content(""))
        elif outcome is None:
            self._below.update(self._doors(case))
            self._verdict.update(self._open_checks(case))
        else:
            self._below.update(destination(case, outcome))
            self._verdict.update(self._verdict_of(case, outcome))
        self._tell_state()

    def _tell_state(self) -> None:
        if self.case is None or self.outcome is None or self.closed:
            self.state = ""
            return
        seen = "public" if self.outcome.replies else "private"
        waiting = self._unposted or (self._survey_id in self._kept)
        saved = "draft …" if waiting else "draft saved"
        self.states = (f"{seen} · {self.outcome.label} · {saved}", f"{seen} · {saved}", saved)

    def _doors(self, case: Case) -> Content:
        """Return the outcomes that there are, before one is chosen."""
        lines = [Content.assemble(("e", "bold $accent"), (" decides:", "$muted"))]
        for one in self._playbook.outcomes:
            line = Content.assemble("  ", (one.key, "bold"), "  ") + safe_line(one.label)
            lines.append(line)
        if case.earlier:
            word = "once" if len(case.earlier) == 1 else f"{len(case.earlier)} times"
            lines += [Content(""), safe_line(f"This ticket was decided {word} before.", "$muted")]
        return Content("\n").join(lines)

    def _open_checks(self, case: Case) -> Content:
        lines = [safe_line(one.sentence) for one in self.unread]
        if missing := sum(check_id not in case.answers for check_id in case.path.checks):
            verb = "is" if missing == 1 else "are"
            lines.append(Content(f"{missing} of {len(case.path.checks)} checks {verb} open"))
        return Content("\n").join([Content.styled("! ", "bold $fair") + line for line in lines])

    def _verdict_of(self, case: Case, outcome: Outcome) -> Content:
        missing = lacking(self.lacks, case, outcome)
        if missing:
            room = max(1, min(LACKS_SHOWN, (self.size.height - 10) // 2))
            lines = [Content.styled("! ", "bold $fair") + line for line in missing[:room]]
            if (more := len(missing) - room) > 0:
                lines.append(Content.styled(f"  and {more} more", "$muted"))
            return Content("\n").join(lines)
        send = show_key(keys_of(self.app, self.COMMANDS[0])[0])
        ready = Content.assemble(("✔ ", "bold $good"), "ready — ", (send, "bold $accent"), " send")
        size = sum(len(text.encode()) for text in self._form.texts.values())
        if size * 2 > BODY_LIMIT:
            ready = ready + safe(f"  {size:,} of {BODY_LIMIT:,} bytes", "$muted")
        return ready
