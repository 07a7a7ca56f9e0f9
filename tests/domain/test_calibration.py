"""Calibration: whose score is taken when, and what a closed session shows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.calibration import (
    BlindScore,
    SessionReviewer,
    counted_scores,
    missing_scores,
    session_mistakes,
    standing_scores,
    why_not_scored,
)
from csat_tui.domain.review.calibration_comparison import CalibrationComparison, compare_scores
from csat_tui.domain.review.checked_json import JsonPart
from csat_tui.domain.review.scorecard import LineAnswer, Scorecard, version_of
from csat_tui.domain.review.scorecard_document import read_scorecard_document, scorecard_document
from csat_tui.domain.statistics.agreement import gwet_ac1
from tests.builders import NOON, the_playbook
from tests.domain.calibrating import (
    CARD,
    DEADLINE,
    KIM,
    LEE,
    MAX,
    NOTES,
    a_blind_score,
    a_closing,
    a_session,
)

STRANGER = SessionReviewer(UserId(99), "Sam")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("by", "note", "at", "closed", "said"),
    [
        (KIM, 801, NOON, False, ""),
        (KIM, 801, DEADLINE, False, ""),
        (KIM, 801, DEADLINE + MINUTE, False, "The deadline of “March” was"),
        (STRANGER, 801, NOON, False, "Sam is not a reviewer of “March”"),
        (KIM, 900, NOON, False, "Note 900 is not one of those of “March”"),
        (KIM, 801, NOON, True, "“March” was closed by Lee"),
        (KIM, 801, DEADLINE + MINUTE, True, "“March” was closed by Lee"),
    ],
)
def test_who_may_score_what_and_until_when(
    by: SessionReviewer, note: int, at: datetime, closed: bool, said: str
) -> None:
    session = a_session()
    found = why_not_scored(session, a_closing(session, (), by=LEE) if closed else None, by, note, at)
    assert found.startswith(said)
    assert bool(found) is bool(said)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"name": " "}, "A session needs a name"),
        ({"name": "x" * 121}, "A session needs a name"),
        ({"notes": ()}, "from 1 to 100 notes"),
        ({"notes": tuple(range(1, 102))}, "from 1 to 100 notes"),
        ({"notes": (1, 1)}, "A note is named twice"),
        ({"reviewers": ()}, "from 1 to 20 reviewers"),
        ({"reviewers": (KIM, KIM)}, "A reviewer is named twice"),
        ({"deadline": NOON}, "has passed"),
    ],
)
def test_what_a_session_needs(changed: dict[str, object], said: str) -> None:
    parts = {"name": "March", "notes": NOTES, "reviewers": (KIM, LEE), "deadline": DEADLINE} | changed
    found = session_mistakes(**parts, card=CARD, now=NOON)  # type: ignore[arg-type]
    assert said in " ".join(found)
    assert len(found) == bool(said)


def test_of_several_scores_by_one_reviewer_for_one_note_the_latest_stands() -> None:
    session = a_session()
    first = a_blind_score(session, 801, KIM, "summary=yes", NOON)
    other = a_blind_score(session, 802, KIM, "summary=yes", NOON)
    later = a_blind_score(session, 801, KIM, "summary=no", NOON + MINUTE)
    assert standing_scores([later, first, other]) == (other, later)
    assert missing_scores(session, [first, other]) == 3
    assert missing_scores(replace(session, notes=(801,)), [first]) == 2


def test_a_closed_session_counts_what_its_closing_counts_whatever_came_afterwards() -> None:
    session = a_session()
    counted = a_blind_score(session, 801, KIM, "summary=yes", NOON)
    late = a_blind_score(session, 801, KIM, "summary=no", NOON + MINUTE)
    assert counted_scores([counted, late], a_closing(session, [counted])) == (counted,)


def test_comments_make_no_score_another_one() -> None:
    session = a_session()
    plain = a_blind_score(session, 801, KIM, "summary=yes")
    worded = replace(plain, scores={"summary": replace(plain.scores["summary"], comment="as the guide says")})
    assert plain.says_the_same(worded)
    assert not plain.says_the_same(replace(plain, scores={"summary": replace(plain.scores["summary"], cause="x")}))


GIVEN = {
    KIM: ("summary=yes reply=4 outcome=yes", "summary=na reply=3 outcome=yes", "summary=no reply=4 outcome=no",
          "summary=yes reply=4 outcome=yes", "summary=yes reply=2 outcome=yes", "summary=yes reply=4 outcome=yes"),
    LEE: ("summary=yes reply=4 outcome=yes", "summary=na reply=3 outcome=yes", "summary=no reply=3 outcome=no",
          "summary=yes reply=4 outcome=yes", "summary=yes reply=2 outcome=yes", "summary=no reply=4 outcome=yes"),
    MAX: ("summary=no reply=2 outcome=yes", "summary=na reply=2 outcome=yes", "summary=no reply=4 outcome=no",
          "summary=no reply=3 outcome=yes", "reply=1", ""),
}  # fmt: skip


def compared(given: dict[SessionReviewer, tuple[str, ...]], **over: object) -> CalibrationComparison:
    session = a_session(**over)
    scores: list[BlindScore] = [
        a_blind_score(session, note, by, one)
        for by, told in given.items()
        for note, one in zip(session.notes, told, strict=False)
        if one
    ]
    return compare_scores(session, scores)


def test_a_line_is_compared_over_the_notes_with_na_as_an_answer_and_silence_as_a_missing_rating() -> None:
    found = {one.line.id: one.agreement for one in compared(GIVEN).lines}
    summary = [
        ["yes", "yes", "no"],
        ["na"] * 3,
        ["no"] * 3,
        ["yes", "yes", "no"],
        ["yes", "yes", None],
        ["yes", "no", None],
    ]
    expected = gwet_ac1(summary, ["yes", "no", "na"])
    assert expected.coefficient is not None
    assert found["summary"].ac1.coefficient == pytest.approx(expected.coefficient)
    assert found["summary"].ac1.low == pytest.approx(expected.low)
    assert (found["summary"].items, found["summary"].ac1.raters) == (6, 3)
    assert found["summary"].percent.coefficient == pytest.approx((1 / 3 + 1 + 1 + 1 / 3 + 1 + 0) / 6)
    # Everybody agrees: the coefficient is 1, and no interval claims certainty about other notes.
    assert (found["outcome"].ac1.coefficient, found["outcome"].ac1.low) == (1.0, None)


def test_a_line_that_nobody_or_one_answered_shows_no_figure_and_says_so() -> None:
    extra = next(one for one in compared(GIVEN).lines if one.line.id == "extra").agreement
    assert (extra.percent.coefficient, extra.ac1.coefficient) == (None, None)
    assert extra.why_not == "No note has two answers to compare, so that there is no agreement to speak of."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "No note has two answers to compare"),
        ({KIM: GIVEN[KIM]}, "No note has two answers to compare"),
        ({KIM: GIVEN[KIM][:4], LEE: GIVEN[LEE]}, "Only 4 notes have two answers to compare"),
        ({KIM: GIVEN[KIM][:1], LEE: GIVEN[LEE]}, "Only 1 note has two answers to compare"),
    ],
)
def test_too_few_reviewers_or_notes_show_no_figure_at_all(
    given: dict[SessionReviewer, tuple[str, ...]], said: str
) -> None:
    found = compared(given)
    for one in (found.overall, found.verdict, *(line.agreement for line in found.lines if line.line.id != "extra")):
        assert one.why_not.startswith(said)
        assert (one.percent.coefficient, one.ac1.coefficient, one.ac1.low) == (None, None, None)
    for standing in found.standings:
        assert (standing.mean, standing.others, standing.difference.mean) == (None, None, None)


def test_who_stands_where_is_told_against_the_others() -> None:
    kim, lee, strict = compared(GIVEN).standings
    assert (kim.notes, lee.notes, strict.notes) == (6, 6, 5)
    # Of two others, a majority is both of them: Max is compared where Kim and Lee agree, n/a included.
    assert (strict.compared, strict.with_majority) == (12, 6)
    assert strict.mean is None  # four notes that Max scored completely are too few
    assert (kim.scored_alike, lee.scored_alike) == (6, 6)
    assert kim.mean is not None
    assert lee.others is not None
    assert kim.mean > lee.mean  # type: ignore[operator]
    assert kim.difference.mean == pytest.approx(kim.mean - kim.others)  # type: ignore[operator]


def test_the_answers_that_are_apart_are_named_for_the_talk() -> None:
    apart = {(one.note, one.line.id): dict(one.answers) for one in compared(GIVEN).apart}
    assert apart[801, "summary"] == {71: LineAnswer.YES, 72: LineAnswer.YES, 73: LineAnswer.NO}
    assert (802, "summary") not in apart
    assert (806, "summary") in apart


def test_all_lines_together_are_as_sure_as_the_notes_and_not_as_the_answers() -> None:
    """A scorecard that asks everything twice knows no more about the notes."""
    twice = Scorecard("twice", "Twice", 80, (
        *CARD.sections,
        replace(CARD.sections[0], id="again", lines=tuple(
            replace(line, id=f"{line.id}-again", label=f"{line.label} again") for line in CARD.lines
        )),
    ))  # fmt: skip
    doubled = {
        by: tuple(" ".join([told, *(one.replace("=", "-again=") for one in told.split())]) for told in all_of_them)
        for by, all_of_them in GIVEN.items()
    }
    once, more = compared(GIVEN).overall, compared(doubled, card=twice, card_version=version_of(twice)).overall
    assert more.ac1.coefficient == pytest.approx(once.ac1.coefficient)
    assert more.ac1.standard_error == pytest.approx(once.ac1.standard_error)
    assert more.percent.standard_error == pytest.approx(once.percent.standard_error)


@pytest.mark.parametrize("card", [CARD, *the_playbook().scorecards], ids=lambda card: card.id)
def test_a_scorecard_is_kept_and_read_back_without_loss(card: Scorecard) -> None:
    assert read_scorecard_document(JsonPart(scorecard_document(card), "The scorecard")) == card


def test_a_session_concerns_who_set_it_up_and_its_reviewers() -> None:
    session = a_session(by=STRANGER)
    assert (session.takes(KIM.id), session.takes(STRANGER.id)) == (True, False)
    assert (session.concerns(KIM.id), session.concerns(STRANGER.id), session.concerns(UserId(5))) == (True, True, False)
