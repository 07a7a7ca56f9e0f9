"""A workstation with decisions in its outbox, in any state that delivery can bring about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from csat_tui.domain.case import Answer
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.store import outbox
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem
from csat_tui.tui.app import Workstation
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from tests.tui.desk_fixture import NOW, settled, workstation

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


CHANGED = "ticket #9900000 has changed since you looked at it"


@dataclass
class OutboxBench:
    """A workstation whose outbox a test fills."""

    app: Workstation

    def decided(self, survey_id: int, outcome_id: str = "no-response", **words: str) -> list[OutboxItem]:
        return decided(self.app.session.desk, self.app.session.dispatch, survey_id, outcome_id, **words)

    def happen(self, item: OutboxItem, *events: EffectEvent, sentence: str = "", reference: str = "") -> None:
        happen(self.app.session.desk._database, item, *events, sentence=sentence, reference=reference)

    def conflict(self, survey_id: int = 1, outcome_id: str = "no-response", **words: str) -> OutboxItem:
        first = self.decided(survey_id, outcome_id, **words)[0]
        self.happen(first, EffectEvent.CLAIMED, EffectEvent.STALE, sentence=CHANGED)
        return first

    def in_doubt(self, survey_id: int = 1) -> OutboxItem:
        reply = self.decided(survey_id, "follow-up")[0]
        self.happen(
            reply, EffectEvent.CLAIMED, EffectEvent.LOST, EffectEvent.ABSENT, sentence="it cannot be found there"
        )
        return reply

    def state(self, item: OutboxItem) -> EffectState:
        fresh = self.app.session.dispatch.effect(item.id)
        assert fresh is not None
        return fresh.state


@contextmanager
def outbox_bench(tmp_path: Path) -> Iterator[OutboxBench]:
    """Give a workstation on a filled desk."""
    with workstation(tmp_path) as app:
        yield OutboxBench(app)


async def at_the_outbox(pilot: Pilot[None]) -> OutboxScreen:
    await settled(pilot)
    await pilot.press("g", "o")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, OutboxScreen)
    return screen


async def at_the_conflict(pilot: Pilot[None]) -> None:
    """Go to the outbox, and open the conflict that its cursor is on."""
    await at_the_outbox(pilot)
    await pilot.press("enter")
    await settled(pilot)
