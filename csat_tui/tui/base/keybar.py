"""The bottom line with the keys that matter now, and keys in two steps with the list of what may follow."""

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from csat_tui.tui.base.commands import Command, Guarded, always, chain, perform
from csat_tui.tui.base.keymap import keys_of, show_key
from csat_tui.tui.base.typeahead import TypeAhead

GAP = "   "
"""What is between two keys."""


class KeyBar(Guarded, Static):
    """Made from the commands of the focused pane, its screen and the app; it keeps no list of its own."""

    def __init__(self) -> None:
        super().__init__(Content(""), markup=False, id="keybar")
        self._notice = Content("")
        self._said: Content | None = None

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.tell(), immediate=True)

    def notice(self, words: Content) -> None:
        """Say something at the right end; it has precedence over keys."""
        self._notice = words
        self.tell()

    def on_resize(self) -> None:
        """Fit the line anew."""
        self.tell()

    def tell(self) -> None:
        """Say which keys there are; nothing is drawn where nothing has changed."""
        if not self.is_attached:
            return
        room = self.content_size.width - self._notice.cell_length
        keys = [Content.assemble((keys, "bold $accent"), " ", (words, "$muted")) for keys, words in self._groups()]
        line = self._fit(keys, room - (2 if self._notice else 0))
        if self._notice:
            line = line.truncate(room, pad=True) + self._notice
        if self._said is None or not line.is_same(self._said):
            self._said = line
            self.update(line, layout=False)

    @staticmethod
    def _fit(keys: Sequence[Content], room: int) -> Content:
        """Return as many keys as there is room for; only the first goes before the last, which explains the others."""
        *others, last = keys or [Content("")]
        line = Content("")
        for one in others:
            longer = line + GAP + one if line.plain else one
            after = len(GAP) + last.cell_length if line.plain else 0
            if longer.cell_length + after > room:
                break
            line = longer
        whole = line + GAP + last if line.plain else last
        return whole if whole.cell_length <= room else line

    def _groups(self) -> list[tuple[str, str]]:
        """Return keys and words, keys with the same word together."""
        groups: dict[str, list[str]] = {}
        taken: set[str] = set()
        for node, command in chain(self.screen):
            key = next((one for one in keys_of(self.app, command) if not self._typed(one)), "")
            if not command.footer or not key or key in taken:
                continue
            taken.add(key)
            if command.unavailable is always or not command.unavailable(node):
                groups.setdefault(command.hint or command.label, []).append(show_key(key))
        return [(" ".join(keys), words) for words, keys in groups.items()]

    def _typed(self, key: str) -> bool:
        """Whether a key is a letter for the field that is being written in."""
        focused, character = self.screen.focused, show_key(key)
        return focused is not None and len(character) == 1 and focused.check_consume_key(key, character)


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
