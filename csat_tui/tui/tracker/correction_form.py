"""The form that corrects a row of the tracker cell by cell; the change becomes an additional row."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from csat_tui.domain.playbook import Field
from csat_tui.reports.tracker import SheetColumns
from csat_tui.store.sheets import SheetRow
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.windows.form import FormAnswer, FormQuestion, FormScreen

LONG = 200
"""Characters of a cell that has more than one line to itself."""


def _questions(row: SheetRow, columns: SheetColumns) -> tuple[FormQuestion, ...]:
    headings = {key: heading for key, heading in zip(columns.keys, columns.headings, strict=True) if key}
    keys = dict.fromkeys([*headings, *row.cells])
    return tuple(FormQuestion(key, headings.get(key) or key, "(empty)", lambda _text: "") for key in keys)


class CorrectForm(FormScreen[dict[str, str]]):
    """Asks what a row should say; gives the cells that were changed, or None."""

    NAME = "Correct a row"
    DEED = "writes it"

    def __init__(self, row: SheetRow, columns: SheetColumns) -> None:
        asked = _questions(row, columns)
        short = [one for one in asked if _is_short(row.cells.get(one.id, ""))]
        self.QUESTIONS = short  # type: ignore[misc]  # of this row, and not of the class
        super().__init__({one.id: row.cells.get(one.id, "") for one in short})
        self._title = f"Correct row {row.id}"
        self._asked = asked
        self._areas = {
            one.id: FieldArea(Field(one.id, one.label, multiline=True), row.cells[one.id])
            for one in asked
            if one not in short
        }
        self._before = self._now()

    def compose(self) -> ComposeResult:
        """Lay the cells out in the order of the columns."""
        room = 2 + max(len(one.label) for one in self._asked)
        answers = {one.question.id: one for one in self._answers}
        with Vertical(classes="form") as form:
            form.border_title = Content(self._title)
            form.border_subtitle = Content(
                with_keys(self.app, f"enter next · {{form.done}} {self.DEED} · {{form.leave}} back")
            )
            say = "An additional row is written, with your name. The row itself stays as it is."
            yield Static(Content.styled(say, "$muted"), classes="say", markup=False)
            with VerticalScroll(can_focus=False):
                for one in self._asked:
                    area = self._areas.get(one.id)
                    with Horizontal(classes="line -words" if area is not None else "line"):
                        label = Static(safe_line(one.label, "$muted"), markup=False)
                        label.styles.width = room
                        yield label
                        yield answers[one.id] if area is None else area
            yield self._said

    def begin(self) -> None:
        """Begin at the first cell."""
        first: FormAnswer | FieldArea = self._areas.get(self._asked[0].id) or self._answers[0]
        first.focus()

    def past_the_last(self) -> None:
        """Go on from the last line to the cells that have more than one, if there are any."""
        if self._areas:
            next(iter(self._areas.values())).focus()
        else:
            self.done()

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Go on from a cell of several lines."""
        message.stop()
        if message.step < 0:
            self.focus_previous()
        else:
            self.focus_next()

    def _now(self) -> dict[str, str]:
        return self.texts | {key: area.text for key, area in self._areas.items()}

    def result(self) -> dict[str, str]:
        """Return the cells whose words are others than at the beginning: nothing else of the row is touched."""
        return {key: text for key, text in self._now().items() if text != self._before[key]}


def _is_short(text: str) -> bool:
    return text.isprintable() and len(text) <= LONG
