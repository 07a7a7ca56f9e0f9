"""Views of text lines with a cursor, for lists and for reading; and a record of the lines that were on the screen."""

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
"""The item of a line that belongs to no item."""


@dataclass(frozen=True, slots=True)
class Line:
    """One screen line, already cut to the width, and the item that it belongs to."""

    content: Content
    item: int = NOTHING


def wrap(content: Content, width: int, mark: Content | str = "", indent: int = 2) -> list[Content]:
    """Return a text wrapped to a width: the first line after a mark, the others indented under its first word."""
    room = max(width - indent, 4)
    lead = mark if isinstance(mark, Content) else Content(mark)
    lead = lead.pad_right(max(indent - lead.cell_length, 0))
    wrapped = content.wrap(room)
    return [(lead if index == 0 else Content(" " * indent)) + line for index, line in enumerate(wrapped)]


def _same(line: Line, other: Line) -> bool:
    """Whether two lines look the same beside the cursor."""
    return line is other or (line.item == other.item and line.content.is_same(other.content))


CURSOR_BAR = "▌"
"""Marks the lines of the item under the cursor, visible even without colours."""


class LinesView(Guarded, ScrollView, can_focus=True):
    """Scrolling lines of text, drawn one by one; the lines of the item under the cursor are highlighted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--bar"}
    BAR: ClassVar[bool] = False
    """Whether the first column is for the cursor's bar."""

    cursor: reactive[int] = reactive(NOTHING, repaint=False)

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
        """Return the lines for a width in cells."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Build the lines again and draw them if they have changed; the scroll position stays."""
        width = self._width
        # A hidden view has no width; it is built again once it has one.
        self._built_for = width
        if width <= 0:
            return
        before, self._lines = self._lines, self.build(width)
        if width == self._drawn_for[0] and len(before) == len(self._lines):
            self._redraw(before)
            return
        self._drawn_for = width, self.cursor
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._lines))
        self._fit_scrollbar()
        self.refresh()

    def _redraw(self, before: Sequence[Line]) -> None:
        """Draw the lines that look different from those before, or that the cursor has come to or left."""
        left, self._drawn_for = self._drawn_for[1], (self._drawn_for[0], self.cursor)
        moved = {left, self.cursor} if left != self.cursor else set()
        for number, (line, other) in enumerate(zip(self._lines, before, strict=True)):
            if (line.item in moved and line.item != NOTHING) or not _same(line, other):
                self._strips.pop(number, None)
                self.refresh_line(number)

    def _fit_scrollbar(self) -> None:
        # Textual updates the bar when the size changes, but not when there are fewer lines.
        self.show_vertical_scrollbar = len(self._lines) > self.container_size.height

    def item_lines(self, item: int) -> range:
        """Return the range of line numbers of an item."""
        own = [index for index, line in enumerate(self._lines) if line.item == item]
        return range(own[0], own[-1] + 1) if own else range(0)

    def show_item(self, item: int) -> None:
        """Scroll as little as needed to show an item."""
        if lines := self.item_lines(item):
            region = Region(0, lines.start, max(self._width, 1), len(lines))
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Return one drawn line; `y` counts from the top of the view."""
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
        """Return the first column: the bar beside the item under the cursor, or a space."""
        return Content(CURSOR_BAR if marked else " ").stylize(self.get_visual_style("lines--bar", partial=True))

    def watch_cursor(self) -> None:
        """Move the highlight."""
        self._redraw(self._lines)
        self.show_item(self.cursor)

    def on_resize(self) -> None:
        """Wrap the lines again if the width has changed."""
        self._fit_scrollbar()
        if self._width != self._built_for:
            self.rebuild()
            self.show_item(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Post the item that was clicked."""
        number = event.y + int(self.scroll_y)
        if number < len(self._lines) and (item := self._lines[number].item) != NOTHING:
            self.post_message(self.Chosen(self, item))

    def notify_style_update(self) -> None:
        """Drop the lines that were drawn in the old colours."""
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
    """Lines with a cursor that the person moves: arrow and page keys are left to the commands of the parent."""

    BAR = True


class LinesSeen:
    """Records which lines of each item have been on the screen; an item counts as read only if all of them have."""

    def __init__(self) -> None:
        self._lines: dict[int, set[int]] = {}

    def record(self, item: int, lines: range, window: range) -> bool:
        """Record the lines of an item inside the visible range; returns whether all of its lines were seen by now."""
        own = self._lines.setdefault(item, set())
        start, stop = max(lines.start, window.start), min(lines.stop, window.stop)
        own.update(number - lines.start for number in range(start, stop))
        return bool(lines) and len(own) >= len(lines)

    def forget(self) -> None:
        """Forget everything, because the lines were wrapped again."""
        self._lines.clear()
