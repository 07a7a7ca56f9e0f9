"""The decisions of the last moments that can still be taken back."""

from datetime import datetime

from textual.content import Content

from csat_tui.tui.base.text import safe_line
from csat_tui.tui.base.time_text import remaining
from csat_tui.workflow.desk import Taken


class Grace:
    """The decisions of this session, the last one first to be taken back."""

    def __init__(self) -> None:
        self._taken: list[Taken] = []

    def __len__(self) -> int:
        return len(self._taken)

    @property
    def last(self) -> Taken | None:
        """The decision that an undo would take back."""
        return self._taken[-1] if self._taken else None

    def add(self, taken: Taken) -> None:
        """Remember a decision."""
        self._taken.append(taken)

    def drop(self, taken: Taken) -> None:
        """Forget a decision that was taken back."""
        self._taken.remove(taken)

    def countdown(self, now: datetime, label: str, key: str) -> Content:
        """Return the words that count down, or nothing where nothing waits."""
        last = self.last
        seconds = remaining(last.sends_at, now) if last is not None else 0
        if not seconds:
            return Content("")
        return Content.assemble(
            safe_line(label, "", 24),
            (" · ", "$faint"),
            (f"sends in {seconds} s", "bold $fair"),
            (" · ", "$faint"),
            (key, "bold $accent"),
            (" takes it back", "$muted"),
        )
