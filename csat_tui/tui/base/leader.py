"""Keys in two steps: the first opens a list of the letters that may follow, and any second key closes it."""

from typing import Any

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from csat_tui.tui.base.commands import Command, Guarded, chain, perform
from csat_tui.tui.base.keys import keys_of, show_key
from csat_tui.tui.base.typeahead import TypeAhead

PATIENCE = 0.4
"""Seconds before the hint appears, so that it does not flicker for those who know the letters."""


class KeyHint(Guarded, Static):
    """Lists the letters that may follow."""

    def __init__(self, prefix: str, followers: list[tuple[str, str]]) -> None:
        lines = [
            Content.assemble((f"{show_key(key):>3}", "bold $accent"), "  ", (words, ""))
            for key, words in [*followers, ("escape", "never mind")]
        ]
        super().__init__(Content("\n").join(lines), markup=False, id="key-hint")
        self.border_title = Content(f"{show_key(prefix)} …")


class Leading(TypeAhead):
    """An app in which a key may lead a sequence.

    The key that follows is looked at where Textual looks for bindings, not in a window of its own: two keys
    typed faster than a window opens then still belong together.
    """

    _leader: str = ""
    _hint: KeyHint | None = None
    _hint_timer: Timer | None = None

    def lead(self, prefix: str) -> None:
        """Wait for the letter that completes a sequence."""
        self._leader = prefix
        self._hint_timer = self.set_timer(PATIENCE, self._show_hint)

    def takes_key(self, key: str) -> bool:
        """Complete a sequence before anything else is done with the key."""
        if not self._leader:
            return False
        prefix, self._leader = self._leader, ""
        self._hide_hint()
        for node, command, follower in self._followers(prefix):
            if follower == key:
                perform(node, command)
                break
        return True

    def _followers(self, prefix: str) -> list[tuple[Any, Command, str]]:
        return [
            (node, command, key.removeprefix(f"{prefix} "))
            for node, command in chain(self.screen)
            for key in keys_of(self, command)
            if key.startswith(f"{prefix} ")
        ]

    def _show_hint(self) -> None:
        if not self._leader:
            return
        known: dict[str, str] = {}
        for _node, command, key in self._followers(self._leader):
            known.setdefault(key, command.label)
        self._hint = KeyHint(self._leader, list(known.items()))
        self.screen.mount(self._hint)

    def _hide_hint(self) -> None:
        if self._hint_timer is not None:
            self._hint_timer.stop()
        if self._hint is not None:
            self._hint.remove()
            self._hint = None
