"""What a decision does is kept with it, in the order in which it is delivered, for every procedure that ships."""

from collections.abc import Mapping, Sequence

import pytest

from csat_tui.domain.case import Answer, Stage
from csat_tui.store import outbox
from csat_tui.workflow.desk import Desk
from tests.procedures.branches import EVERYWHERE, playbook
from tests.procedures.test_document_000 import COACHED, FOLLOW_UP
from tests.procedures.test_document_001 import ALL
from tests.procedures.test_document_004_decisions import BY_PHONE, CALLED, CHECKED, PICKUP
from tests.sync.bench import Bench


@pytest.mark.parametrize(
    ("name", "outcome", "answers", "findings", "words", "kinds"),
    [
        ("strike-team", "follow-up", COACHED, ["refund-issued"],
         FOLLOW_UP | {"refund": "12.00", "coaching": "Ask first."}, ["reply", "note", "tracker", "record", "record"]),
        ("strike-team", "ask-channel", {}, [], {"ask": "Right?"}, ["question"]),
        ("retail", "pickup", CHECKED, [], PICKUP, ["reply", "mail", "note", "note", "tracker"]),
        ("retail", "call-recap", CALLED, [], BY_PHONE | {"advised": "Refund"},
         ["mail", "note", "note", "note", "tracker"]),
        ("service-desk", "hand-to-hr", ALL, ["policy-violation"], {"policy": "P", "findings-told": "F"}, ["question"]),
    ],
)  # fmt: skip
def test_decision(
    name: str,
    outcome: str,
    answers: Mapping[str, str],
    findings: Sequence[str],
    words: Mapping[str, str],
    kinds: Sequence[str],
) -> None:
    bench = Bench.temporary()
    try:
        survey_id = bench.arrive()
        desk = Desk(bench.database, playbook(name), bench.clock, "Kim Lee", EVERYWHERE)
        for check, answer in answers.items():
            desk.answer(survey_id, check, Answer(answer))
        case = desk.case(survey_id)
        assert case is not None
        greeted = {key: text.replace("Hi Pat", "Hello") for key, text in words.items()}
        decision = desk.preview(case, outcome, greeted, findings)
        taken = desk.decide(case, outcome, greeted, findings)
        with bench.database.read() as connection:
            kept = outbox.of_decision(connection, taken.decision_id)
        assert [item.kind for item in kept] == list(kinds)
        assert len(decision.effects) == len(kept)
        parked = playbook(name).outcome(outcome).parks
        assert desk.stage(survey_id) is (Stage.PARKED if parked else Stage.DECIDED)
    finally:
        bench.clear()
