"""The bottom line: the keys that matter here and now, and the countdown of what can still be taken back."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from csat_tui.tui.base.commands import Guarded, always, chain
from csat_tui.tui.base.keys import keys_of, show_key

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
