"""Reviewed notes: what the review that stands comes to, and an agent's scores before and after a talk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.scorecard import MOST_POINTS_ON_SCALE, LineScore, Scorecard, ScorecardLine, score
from csat_tui.domain.review.steps import ReviewThread
from csat_tui.domain.statistics.two_groups import (
    ENOUGH_SCORES,
    GroupComparison,
    MeanEstimate,
    compare_groups,
)


@dataclass(frozen=True, slots=True)
class ReviewedNote:
    """A delivered note with the conversation about it; `author` wrote the note."""

    comment_id: int
    survey_id: SurveyId
    ticket_id: TicketId
    at: datetime
    author_id: UserId | None
    author: str
    thread: ReviewThread
    card: Scorecard | None = None
    """The scorecard in the version of the review that stands; None where this home has never seen it."""

    @property
    def percent(self) -> float | None:
        """The percentage as it stands: the review's, or what is left of it by a settlement.

        None without a review that counts, and where a settlement changed lines of a scorecard that is not here.
        """
        review, settlement = self.thread.review, self.thread.settlement
        if review is None:
            return None
        if settlement is None or not settlement.lines:
            return review.percent
        if self.card is None:
            return None
        try:
            return score(self.card, self.thread.lines).percent
        except ValueError:
            return None  # a settlement with answers that the scorecard does not have


def lines_below_full(card: Scorecard, scores: Mapping[str, LineScore]) -> tuple[ScorecardLine, ...]:
    """Return the lines that earned less than their weight, what cost most first."""
    lost: list[tuple[int, ScorecardLine]] = []
    for line in card.lines:
        answer = scores[line.id].answer if line.id in scores else None
        quarters = None if answer is None or line.bonus else answer.quarters
        if quarters is not None and quarters < MOST_POINTS_ON_SCALE:
            lost.append((line.weight * (MOST_POINTS_ON_SCALE - quarters), line))
    return tuple(line for _, line in sorted(lost, key=lambda one: -one[0]))


def scores_around(scores: Sequence[tuple[datetime, float | None]], day: date) -> GroupComparison:
    """Return the mean of the scores of what was written before a day, and of what was written after it.

    The day's own are in neither: nobody knows whether they were written before or after what happened on it.
    """
    told = [(at.astimezone().date(), one) for at, one in scores if one is not None]
    return compare_groups([one for at, one in told if at < day], [one for at, one in told if at > day])


@dataclass(frozen=True, slots=True)
class ScoresAround:
    """An agent's scores before a day and after it: what reviews gave their notes, and customers their surveys.

    `set_aside` counts ratings of theirs that are set aside or given to another agent, and so in neither.
    """

    day: date
    reviews: GroupComparison
    ratings: GroupComparison
    set_aside: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """What came of it, a sentence each; nothing for a kind of score of which there is none."""
        told = [
            f"{what} {_difference_words(found)}"
            for what, found in (("Reviews:", self.reviews), ("Ratings:", self.ratings))
            if found.before.count or found.after.count
        ]
        aside = [f"{self.set_aside} of their ratings are set aside or given away."] if self.set_aside else []
        return (*(told or ["Nothing was reviewed or rated before or after the talk."]), *aside)


def _difference_words(found: GroupComparison) -> str:
    """Return both means and their difference; where chance can make it, or there are too few, that is said."""
    means = f"{_mean_words(found.before)} before, {_mean_words(found.after)} after"
    if found.difference is None:
        return f"{means}."
    if min(found.before.count, found.after.count) < ENOUGH_SCORES:
        return f"{means}. Too few to compare; {ENOUGH_SCORES} of each are needed."
    change = f"{abs(found.difference):.1f} {'higher' if found.difference >= 0 else 'lower'}"
    if found.low is None or found.high is None:
        return f"{means}: {change}, without an interval, as no two scores differ."
    said = "" if found.is_clear else "; chance alone can make that"
    return f"{means}: {change} ({found.low:+.1f} to {found.high:+.1f}){said}."


def _mean_words(found: MeanEstimate) -> str:
    if found.mean is None:
        return "none"
    interval = "" if found.low is None or found.high is None else f", {found.low:.1f} to {found.high:.1f}"
    return f"{found.mean:.1f} ({found.count}{interval})"
