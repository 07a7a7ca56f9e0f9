"""What a review finds reaches those who can mend it: shown before, sent once, taken back with the decision."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from csat_tui.cli.deciding import decision_document, decision_lines
from csat_tui.domain.case import Answer, Stage
from csat_tui.domain.composing import Reach
from csat_tui.domain.effect import EffectState, Mail
from csat_tui.domain.errors import Uncertain
from csat_tui.domain.ids import SurveyId
from csat_tui.effects.channel_question import Question
from csat_tui.store.cases.conversations import put_conversation
from csat_tui.tui.outbox.lines import list_lines
from csat_tui.tui.triage.composer.note_lines import destination
from csat_tui.workflow.desk import Desk, TakenDecision
from tests.builders import a_case
from tests.procedures.branches import playbook
from tests.procedures.test_document_001 import ALL, BOTH, WORDS
from tests.sync.bench import Bench

BOOK = playbook("service-desk")
REACH = Reach(channels=frozenset({"hr", "colleagues"}), ticket_link=lambda number: f"https://desk.example.com/{number}")
FOUND = ("policy-violation", "process-breakdown")
TYPED = WORDS | {
    "policy": "POL-7 @channel",
    "document": "PR-12",
    "owner": "uma@example.com",
    "reply": "We have reviewed it.",
}


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


def desk_of(bench: Bench, reach: Reach = REACH) -> Desk:
    return Desk(bench.database, BOOK, bench.clock, "Kim Lee", reach)


def spoken_to_both(bench: Bench, survey_id: SurveyId) -> None:
    with bench.database.write() as connection:
        for held in BOTH:
            put_conversation(connection, replace(held, survey_id=survey_id))


def decided(bench: Bench, words: Mapping[str, str] = TYPED) -> tuple[Desk, TakenDecision]:
    desk, survey_id = desk_of(bench), bench.arrive()
    spoken_to_both(bench, survey_id)
    for check, answer in ALL.items():
        desk.answer(survey_id, check, Answer(answer))
    case = desk.case(survey_id)
    assert case is not None
    return desk, desk.decide(case, "addressed", words, FOUND)


async def delivered(bench: Bench) -> None:
    bench.clock.forward(11)
    for _ in range(3):
        await bench.deliverer.run_once()
        await bench.errands.run_once()
        bench.clock.forward(2)


async def test_each_addressee_gets_its_own_finding_once_with_the_ticket(bench: Bench) -> None:
    _, taken = decided(bench)
    await delivered(bench)
    question, mail = bench.elsewhere.arrived()
    assert isinstance(question, Question)
    assert question.channel == "hr"
    assert "POL-7 ＠channel" in question.text, "the words of a person call nobody in a channel"
    assert "PR-12" not in question.text
    assert isinstance(mail, Mail)
    assert mail.to == ("uma@example.com",)
    assert mail.subject == "Survey review: A documented process broke down"
    assert mail.body == (
        "A documented process broke down\nFindings: Long hold.\nProcess document: PR-12\n"
        "Process owner: uma@example.com\nTicket: #7300001 https://desk.example.com/7300001\nFrom: Kim Lee"
    )
    assert set(bench.states(taken)) == {EffectState.CONFIRMED}


async def test_nothing_leaves_where_the_decision_is_taken_back(bench: Bench) -> None:
    desk, taken = decided(bench)
    survey_id = desk.undo(taken.decision_id)
    await delivered(bench)
    assert bench.elsewhere.arrived() == []
    assert set(bench.states(taken)) == {EffectState.WITHDRAWN}
    assert desk.stage(survey_id) is Stage.OPEN


async def test_a_finding_whose_answer_is_lost_is_the_persons_and_not_sent_again(bench: Bench) -> None:
    _, taken = decided(bench)
    bench.elsewhere.fail_next(Uncertain("the server went away"), arrives=True)
    await delivered(bench)
    kinds = {(effect.kind, effect.state) for effect in bench.effects(taken) if effect.kind == "finding"}
    assert kinds == {("finding", EffectState.ASKING), ("finding", EffectState.CONFIRMED)}
    assert len(bench.elsewhere.arrived()) == 2


def test_whom_it_goes_to_is_shown_before_it_is_sent() -> None:
    said = destination(a_case(), BOOK.outcome("addressed"), FOUND, BOOK, REACH, TYPED).plain
    assert "ells “Clear violation of a policy” to Human resources (#hr)" in said
    assert "tells “A documented process broke down” to uma@example.com" in said
    assert "tells" not in destination(a_case(), BOOK.outcome("addressed"), (), BOOK, REACH, TYPED).plain


def test_an_addressee_whose_channel_is_not_configured_stands_among_what_is_missing(bench: Bench) -> None:
    desk = desk_of(bench, Reach())
    case = desk.case(bench.arrive())
    assert case is not None
    said = [one.sentence for one in desk.lacks(case, "addressed", TYPED, FOUND)]
    assert any("goes to Human resources (#hr), and no channel “hr” is configured" in sentence for sentence in said)


def test_the_blocker_of_an_addressee_that_is_none_leads_to_its_field(bench: Bench) -> None:
    desk = desk_of(bench)
    case = desk.case(bench.arrive())
    assert case is not None
    lacks = desk.lacks(case, "addressed", TYPED | {"owner": "Uma <uma@example.com>, her team"}, FOUND)
    assert [one.field_id for one in lacks if "is no mail address" in one.sentence] == ["owner"]


def test_the_command_line_says_before_and_after_to_whom_each_finding_goes(bench: Bench) -> None:
    desk, taken = decided(bench)
    case = desk.case(taken.survey_id)
    assert case is not None
    reopened = replace(case, stage=Stage.OPEN)
    document = decision_document(case.id, desk.preview(reopened, "addressed", TYPED, FOUND), None)
    said = "\n".join(decision_lines(document, bench.clock.now()))
    assert "finding, its addressee sees it: to Human resources (#hr)" in said
    assert "finding, its addressee sees it: to uma@example.com" in said
    outbox = "\n".join(line.content.plain for line in list_lines(list(bench.effects(taken)), 120, bench.clock.now()))
    assert "Human resources (#hr)" in outbox
    assert "uma@example.com" in outbox
