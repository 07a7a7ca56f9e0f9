"""The recovery note of the customer on the screen: the log of earlier ones, and the one that is being written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from csat_tui.domain.playbook import Field
from csat_tui.store.service_recovery import RecoveryDraft
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.text import safe
from csat_tui.tui.recovery.lines import customer_heading, log_lines
from csat_tui.workflow.recovery import RecoveryReading

AUTHOR = Field("author", "Author", hint="whose note it is")
WORDS = Field("text", "Your notes", multiline=True, hint="what was done, and what the customer said")


class RecoveryLog(LinesView):
    """The earlier notes about a customer; nobody can edit them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.reading: RecoveryReading | None = None

    def build(self, width: int) -> list[Line]:
        """Return the lines of the log."""
        return [] if self.reading is None else log_lines(self.reading, width, self._now())


def _nothing_typed(pane: "RecoveryNotePane") -> str:
    if pane.reading is None:
        return "no customer here"
    if not pane.draft.text.strip():
        return "write what was done first"
    return "" if pane.draft.author.strip() else "the note needs an author"


def _cannot_go(step: int) -> Callable[["RecoveryNotePane"], str]:
    def why_not(pane: "RecoveryNotePane") -> str:
        where = "after" if step > 0 else "before"
        return _nothing_typed(pane) or ("" if pane.beside(step) else f"there is no customer {where} this one")

    return why_not


class RecoveryNotePane(Pane):
    """Shows what was done about a customer, and takes the words of another note."""

    NAME = "Recovery notes"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("recovery.save", ("ctrl+s", "f12"), "save", "Save the note; from then on nobody can edit it.",
                lambda p: p.post_message(p.SaveWanted(0)), _nothing_typed, footer=True, commits=True),
        Command("recovery.save-next", ("ctrl+n", "f9"), "save and next", "Save the note and go to the next customer.",
                lambda p: p.post_message(p.SaveWanted(1)), _cannot_go(1), footer=True, commits=True),
        Command("recovery.save-previous", ("f8",), "save and previous",
                "Save the note and go to the previous customer.",
                lambda p: p.post_message(p.SaveWanted(-1)), _cannot_go(-1), commits=True),
        Command("recovery.spoke", ("ctrl+t", "f2"), "spoke to the customer",
                "Tick that you spoke to the customer, or untick it; a voicemail is no talk.",
                lambda p: p.tick(), lambda p: "" if p.reading else "no customer here", footer=True, hint="spoke"),
    )  # fmt: skip

    @dataclass
    class SaveWanted(Message):
        """The person wants to save the note, and to go to the next (1) or previous (-1) customer, or to stay (0)."""

        step: int

    @dataclass
    class DraftChanged(Message):
        """The person has changed what they write."""

        survey_id: int
        draft: RecoveryDraft

    def __init__(self, now: Callable[[], datetime], beside: Callable[[int], object]) -> None:
        super().__init__(id="recovery-note")
        self._now = now
        self.beside = beside
        """Returns the customer after (1) or before (-1) this one; None where there is none."""
        self.reading: RecoveryReading | None = None
        self.log_view = RecoveryLog(now)
        self.author = FieldArea(AUTHOR)
        self.words = FieldArea(WORDS)
        self._spoke = Static("", classes="spoke", markup=False)
        self._where = Static("", classes="where", markup=False)
        self.spoken = False
        self._loaded = RecoveryDraft()
        """What stood in the fields when they were filled."""

    def compose(self) -> ComposeResult:
        """Lay out the log above the note that is being written."""
        yield self.log_view
        for label, field in ((AUTHOR.label, self.author), ("", self._spoke), (WORDS.label, self.words)):
            with Horizontal(classes="line"):
                yield Static(Content.styled(label, "$muted"), classes="label", markup=False)
                yield field
        yield self._where

    @property
    def survey_id(self) -> int | None:
        """The customer that is shown, by the number of the survey."""
        return None if self.reading is None else self.reading.place.survey_id

    @property
    def draft(self) -> RecoveryDraft:
        """What is typed now."""
        return RecoveryDraft(self.author.text, self.spoken, self.words.text)

    @property
    def writes(self) -> bool:
        """Whether the person writes: the caret is in one of the fields."""
        return self.author.has_focus or self.words.has_focus

    def show(self, reading: RecoveryReading | None, draft: RecoveryDraft | None) -> None:
        """Show what is known of a customer; the words of the same customer stay as they are typed."""
        same = reading is not None and self.survey_id == reading.place.survey_id
        self.reading = reading
        self.log_view.reading = reading
        if not same:
            self._fill(draft)
            self.log_view.scroll_home(animate=False)
        self.log_view.rebuild()
        self.describe()

    def fill_again(self, draft: RecoveryDraft | None) -> None:
        """Put a draft into the fields, or empty them."""
        self._fill(draft)
        self.describe()

    def _fill(self, draft: RecoveryDraft | None) -> None:
        author = "" if self.reading is None else self.reading.author
        draft = RecoveryDraft(author) if draft is None else draft
        self.spoken = draft.spoken
        for area, text in ((self.author, draft.author), (self.words, draft.text)):
            if area.text != text:
                area.load_text(text)
            else:
                area.history.clear()
        self._loaded = self.draft

    def describe(self) -> None:
        """Show whether the person spoke to the customer, where the note goes, and what the notes come to."""
        there = self.reading is not None
        for widget in (self.author, self.words):
            widget.disabled = not there
        mark = Content.styled("[✔] ", "bold $good") if self.spoken else Content.styled("[ ] ", "$muted")
        key = Content.styled(with_keys(self.app, "  {recovery.spoke}"), "$accent")
        self._spoke.update(mark + Content("Spoke to the customer") + key if there else Content(""))
        self._where.update(self._goes_to())
        self.explain("" if self.reading is None else customer_heading(self.reading, self._now()))
        self.states = (self._words(),)

    def _goes_to(self) -> Content:
        if self.reading is None:
            return Content("")
        if reason := self.reading.stays_here:
            return safe(f"stays here: {reason}", "$fair")
        return safe(f"→ ticket #{self.reading.place.survey_ticket_id} as a private note", "$internal")

    def _words(self) -> str:
        if self.reading is None:
            return ""
        count = len(self.reading.notes)
        said = "no notes yet" if not count else "1 note" if count == 1 else f"{count} notes"
        return f"{said} · draft" if self.draft.text.strip() else said

    def tick(self) -> None:
        """Tick that the person spoke to the customer, or untick it."""
        self.spoken = not self.spoken
        self._changed()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Keep what is typed."""
        message.stop()
        if self.draft != self._loaded:
            self._changed()

    def _changed(self) -> None:
        self._loaded = self.draft
        self.describe()
        if self.reading is not None:
            self.post_message(self.DraftChanged(self.reading.place.survey_id, self.draft))

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Go from the author to the words, and back."""
        message.stop()
        if message.area is self.author and message.step > 0:
            self.words.focus()
        elif message.area is self.words and message.step < 0:
            self.author.focus()

    def enter(self) -> None:
        """Focus the words."""
        (self.words if self.reading is not None else self.log_view).focus()
