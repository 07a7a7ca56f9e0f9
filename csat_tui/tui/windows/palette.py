"""The command palette: find any command that can be reached by a part of its words."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.worker import Worker

from csat_tui.tui.base.commands import Command, Commanded, chain, perform
from csat_tui.tui.base.keys import keys_of, show_key
from csat_tui.tui.base.pane import Pane


class Palette(CommandPalette):
    """The palette over our commands; a search still under way when it closes must not end the workstation.

    Textual's search asks for the list of hits even after that list has gone with the window, and fails.
    """

    def run_worker(self, *arguments: Any, **options: Any) -> Worker[Any]:
        """Let a search that fails end alone."""
        return super().run_worker(*arguments, **{**options, "exit_on_error": False})


class CommandsProvider(Provider):
    """Offers the commands of the focused pane first, then the screen's, the app's and the other panes'."""

    async def discover(self) -> Hits:
        """Offer everything before a letter is typed."""
        for title, help_text, act in self._offers():
            yield DiscoveryHit(title, act, help=help_text)

    async def search(self, query: str) -> Hits:
        """Offer what the letters match."""
        matcher = self.matcher(query)
        for title, help_text, act in self._offers():
            score = max(matcher.match(title), matcher.match(help_text) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(title), act, help=help_text)

    def _offers(self) -> Iterator[tuple[str, str, Any]]:
        for node, command in self._reachable():
            if command.palette:
                keys = keys_of(self.app, command)
                shown = f"  ({show_key(keys[0])})" if keys else ""
                name = f"{node.NAME}: " if isinstance(node, Pane) else ""
                yield f"{name}{command.label}{shown}", command.help, partial(perform, node, command)

    def _reachable(self) -> Iterator[tuple[Any, Command]]:
        seen: set[str] = set()
        for node, command in chain(self.screen):
            seen.add(command.id)
            yield node, command
        for pane in self.screen.query(Pane):
            if isinstance(pane, Commanded):
                yield from ((pane, one) for one in pane.all_commands() if one.id not in seen)
