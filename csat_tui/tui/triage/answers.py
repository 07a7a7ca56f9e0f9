"""The controller for answers to checks: they show at once, and are then saved."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from csat_tui.domain.case import Answered, Case
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.triage.checklist import pane as checklist_pane
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.state import OpenCase
from csat_tui.workflow.desk import Desk

NOT_SAVED = "The answer could not be saved"
"""Shown if saving fails."""


class Answers:
    """Answers checks of the open case, one by one or several at once."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        writer: Writer,
        checklist: ChecklistPane,
        *,
        do: Callable[[str, Awaitable[Any]], None],
        go_to_checklist: Callable[[], None],
        read: Callable[[SurveyId], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._writer = writer
        self._checklist = checklist
        self._do = do
        self._go_to_checklist = go_to_checklist
        self._read = read

    def nothing_to_accept(self) -> str:
        """Return why no suggested answer can be accepted; empty if one can."""
        return checklist_pane.nothing_to_accept(self._checklist)

    def accept(self) -> None:
        """Accept every suggested answer, and go to the remaining checks."""
        self._go_to_checklist()
        self._checklist.accept()

    def nothing_left(self) -> str:
        """Return why no open check can be answered as in order; empty if one can."""
        return checklist_pane.nothing_left(self._checklist)

    def rest_in_order(self) -> None:
        """Answer the open checks as in order, and put the cursor on the last of them, where one key corrects it."""
        case = self._opened.case
        if case is not None:
            given = self._desk.answers_in_order(case, self._opened.suggestions)
            self._go_to_checklist()
            self._checklist.stand_after(given)
            self._take(case, given)

    def answered(self, message: ChecklistPane.Answered) -> None:
        """Show an answer, or its removal, and save it."""
        case = self._opened.case
        if case is None:
            return
        answers = {name: answered for name, answered in case.answers.items() if name != message.check_id}
        if message.answer is not None:
            answers[message.check_id] = Answered(message.check_id, message.answer, self._desk.now)
        self._opened.case = replace(case, answers=answers)
        self._do(
            NOT_SAVED, self._keep(self._writer.write(self._desk.answer, case.id, message.check_id, message.answer))
        )

    def accepted(self) -> None:
        """Show the suggested answers as given, and save them."""
        case = self._opened.case
        if case is not None:
            self._take(case, self._desk.suggested_answers(case, self._opened.suggestions))

    def _take(self, case: Case, given: Sequence[Answered]) -> None:
        self._opened.case = replace(
            case, answers={**case.answers, **{answered.check_id: answered for answered in given}}
        )
        self._do(NOT_SAVED, self._keep(self._writer.write(self._desk.keep_answers, case.id, given)))

    async def _keep(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except Exception:
            if self._opened.wanted is not None:
                self._read(self._opened.wanted)  # show the stored answers again
            raise
