"""Panes: a frame with its number and state, the line that names them, and a screen that shows several."""

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
from csat_tui.tui.base.text import safe_line

EDGE = 6
"""Cells of a frame's edge that no words can have: corners, a line and a space on either side."""


class Pane(Commanded, Vertical):
    """One numbered part of a screen; it shows what it is fed and posts messages about what the person does.

    Set `state` to say in the frame's lower edge how things stand; text from outside is safe there. `states` takes the
    same said in fewer and fewer words: the first that there is room for is shown.
    """

    NUMBER: ClassVar[str] = ""
    """The key that goes to it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id, classes="pane")
        self._title = f"{self.NUMBER} {self.NAME}".strip()
        self._explained = ""
        self.border_title = Content(self._title)
        self._state = ""
        self._states: tuple[str, ...] = ("",)

    def explain(self, text: str) -> None:
        """Say behind the title, where there is room, how what the pane shows is to be read."""
        self._explained = text
        self._fit_title()

    @property
    def state(self) -> str:
        """What the lower edge says."""
        return self._state

    @state.setter
    def state(self, text: str) -> None:
        self.states = (text,)

    @property
    def states(self) -> tuple[str, ...]:
        """What the lower edge might say, the longest first."""
        return self._states

    @states.setter
    def states(self, texts: tuple[str, ...]) -> None:
        self._states = texts
        self._fit_state()

    def on_resize(self) -> None:
        """Say as much as there is room for now; a pane that explains nothing names itself."""
        if self._explained:
            self._fit_title()
        self._fit_state()

    def _fit_title(self) -> None:
        said = f"{self._title} · {self._explained}" if self._explained else self._title
        title = safe_line(said if cell_len(said) <= self.outer_size.width - EDGE else self._title)
        if title != self.border_title:
            self.border_title = title

    def _fit_state(self) -> None:
        room = self.outer_size.width - EDGE
        fitting = (text for text in self._states if cell_len(text) <= room)
        text = next(fitting, self._states[-1]) if room > 0 else self._states[0]
        # Setting a title repaints the whole pane, so an unchanged one is left alone.
        if text != self._state:
            self._state = text
            self.border_subtitle = safe_line(text)

    def enter(self) -> None:
        """Take the focus: the first thing inside that can have it, where the pane does not know better."""
        target = next((one for one in self.query("*") if one.focusable), None)
        if target is not None:
            target.focus()


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


NARROW = 100
"""Cells below which one pane is shown at a time."""


class PanedScreen(Commanded, Screen[None]):
    """Moves between panes. A container of panes is there as long as one of its panes is."""

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
    """Who gains the focus and who loses it draw themselves; by Textual's own reckoning the whole screen is drawn."""
    panes: tuple[Pane, ...]
    front: Pane
    zoomed: bool = False
    pane_bar: PaneBar

    def hold(self, *panes: Pane) -> None:
        """Take the panes, the first of them in front."""
        self.panes = panes
        self.front = panes[0]
        self.pane_bar = PaneBar(panes)

    def go_to(self, pane: Pane) -> None:
        """Bring a pane to the front and give it the focus."""
        self.bring_to_front(pane)
        pane.enter()

    def go_on(self, step: int) -> None:
        """Go to a neighbour of the pane in front."""
        self.go_to(self.panes[(self.panes.index(self.front) + step) % len(self.panes)])

    def zoom(self) -> None:
        """Show the pane in front alone, or all again."""
        self.zoomed = not self.zoomed
        self.make_room()

    def back(self) -> None:
        """Leave what is most in front."""
        if self.zoomed:
            self.zoom()
        elif self.front is not self.panes[0]:
            self.go_to(self.panes[0])

    def bring_to_front(self, pane: Pane) -> None:
        """Have a pane on the screen, whatever fits beside it."""
        if pane is not self.front:
            self.front = pane
            self.make_room()

    @on(PaneBar.Chosen)
    def _pane_chosen(self, message: PaneBar.Chosen) -> None:
        self.go_to(message.pane)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep in mind which pane is in front, also when the mouse chose it."""
        for node in event.widget.ancestors_with_self:
            if isinstance(node, Pane) and node in self.panes:
                self.bring_to_front(node)

    def on_resize(self) -> None:
        """Keep the pane in front in sight."""
        self.make_room()

    def make_room(self) -> None:
        """Show what there is room for."""
        alone = self.zoomed or self.app.size.width < NARROW
        for pane in self.panes:
            pane.display = not alone or pane is self.front
        for container in self.query(Container):
            container.display = any(pane.display for pane in self.panes if container in pane.ancestors)
        self.pane_bar.display = alone
        self.set_class(alone, "-alone")
        if alone:
            self.pane_bar.tell(self.front)
