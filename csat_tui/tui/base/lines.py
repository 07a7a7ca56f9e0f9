"""Lines of text with a cursor over them, of which most lists and reading views are made; and which lines were seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from csat_tui.tui.base.commands import Guarded

NOTHING = -1
"""The item of a line that the cursor never stands on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One screen line, already cut to the width, and the item that it belongs to."""

    content: Content
    item: int = NOTHING


def hang(content: Content, width: int, mark: Content | str = "", indent: int = 2) -> list[Content]:
    """Return a text wrapped to a width, its first line after a mark and the others under its first word."""
    room = max(width - indent, 4)
    lead = mark if isinstance(mark, Content) else Content(mark)
    lead = lead.pad_right(max(indent - lead.cell_length, 0))
    wrapped = content.wrap(room)
    return [(lead if index == 0 else Content(" " * indent)) + line for index, line in enumerate(wrapped)]


def _same(some: Sequence[Line], others: Sequence[Line]) -> bool:
    """Whether two texts look the same."""
    return len(some) == len(others) and all(
        one.item == other.item and one.content.is_same(other.content) for one, other in zip(some, others, strict=True)
    )


CURSOR_BAR = "▌"
"""Stands before the lines of the item under the cursor: seen also where a terminal has few colours, or none."""


class LinesView(Guarded, ScrollView, can_focus=True):
    """Lines of text that scroll, drawn one by one; the lines of the item under the cursor are highlighted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--bar"}
    BAR: ClassVar[bool] = False
    """Whether the lines stand behind a column for the cursor's bar, and so need no padding at their left."""

    cursor: reactive[int] = reactive(NOTHING)

    @dataclass
    class Chosen(Message):
        """An item was clicked."""

        view: "LinesView"
        item: int

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._strips: dict[int, Strip] = {}
        self._built_for = 0
        self._drawn_for = (0, NOTHING)

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width; what a subclass is for."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Draw anew what has changed of what is shown; the scroll stays where it is."""
        width = self._width
        # Out of sight there is no width; what was drawn before is then drawn anew once there is one.
        self._built_for = width
        if width <= 0:
            return
        before, self._lines = self._lines, self.build(width)
        drawn = width, self.cursor
        if drawn == self._drawn_for and _same(before, self._lines):
            return
        self._drawn_for = drawn
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))
        self._fit_scrollbar()
        self.refresh()

    def _fit_scrollbar(self) -> None:
        # Textual looks at it when the size changes; where lines only became fewer, the bar stayed.
        self.show_vertical_scrollbar = len(self._lines) > self.container_size.height

    def item_lines(self, item: int) -> range:
        """Return the range of lines that an item takes."""
        own = [index for index, line in enumerate(self._lines) if line.item == item]
        return range(own[0], own[-1] + 1) if own else range(0)

    def show_item(self, item: int) -> None:
        """Scroll no further than needed to have an item on the screen."""
        if lines := self.item_lines(item):
            region = Region(0, lines.start, max(self._width, 1), len(lines))
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        number = y + int(self.scroll_y)
        width = self.size.width
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        if (drawn := self._strips.get(number)) is None:
            line = self._lines[number]
            marked = line.item != NOTHING and line.item == self.cursor
            style = self.get_visual_style("lines--cursor") if marked else self.visual_style
            content = self._bar(marked=marked) + line.content if self.BAR else line.content
            strips = Visual.to_strips(self, content, width, 1, style, pad=True)
            drawn = strips[0] if strips else Strip.blank(width, style.rich_style)
            self._strips[number] = drawn
        return drawn

    def _bar(self, *, marked: bool) -> Content:
        """Return what stands in the cursor's column."""
        return Content(CURSOR_BAR if marked else " ").stylize(self.get_visual_style("lines--bar", partial=True))

    def watch_cursor(self) -> None:
        """Move the highlight."""
        self._drawn_for = self._drawn_for[0], self.cursor
        self._strips.clear()
        self.refresh()
        self.show_item(self.cursor)

    def on_resize(self) -> None:
        """Wrap anew when the width has changed."""
        self._fit_scrollbar()
        if self._width != self._built_for:
            self.rebuild()
            self.show_item(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Tell which item was clicked."""
        number = event.y + int(self.scroll_y)
        if number < len(self._lines) and (item := self._lines[number].item) != NOTHING:
            self.post_message(self.Chosen(self, item))

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        super().notify_style_update()
        self._strips.clear()

    def on_focus(self) -> None:
        """Draw the cursor line in its stronger form."""
        self._strips.clear()

    def on_blur(self) -> None:
        """Draw the cursor line in its quieter form."""
        self._strips.clear()

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width - (1 if self.BAR else 0)


class CursorList(LinesView, inherit_bindings=False):
    """Lines whose cursor the person moves: arrows and pages are for whoever moves it, not for scrolling."""

    BAR = True


class LinesSeen:
    """Notes which lines of a text have been on the screen; whoever jumps over some of them has not read it."""

    def __init__(self) -> None:
        self._lines: dict[int, set[int]] = {}

    def look(self, item: int, lines: range, window: range) -> bool:
        """Note those of an item's lines that are within a window; returns whether all of them have been by now."""
        own = self._lines.setdefault(item, set())
        start, stop = max(lines.start, window.start), min(lines.stop, window.stop)
        own.update(number - lines.start for number in range(start, stop))
        return bool(lines) and len(own) >= len(lines)

    def forget(self) -> None:
        """Begin anew, where the lines are wrapped anew."""
        self._lines.clear()
