"""Keys that wait for the note that they are typed for."""

from collections.abc import Callable

from textual.events import Paste

from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.typeahead import Typed
from csat_tui.tui.review.notes import NotesPane
from csat_tui.tui.review.scorecard import ScorecardPane

HARMLESS = ("app.", "pane.", "screen.", "review.top", "review.bottom", "review.sort", "review.filter", "review.sample")
"""Prefixes of the ids of commands that concern no note, so that they need not wait for one."""

NOTE_NOT_SHOWN = "The note that this was typed for is not shown yet. What you typed was not used; type it again."


class NoteKeyGate:
    """Holds keys back until the note under the cursor is the one on the screen."""

    def __init__(
        self,
        notes: NotesPane,
        scorecard: ScorecardPane,
        *,
        front: Callable[[], Pane],
        command_id: Callable[[str], str],
        begun: Callable[[], None],
    ) -> None:
        self._notes = notes
        self._scorecard = scorecard
        self._front = front
        self._command_id = command_id
        self._begun = begun

    def ready_for(self, key: Typed) -> bool:
        """Whether a key can act now."""
        return self._settled("" if isinstance(key, Paste) else key.key)

    def timeout(self) -> float:
        """Return the least number of seconds for which a key waits."""
        return 0.0

    def refusal(self, key: Typed) -> str:
        """Return why a key is dropped that would act on another note than the one it was typed for."""
        return "" if self.ready_for(key) else NOTE_NOT_SHOWN

    def begin(self) -> None:
        """Take note of a key: the person works on the note, which stays under the cursor."""
        self._notes.list.touched = True
        self._begun()

    def _settled(self, key: str) -> bool:
        if self._command_id(key).startswith(HARMLESS):
            return True
        if self._front() is self._notes and key in self._notes.moving_keys():
            return not self._notes.list.holds_moves
        if self._notes.list.arriving:
            return False
        return self._scorecard.comment_id == (None if self._notes.current is None else self._notes.current.comment_id)
