"""Panes: frames with a number and a state, the line that names them, and a screen that shows several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from csat_tui.tui.base.commands import Command, Commanded, Guarded
from csat_tui.tui.base.keybar import KeySequences
from csat_tui.tui.base.text import safe_line

EDGE = 6
"""Cells of a frame's edge that are not for text: corners, a line and a space on either side."""


class Pane(Commanded, Vertical):
    """One numbered part of a screen; it shows the data it is given and posts messages about the person's actions.

    `state` is the text in the frame's lower edge; text from outside is safe there. `states` takes several versions of
    it, the longest first, and the pane shows the first that fits.
    """

    NUMBER: ClassVar[str] = ""
    """The key that focuses the pane."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, classes="pane")
        self._title = f"{self.NUMBER} {self.NAME}".strip()
        self._explained = ""
        self.border_title = Content(self._title)
        self._state = ""
        self._states: tuple[str, ...] = ("",)

    def explain(self, text: str) -> None:
        """Show a short legend after the title, if it fits."""
        self._explained = text
        self._fit_title()

    @property
    def state(self) -> str:
        """The text in the lower edge."""
        return self._state

    @state.setter
    def state(self, text: str) -> None:
        self.states = (text,)

    @property
    def states(self) -> tuple[str, ...]:
        """The versions of the text in the lower edge, the longest first."""
        return self._states

    @states.setter
    def states(self, texts: tuple[str, ...]) -> None:
        self._states = texts
        self._fit_state()

    def on_resize(self) -> None:
        """Fit the title and the state to the new size."""
        if self._explained:
            self._fit_title()
        self._fit_state()

    def _fit_title(self) -> None:
        full = f"{self._title} · {self._explained}" if self._explained else self._title
        title = safe_line(full if cell_len(full) <= self.outer_size.width - EDGE else self._title)
        if title != self.border_title:
            self.border_title = title

    def _fit_state(self) -> None:
        room = self.outer_size.width - EDGE
        fitting = (text for text in self._states if cell_len(text) <= room)
        text = next(fitting, self._states[-1]) if room > 0 else self._states[0]
        # Setting a title repaints the pane, so an unchanged title is not set again.
        if text != self._state:
            self._state = text
            self.border_subtitle = safe_line(text)

    def enter(self) -> None:
        """Focus the first focusable widget inside; a subclass may choose another."""
        target = next((widget for widget in self.query("*") if widget.focusable), None)
        if target is not None:
            target.focus()


class PaneBar(Guarded, Static):
    """Names the panes with their keys and short marks, and highlights the front one."""

    @dataclass
    class Chosen(Message):
        """The person clicked a pane's name."""

        pane: Pane

    def __init__(self, panes: Sequence[Pane]) -> None:
        super().__init__(Content(""), markup=False, id="panebar")
        self._panes = panes
        self._ends: list[int] = []

    def show_front(self, front: Pane | None) -> None:
        """Draw the line; as many panes as fit show the first part of their state."""
        parts: list[Content] = []
        room = max(0, self.app.size.width - 2 - sum(len(pane.NAME) + 5 for pane in self._panes))
        self._ends = []
        end = 1
        for pane in self._panes:
            style = "bold $accent reverse" if pane is front else "$muted"
            part = Content.styled(f" {f'{pane.NUMBER} {pane.NAME}'.strip()} ", style)
            mark = pane.state.split(" · ")[0]
            if mark and len(mark) < room and pane is not front and len(mark) <= 12:
                part = part + safe_line(f"{mark} ", "$faint")
                room -= len(mark) + 1
            end += part.cell_length + 1
            self._ends.append(end)
            parts.append(part)
        self.update(Content(" ").join(parts))

    def on_click(self, event: events.Click) -> None:
        """Post the pane whose name was clicked."""
        for pane, end in zip(self._panes, self._ends, strict=False):
            if event.x < end:
                self.post_message(self.Chosen(pane))
                return


NARROW = 100
"""Cells below which one pane is shown at a time."""


class PanedScreen(Commanded, Screen[None]):
    """A screen of numbered panes. A container is displayed as long as one of its panes is."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal"), (180, "-wide")]  # noqa: RUF012
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("pane.next", ("tab",), "next pane", "Go to the next pane.", lambda s: s.go_on(1), palette=False),
        Command("pane.previous", ("shift+tab",), "previous pane", "Go to the previous pane.",
                lambda s: s.go_on(-1), palette=False),
        Command("pane.zoom", ("z",), "zoom", "Show this pane alone, or all of them again.", lambda s: s.zoom()),
        Command("screen.back", ("escape",), "back", "Back: from a zoomed pane to all, from a pane to the first.",
                lambda s: s.back(), palette=False),
    )  # fmt: skip

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widgets that gain and lose the focus redraw themselves; Textual's default would repaint the screen."""
    panes: tuple[Pane, ...]
    front: Pane
    zoomed: bool = False
    pane_bar: PaneBar

    def hold(self, *panes: Pane) -> None:
        """Set the panes; the first one is the front pane."""
        self.panes = panes
        self.front = panes[0]
        self.pane_bar = PaneBar(panes)

    def command_of(self, key: str) -> str:
        """Return the id of the command that a key would perform now; empty if none."""
        return self.app.command_id(key) if isinstance(self.app, KeySequences) else ""

    def go_to(self, pane: Pane) -> None:
        """Bring a pane to the front and focus it."""
        self.bring_to_front(pane)
        pane.enter()

    def go_on(self, step: int) -> None:
        """Go to the next (1) or previous (-1) pane."""
        self.go_to(self.panes[(self.panes.index(self.front) + step) % len(self.panes)])

    def zoom(self) -> None:
        """Show the front pane alone, or all panes again."""
        self.zoomed = not self.zoomed
        self.make_room()

    def back(self) -> None:
        """Leave the zoom; without a zoom, go to the first pane."""
        if self.zoomed:
            self.zoom()
        elif self.front is not self.panes[0]:
            self.go_to(self.panes[0])

    def bring_to_front(self, pane: Pane) -> None:
        """Make a pane the front pane, which is always displayed."""
        if pane is not self.front:
            self.front = pane
            self.make_room()

    @on(PaneBar.Chosen)
    def _pane_chosen(self, message: PaneBar.Chosen) -> None:
        self.go_to(message.pane)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the pane that has the focus the front pane, also after a click."""
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane) and node in self.panes:
                self.bring_to_front(node)

    def on_resize(self) -> None:
        """Lay out the panes for the new size."""
        self.make_room()

    def make_room(self) -> None:
        """Display all panes, or the front pane alone if the screen is zoomed or narrow."""
        alone = self.zoomed or self.app.size.width < NARROW
        for pane in self.panes:
            pane.display = not alone or pane is self.front
        for container in self.query(Container):
            container.display = any(pane.display for pane in self.panes if container in pane.ancestors)
        self.pane_bar.display = alone
        self.set_class(alone, "-alone")
        if alone:
            self.pane_bar.show_front(self.front)
