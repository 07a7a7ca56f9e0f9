"""A window to pick one or several items from a list by typing letters of their labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from csat_tui.tui.base.commands import Command, Commanded, Guarded
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, LinesView, wrap
from csat_tui.tui.base.text import one_line, safe, safe_line

GROUP_WEIGHT = 0.6
"""The weight of a match in the group's name, relative to a match in the label."""


@dataclass(frozen=True, slots=True)
class Pick:
    """An item that can be picked; `help` is shown under it while the cursor is on it."""

    id: str
    label: str
    group: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An item that matches the letters, and the positions of the letters in its label."""

    pick: Pick
    score: float
    places: tuple[int, ...] = ()


def matches(picks: Sequence[Pick], letters: str) -> list[Match]:
    """Return the matches in groups; the best match comes first in its group, and its group first of all."""
    if not letters.strip():
        return [Match(pick, 0) for pick in picks]
    found: list[Match] = []
    search = FuzzySearch()
    for pick in picks:
        score, places = search.match(letters, one_line(pick.label))
        in_group, _ = search.match(letters, f"{pick.group} {pick.label}")
        if score or in_group:
            found.append(Match(pick, max(score, in_group * GROUP_WEIGHT), tuple(places) if score else ()))
    best: dict[str, float] = {}
    for match in found:
        best[match.pick.group] = max(best.get(match.pick.group, 0), match.score)
    groups = sorted(best, key=lambda group: -best[group])
    return [
        match
        for group in groups
        for match in sorted((match for match in found if match.pick.group == group), key=lambda match: -match.score)
    ]


class PickLines(CursorList):
    """The matches, each group under its name."""

    can_focus = False

    def __init__(self, *, several: bool) -> None:
        super().__init__()
        self.found: Sequence[Match] = ()
        self.picked: Sequence[str] = ()
        self._several = several

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the matches."""
        if not self.found:
            return [Line(Content.styled("Nothing matches these letters.", "$muted"))]
        lines: list[Line] = []
        group = ""
        for item, match in enumerate(self.found):
            if match.pick.group != group:
                group = match.pick.group
                if lines:
                    lines.append(Line(Content("")))
                lines.append(Line(safe_line(group[:1].upper() + group[1:], "$muted", width)))
            label = safe_line(match.pick.label, "bold" if item == self.cursor else "")
            for place in match.places:
                label = label.stylize("$accent underline", place, place + 1)
            lines += [Line(line, item) for line in wrap(label, width, self._mark(match.pick), indent=4)]
            if match.pick.help and item == self.cursor:
                lines += [Line(line, item) for line in wrap(safe(match.pick.help, "$muted"), width, indent=4)]
        return lines

    def _mark(self, pick: Pick) -> Content:
        if not self._several:
            return Content("")
        return Content.styled(" ✔", "bold $good") if pick.id in self.picked else Content.styled(" ·", "$muted")

    def watch_cursor(self) -> None:
        """Show the help of the item under the cursor."""
        self.rebuild()
        super().watch_cursor()


class Letters(Guarded, Input):
    """The input for the letters; while it is empty, space marks an item if several can be picked."""

    class Spaced(Message):
        """The space bar was pressed in the empty input."""

    def __init__(self, *, several: bool) -> None:
        super().__init__(placeholder="type a few letters", compact=True, classes="letters")
        self._several = several
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Post `Spaced` for the space bar while there are no letters."""
        if event.key == "space" and self._several and not self.value.strip():
            event.stop()
            event.prevent_default()
            self.post_message(self.Spaced())


class Picker(Commanded, ModalScreen["tuple[str, ...] | None"]):
    """Returns the ids of the picked items in the order of the list; None if the person leaves."""

    NAME = "Picker"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("picker.down", ("down", "ctrl+n"), "next", "Go to the next line", lambda s: s.move(1)),
        Command("picker.up", ("up", "ctrl+p"), "previous", "Go to the previous line", lambda s: s.move(-1)),
        Command(
            "picker.mark",
            ("tab",),
            "mark",
            "Mark or unmark the selected line",
            lambda s: s.on_letters_spaced(),
            lambda s: "" if s.several else "only one can be chosen here",
        ),
        Command("picker.take", ("enter",), "take", "Accept it and all marked lines", lambda s: s.take()),
        Command("picker.leave", ("escape",), "leave", "Clear the letters, then go back", lambda s: s.leave()),
    )

    def __init__(self, title: str, picks: Sequence[Pick], picked: Sequence[str] = (), *, several: bool = True) -> None:
        super().__init__()
        self._title = title
        self._picks = tuple(picks)
        self._picked = list(picked)
        self.several = several
        self._letters = Letters(several=several)
        self._view = PickLines(several=several)
        self._frame = Vertical(self._letters, self._view, classes="picker")

    def compose(self) -> ComposeResult:
        """Lay out the letters above the matches."""
        self._frame.border_title = safe_line(self._title)
        self._frame.border_subtitle = Content(
            with_keys(
                self.app,
                ("{picker.mark} marks · " if self.several else "") + "{picker.take} accepts · {picker.leave} closes",
            )
        )
        yield self._frame

    def on_mount(self) -> None:
        """Show all items and focus the letters."""
        self._letters.focus()
        self._find()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show the matches of the new letters."""
        message.stop()
        self._find()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Accept the choice."""
        message.stop()
        self.take()

    def on_letters_spaced(self) -> None:
        """Mark or unmark the item under the cursor and clear the letters."""
        if (pick := self._current) is not None:
            if pick.id in self._picked:
                self._picked.remove(pick.id)
            else:
                self._picked.append(pick.id)
            self._letters.value = ""
            self._find(pick)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Mark or take the clicked item."""
        message.stop()
        self._view.cursor = message.item
        if self.several:
            self.on_letters_spaced()
        else:
            self.take()

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        if self._view.found:
            self._view.cursor = max(0, min(self._view.cursor + step, len(self._view.found) - 1))

    def take(self) -> None:
        """Return the marked items, including the current item if letters were typed for it or none is marked."""
        current = self._current
        if (self._letters.value.strip() and current is None) or not self._picks:
            return
        if current is not None and current.id not in self._picked and (self._letters.value or not self._picked):
            self._picked.append(current.id)
        self.dismiss(tuple(pick.id for pick in self._picks if pick.id in self._picked))

    def leave(self) -> None:
        """Clear the letters; without letters, close without a choice."""
        if self._letters.value:
            self._letters.value = ""
        else:
            self.dismiss(None)

    @property
    def _current(self) -> Pick | None:
        found = self._view.found
        return found[self._view.cursor].pick if 0 <= self._view.cursor < len(found) else None

    def _find(self, stand: Pick | None = None) -> None:
        found = matches(self._picks, self._letters.value)
        self._view.found, self._view.picked = found, tuple(self._picked)
        ids = [match.pick.id for match in found]
        place = ids.index(stand.id) if stand is not None and stand.id in ids else 0
        self._view.set_reactive(LinesView.cursor, place if found else NOTHING)
        self._view.rebuild()
        self._view.show_item(self._view.cursor)
