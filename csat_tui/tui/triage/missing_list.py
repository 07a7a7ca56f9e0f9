"""Lists what the decision still needs, and goes to each of it."""

from collections.abc import Awaitable, Callable

from csat_tui.domain.case import Stage
from csat_tui.domain.decide import Blocker
from csat_tui.domain.evidence import checks_in_order
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.pane import Pane
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.missing_window import OUTCOME, MissingScreen, open_things
from csat_tui.tui.triage.open_case import OpenCase
from csat_tui.workflow.desk import Desk


class MissingList:
    """Shows what is missing for the open case's decision."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        checklist: ChecklistPane,
        composer: ComposerPane,
        dialog: Dialog,
        *,
        go_to: Callable[[Pane], None],
        bring_to_front: Callable[[Pane], None],
        writing: Callable[[], bool],
        choose_outcome: Callable[[], Awaitable[None]],
        go_to_news: Callable[[], None],
        open_history: Callable[[], Awaitable[None]],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._checklist = checklist
        self._composer = composer
        self._dialog = dialog
        self._go_to = go_to
        self._bring_to_front = bring_to_front
        self._writing = writing
        self._choose_outcome = choose_outcome
        self._go_to_news = go_to_news
        self._open_history = open_history

    def nothing_missing(self) -> str:
        """Say why there is nothing to list."""
        case = self._opened.case
        if case is None:
            return "no case is chosen"
        if case.stage is Stage.DECIDED:
            return "this case is decided"
        return "" if self._composer.outcome is None or self._composer.lacks else "nothing: the note is ready to be sent"

    async def show(self) -> None:
        """Show what is missing, and go where the person wants to mend it."""
        case, outcome = self._opened.case, self._composer.outcome
        if case is None:
            return
        self._composer.flush()
        found = self._composer.lacks
        if outcome is None:
            checks = checks_in_order(self._checklist.legs)
            found = open_things(case, self._desk.playbook, checks, self._opened.unread)
        title = "Still open" if outcome is None else f"Missing for “{outcome.label}”"
        wanted = await self._dialog.ask(MissingScreen(title, found, writing=self._writing()))
        if wanted is not None and self._opened.holds(case.id):
            await self.go_to(wanted)

    async def go_to(self, lack: Blocker) -> None:
        """Go where something that is missing can be mended."""
        if lack is OUTCOME:
            await self._choose_outcome()
        elif lack.message_id:
            self._go_to_news()
        elif lack.check_id:
            self._go_to(self._checklist)
            self._checklist.go_to_check(lack.check_id)
        elif lack.tickets:
            await self._open_history()
        elif lack.groups:
            self._go_to(self._composer)
            self._composer.pick_findings()
        else:
            self._bring_to_front(self._composer)
            self._composer.enter_field(lack.field_id)
