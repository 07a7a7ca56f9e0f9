"""A screen of numbered panes: one is in front, and fills the screen where there is no room for the others."""

from typing import ClassVar

from textual import events, on
from textual.containers import Container
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.pane import Pane, PaneBar

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
