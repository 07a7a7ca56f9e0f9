"""A window with everything that stands in the way of a decision; one key goes there."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.domain.case import Case
from csat_tui.domain.decide import Blocker
from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.lines import CursorList, Line, LinesView, hang
from csat_tui.tui.base.text import safe_line

OUTCOME = Blocker("no outcome is chosen yet")
"""What is missing before anything else can be said to be."""


def open_things(
    case: Case, playbook: Playbook, checks: Sequence[str], unread: Sequence[Blocker]
) -> tuple[Blocker, ...]:
    """Return what is open before an outcome is chosen: what is unread, the checks without an answer, the outcome."""
    unanswered = (
        Blocker(f"“{playbook.checks[one].ask}” is not answered", check_id=one)
        for one in checks
        if one not in case.answers
    )
    return (*unread, *unanswered, OUTCOME)


def place_of(lack: Blocker) -> str:
    """Say in a word where a lack is mended; empty where that is not at this desk."""
    if lack is OUTCOME:
        return "decide"
    if lack.message_id:
        return "transcript"
    if lack.check_id:
        return "check"
    if lack.tickets:
        return "history"
    if lack.groups:
        return "findings"
    return "note" if lack.field_id else ""


class MissingLines(CursorList):
    """One entry for each thing that is missing, with the place where it is mended."""

    def __init__(self, lacks: Sequence[Blocker], *, writing: bool = False) -> None:
        super().__init__()
        self._lacks = lacks
        self._writing = writing

    def build(self, width: int) -> Sequence[Line]:
        """Return the entries, numbered."""
        lines: list[Line] = []
        room = max((len(place_of(one)) for one in self._lacks), default=0)
        for item, lack in enumerate(self._lacks):
            number = Content.styled(str(item + 1) if item < 9 else " ", "bold $accent")
            for index, line in enumerate(hang(safe_line(lack.sentence), width - room - 2, number, indent=3)):
                place = Content.styled(place_of(lack).rjust(room) if not index else "", "$muted")
                lines.append(Line(line.pad_right(max(width - room - line.cell_length, 0)) + place, item))
        return lines

    def on_key(self, event: events.Key) -> None:
        """Go to an entry by its number; a letter of a sentence that was being written does nothing here."""
        if event.character and event.character in "123456789"[: len(self._lacks)]:
            event.stop()
            event.prevent_default()
            self.post_message(self.Chosen(self, int(event.character) - 1))
        elif self._writing and event.is_printable:
            event.stop()
            event.prevent_default()


class MissingScreen(Commanded, ModalScreen["Blocker | None"]):
    """Gives the lack that the person wants to mend; None where they leave."""

    NAME = "Missing"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("missing.down", ("j", "down"), "next", "Go to the next one", lambda s: s.move(1)),
        Command("missing.up", ("k", "up"), "previous", "Go to the previous one", lambda s: s.move(-1)),
        Command("missing.take", ("enter",), "go there", "Go to where you can fix this", lambda s: s.take()),
        Command("missing.leave", ("escape", "q", "m", "f6"), "leave", "Go back", lambda s: s.dismiss(None)),
    )

    def __init__(self, title: str, lacks: Sequence[Blocker], *, writing: bool = False) -> None:
        super().__init__()
        self._title = title
        self._lacks = tuple(lacks)
        self._view = MissingLines(self._lacks, writing=writing)

    def compose(self) -> ComposeResult:
        """Show the entries in one frame."""
        self._view.border_title = safe_line(self._title)
        self._view.border_subtitle = Content(with_keys(self.app, "{missing.take} goes there · {missing.leave} leaves"))
        yield self._view

    def on_mount(self) -> None:
        """Begin at the first."""
        self._view.cursor = 0
        self._view.focus()

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        self._view.cursor = max(0, min(self._view.cursor + step, len(self._lacks) - 1))

    def take(self) -> None:
        """Go to the one under the cursor."""
        self.dismiss(self._lacks[self._view.cursor])

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Go to the one whose number was pressed, or that was clicked."""
        message.stop()
        self.dismiss(self._lacks[message.item])
