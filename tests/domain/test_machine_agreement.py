"""Agreement between the machine and people, and each reviewer's own record."""

from datetime import timedelta

import pytest

from csat_tui.domain.case import Answer
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.machine_agreement import (
    CheckAnswer,
    ReviewerRecord,
    RuleAnswer,
    check_agreements,
    reviewer_records,
    rule_agreements,
    rules_together,
)
from csat_tui.domain.review.rules import HelpDeskUser, Reviewers, ReviewPolicy
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scale, ScorecardLine
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewStep,
    ReviewVerdict,
    Settlement,
    SettlementKind,
    review_thread,
)
from csat_tui.domain.statistics.agreement import gwet_ac1
from tests.builders import NOON

SUMMARY = ScorecardLine("summary", "Summary", 10, na=True, audit="note-summary")
REPLY = ScorecardLine("reply", "Reply", 10, Scale.ZERO_TO_FOUR, audit="note-reply")
YES, NO, NA = LineAnswer.YES, LineAnswer.NO, LineAnswer.NOT_APPLICABLE


def said(line: ScorecardLine, *pairs: tuple[str, str], first: int = 801) -> list[RuleAnswer]:
    """Return what the rule suggests and what the reviewer answered, note by note; “?” is a rule that cannot tell."""
    return [
        RuleAnswer(note, "note", line, None if machine == "?" else LineAnswer(machine), LineAnswer(person))
        for note, (machine, person) in enumerate(pairs, first)
    ]


MACHINE_AND_PEOPLE = (
    ("yes", "yes"), ("yes", "yes"), ("no", "no"), ("no", "yes"), ("yes", "no"), ("no", "na"), ("?", "no"), ("?", "yes"),
)  # fmt: skip


def test_a_rule_is_held_against_what_reviewers_answered_where_it_says_anything() -> None:
    (found,) = rule_agreements(said(SUMMARY, *MACHINE_AND_PEOPLE))
    expected = gwet_ac1(MACHINE_AND_PEOPLE[:6], ["yes", "no", "na"])
    assert found.agreement.ac1.coefficient == pytest.approx(expected.coefficient)
    assert found.agreement.ac1.low == pytest.approx(expected.low)
    assert found.agreement.percent.coefficient == pytest.approx(3 / 6)
    assert (found.agreement.items, found.silent) == (6, 2)
    assert (found.upheld, found.overruled, found.missed) == (1, 1, 1)


def test_on_a_scale_less_than_full_upholds_a_failure() -> None:
    (found,) = rule_agreements(said(REPLY, ("0", "2"), ("0", "0"), ("0", "4"), ("4", "3"), ("4", "4")))
    assert (found.upheld, found.overruled, found.missed) == (2, 1, 1)
    assert found.agreement.percent.coefficient == pytest.approx(2 / 5)


def test_all_rules_together_take_the_notes_as_the_sample() -> None:
    once = said(SUMMARY, *MACHINE_AND_PEOPLE)
    again = [RuleAnswer(one.note, "other", one.line, one.suggested, one.given) for one in once]
    assert rules_together(once + again).ac1.standard_error == pytest.approx(rules_together(once).ac1.standard_error)
    assert rules_together(once).ac1.coefficient == pytest.approx(rule_agreements(once)[0].agreement.ac1.coefficient)


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ((), "No note has two answers to compare"),
        ((("?", "yes"), ("?", "no")), "No note has two answers to compare"),
        (MACHINE_AND_PEOPLE[:4], "Only 4 notes have two answers to compare; figures of agreement begin at 5 notes."),
    ],
)
def test_too_few_notes_show_no_figure(pairs: tuple[tuple[str, str], ...], why: str) -> None:
    found = rules_together(said(SUMMARY, *pairs))
    assert found.why_not.startswith(why)
    assert (found.ac1.coefficient, found.percent.coefficient) == (None, None)


def test_an_answer_that_the_line_no_longer_takes_is_left_out() -> None:
    assert rule_agreements(said(SUMMARY, ("yes", "4"))) == ()


def test_answers_that_were_taken_over_are_counted_apart_from_those_by_hand() -> None:
    pairs = [("yes", "yes", True)] * 6 + [("yes", "no", False)] * 3 + [("no", "no", False)] * 3
    told = [
        CheckAnswer(SurveyId(number), "logged", Answer(machine), Answer(agent), taken)
        for number, (machine, agent, taken) in enumerate(pairs)
    ]
    told.append(CheckAnswer(SurveyId(99), "logged", None, Answer.UNSURE, False))
    (found,) = check_agreements(told)
    assert (found.answered, found.taken_over, found.silent) == (13, 6, 1)
    assert found.agreement.percent.coefficient == pytest.approx(9 / 12)
    assert found.by_hand.percent.coefficient == pytest.approx(3 / 6)
    assert found.by_hand.items == 6


ANA, LEE, KIM, SAM = (
    HelpDeskUser(UserId(number), name) for number, name in enumerate(("Ana", "Lee", "Kim", "Sam"), 901)
)
POLICY = ReviewPolicy(Reviewers(frozenset({str(LEE.id), str(KIM.id)})))


def step(what: type[ReviewStep], by: HelpDeskUser, minutes: int, /, **about: object) -> ReviewStep:
    parts: dict[str, object] = {
        "id": f"{what.__name__}-{minutes}", "note": 801, "ticket_id": TicketId(1), "by": by,
        "at": NOON + timedelta(minutes=minutes),
    }  # fmt: skip
    return what(**parts | about)  # type: ignore[arg-type]


REVIEWED = {"summary": LineScore(NO), "reply": LineScore(LineAnswer.FOUR)}


def conversation(
    *kinds: SettlementKind | None, reviewer: HelpDeskUser = LEE, settler: HelpDeskUser = LEE
) -> list[ReviewStep]:
    """Return a review, and for each of `kinds` a dispute with that settlement, or with none."""
    steps = [step(Review, reviewer, 0, verdict=ReviewVerdict.SENT_BACK, lines=REVIEWED)]
    for place, kind in enumerate(kinds):
        at = 10 * place + 1
        disputes = {"kind": ReviewAnswerKind.DISPUTES, "review_id": "Review-0", "lines": {"summary": LineScore(YES)}}
        steps.append(step(ReviewAnswer, ANA, at, **disputes))
        if kind is not None:
            lines = {} if kind is SettlementKind.REJECTED else {"summary": LineScore(YES)}
            steps.append(step(Settlement, settler, at + 1, kind=kind, answer_id=f"ReviewAnswer-{at}", lines=lines))
    return steps


def record_of(steps: list[ReviewStep]) -> ReviewerRecord:
    (found,) = reviewer_records([review_thread(steps, ANA, POLICY)])
    return found


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), {}),
        ((None,), {"disputed": 1, "open_disputes": 1}),
        ((SettlementKind.REJECTED,), {"disputed": 1, "upheld": 1}),
        ((SettlementKind.PARTLY,), {"disputed": 1, "partly_overturned": 1, "lines_overturned": 1}),
        ((SettlementKind.ACCEPTED,), {"disputed": 1, "overturned": 1, "lines_overturned": 1}),
        ((SettlementKind.REJECTED, SettlementKind.ACCEPTED), {"disputed": 1, "overturned": 1, "lines_overturned": 1}),
    ],
)
def test_a_reviewers_record_says_how_often_they_were_disputed_and_overturned(
    kinds: tuple[SettlementKind | None, ...], expected: dict[str, int]
) -> None:
    found = record_of(conversation(*kinds))
    assert found == ReviewerRecord(LEE.id or UserId(0), "Lee", reviews=1, sent_back=1, lines_scored=2, **expected)


def test_a_settlement_by_somebody_else_is_counted_as_such() -> None:
    assert record_of(conversation(SettlementKind.ACCEPTED, settler=KIM)).settled_by_others == 1
    assert record_of(conversation(SettlementKind.ACCEPTED)).settled_by_others == 0


def test_a_review_by_somebody_who_may_not_review_is_in_no_record() -> None:
    assert reviewer_records([review_thread(conversation(reviewer=SAM), ANA, POLICY)]) == ()
    assert record_of(conversation(SettlementKind.ACCEPTED, settler=SAM)).open_disputes == 1
