"""Remarks about the words of each field: which rules apply, how they are drawn, and how the person goes to them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from textual.content import Content

from csat_tui.domain.case import Case
from csat_tui.domain.case_wording import sort_of, wording_of
from csat_tui.domain.playbook import Outcome, Playbook
from csat_tui.domain.wording import Level, Remark, apply_fix
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.triage.composer.form import Form
from csat_tui.tui.triage.composer.note_words import NoteText

SHOWN = 3
"""Lines of remarks under one field; the key that goes to the next one reaches the others."""

FIXES = 3
"""Fixes of one remark that have a key."""

LOOKS = {Level.ERROR: ("✘", "$bad"), Level.WARNING: ("!", "$fair")}
"""Glyph and colour by weight: an error keeps a text from the customer."""


def at(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the remark whose stretch the cursor stands in or right after, the gravest first."""
    return next((one for one in remarks if one.start < one.end and one.start <= place <= one.end), None)


def following(remarks: Sequence[Remark], place: int) -> Remark | None:
    """Return the next remark after the one at a place of the text; None where there is none any more."""
    later = [one for one in remarks if one.start > place]
    return min(later, key=lambda one: one.start, default=None)


def remark_lines(remarks: Sequence[Remark], here: Remark | None, width: int, keys: Sequence[str]) -> Content:
    """Return the lines under a field; `keys` are those of the first fix and of the others.

    The remark at the cursor comes first and is told in full; the others are cut to a line.
    """
    order = sorted(remarks, key=lambda one: one is not here)
    lines: list[Content] = []
    for one in order[:SHOWN]:
        glyph, colour = LOOKS[one.level]
        line = Content.styled(f"{glyph} ", f"bold {colour}") + safe_line(one.sentence, "" if one is here else "$muted")
        if one is here and one.fixes:
            lines.append(line + _fixes(one, keys))
        else:
            lines.append(line.truncate(width, ellipsis=True) if width > 0 and one is not here else line)
    if (more := len(order) - SHOWN) > 0:
        lines.append(Content.styled(f"  and {more} more", "$muted"))
    return Content("\n").join(lines)


def _fixes(remark: Remark, keys: Sequence[str]) -> Content:
    parts = [Content("")]
    for key, fix in zip(keys, remark.fixes[:FIXES], strict=False):
        parts.append(Content.styled(key, "bold $accent") + Content(" ") + safe_line(f"“{fix}”" if fix else "take out"))
    return Content("  ").join(parts)


def rules_on(
    case: Case,
    outcome: Outcome,
    playbook: Playbook,
    texts: Sequence[NoteText],
    typed: Mapping[str, str],
    field_id: str,
    text: str,
    strangers: Sequence[str] = (),
) -> Callable[[], tuple[Remark, ...]]:
    """Return the rules ready to look at a field's words, on any thread; `typed` are the words of all fields.

    What a rule requires of a text may stand in any of the fields that go into it. `strangers` are the customers who
    were written to before this one.
    """
    whole = next((one for one in texts if one.id == field_id), None)
    sort = whole.sort if whole else sort_of(field_id, outcome, playbook)
    if not sort or not playbook.wording:
        return tuple
    others = [words for name, words in typed.items() if name != field_id and sort_of(name, outcome, playbook) == sort]
    return partial(wording_of, case, sort, text, playbook, others=strangers, whole="\n".join([text, *others]))


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
            said = remark_lines(area.remarks, self.here(area), area.size.width, keys)
            parts = [one for one in (self._beside(area), said) if one]
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
        order = sorted(remarks, key=lambda one: one.start)
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
