"""The fields of one outcome, label beside or above each, as one form."""

from collections.abc import Collection, Mapping

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from csat_tui.domain.playbook import Field, Outcome
from csat_tui.tui.panes.field_area import FieldArea, label_of

LABEL_ROOM = 12
"""Cells that a label may take beside its field; a longer one stands above it."""


class FieldRow(Vertical):
    """A field with its label; a bar on the left says who will read it."""

    def __init__(self, field: Field, text: str, *, public: bool, room: int) -> None:
        above = public or len(field.label) > LABEL_ROOM
        super().__init__(classes=f"{'-public' if public else '-internal'} {'-above' if above else '-beside'}")
        self._public = public
        self._room = room
        self.area = FieldArea(field, text, public=public)

    def compose(self) -> ComposeResult:
        """Lay the label and the field out."""
        shown = Static(label_of(self.area.field, "bold $public" if self._public else "$muted"), classes="label")
        if self.has_class("-beside"):
            shown.styles.width = self._room
        yield shown
        yield self.area


class Form(VerticalScroll):
    """Holds the fields of the outcome that is being written; knows nothing of cases."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = True
        self._outcome: Outcome | None = None
        self._areas: dict[str, FieldArea] = {}

    @property
    def areas(self) -> Mapping[str, FieldArea]:
        """The fields by id, in the order in which they are typed."""
        return self._areas

    @property
    def texts(self) -> dict[str, str]:
        """What stands in the fields now."""
        return {field_id: area.text for field_id, area in self._areas.items()}

    def show(self, outcome: Outcome | None, texts: Mapping[str, str], public: Collection[str]) -> None:
        """Show an outcome's fields with these words; the same outcome's fields are filled anew, not built anew."""
        if outcome is not None and outcome is self._outcome:
            for field_id, area in self._areas.items():
                if area.text != texts.get(field_id, ""):
                    area.load_text(texts.get(field_id, ""))
                else:
                    area.history.clear()
            return
        self._outcome = outcome
        # Textual moves the focus on before it removes what has it; here it belongs to the form meanwhile.
        self.query(FieldRow).remove()
        self._areas = {}
        self.can_focus = outcome is None
        if outcome is None:
            return
        room = 2 + max((len(one.label) for one in outcome.fields if len(one.label) <= LABEL_ROOM), default=0)
        rows = [FieldRow(one, texts.get(one.id, ""), public=one.id in public, room=room) for one in outcome.fields]
        self._areas = {row.area.field.id: row.area for row in rows}
        self.mount_all(rows)
        self._fit()

    def on_resize(self) -> None:
        """Let a field grow until it fills the form, so that its cursor never leaves the screen."""
        self._fit()

    def reveal(self, area: FieldArea) -> None:
        """Scroll no further than needed to have a field on the screen, which may just have grown."""
        self.scroll_to_widget(area, animate=False, force=True)

    def _fit(self) -> None:
        room = max(self.scrollable_content_region.height - 1, 2)
        for area in self._areas.values():
            area.styles.max_height = room

    def owns(self, area: object) -> bool:
        """Whether a field is one of those shown now."""
        return any(area is own for own in self._areas.values())

    def focused(self) -> FieldArea | None:
        """Return the field that is being typed in."""
        return next((area for area in self._areas.values() if area.has_focus), None)

    def go(self, area: FieldArea, step: int) -> bool:
        """Focus the field before or after one; False where there is none."""
        order = list(self._areas.values())
        index = order.index(area) + step if area in order else -1
        if not 0 <= index < len(order):
            return False
        order[index].focus()
        return True
