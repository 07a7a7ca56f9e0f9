"""The names of the panes in one line, for terminals that show one pane at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.pane import Pane
from csat_tui.tui.base.text import safe_line


class PaneBar(Guarded, Static):
    """Names the panes with their keys and short marks; the one in front is highlighted."""

    @dataclass
    class Chosen(Message):
        """The person wants this pane in front."""

        pane: Pane

    def __init__(self, panes: Sequence[Pane]) -> None:
        super().__init__(Content(""), markup=False, id="panebar")
        self._panes = panes
        self._ends: list[int] = []

    def tell(self, front: Pane | None) -> None:
        """Draw the line; marks come from the panes' states as far as there is room."""
        parts: list[Content] = []
        room = max(0, self.app.size.width - 2 - sum(len(pane.NAME) + 5 for pane in self._panes))
        self._ends = []
        end = 1
        for pane in self._panes:
            style = "bold $accent reverse" if pane is front else "$muted"
            part = Content.styled(f" {pane.NUMBER} {pane.NAME} ", style)
            mark = pane.state.split(" · ")[0]
            if mark and len(mark) < room and pane is not front and len(mark) <= 12:
                part = part + safe_line(f"{mark} ", "$faint")
                room -= len(mark) + 1
            end += part.cell_length + 1
            self._ends.append(end)
            parts.append(part)
        self.update(Content(" ").join(parts))

    def on_click(self, event: events.Click) -> None:
        """Go to the pane under the mouse."""
        for pane, end in zip(self._panes, self._ends, strict=False):
            if event.x < end:
                self.post_message(self.Chosen(pane))
                return
