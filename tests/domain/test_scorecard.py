"""Scorecards: what answers come to, what the machine suggests, and the version that a review keeps."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csat_tui.domain.audit import AuditedNote, AuditVerdict, Verdict
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.review.scorecard import (
    LineAnswer,
    LineScore,
    Scale,
    Scorecard,
    ScorecardLine,
    ScorecardSection,
    ScoreResult,
    score,
    score_mistakes,
    version_of,
)
from csat_tui.domain.review.suggested_scores import SuggestedScore, suggested

SUMMARY = ScorecardLine("summary", "Summary", 10, na=True, causes=("Too vague", "Wrong concern"), audit="note-summary")
REPLY = ScorecardLine("reply", "Reply", 20, Scale.ZERO_TO_FOUR, na=True, about="reply")
OUTCOME = ScorecardLine("outcome", "Outcome", 10, critical=True, audit="note-records")
EXTRA = ScorecardLine("extra", "Extra", 4, Scale.ZERO_TO_FOUR, bonus=True)


def a_card(*lines: ScorecardLine, pass_from: int = 80) -> Scorecard:
    half = len(lines) // 2
    sections = (ScorecardSection("first", "First", lines[:half]), ScorecardSection("second", "Second", lines[half:]))
    return Scorecard("card", "Card", pass_from, sections)


CARD = a_card(SUMMARY, REPLY, OUTCOME, EXTRA)


def answers(**given: str) -> dict[str, LineScore]:
    return {line_id: LineScore(LineAnswer(answer)) for line_id, answer in given.items()}


@pytest.mark.parametrize(
    ("given", "points", "possible", "percent", "passes"),
    [
        ({"summary": "yes", "reply": "4", "outcome": "yes"}, 40, 40, 100, True),
        ({"summary": "no", "reply": "4", "outcome": "yes"}, 30, 40, 75, False),
        ({"summary": "yes", "reply": "3", "outcome": "yes"}, 35, 40, 87.5, True),
        ({"summary": "yes", "reply": "1", "outcome": "yes"}, 25, 40, 62.5, False),
        # n/a leaves a line out, of the points and of what is possible
        ({"summary": "na", "reply": "3", "outcome": "yes"}, 25, 30, 83.3, True),
        ({"summary": "no", "reply": "na", "outcome": "yes"}, 10, 20, 50, False),
        ({"summary": "na", "reply": "na", "outcome": "yes"}, 10, 10, 100, True),
    ],
)
def test_weights_scales_and_na(
    given: dict[str, str], points: float, possible: int, percent: float, passes: bool
) -> None:
    assert score(CARD, answers(**given)) == ScoreResult(points, possible, 0, percent, passes=passes)


def test_nothing_is_answered() -> None:
    expected = ScoreResult(0, 0, 0, None, unanswered=("summary", "reply", "outcome"), passes=None)
    assert score(CARD, {}) == expected
    assert score(CARD, {"reply": LineScore(comment="to be looked at", message_id=7)}) == expected


def test_an_unanswered_line_counts_for_nothing_and_leaves_open_whether_it_passes() -> None:
    found = score(CARD, answers(summary="yes", reply="4"))
    assert found == ScoreResult(30, 30, 0, 100, unanswered=("outcome",), passes=None)


def test_everything_is_na() -> None:
    card = a_card(SUMMARY, REPLY)
    assert score(card, answers(summary="na", reply="na")) == ScoreResult(0, 0, 0, None, passes=None)


def test_a_failed_critical_line_fails_the_whole_and_leaves_the_percentage() -> None:
    given = answers(summary="yes", reply="4", outcome="no", extra="4")
    found = score(replace(CARD, pass_from=1), given)
    assert (found.percent, found.failed_critical, found.passes) == (85, ("outcome",), False)


def test_a_failed_critical_line_fails_before_the_rest_is_answered() -> None:
    found = score(CARD, answers(outcome="no"))
    assert (found.failed_critical, found.unanswered, found.passes) == (("outcome",), ("summary", "reply"), False)


@pytest.mark.parametrize(("answer", "failed"), [("0", True), ("1", False), ("4", False), ("na", False)])
def test_a_critical_line_of_the_long_scale_fails_at_nothing(answer: str, failed: bool) -> None:
    critical = replace(REPLY, critical=True)
    found = score(a_card(SUMMARY, critical, pass_from=1), answers(summary="yes", reply=answer))
    assert (found.failed_critical, found.passes) == ((("reply",), False) if failed else ((), True))


@pytest.mark.parametrize(("extra", "bonus", "percent"), [("0", 0, 100), ("1", 1, 102.5), ("4", 4, 110), (None, 0, 100)])
def test_a_bonus_goes_beyond(extra: str | None, bonus: float, percent: float) -> None:
    given = {"summary": "yes", "reply": "4", "outcome": "yes"} | ({"extra": extra} if extra else {})
    assert score(CARD, answers(**given)) == ScoreResult(40, 40, bonus, percent, passes=True)


def test_a_bonus_can_make_up_for_a_line() -> None:
    given = {"summary": "yes", "reply": "2", "outcome": "yes"}
    assert score(CARD, answers(**given)).passes is False
    assert score(CARD, answers(**given, extra="2")).passes is True


def test_a_bonus_by_itself_is_no_percentage() -> None:
    assert score(CARD, answers(extra="4")).percent is None


@pytest.mark.parametrize(
    ("pass_from", "percent", "passes"),
    [(66, 66.6, True), (67, 66.6, False), (1, 66.6, True), (100, 66.6, False)],
)
def test_the_percentage_is_rounded_down_and_the_bound_is_exact(pass_from: int, percent: float, passes: bool) -> None:
    lines = [ScorecardLine(name, name.upper(), 1) for name in "abc"]
    found = score(a_card(*lines, pass_from=pass_from), answers(a="yes", b="yes", c="no"))
    assert (found.percent, found.passes) == (percent, passes)


def test_the_bound_itself_passes() -> None:
    lines = (ScorecardLine("a", "A", 80), ScorecardLine("b", "B", 19), ScorecardLine("c", "C", 1))
    assert score(a_card(*lines), answers(a="yes", b="no", c="no")).passes is True
    assert score(a_card(*lines, pass_from=81), answers(a="yes", b="no", c="no")).passes is False
    assert score(a_card(*lines, pass_from=100), answers(a="yes", b="yes", c="yes")).passes is True
    almost = score(a_card(*lines, pass_from=100), answers(a="yes", b="yes", c="no"))
    assert (almost.percent, almost.passes) == (99, False)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"sumary": LineScore(LineAnswer.YES)}, "Scorecard “Card” has no line “sumary”."),
        ({"outcome": LineScore(LineAnswer.NOT_APPLICABLE)}, "“Outcome” cannot be n/a."),
        ({"outcome": LineScore(LineAnswer.FOUR)}, "“Outcome” is answered yes/no, and not “4”."),
        ({"reply": LineScore(LineAnswer.YES)}, "“Reply” is answered 0-4, and not “yes”."),
        ({"summary": LineScore(LineAnswer.NO, "Too long")}, "“Summary” has no cause “Too long”."),
    ],
)
def test_what_does_not_belong_to_the_scorecard_is_refused(given: dict[str, LineScore], sentence: str) -> None:
    assert score_mistakes(CARD, given) == (sentence,)
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.") + "$"):
        score(CARD, given)


def test_causes_and_comments_change_no_score() -> None:
    bare = answers(summary="no", reply="2", outcome="yes")
    rich = bare | {"summary": LineScore(LineAnswer.NO, "Too vague", "Which box?", 12)}
    assert score(CARD, rich) == score(CARD, bare)
    assert score_mistakes(CARD, rich) == ()


# ── For any scorecard ────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def scored(draw: st.DrawFn) -> tuple[Scorecard, dict[str, LineScore]]:
    """A scorecard and answers to some of its lines."""
    lines, given = [], {}
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["plain", "critical", "bonus"]))
        line = ScorecardLine(
            f"l{number}", f"Line {number}", draw(st.integers(1, 100)), draw(st.sampled_from(Scale)),
            critical=kind == "critical", bonus=kind == "bonus", na=draw(st.booleans()),
        )  # fmt: skip
        lines.append(line)
        answer = draw(st.sampled_from([None, *line.answers]))
        if answer is not None:
            given[line.id] = LineScore(answer)
    return a_card(*lines, pass_from=draw(st.integers(1, 100))), given


@given(scored())
def test_points_stay_within_what_is_possible(found: tuple[Scorecard, dict[str, LineScore]]) -> None:
    card, given = found
    result = score(card, given)
    assert 0 <= result.points <= result.possible <= sum(line.weight for line in card.lines if not line.bonus)
    assert 0 <= result.bonus <= sum(line.weight for line in card.lines if line.bonus)
    assert (result.percent is None) == (result.possible == 0)
    if result.percent is not None:
        assert 0 <= 100 * (result.points + result.bonus) / result.possible - result.percent < 0.1 + 1e-9


@given(scored())
def test_it_passes_only_with_everything_answered_and_nothing_critical_failed(
    found: tuple[Scorecard, dict[str, LineScore]],
) -> None:
    card, given = found
    result = score(card, given)
    needed = {line.id for line in card.lines if not line.bonus}
    assert set(result.unanswered) == needed - given.keys()
    if result.passes:
        assert not result.unanswered
        assert not result.failed_critical
        assert result.points + result.bonus >= card.pass_from / 100 * result.possible - 1e-9
    if result.failed_critical:
        assert result.passes is False
    elif result.unanswered:
        assert result.passes is None


@given(scored())
def test_the_order_of_the_answers_does_not_matter(found: tuple[Scorecard, dict[str, LineScore]]) -> None:
    card, given = found
    assert score(card, dict(reversed(given.items()))) == score(card, given)


@given(scored())
def test_na_is_as_if_the_line_were_not_there(found: tuple[Scorecard, dict[str, LineScore]]) -> None:
    card, given = found
    left_out = {line_id for line_id, one in given.items() if one.answer is LineAnswer.NOT_APPLICABLE}
    kept = [line for line in card.lines if line.id not in left_out]
    rest = {line_id: one for line_id, one in given.items() if line_id not in left_out}
    assert score(a_card(*kept, pass_from=card.pass_from), rest) == score(card, given)


@given(scored(), st.data())
def test_a_better_answer_never_lowers_the_score(
    found: tuple[Scorecard, dict[str, LineScore]], data: st.DataObject
) -> None:
    card, given = found
    better = [
        (line.id, answer)
        for line in card.lines
        for answer in line.scale.answers
        if line.id in given
        and (given[line.id].answer or answer).quarters is not None
        and (answer.quarters or 0) > ((given[line.id].answer or answer).quarters or 0)
    ]
    assume(better)
    line_id, answer = data.draw(st.sampled_from(better))
    before, after = score(card, given), score(card, given | {line_id: LineScore(answer)})
    assert (after.percent or 0) >= (before.percent or 0)
    assert set(after.failed_critical) <= set(before.failed_critical)
    assert not (before.passes is True and after.passes is not True)


@given(scored(), st.integers(2, 50))
def test_only_the_proportion_of_the_weights_counts(found: tuple[Scorecard, dict[str, LineScore]], times: int) -> None:
    card, given = found
    heavier = a_card(*(replace(line, weight=line.weight * times) for line in card.lines), pass_from=card.pass_from)
    before, after = score(card, given), score(heavier, given)
    assert (after.percent, after.passes) == (before.percent, before.passes)


@given(scored())
def test_full_answers_pass(found: tuple[Scorecard, dict[str, LineScore]]) -> None:
    card, _ = found
    assume(any(not line.bonus for line in card.lines))
    result = score(card, {line.id: LineScore(line.scale.full) for line in card.lines if not line.bonus})
    assert (result.percent, result.passes) == (100, True)


# ── What the machine suggests ────────────────────────────────────────────────────────────────────────────────────────


def audited(**verdicts: Verdict) -> AuditedNote:
    return AuditedNote(
        tuple(
            (AuditRule(name.replace("_", "-"), name, "format"), AuditVerdict(verdict, f"It {verdict}."))
            for name, verdict in verdicts.items()
        )
    )


@pytest.mark.parametrize(
    ("scale", "verdict", "answer"),
    [
        (Scale.YES_NO, Verdict.PASSES, LineAnswer.YES),
        (Scale.YES_NO, Verdict.FAILS, LineAnswer.NO),
        (Scale.ZERO_TO_FOUR, Verdict.PASSES, LineAnswer.FOUR),
        (Scale.ZERO_TO_FOUR, Verdict.FAILS, LineAnswer.ZERO),
    ],
)
def test_a_verdict_suggests_the_full_answer_or_the_lowest_with_its_sentence(
    scale: Scale, verdict: Verdict, answer: LineAnswer
) -> None:
    card = a_card(replace(SUMMARY, scale=scale), REPLY)
    found = suggested(card, audited(note_summary=verdict, note_format=Verdict.FAILS))
    assert found == {"summary": SuggestedScore(answer, AuditVerdict(verdict, f"It {verdict}."))}


def test_a_verdict_that_cannot_tell_and_a_rule_that_says_nothing_suggest_nothing() -> None:
    assert suggested(CARD, audited(note_summary=Verdict.CANNOT_TELL)) == {}
    assert suggested(CARD, AuditedNote()) == {}


def test_one_rule_can_suggest_several_lines_and_no_line_is_answered_by_it() -> None:
    card = a_card(SUMMARY, replace(REPLY, audit="note-summary"))
    found = suggested(card, audited(note_summary=Verdict.PASSES))
    assert {line_id: one.answer for line_id, one in found.items()} == {
        "summary": LineAnswer.YES,
        "reply": LineAnswer.FOUR,
    }
    assert score(card, {}).unanswered == ("summary", "reply")


# ── The version ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_version_of_a_scorecard_stays_the_same_in_each_release() -> None:
    """Reviews keep it: if this fails, the reviews of earlier releases name versions that nobody has."""
    assert version_of(CARD) == "b02d16f818d8"


@pytest.mark.parametrize(
    "changed",
    [
        replace(SUMMARY, id="summary-of-concern"),
        replace(SUMMARY, label="Sumary"),
        replace(SUMMARY, weight=11),
        replace(SUMMARY, scale=Scale.ZERO_TO_FOUR),
        replace(SUMMARY, critical=True),
        replace(SUMMARY, bonus=True),
        replace(SUMMARY, na=False),
        replace(SUMMARY, causes=("Too vague",)),
        replace(SUMMARY, causes=("Wrong concern", "Too vague")),
        replace(SUMMARY, help="Names the concern."),
    ],
)
def test_what_counts_for_a_score_changes_the_version(changed: ScorecardLine) -> None:
    assert version_of(a_card(changed, REPLY, OUTCOME, EXTRA)) != version_of(CARD)


def test_the_card_and_its_sections_change_the_version() -> None:
    first, second = CARD.sections
    others = [
        replace(CARD, id="other"),
        replace(CARD, label="Other"),
        replace(CARD, pass_from=81),
        replace(CARD, sections=(second, first)),
        replace(CARD, sections=(replace(first, id="other"), second)),
        replace(CARD, sections=(replace(first, label="Other"), second)),
        replace(CARD, sections=(replace(first, lines=(*first.lines, *second.lines)), replace(second, lines=()))),
        replace(CARD, sections=(replace(first, lines=first.lines[::-1]), second)),
    ]
    assert len({version_of(card) for card in (CARD, *others)}) == 1 + len(others)


def test_who_suggests_and_what_a_line_is_about_change_no_version() -> None:
    changed = replace(SUMMARY, audit="note-format", about="transcript")
    assert version_of(a_card(changed, REPLY, OUTCOME, EXTRA)) == version_of(CARD)


@given(scored(), scored())
def test_two_scorecards_have_one_version_only_if_they_are_the_same(
    one: tuple[Scorecard, dict[str, LineScore]], other: tuple[Scorecard, dict[str, LineScore]]
) -> None:
    assert (version_of(one[0]) == version_of(other[0])) == (one[0] == other[0])
