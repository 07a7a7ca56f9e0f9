"""Keys that wait for the case that they are typed for, and the refusal of keys that waited too long."""

from collections.abc import Callable

from textual.events import Paste
from textual.widget import Widget
from textual.widgets import Input

from csat_tui.domain.ids import SurveyId
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.typeahead import Typed
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.state import ActionsUnderWay, OpenCase

NOTE_OPENS = 5.0
"""Seconds for which typed words wait for a note that is being opened; after that they would act as commands."""

HARMLESS = ("app.", "pane.", "screen.", "search.", "composer.leave", "queue.open")
"""Prefixes of the ids of commands that change no case, so that they need not wait for a case."""

NOTE_NOT_OPEN = "The note has not opened. What you typed for it was not used; type it again once it is open."
"""Shown if words have waited too long for a note."""

CASE_NOT_OPEN = (
    "The case that this was typed for is not open yet. What you typed was not used; type it again once it is."
)
"""Shown if a command has waited too long for its case."""


class CaseKeyGate:
    """Holds keys back until the case under the queue's cursor is the open case."""

    def __init__(
        self,
        opened: OpenCase,
        queue: QueuePane,
        composer: ComposerPane,
        under_way: ActionsUnderWay,
        *,
        front: Callable[[], Pane],
        focused: Callable[[], Widget | None],
        command_id: Callable[[str], str],
        read_at_once: Callable[[], None],
    ) -> None:
        self._opened = opened
        self._queue = queue
        self._composer = composer
        self._under_way = under_way
        self._front = front
        self._focused = focused
        self._command_id = command_id
        self._read_at_once = read_at_once
        self.heard: SurveyId | None = None
        """The case that the queue has reported last."""

    def ready_for(self, key: Typed) -> bool:
        """Whether a key can act now: the case under the cursor is open."""
        name, words = ("", True) if isinstance(key, Paste) else (key.key, key.is_printable)
        # Letters typed into a search line do not concern a case.
        typing = isinstance(self._focused(), Input) and words
        return not self._composer.arriving and (typing or self.settled(name))

    def timeout(self) -> float:
        """Return the least number of seconds for which a key waits; words wait longer for a note that opens slowly."""
        return NOTE_OPENS if self._composer.arriving else 0.0

    def refusal(self, key: Typed) -> str:
        """Return why a key is dropped that would act on another case than the one it was typed for.

        Empty for a key that only moves or leaves something.
        """
        name = "" if isinstance(key, Paste) else key.key
        if self._composer.arriving:
            self._composer.arriving = False
            return NOTE_NOT_OPEN
        harmless = self._command_id(name).startswith(HARMLESS)
        return "" if harmless or self.settled(name) else CASE_NOT_OPEN

    def begin(self) -> None:
        """From now on keep the cursor on its case when new cases arrive: the person has begun to work."""
        self._queue.list.touched = True

    def settled(self, key: str) -> bool:
        """Whether the case under the cursor is open; keys that move in the queue do not need that."""
        in_queue = self._front() is self._queue
        if in_queue and key in self._queue.moving_keys():
            return not self._queue.list.holds_moves
        if self._queue.list.arriving:
            return self._queue.searching or (in_queue and key in self._queue.view_keys())
        if self.heard != self._queue.announced:
            return False  # the queue has gone on, and its message about that is still on its way
        if self._opened.arrived:
            return not self._under_way
        self._read_at_once()
        return False
