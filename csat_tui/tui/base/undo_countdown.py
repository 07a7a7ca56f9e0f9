"""What the person has decided in this session, and the time left to take back the last of it."""

from datetime import datetime

from textual.content import Content

from csat_tui.tui.base.text import remaining, safe_line
from csat_tui.workflow.desk import TakenDecision


class UndoCountdown:
    """The decisions of this session; undo takes back the last one."""

    def __init__(self) -> None:
        self._decisions: list[TakenDecision] = []

    def __len__(self) -> int:
        return len(self._decisions)

    @property
    def last(self) -> TakenDecision | None:
        """The decision that undo would take back."""
        return self._decisions[-1] if self._decisions else None

    def add(self, decision: TakenDecision) -> None:
        """Remember a decision."""
        self._decisions.append(decision)

    def drop(self, decision: TakenDecision) -> None:
        """Forget a decision that was taken back."""
        self._decisions.remove(decision)

    def countdown(self, now: datetime, label: str, key: str) -> Content:
        """Return the countdown until the last decision is sent; empty if no decision waits."""
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
