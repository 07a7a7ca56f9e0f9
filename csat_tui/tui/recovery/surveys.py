"""The list of service recovery: unhappy customers, or those that a filter of source document 003 lets through."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.store.service_recovery import RecoveryKey, RecoveryList, RecoverySurvey
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.list_pane import ListPane, list_moves
from csat_tui.tui.base.row_window import Rows
from csat_tui.tui.base.windowed_list import Inks, WindowedList
from csat_tui.tui.recovery.lines import draw_survey, list_words
from csat_tui.workflow.recovery import RecoveryDesk

NEEDING = RecoveryList(RecoveryFilter.NEEDING)
"""What the list begins with: every customer who is to be spoken to, or was."""

NOBODY = ("No customer here.", "", "{recovery.filter} chooses another list;", "the sync brings new surveys by itself.")


class RecoveryRows:
    """The rows of the list, read from the store."""

    def __init__(self, desk: RecoveryDesk) -> None:
        self._desk = desk

    def rows_after(self, view: RecoveryList, key: RecoveryKey | None, limit: int) -> list[RecoverySurvey]:
        """Return the customers after a key, or the first ones."""
        return self._desk.after(view, key, limit)

    def rows_before(self, view: RecoveryList, key: RecoveryKey | None, limit: int) -> list[RecoverySurvey]:
        """Return the customers before a key, or the last ones, in the order of the view."""
        return self._desk.before(view, key, limit)

    def row(self, view: RecoveryList, survey_id: SurveyId) -> RecoverySurvey | None:
        """Return a customer if the view shows it."""
        found = self._desk.place(survey_id)
        return found if found is not None and view.lets_through(found) else None

    def row_anywhere(self, view: RecoveryList, survey_id: SurveyId) -> RecoverySurvey | None:
        """Return a customer, whatever the view shows; of one that was replaced, the later survey."""
        del view
        found = self._desk.place(survey_id)
        return found if found is None or found.replaced_by is None else self._desk.place(found.replaced_by)


class RecoverySurveyList(WindowedList[RecoveryList, RecoverySurvey]):
    """The customers around the cursor, two lines each."""

    LIST: ClassVar[str] = "the list of customers"
    THING: ClassVar[str] = "customer"

    def __init__(
        self,
        source: Rows[RecoveryList, RecoverySurvey],
        view: RecoveryList,
        now: Callable[[], datetime],
        rules: Callable[[], RecoveryRules],
    ) -> None:
        super().__init__(source, view, now)
        self._recovery_rules = rules
        self.shows_notes = True
        """Whether the newest note stands behind the comment; the letter `n` of source document 003 leaves it out."""

    def draw_row(self, row: RecoverySurvey, inks: Inks, *, cursor: bool, marked: bool) -> tuple[Strip, Strip]:
        """Return the two lines of a customer."""
        del marked
        return draw_survey(
            row, self._recovery_rules(), self.size.width, self.drawn_at, inks, cursor=cursor, notes=self.shows_notes
        )


def _nobody(pane: "RecoverySurveysPane") -> str:
    return "" if pane.current else "no customer here"


class RecoverySurveysPane(ListPane[RecoveryList, RecoverySurvey]):
    """Shows the customers that a filter lets through; the other panes show the one under the cursor."""

    NAME = "Customers"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *list_moves("recovery", "customer", _nobody),
        Command("recovery.write", ("enter", "l", "e"), "write a note", "Write a recovery note about this customer.",
                lambda p: p.post_message(p.Opened()), _nobody, footer=True),
    )  # fmt: skip

    MODE = "recovery"
    list: RecoverySurveyList

    def __init__(
        self,
        desk: RecoveryDesk,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(
            RecoverySurveyList(RecoveryRows(desk), NEEDING, now, lambda: desk.rules), NEEDING, id="customers"
        )
        self._desk = desk

    def beside(self, step: int) -> RecoverySurvey | None:
        """Return the customer after (1) or before (-1) the one under the cursor."""
        rows, place = self.list.window.rows, self.list.window.index + step
        return rows[place] if rows and 0 <= place < len(rows) else None

    def show_notes(self, *, shown: bool) -> None:
        """Show the newest note behind each comment, or leave it out."""
        self.list.shows_notes = shown
        self.list.redraw()
        self.describe()

    def describe(self) -> None:
        """Show the filter in the frame, and why a list is empty."""
        words = list_words(self.view, self._desk.rules, notes=self.list.shows_notes)
        self.states = (" · ".join(words), words[0])
        self.list.empty = [with_keys(self.app, text) for text in NOBODY] if self.list.ready else ()
        if self.current is None:
            self.list.refresh()
