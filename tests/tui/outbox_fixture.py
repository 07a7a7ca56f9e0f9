"""Decisions on a filled desk, brought to any state of the outbox as delivery would."""

from csat_tui.domain.case import Answer
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.ids import SurveyId
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from tests.tui.desk_fixture import NOW

WORDS = {
    "summary": "Two boxes, two charges.",
    "rationale": "Both orders were placed by the customer.",
    "reply": "Hello,\n\nwe are sorry for the inconvenience.",
    "resolution": "Second box cancelled.",
    "promised": "The second box was to be cancelled.",
    "handled": "Both charges explained.",
}

_ANSWERS = {"mail-after-chat": Answer.NOT_APPLICABLE, "coaching-needed": Answer.NO}


def decided(desk: Desk, dispatch: Dispatch, survey_id: int, outcome_id: str, **words: str) -> list[OutboxItem]:
    """Decide a case, everything answered, and return its effects."""
    case = desk.case(SurveyId(survey_id))
    assert case is not None
    for check_id in case.path.checks:
        desk.answer(case.id, check_id, _ANSWERS.get(check_id, Answer.YES))
    case = desk.case(case.id)
    assert case is not None
    outcome = desk.playbook.outcome(outcome_id)
    findings = [one.id for one in desk.playbook.findings.values() if one.group in outcome.needs_findings][:1]
    asked = asked_fields(case, outcome, findings, desk.playbook)
    taken = desk.decide(case, outcome_id, {field.id: (WORDS | words).get(field.id, "") for field in asked}, findings)
    return list(dispatch.of_decision(taken.decision_id))


def happen(database: Database, item: OutboxItem, *events: EffectEvent, sentence: str = "", reference: str = "") -> None:
    """Have events happen to an effect, one after the other; the last one with a sentence."""
    for number, event in enumerate(events):
        with database.write("outbox") as connection:
            fresh = outbox.item(connection, item.id)
            assert fresh is not None
            last = number == len(events) - 1
            values = {"attempt": fresh.attempt + 1} if event is EffectEvent.CLAIMED else {}
            if event in (EffectEvent.LANDED, EffectEvent.FOUND):
                values |= {"reference": reference or "audit 4711", "landed_at": NOW}  # type: ignore[dict-item]
            outbox.move(connection, fresh, event, at=NOW, sentence=sentence if last else "", **values)
