"""The two panes in the middle: the note as it was delivered, and the survey with the transcript that it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.review.lines import FIELD, note_lines
from csat_tui.tui.review.scoring import NoteReading
from csat_tui.tui.transcript.pane import SurveyTranscript


class DeliveredNoteView(LinesView):
    """The lines of the note; those that the line of the scorecard is about are pointed out."""

    def __init__(self, playbook: Playbook, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.playbook = playbook
        self._now = now
        self.reading: NoteReading | None = None
        self.field = ""

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the note."""
        if self.reading is None:
            return [Line(Content.styled("Nothing of a note is here.", "$muted"))]
        return note_lines(self.reading, self.playbook, width, self._now(), field=self.field)


class DeliveredNotePane(Pane):
    """Shows a note as the help desk has it, with the replies beside it."""

    NAME = "Delivered note"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("delivered.down", ("j", "down"), "down", "One line down.", lambda p: p.scroll_lines(1),
                footer=True, hint="scroll"),
        Command("delivered.up", ("k", "up"), "up", "One line up.", lambda p: p.scroll_lines(-1),
                footer=True, hint="scroll"),
        Command("delivered.top", ("g g", "home"), "top", "To the beginning.",
                lambda p: p.view.scroll_home(animate=False)),
        Command("delivered.bottom", ("G", "end"), "bottom", "To the end.", lambda p: p.view.scroll_end(animate=False)),
    )  # fmt: skip

    def __init__(self, playbook: Playbook, now: Callable[[], datetime]) -> None:
        super().__init__(id="delivered")
        self.view = DeliveredNoteView(playbook, now)
        self._shown: int | None = None

    def compose(self) -> ComposeResult:
        """Lay out the note."""
        yield self.view

    def show(self, reading: NoteReading | None) -> None:
        """Show a note; another one begins at its top."""
        note = None if reading is None else reading.found.subject.note
        number = None if note is None else note.comment_id
        self.view.reading = reading
        if number != self._shown:
            self.view.field = ""
            self.view.scroll_home(animate=False)
        self._shown = number
        problems = () if note is None else note.problems
        self.state = f"{len(problems)} not as the format has it" if problems else ""
        self.view.rebuild()

    def point_out(self, field: str) -> None:
        """Mark a field of the note, and scroll to it."""
        if field != self.view.field:
            self.view.field = field
            self.view.rebuild()
            if field:
                self.view.show_item(FIELD)

    def scroll_lines(self, lines: int) -> None:
        """Scroll without animation."""
        self.view.scroll_relative(y=lines, animate=False, immediate=True)


class ReviewTranscript(SurveyTranscript):
    """Shows the survey and transcript of the case, and lets the person choose the message that a line is about."""

    NAME = "Survey"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("survey.mark", ("enter", "m"), "mark",
                "Mark the current message as what the line of the scorecard is about, or unmark it.",
                lambda p: p.mark(), lambda p: p.no_mark(), footer=True),
    )  # fmt: skip

    choosing = ""
    """The line of the scorecard for which the person chooses a message; empty while they only read."""
    no_mark: Callable[[], str] = staticmethod(lambda: "no note here")
    """Returns why no message can be marked."""

    @dataclass
    class Marked(Message):
        """The person has chosen the message that the line of the scorecard is about."""

        message_id: int

    def go(self, step: int) -> None:
        """Scroll by a line, or go to another message while the person chooses one."""
        if self.choosing:
            self.view.step(step)
        else:
            super().go(step)

    def choose(self, label: str) -> None:
        """Let the person choose a message for a line of the scorecard, or end that with an empty label."""
        self.choosing = label
        if label and self.view.current < 0:
            self.view.step(1)
        self.describe()

    def mark(self) -> None:
        """Say which message the person has chosen."""
        if not 0 <= self.view.current < len(self.view.messages):
            self.view.step(1)
            return
        self.post_message(self.Marked(self.view.messages[self.view.current].id))

    def badge(self) -> Content:
        """Say for what the person chooses a message."""
        said = f" · which message is “{self.choosing}” about?" if self.choosing else ""
        return safe_line(said, "$accent", 60)
