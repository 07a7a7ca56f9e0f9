"""What a person has answered before a case can be closed, on a real desk."""

from csat_tui.domain.case import Answer, Case
from csat_tui.domain.ids import SurveyId
from csat_tui.workflow.desk import Desk

BEFORE_CLOSING = {"concern-read": Answer.YES, "coaching-needed": Answer.NO}
"""What every outcome that closes a case wants to know."""


def read_and_judged(desk: Desk, survey_id: SurveyId) -> Case:
    """Return a case whose concern was read and whose coaching is settled; answers that are there stay."""
    case = desk.case(survey_id)
    assert case is not None
    for check_id, answer in BEFORE_CLOSING.items():
        if check_id in case.path.checks and check_id not in case.answers:
            desk.answer(survey_id, check_id, answer)
    case = desk.case(survey_id)
    assert case is not None
    return case
