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
"""Cells that a label may take beside its field; a longer one stands above it."""


class FieldRow(Guarded, Vertical):
    """A field with its label, and under it what is to be said about its words; a bar on the left says who reads it."""

    def __init__(self, field: Field, text: str, *, public: bool, room: int) -> None:
        self.above = public or len(field.label) > LABEL_ROOM
        super().__init__(classes=f"{'-public' if public else '-internal'} {'-above' if self.above else '-beside'}")
        self.public = public
        self.area = FieldArea(field, text, public=public)
        self._label = Static(label_of(field, "bold $public" if public else "$muted"), classes="label")
        self._below = Static("", classes="below", markup=False)
        self._said = Content("")
        self.make_room(room)

    def compose(self) -> ComposeResult:
        """Lay the label, the field and the remarks out."""
        yield self._label
        with Vertical(classes="words"):
            yield self.area
            yield self._below

    def on_mount(self) -> None:
        """Take no room for remarks until there are some."""
        self._below.display = bool(self._said)

    def make_room(self, room: int) -> None:
        """Have the fields begin in one column."""
        if not self.above:
            self._label.styles.width = room

    def say(self, words: Content, quietly: str = "") -> None:
        """Say something about the words, under them; nothing is drawn where nothing has changed."""
        if quietly:
            words = Content("\n").join([*([words] if words else []), Content.styled(quietly, "$faint")])
        if not words.is_same(self._said):
            self._said = words
            self._below.update(words)
            self._below.display = bool(words)
            if isinstance(self.parent, Form):
                self.parent.fit(self)

    @property
    def around(self) -> int:
        """Lines that the label and the remarks take beside the words."""
        return int(self.above) + (self._said.plain.count("\n") + 1 if self._said else 0)


class Form(Guarded, VerticalScroll):
    """Holds the fields that are asked for now; knows nothing of cases."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = True
        self._rows: dict[str, FieldRow] = {}

    @property
    def areas(self) -> Mapping[str, FieldArea]:
        """The fields by id, in the order in which they are typed."""
        return {field_id: row.area for field_id, row in self._rows.items()}

    @property
    def rows(self) -> Mapping[str, FieldRow]:
        """The fields with what stands around them."""
        return self._rows

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the fields now."""
        return {field_id: row.area.text for field_id, row in self._rows.items()}

    def load(self, fields: Sequence[Field], texts: Mapping[str, str], public: Collection[str]) -> None:
        """Show fields with these words in place of everything that stood there; undo does not reach behind it."""
        self.adapt(fields, texts, public)
        for field_id, area in self.areas.items():
            if area.text != texts.get(field_id, ""):
                area.load_text(texts.get(field_id, ""))
            else:
                area.history.clear()

    def adapt(self, fields: Sequence[Field], texts: Mapping[str, str], public: Collection[str]) -> None:
        """Show these fields, new ones with their words; those that stay keep their words, cursor and focus."""
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
        # Textual moves the focus on before it removes what has it; here it belongs to the form meanwhile.
        self.can_focus = True
        for row in gone:
            if row.area.has_focus:
                self._pass_focus(row.area.field.id, order)
            row.remove()
        self.can_focus = not rows
        self._place(list(rows.values()))
        self._fit()

    def _place(self, rows: Sequence[FieldRow]) -> None:
        """Have the rows stand in this order, moving only those that stand elsewhere."""
        there = [row for row in self.children if row in rows]
        before: FieldRow | None = None
        for row in rows:
            if row not in there:
                self.mount(row, after=before) if before is not None else self.mount(row, before=0 if there else None)
            elif before is not None and self.children.index(row) < self.children.index(before):
                self.move_child(row, after=before)
            before = row

    def _pass_focus(self, field_id: str, order: Sequence[str]) -> None:
        """Give the focus of a field that goes to the nearest one that stays."""
        place = order.index(field_id)
        staying = [*order[place + 1 :], *reversed(order[:place])]
        target = next(
            (self._rows[field_name].area for field_name in staying if field_name in self._rows and field_name in order),
            None,
        )
        if target is not None and target.is_attached:
            self.screen.set_focus(target)

    def on_resize(self) -> None:
        """Let a field grow until it fills the form, so that its cursor never leaves the screen."""
        self._fit()
        self._reveal_focused()

    def on_descendant_focus(self) -> None:
        """Bring the field that is gone to into sight, which may be below the fold of a small terminal."""
        self._reveal_focused()

    def _reveal_focused(self) -> None:
        area = self.focused()
        if area is not None:
            self.call_after_refresh(self.reveal, area)

    def reveal(self, area: FieldArea) -> None:
        """Scroll no further than needed to have a field with its remarks on the screen; it may just have grown."""
        row = self._rows.get(area.field.id)
        shown = row if row is not None and row.outer_size.height <= self.scrollable_content_region.height else area
        self.scroll_to_widget(shown, animate=False, force=True)

    def _fit(self) -> None:
        for row in self._rows.values():
            self.fit(row)

    def fit(self, row: FieldRow) -> None:
        """Let a field grow as far as it and what is said about it find room together; its cursor stays in sight."""
        room = self.scrollable_content_region.height - 1
        row.area.styles.max_height = max(room - row.around, min(room, 4), 2)

    def owns(self, area: object) -> bool:
        """Whether a field is one of those shown now."""
        return any(area is row.area for row in self._rows.values())

    def focused(self) -> FieldArea | None:
        """Return the field that is being typed in."""
        return next((area for area in self.areas.values() if area.has_focus), None)

    def go(self, area: FieldArea, step: int) -> bool:
        """Focus the field before or after one; False where there is none."""
        order = list(self.areas.values())
        index = order.index(area) + step if area in order else -1
        if not 0 <= index < len(order):
            return False
        order[index].focus()
        return True


def _same(row: FieldRow, field: Field, *, public: bool) -> bool:
    """Whether a row can stay for a field; whether the field is required is not seen."""
    own = row.area.field
    return row.public is public and (own.label, own.hint, own.multiline) == (field.label, field.hint, field.multiline)


def finding_picker(playbook: Playbook, groups: Sequence[str], picked: Sequence[str]) -> Picker:
    """Return the window with the findings of these groups, group by group."""
    offered = [finding for group in groups for finding in playbook.findings.values() if finding.group == group]
    title = "What was found"
    return Picker(title, [Pick(finding.id, finding.label, finding.group, finding.help) for finding in offered], picked)


SHOWN = 3
"""Lines of remarks under one field; the key that goes to the next one reaches the others."""

FIXES = 3
"""Fixes of one remark that have a key."""

LOOKS = {Level.ERROR: ("✘", "$bad"), Level.WARNING: ("!", "$fair")}
"""Glyph and colour by weight: an error keeps a text from the customer."""


def at(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the remark whose stretch the cursor stands in or right after, the gravest first."""
    return next(
        (remark for remark in remarks if remark.start < remark.end and remark.start <= place <= remark.end), None
    )


def following(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the next remark after the one at a place of the text; None where there is none any more."""
    later = [remark for remark in remarks if remark.start > place]
    return min(later, key=lambda remark: remark.start, default=None)


def remark_lines(remarks: Sequence[Remark], here: Remark | None, width: int, keys: Sequence[str]) -> Content:
    """Return the lines under a field; `keys` are those of the first fix and of the others.

    The remark at the cursor comes first and is told in full; the others are cut to a line.
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
"""Says what there is to remark about a field's words: its id and the text."""


class FieldRemarks:
    """Looks after the remarks of a form; `quiet` is what else is said under a field."""

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
        """What somebody else wrote in the same field."""
        self._chosen: Remark | None = None
        """The remark that was gone to last: one about something missing has no stretch to stand in."""

    def look(self, area: FieldArea) -> None:
        """Look at a field's words."""
        self.put(area, self._rules(area.field.id, area.text))

    def put(self, area: FieldArea, remarks: tuple[Remark, ...]) -> None:
        """Show what there is to remark about a field's words as they stand."""
        area.mark(remarks)
        self.say(area)

    def say(self, area: FieldArea) -> None:
        """Say under a field what there is to say, the remark at the cursor first."""
        row = self._form.rows.get(area.field.id)
        if row is not None and row.area is area:
            keys = self._keys()
            remarks = remark_lines(area.remarks, self.here(area), area.size.width, keys)
            parts = [part for part in (self._beside(area), remarks) if part]
            row.say(Content("\n").join(parts), self._quiet(area))

    def here(self, area: FieldArea) -> Remark | None:
        """Return the remark at the cursor, or the one that was gone to."""
        if not area.has_focus:
            return None
        chosen = self._chosen
        if chosen in area.remarks and chosen is not None and chosen.start == area.place:
            return chosen
        return at(area.remarks, area.place)

    def go_on(self) -> bool:
        """Go to the next remark: in this field after the cursor, then in the next ones, and round."""
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
        """Return the remark after one; several may begin at the same place."""
        order = sorted(remarks, key=lambda remark: remark.start)
        if here in order:
            rest = order[order.index(here) + 1 :]
            return rest[0] if rest else None
        return following(order, place)

    def mend(self, number: int) -> bool:
        """Put a fix of the remark at the cursor into the text; without one there, go to the next remark."""
        area = self._form.focused()
        if area is not None and area.marked != area.text:
            self.look(area)  # long words are looked at after the key: their remarks may stand elsewhere by now
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
