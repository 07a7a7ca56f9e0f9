"""The notes pane: the delivered notes, the risky ones or the newest first, in a list of any length."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from csat_tui.domain.playbook import Playbook
from csat_tui.store.review import NoteFilter, NoteInList, NoteOrder
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.list_pane import ListPane, list_moves
from csat_tui.tui.base.row_window import Rows
from csat_tui.tui.base.windowed_list import Inks, WindowedList
from csat_tui.tui.review.lines import draw_note, filter_words

NO_VIEW = (
    "There is nothing to review.",
    "",
    "Name the view of finished surveys",
    "as review.view in config.toml; the",
    "sync then fetches the notes on its",
    "tickets.",
)
NO_NOTES = ("No notes match.", "", "{review.filter} chooses others; the sync brings new ones by itself.")


TO_DO = NoteFilter(order=NoteOrder.RISK, to_do=True)
"""What waits for a reviewer: what was answered, then samples, then the rest by risk."""


class NoteList(WindowedList[NoteFilter, NoteInList]):
    """The notes around the cursor, two lines each."""

    LIST: ClassVar[str] = "the list of notes"
    THING: ClassVar[str] = "note"

    def __init__(
        self, source: Rows[NoteFilter, NoteInList], view: NoteFilter, now: Callable[[], datetime], playbook: Playbook
    ) -> None:
        super().__init__(source, view, now)
        self.playbook = playbook

    def follow(self, playbook: Playbook) -> None:
        """Use the names of another playbook from now on."""
        self.playbook = playbook
        self.redraw()

    def beside(self) -> list[int]:
        """Return the notes after and before the one under the cursor, by the numbers of their comments."""
        rows, index = self.window.rows, self.window.index
        return [rows[place].comment_id for place in (index + 1, index - 1) if 0 <= place < len(rows)]

    def draw_row(self, row: NoteInList, inks: Inks, *, cursor: bool, marked: bool) -> tuple[Strip, Strip]:
        """Return the two lines of a note."""
        del marked
        return draw_note(row, self.playbook, self.size.width, self.drawn_at, inks, cursor=cursor)


def _nothing(pane: "NotesPane") -> str:
    return "" if pane.current else "no note here"


class NotesPane(ListPane[NoteFilter, NoteInList]):
    """Shows the delivered notes that a filter lets through; the other panes show the note under the cursor."""

    NAME = "Notes"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *list_moves("review", "note", _nothing),
        Command("review.score", ("enter", "l"), "score",
                "Go to the scorecard of this note; confirm it if it is filled in.",
                lambda p: p.post_message(p.Opened()), _nothing, footer=True),
    )  # fmt: skip

    MODE = "review"
    list: NoteList

    def __init__(
        self, source: Rows[NoteFilter, NoteInList], now: Callable[[], datetime], playbook: Playbook, *, configured: bool
    ) -> None:
        super().__init__(NoteList(source, TO_DO, now, playbook), TO_DO, id="notes")
        self._configured = configured
        """Whether a view of finished surveys is named in the configuration."""

    def configure(self, *, configured: bool) -> None:
        """Set whether there is a view of finished surveys."""
        self._configured = configured
        self.describe()

    def sort(self) -> None:
        """Show the risky notes first, or the newest."""
        risky = self.view.order is NoteOrder.RISK
        self.show(replace(self.view, order=NoteOrder.NEWEST if risky else NoteOrder.RISK))

    def describe(self) -> None:
        """Show the order and the filter in the frame, and why a list is empty."""
        order = "risky first" if self.view.order is NoteOrder.RISK else "newest first"
        asked = filter_words(self.view, self.list.playbook)
        self.states = (" · ".join((order, *asked)), " · ".join(asked) or order)
        shown = NO_NOTES if self._configured else NO_VIEW
        self.list.empty = [with_keys(self.app, text) for text in shown] if self.list.ready else ()
        if self.current is None:
            self.list.refresh()
