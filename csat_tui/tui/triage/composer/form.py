"""The note's form: its fields, and the remarks about the words in each of them."""

from collections.abc import Callable, Collection, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from csat_tui.domain.playbook import Field, Playbook
from csat_tui.domain.wording import Level, Remark, apply_fix
from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.field_area import FieldArea, label_of
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.windows.picker import Pick, Picker

LABEL_ROOM = 12
"""Cells for a label beside its field; a longer label is above its field."""


class FieldRow(Guarded, Vertical):
    """A field with its label and, under it, remarks; the colour of the left bar shows who will read it."""

    def __init__(self, field: Field, text: str, *, public: bool, room: int) -> None:
        self.above = public or len(field.label) > LABEL_ROOM
        super().__init__(classes=f"{'-public' if public else '-internal'} {'-above' if self.above else '-beside'}")
        self.public = public
        self.area = FieldArea(field, text, public=public)
        self._label = Static(label_of(field, "bold $public" if public else "$muted"), classes="label")
        self._below = Static("", classes="below", markup=False)
        self._shown_text = Content("")
        self.make_room(room)

    def compose(self) -> ComposeResult:
        """Lay out the label, the field and the remarks."""
        yield self._label
        with Vertical(classes="words"):
            yield self.area
            yield self._below

    def on_mount(self) -> None:
        """Hide the remarks until there are some."""
        self._below.display = bool(self._shown_text)

    def make_room(self, room: int) -> None:
        """Set the width of the label, so that all fields begin in one column."""
        if not self.above:
            self._label.styles.width = room

    def say(self, words: Content, quietly: str = "") -> None:
        """Show a text under the field, `quietly` in a faint colour; draws nothing if it has not changed."""
        if quietly:
            words = Content("\n").join([*([words] if words else []), Content.styled(quietly, "$faint")])
        if not words.is_same(self._shown_text):
            self._shown_text = words
            self._below.update(words)
            self._below.display = bool(words)
            if isinstance(self.parent, Form):
                self.parent.fit(self)

    @property
    def around(self) -> int:
        """Lines of the row besides the field itself."""
        return int(self.above) + (self._shown_text.plain.count("\n") + 1 if self._shown_text else 0)


class Form(Guarded, VerticalScroll):
    """The fields that are asked for now; it knows nothing of cases."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = True
        self._rows: dict[str, FieldRow] = {}

    @property
    def areas(self) -> Mapping[str, FieldArea]:
        """The fields by id, in their order."""
        return {field_id: row.area for field_id, row in self._rows.items()}

    @property
    def rows(self) -> Mapping[str, FieldRow]:
        """The rows of the fields by id."""
        return self._rows

    @property
    def texts(self) -> dict[str, str]:
        """The texts in the fields by id."""
        return {field_id: row.area.text for field_id, row in self._rows.items()}

    def load(self, fields: Sequence[Field], texts: Mapping[str, str], public: Collection[str]) -> None:
        """Show these fields with these texts; undo cannot go back before this."""
        self.adapt(fields, texts, public)
        for field_id, area in self.areas.items():
            if area.text != texts.get(field_id, ""):
                area.load_text(texts.get(field_id, ""))
            else:
                area.history.clear()

    def adapt(self, fields: Sequence[Field], texts: Mapping[str, str], public: Collection[str]) -> None:
        """Show these fields; a field that stays keeps its text, cursor and focus, a new one gets its text."""
        rows: dict[str, FieldRow] = {}
        room = 2 + max((len(field.label) for field in fields if len(field.label) <= LABEL_ROOM), default=0)
        for field in fields:
            row = self._rows.get(field.id)
            if row is None or not _same(row, field, public=field.id in public):
                row = FieldRow(field, texts.get(field.id, ""), public=field.id in public, room=room)
            row.area.field = field
            row.make_room(room)
            rows[field.id] = row
        gone = [row for row in self._rows.values() if row not in rows.values()]
        order = list(self._rows)
        self._rows = rows
        # Textual moves the focus away from a widget before it removes it; meanwhile the form must be focusable.
        self.can_focus = True
        for row in gone:
            if row.area.has_focus:
                self._pass_focus(row.area.field.id, order)
            row.remove()
        self.can_focus = not rows
        self._place(list(rows.values()))
        self._fit()

    def _place(self, rows: Sequence[FieldRow]) -> None:
        """Put the rows into this order, moving as few as needed."""
        there = [row for row in self.children if row in rows]
        before: FieldRow | None = None
        for row in rows:
            if row not in there:
                self.mount(row, after=before) if before is not None else self.mount(row, before=0 if there else None)
                if row not in self.children:
                    return  # the workstation is closing, and Textual mounts nothing any more
            elif before is not None and self.children.index(row) < self.children.index(before):
                self.move_child(row, after=before)
            before = row

    def _pass_focus(self, field_id: str, order: Sequence[str]) -> None:
        """Move the focus from a field that is removed to the nearest one that stays."""
        place = order.index(field_id)
        staying = [*order[place + 1 :], *reversed(order[:place])]
        target = next(
            (self._rows[field_name].area for field_name in staying if field_name in self._rows and field_name in order),
            None,
        )
        if target is not None and target.is_attached:
            self.screen.set_focus(target)

    def on_resize(self) -> None:
        """Limit the heights of the fields, so that the cursor of each stays visible."""
        self._fit()
        self._reveal_focused()

    def on_descendant_focus(self) -> None:
        """Scroll to the focused field."""
        self._reveal_focused()

    def _reveal_focused(self) -> None:
        area = self.focused()
        if area is not None:
            self.call_after_refresh(self.reveal, area)

    def reveal(self, area: FieldArea) -> None:
        """Scroll as little as needed to show a field with its remarks, after it may have grown."""
        row = self._rows.get(area.field.id)
        shown = row if row is not None and row.outer_size.height <= self.scrollable_content_region.height else area
        self.scroll_to_widget(shown, animate=False, force=True)

    def _fit(self) -> None:
        for row in self._rows.values():
            self.fit(row)

    def fit(self, row: FieldRow) -> None:
        """Limit the height of a field so that it fits into the form together with its remarks."""
        room = self.scrollable_content_region.height - 1
        row.area.styles.max_height = max(room - row.around, min(room, 4), 2)

    def owns(self, area: object) -> bool:
        """Whether a field is part of the form now."""
        return any(area is row.area for row in self._rows.values())

    def focused(self) -> FieldArea | None:
        """Return the focused field; None if there is none."""
        return next((area for area in self.areas.values() if area.has_focus), None)

    def go(self, area: FieldArea, step: int) -> bool:
        """Focus the next or previous field; returns False if there is none."""
        order = list(self.areas.values())
        index = order.index(area) + step if area in order else -1
        if not 0 <= index < len(order):
            return False
        order[index].focus()
        return True


def _same(row: FieldRow, field: Field, *, public: bool) -> bool:
    """Whether a row can stay for a field: all that is visible of the field is the same."""
    own = row.area.field
    return row.public is public and (own.label, own.hint, own.multiline) == (field.label, field.hint, field.multiline)


def finding_picker(playbook: Playbook, groups: Sequence[str], picked: Sequence[str]) -> Picker:
    """Return the picker for the findings of these groups."""
    offered = [finding for group in groups for finding in playbook.findings.values() if finding.group == group]
    title = "What was found"
    return Picker(title, [Pick(finding.id, finding.label, finding.group, finding.help) for finding in offered], picked)


SHOWN = 3
"""Lines of remarks under a field; the key for the next remark reaches the others."""

FIXES = 3
"""Fixes of a remark that have a key."""

LOOKS = {Level.ERROR: ("✘", "$bad"), Level.WARNING: ("!", "$fair")}
"""Glyph and colour by level; an error blocks the sending."""


def at(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the first remark whose range has the position in it or right at its end; None if there is none."""
    return next(
        (remark for remark in remarks if remark.start < remark.end and remark.start <= place <= remark.end), None
    )


def following(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the next remark after a position; None if there is none."""
    later = [remark for remark in remarks if remark.start > place]
    return min(later, key=lambda remark: remark.start, default=None)


def remark_lines(remarks: Sequence[Remark], here: Remark | None, width: int, keys: Sequence[str]) -> Content:
    """Return the lines of remarks under a field; `keys` are the names of the keys for the fixes.

    The remark at the cursor (`here`) comes first and is shown in full; the others are cut to one line.
    """
    order = sorted(remarks, key=lambda remark: remark is not here)
    lines: list[Content] = []
    for remark in order[:SHOWN]:
        glyph, colour = LOOKS[remark.level]
        line = Content.styled(f"{glyph} ", f"bold {colour}") + safe_line(
            remark.sentence, "" if remark is here else "$muted"
        )
        if remark is here and remark.fixes:
            lines.append(line + _fixes(remark, keys))
        else:
            lines.append(line.truncate(width, ellipsis=True) if width > 0 and remark is not here else line)
    if (more := len(order) - SHOWN) > 0:
        lines.append(Content.styled(f"  and {more} more", "$muted"))
    return Content("\n").join(lines)


def _fixes(remark: Remark, keys: Sequence[str]) -> Content:
    parts = [Content("")]
    for key, fix in zip(keys, remark.fixes[:FIXES], strict=False):
        parts.append(Content.styled(key, "bold $accent") + Content(" ") + safe_line(f"“{fix}”" if fix else "take out"))
    return Content("  ").join(parts)


Rules = Callable[[str, str], tuple[Remark, ...]]
"""Returns the remarks about a field, given its id and its text."""


class FieldRemarks:
    """Updates and shows the remarks of a form; `quiet` and `beside` return further texts under a field."""

    def __init__(
        self,
        form: Form,
        rules: Rules,
        quiet: Callable[[FieldArea], str],
        keys: Callable[[], Sequence[str]],
        beside: Callable[[FieldArea], Content] = lambda _area: Content(""),
    ) -> None:
        self._form = form
        self._rules = rules
        self._quiet = quiet
        self._keys = keys
        self._beside = beside
        """Returns the text of somebody else in the same field."""
        self._chosen: Remark | None = None
        """The remark that the person went to last; a remark about missing words has no range for the cursor."""

    def check(self, area: FieldArea) -> None:
        """Check the text of a field."""
        self.put(area, self._rules(area.field.id, area.text))

    def put(self, area: FieldArea, remarks: tuple[Remark, ...]) -> None:
        """Show the remarks about a field's current text."""
        area.mark(remarks)
        self.say(area)

    def say(self, area: FieldArea) -> None:
        """Show the texts under a field, with the remark at the cursor first."""
        row = self._form.rows.get(area.field.id)
        if row is not None and row.area is area:
            keys = self._keys()
            remarks = remark_lines(area.remarks, self.here(area), area.size.width, keys)
            parts = [part for part in (self._beside(area), remarks) if part]
            row.say(Content("\n").join(parts), self._quiet(area))

    def here(self, area: FieldArea) -> Remark | None:
        """Return the remark at the cursor, or the remark that the person went to."""
        if not area.has_focus:
            return None
        chosen = self._chosen
        if chosen in area.remarks and chosen is not None and chosen.start == area.place:
            return chosen
        return at(area.remarks, area.place)

    def go_on(self) -> bool:
        """Go to the next remark in this field or a following one, and from the last to the first."""
        areas = list(self._form.areas.values())
        focused = self._form.focused()
        turn = areas.index(focused) if focused in areas else 0
        order = [*areas[turn:], *areas[:turn]]
        here = self.here(focused) if focused is not None else None
        place = (here.start if here else focused.place - 1) if focused is not None else -1
        for number, area in enumerate((*order, *order[:1])):
            found = self._next(area.remarks, here if number == 0 else None, place if number == 0 else -1)
            if found is not None:
                self._chosen = found
                area.focus()
                area.go_to(found.start)
                self.say(area)
                return True
        return False

    @staticmethod
    def _next(remarks: Sequence[Remark], here: Remark | None, place: int) -> Remark | None:
        """Return the remark after `here`; several remarks may begin at the same position."""
        order = sorted(remarks, key=lambda remark: remark.start)
        if here in order:
            rest = order[order.index(here) + 1 :]
            return rest[0] if rest else None
        return following(order, place)

    def mend(self, number: int) -> bool:
        """Apply a fix of the remark at the cursor; without such a remark, go to the next one."""
        area = self._form.focused()
        if area is not None and area.marked != area.text:
            self.check(area)  # long texts are checked later: the ranges of the remarks may be outdated
        here = self.here(area) if area is not None else None
        if area is None or here is None:
            return self.go_on()
        if number >= len(here.fixes):
            return False
        text, place = apply_fix(area.text, here, number)
        self._chosen = None
        if here.start < here.end:
            area.replace(here.fixes[number], area.location(here.start), area.location(here.end))
        else:
            area.replace(text, (0, 0), area.document.end)
        area.go_to(place)
        return True
