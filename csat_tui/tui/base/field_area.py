"""A text area for one field; it replaces control characters by visible symbols."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from csat_tui.domain.composing import BODY_LIMIT
from csat_tui.domain.playbook import Field
from csat_tui.domain.safe_text import visible
from csat_tui.domain.wording import Level, Remark, unfilled_places
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.base.textual_seams import Document, Edit, EditResult, TextAreaSeams

NEEDED_ELSEWHERE = frozenset({"ctrl+e", "ctrl+f", "ctrl+t", "f6", "f7"})
"""Keys that Textual binds in a text area and the composer uses for something else."""


def _bindings() -> list[BindingType]:
    """Return the text area's bindings without the keys that the composer needs."""
    kept: list[BindingType] = []
    for binding in TextArea.BINDINGS:
        if isinstance(binding, Binding):
            keys = [key for key in binding.key.split(",") if key not in NEEDED_ELSEWHERE]
            if keys:
                kept.append(Binding(",".join(keys), binding.action, binding.description, show=False))
    return kept


class FieldArea(Guarded, TextAreaSeams, inherit_bindings=False):
    """A text area that grows with its text.

    The text on the screen is the text that is saved and sent: a control character becomes a symbol when it comes in.
    """

    BINDINGS: ClassVar[list[BindingType]] = _bindings()
    COMPONENT_CLASSES: ClassVar[set[str]] = {"field--error", "field--warning"}

    @dataclass
    class Left(Message):
        """The person moved the cursor past the field's first line (`step` -1) or last line (1)."""

        area: "FieldArea"
        step: int

    def __init__(self, field: Field, text: str = "", *, public: bool = False) -> None:
        self.field = field
        self.remarks: tuple[Remark, ...] = ()
        self.marked = ""
        """The text that the remarks are about."""
        self._marks: Marks = {}
        self._rewrap = False
        super().__init__(
            self._tidy(text),
            compact=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=safe(field.hint),
            classes="-public" if public else "",
        )
        self.cursor_blink = False
        self.set_class(field.multiline, "-multiline")

    def edit(self, edit: Edit) -> EditResult:
        """Make one edit with its control characters replaced."""
        edit.text = self._tidy(edit.text)
        return super().edit(edit)

    def undoes_several(self) -> None:
        """Wrap all lines again: Textual 8.2 wraps too few if an undo or redo holds several edits."""
        self._rewrap = True

    def changes_size(self) -> None:
        """Keep the caret inside the text before the size changes.

        Textual 8.2 undoes first, takes the new size, and moves the caret last. If the scrollbar disappears with the new
        size, Textual scrolls to the caret, which may be below the last line: that raises and leaves the field unusable.
        """
        if self._rewrap:
            self._rewrap = False
            self.wrapped_document.wrap(self.wrap_width, self.indent_width)
        inside = Selection(*(self.clamp_visitable(location) for location in self.selection))
        if inside != self.selection:
            self.set_reactive(TextArea.selection, inside)

    def load_text(self, text: str) -> None:
        """Replace the text; undo cannot go back before this."""
        self.mark(())
        super().load_text(self._tidy(text))
        self.move_cursor(self.document.end)

    def mark(self, remarks: tuple[Remark, ...]) -> None:
        """Highlight the ranges of these remarks; draws nothing if they have not changed."""
        self.marked = self.text
        if remarks == self.remarks:
            return
        self.remarks = remarks
        self._marks = marks(self.text, remarks)
        self.forget_drawn_lines()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line with its highlights."""
        line = super().get_line(line_index)
        for start, end, level in self._marks.get(line_index, ()):
            line.stylize(self.get_component_rich_style(f"field--{level}", partial=True), start, end)
        return line

    @property
    def place(self) -> int:
        """The cursor's position, in characters from the beginning."""
        return cast(Document, self.document).get_index_from_location(self.cursor_location)

    def location(self, place: int) -> tuple[int, int]:
        """Return the line and column of a position in the text."""
        return cast(Document, self.document).get_location_from_index(max(0, min(place, len(self.text))))

    def go_to(self, place: int) -> None:
        """Put the cursor at a position; a placeholder that begins there is selected, so that typing replaces it."""
        stop = next((stop for stop in unfilled_places(self.text) if stop[0] == place), None)
        if stop is None:
            self.move_cursor(self.location(place))
        else:
            self.selection = Selection(self.location(stop[1]), self.location(stop[0]))
            self.scroll_cursor_visible()

    def go_to_stop(self, start: int, end: int) -> bool:
        """Go to the first unfilled placeholder in a range; returns False if there is none."""
        found = next((stop for stop in unfilled_places(self.text) if start <= stop[0] and stop[1] <= end), None)
        if found is not None:
            self.go_to(found[0])
        return found is not None

    def next_stop(self, step: int) -> bool:
        """Go to the next or previous unfilled placeholder; returns False if there is none in that direction."""
        here = self.place
        ahead = [start for start, _ in unfilled_places(self.text) if (start > here if step > 0 else start < here)]
        if ahead:
            self.go_to(ahead[0] if step > 0 else ahead[-1])
        return bool(ahead)

    def index_of(self, location: tuple[int, int]) -> int:
        """Return the position of a line and column, in characters from the beginning."""
        return cast(Document, self.document).get_index_from_location(location)

    def on_mount(self) -> None:
        """Put the cursor at the end of the text."""
        self.move_cursor(self.document.end)

    def on_resize(self) -> None:
        """Cut the hint to the size of the field, with an ellipsis."""
        width, height = self.content_size
        lines = safe(self.field.hint).wrap(width) if width > 0 else []
        if height and len(lines) > height:
            last = lines[height - 1].rstrip().truncate(width - 1) + "…"
            self.placeholder = Content("\n").join([*lines[: height - 1], last])
        else:
            self.placeholder = safe(self.field.hint)

    def on_paste(self, event: events.Paste) -> None:
        """Refuse a paste that is too long for a note; notify about control characters that become symbols."""
        event.stop()
        if self._refuses(event.text):
            event.prevent_default()

    def action_paste(self) -> None:
        """Paste from the workstation's own clipboard, under the same rules."""
        if not self._refuses(self.app.clipboard):
            super().action_paste()

    def on_key(self, event: events.Key) -> None:
        """Post `Left` for an arrow key at the first or last line, and for Enter in a field of one line."""
        step = 0
        if (event.key == "enter" and not self.field.multiline) or (event.key == "down" and self.cursor_at_last_line):
            step = 1
        elif event.key == "up" and self.cursor_at_first_line:
            step = -1
        if step:
            event.stop()
            event.prevent_default()
            self.post_message(self.Left(self, step))

    def _refuses(self, text: str) -> bool:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size + len(self.text.encode()) > BODY_LIMIT:
            self.notify(
                f"That is {size:,} bytes, and a note can have {BODY_LIMIT:,}. Nothing was pasted, "
                "and your words are unchanged.",
                severity="warning",
                markup=False,
            )
            return True
        normal = text.replace("\r\n", "\n").replace("\r", "\n")
        if visible(normal) != normal:
            self.notify("The pasted text had control characters; they are shown as symbols.", markup=False)
        return False

    def _tidy(self, text: str) -> str:
        if not text:
            return text
        text = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
        return text if self.field.multiline else text.replace("\n", " ")


Marks = dict[int, list[tuple[int, int, str]]]
"""By line: the start column, the end column and the level of each highlight."""


def marks(text: str, remarks: Sequence[Remark]) -> Marks:
    """Return the ranges of remarks line by line; errors come last, so that they cover warnings."""
    found: Marks = {}
    for remark in sorted(remarks, key=lambda remark: remark.level is Level.ERROR):
        if remark.start >= remark.end:
            continue
        first = text.count("\n", 0, remark.start)
        begin = remark.start - (text.rfind("\n", 0, remark.start) + 1)
        for number, part in enumerate(text[remark.start : remark.end].split("\n")):
            found.setdefault(first + number, []).append((begin, begin + len(part), remark.level.value))
            begin = 0
    return found


def label_of(field: Field, style: str) -> Content:
    """Return a field's label in a style."""
    return safe_line(field.label, style)
