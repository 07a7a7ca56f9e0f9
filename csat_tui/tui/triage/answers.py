"""Answers to checks: on the screen at once, and then in the store."""

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
"""Said where that fails."""


class Answers:
    """Takes the answers of the case on the screen, one by one or several at once."""

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
        """Say why no suggested answer can be taken."""
        return checklist_pane.nothing_to_accept(self._checklist)

    def accept(self) -> None:
        """Take every suggested answer, and go to the checks that are left."""
        self._go_to_checklist()
        self._checklist.accept()

    def nothing_left(self) -> str:
        """Say why no open check can be answered as in order."""
        return checklist_pane.nothing_left(self._checklist)

    def rest_in_order(self) -> None:
        """Answer what is open as in order, and go there: one key corrects the last answer, under the cursor."""
        case = self._opened.case
        if case is not None:
            taken = self._desk.answers_in_order(case, self._opened.suggestions)
            self._go_to_checklist()
            self._checklist.stand_after(taken)
            self._take(case, taken)

    def answered(self, message: ChecklistPane.Answered) -> None:
        """Show an answer, or that it was taken back, and keep it."""
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
        """Show the open checks answered as the records suggest, and keep that."""
        case = self._opened.case
        if case is not None:
            self._take(case, self._desk.suggested_answers(case, self._opened.suggestions))

    def _take(self, case: Case, taken: Sequence[Answered]) -> None:
        self._opened.case = replace(
            case, answers={**case.answers, **{answered.check_id: answered for answered in taken}}
        )
        self._do(NOT_SAVED, self._keep(self._writer.write(self._desk.keep_answers, case.id, taken)))

    async def _keep(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except Exception:
            if self._opened.wanted is not None:
                self._read(self._opened.wanted)  # what the screen shows is not in the store
            raise
