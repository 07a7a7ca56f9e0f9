"""Answers to checks: on the screen at once, and then in the store."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from csat_tui.domain.case import Case
from csat_tui.domain.check import Answered
from csat_tui.domain.ids import SurveyId
from csat_tui.store.errors import StoreError
from csat_tui.tui.triage.checklist import pane as checklist
from csat_tui.tui.triage.checklist.pane import ChecklistPane

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen


def nothing_to_accept(screen: "TriageScreen") -> str:
    """Say why no suggested answer can be taken."""
    return checklist.nothing_to_accept(screen.checklist)


def accept(screen: "TriageScreen") -> None:
    """Take every suggested answer, and go to the checks that are left."""
    screen.go_to(screen.checklist)
    screen.checklist.accept()


def answered(screen: "TriageScreen", message: ChecklistPane.Answered) -> None:
    """Show an answer, or that it was taken back, and keep it."""
    case = screen.case
    if case is None:
        return
    answers = {name: one for name, one in case.answers.items() if name != message.check_id}
    if message.answer is not None:
        answers[message.check_id] = Answered(message.check_id, message.answer, screen.desk.now)
    screen.case = replace(case, answers=answers)
    screen.do(_keep(screen, case.id, message))


async def _keep(screen: "TriageScreen", survey_id: SurveyId, message: ChecklistPane.Answered) -> None:
    try:
        await screen.app.writer.write(screen.desk.answer, survey_id, message.check_id, message.answer)
    except StoreError:
        if screen.wanted is not None:
            screen.read(screen.wanted)  # what the screen shows is not in the store
        raise


def accepted(screen: "TriageScreen") -> None:
    """Show the open checks answered as the records suggest, and keep that."""
    case = screen.case
    if case is not None:
        _take(screen, case, screen.desk.suggested_answers(case, screen.suggestions))


def nothing_left(screen: "TriageScreen") -> str:
    """Say why no open check can be answered as in order."""
    return checklist.nothing_left(screen.checklist)


def rest_in_order(screen: "TriageScreen") -> None:
    """Answer what is open as in order, and go there: the last answer is under the cursor to be mended by one key."""
    case = screen.case
    if case is not None:
        taken = screen.desk.answers_in_order(case, screen.suggestions)
        screen.go_to(screen.checklist)
        screen.checklist.stand_after(taken)
        _take(screen, case, taken)


def _take(screen: "TriageScreen", case: Case, taken: Sequence[Answered]) -> None:
    screen.case = replace(case, answers={**case.answers, **{one.check_id: one for one in taken}})
    screen.do(screen.app.writer.write(screen.desk.keep_answers, case.id, taken))
