"""What a closed calibration session shows: agreement by line and in all, and where each reviewer stands.

For each line, the notes are the items and the reviewers the raters. N/a is an answer like the others, because whether a
line applies is a judgement too. A line without an answer is a missing rating, as is a note that a reviewer has not
scored: it counts in no pair, and the other reviewers' answers to it stay. A bonus line that was left open is one, too.
Over all lines, the agreement is pooled with the notes as the sample: lines of one note are no further notes.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.calibration import BlindScore, CalibrationSession, SessionReviewer, standing_scores
from csat_tui.domain.review.scorecard import LineAnswer, Scorecard, ScorecardLine, score
from csat_tui.domain.statistics.reported_agreement import (
    FEWEST_ITEMS,
    MeanDifference,
    ReportedAgreement,
    mean_difference,
    report_agreement,
    report_pooled,
)


@dataclass(frozen=True, slots=True)
class LineAgreement:
    """How far the reviewers agree on one line."""

    line: ScorecardLine
    agreement: ReportedAgreement


@dataclass(frozen=True, slots=True)
class ReviewerStanding:
    """How far one reviewer stands from the others.

    `with_majority` of `compared` answers are the one that most of the others gave; answers on which the others have no
    majority are not compared. `mean` and `others` are percentages over the `scored_alike` notes that this reviewer and
    at least one other scored completely, and None where those are too few; `difference` is the mean of the notes'
    differences with its interval.
    """

    reviewer: SessionReviewer
    notes: int
    compared: int
    with_majority: int
    scored_alike: int
    mean: float | None
    others: float | None
    difference: MeanDifference


@dataclass(frozen=True, slots=True)
class ApartAnswers:
    """A line of a note to which the reviewers gave different answers, by their numbers."""

    note: int
    line: ScorecardLine
    answers: Mapping[UserId, LineAnswer]


@dataclass(frozen=True, slots=True)
class CalibrationComparison:
    """Everything that a closed session shows; `verdict` is the agreement on whether a note passes."""

    lines: tuple[LineAgreement, ...]
    overall: ReportedAgreement
    verdict: ReportedAgreement
    standings: tuple[ReviewerStanding, ...]
    apart: tuple[ApartAnswers, ...]


def compare_scores(session: CalibrationSession, scores: Collection[BlindScore]) -> CalibrationComparison:
    """Compare the scores of a session; of several by one reviewer for one note the latest counts."""
    given = {(one.note, one.by.id): one for one in standing_scores(scores)}
    answers = {
        line.id: [[_answer(given.get((note, one.id)), line) for one in session.reviewers] for note in session.notes]
        for line in session.card.lines
    }
    results = [
        [_result(session.card, given.get((note, one.id))) for one in session.reviewers] for note in session.notes
    ]
    passes = [[None if one is None else one[1] for one in row] for row in results]
    percents = [[None if one is None else one[0] for one in row] for row in results]
    return CalibrationComparison(
        lines=tuple(
            LineAgreement(line, report_agreement(answers[line.id], line.answers)) for line in session.card.lines
        ),
        overall=report_pooled(list(answers.values()), [line.answers for line in session.card.lines]),
        verdict=report_agreement(passes, (True, False)),
        standings=tuple(
            _standing(one, place, sum((note, one.id) in given for note in session.notes), answers, percents)
            for place, one in enumerate(session.reviewers)
        ),
        apart=tuple(_apart(session, answers)),
    )


def _answer(blind: BlindScore | None, line: ScorecardLine) -> LineAnswer | None:
    found = None if blind is None else blind.scores.get(line.id)
    return None if found is None else found.answer


def _result(card: Scorecard, blind: BlindScore | None) -> tuple[float | None, bool | None] | None:
    """Return what a score comes to as a percentage, and whether it passes; None where lines are unanswered."""
    if blind is None:
        return None
    found = score(card, blind.scores)
    return None if found.unanswered else (found.percent, found.passes)


def _standing(
    reviewer: SessionReviewer,
    place: int,
    notes: int,
    answers: Mapping[str, Sequence[Sequence[LineAnswer | None]]],
    percents: Sequence[Sequence[float | None]],
) -> ReviewerStanding:
    compared = agreeing = 0
    for row in (row for table in answers.values() for row in table):
        own, most = row[place], _majority([*row[:place], *row[place + 1 :]])
        if own is not None and most is not None:
            compared += 1
            agreeing += own == most
    pairs = []
    for of_note in percents:
        mine = of_note[place]
        others = [one for one in (*of_note[:place], *of_note[place + 1 :]) if one is not None]
        if mine is not None and others:
            pairs.append((mine, fmean(others)))
    return ReviewerStanding(
        reviewer, notes, compared, agreeing, len(pairs),
        fmean(mine for mine, _ in pairs) if len(pairs) >= FEWEST_ITEMS else None,
        fmean(others for _, others in pairs) if len(pairs) >= FEWEST_ITEMS else None,
        mean_difference([mine - others for mine, others in pairs]),
    )  # fmt: skip


def _majority(answers: Sequence[LineAnswer | None]) -> LineAnswer | None:
    """Return the answer that more than half of those who answered gave."""
    counted = Counter(one for one in answers if one is not None)
    most = counted.most_common(1)
    return most[0][0] if most and 2 * most[0][1] > counted.total() else None


def _apart(
    session: CalibrationSession, answers: Mapping[str, Sequence[Sequence[LineAnswer | None]]]
) -> list[ApartAnswers]:
    found = []
    for row, note in enumerate(session.notes):
        for line in session.card.lines:
            told = zip(session.reviewers, answers[line.id][row], strict=True)
            by_reviewer = {one.id: answer for one, answer in told if answer is not None}
            if len(set(by_reviewer.values())) > 1:
                found.append(ApartAnswers(note, line, by_reviewer))
    return found
