"""The line of keys at the bottom, and the hint that lists the second keys of a sequence."""

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from csat_tui.tui.base.commands import Command, Guarded, always, chain, perform
from csat_tui.tui.base.keymap import keys_of, show_key
from csat_tui.tui.base.typeahead import TypeAhead

GAP = "   "
"""The space between two keys."""


class KeyBar(Guarded, Static):
    """Shows the keys of the available commands of the focused pane, its screen and the app."""

    def __init__(self) -> None:
        super().__init__(Content(""), markup=False, id="keybar")
        self._notice = Content("")
        self._shown_text: Content | None = None

    def on_mount(self) -> None:
        """Update the line whenever the focus changes."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.show_keys(), immediate=True)

    def notice(self, words: Content) -> None:
        """Show a text at the right end; it takes room from the keys."""
        self._notice = words
        self.show_keys()

    def on_resize(self) -> None:
        """Fit the line to the new width."""
        self.show_keys()

    def show_keys(self) -> None:
        """Show the current keys; draws nothing if they have not changed."""
        if not self.is_attached:
            return
        room = self.content_size.width - self._notice.cell_length
        keys = [Content.assemble((keys, "bold $accent"), " ", (words, "$muted")) for keys, words in self._groups()]
        line = self._fit(keys, room - (2 if self._notice else 0))
        if self._notice:
            line = line.truncate(room, pad=True) + self._notice
        if self._shown_text is None or not line.is_same(self._shown_text):
            self._shown_text = line
            self.update(line, layout=False)

    @staticmethod
    def _fit(keys: Sequence[Content], room: int) -> Content:
        """Return as many keys as fit in `room` cells; the last one (help) comes before all others but the first."""
        *others, last = keys or [Content("")]
        line = Content("")
        for group in others:
            longer = line + GAP + group if line.plain else group
            after = len(GAP) + last.cell_length if line.plain else 0
            if longer.cell_length + after > room:
                break
            line = longer
        full = line + GAP + last if line.plain else last
        return full if full.cell_length <= room else line

    def _groups(self) -> list[tuple[str, str]]:
        """Return pairs of keys and word; keys with the same word share a pair."""
        groups: dict[str, list[str]] = {}
        used: set[str] = set()
        for node, command in chain(self.screen):
            key = next((candidate for candidate in keys_of(self.app, command) if not self._typed(candidate)), "")
            if not command.footer or not key or key in used:
                continue
            used.add(key)
            if command.unavailable is always or not command.unavailable(node):
                groups.setdefault(command.hint or command.label, []).append(show_key(key))
        return [(" ".join(keys), words) for words, keys in groups.items()]

    def _typed(self, key: str) -> bool:
        """Whether the focused field would take the key as a letter."""
        focused, character = self.screen.focused, show_key(key)
        return focused is not None and len(character) == 1 and focused.check_consume_key(key, character)


CANCEL = "app.go.cancel"
"""What a key does that ends a sequence without being its second key."""

HINT_DELAY = 0.4
"""Seconds before the hint appears, so that it does not flicker for people who know the letters."""


class KeyHint(Guarded, Static):
    """Lists the second keys of a sequence."""

    def __init__(self, prefix: str, followers: list[tuple[str, str]]) -> None:
        lines = [
            Content.assemble((f"{show_key(key):>3}", "bold $accent"), "  ", (words, ""))
            for key, words in [*followers, ("escape", "cancel")]
        ]
        super().__init__(Content("\n").join(lines), markup=False, id="key-hint")
        self.border_title = Content(f"{show_key(prefix)} …")


class KeySequences(TypeAhead):
    """An app with key sequences.

    The second key is handled where Textual looks for bindings, not in a window: two keys that are typed faster than a
    window opens still form a sequence.
    """

    _leader: str = ""
    _hint: KeyHint | None = None
    _hint_timer: Timer | None = None

    def lead(self, prefix: str) -> None:
        """Wait for the second key of a sequence."""
        self._leader = prefix
        self._hint_timer = self.set_timer(HINT_DELAY, self._show_hint)

    def takes_key(self, key: str) -> bool:
        """Complete a sequence, if one has begun, before any binding gets the key."""
        if not self._leader:
            return False
        second = self._second(key)
        self._end_sequence()
        if second is not None:
            perform(*second)
        return True

    def command_id(self, key: str) -> str:
        """Return the id of the command that a key would perform, also as the second of a sequence; empty if none."""
        if not self._leader:
            bound = self.screen.active_bindings.get(key)
            return "" if bound is None else bound.binding.id or ""
        second = self._second(key)
        return CANCEL if second is None else second[1].id

    def drop_typed(self) -> int:
        """Drop every key that waits, and a sequence that has begun."""
        self._end_sequence()
        return super().drop_typed()

    def _second(self, key: str) -> tuple[Any, Command] | None:
        """Return the command of which a key is the second of the begun sequence, and its node; None if of none."""
        followers = self._followers(self._leader)
        return next(((node, command) for node, command, follower in followers if follower == key), None)

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

    def _end_sequence(self) -> None:
        self._leader = ""
        if self._hint_timer is not None:
            self._hint_timer.stop()
        if self._hint is not None:
            self._hint.remove()
            self._hint = None
