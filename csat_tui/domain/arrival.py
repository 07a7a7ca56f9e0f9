"""What a survey becomes when it comes in: a case on a path, due by a time, at its place in the order of the worst.

The view, an import, a list of low scores and a playbook that measures otherwise all go through here.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from csat_tui.domain.mending import Mended, mended
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.rating import lowest, mean, overall, path_of
from csat_tui.domain.survey import LISTED, Survey

UNRATED = 0.0
"""The rank of a survey without a readable rating: before the worst, because it needs fixing."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A survey with the path that it takes and the time by which somebody must have looked at it.

    The playbook that says so stays with it, because it also measures what a person has mended in the survey.
    """

    survey: Survey
    path: str
    due_at: datetime
    playbook: Playbook | None = field(default=None, compare=False, repr=False)

    @property
    def rank(self) -> float:
        """Its place in “worst first”."""
        return rank(self.survey)

    def mended(self, last: Mended) -> "Arrival":
        """Return it with what a person read in the survey by hand. Raises LookupError where it has no playbook."""
        if self.playbook is None:
            raise LookupError(
                f"{self.survey.source} was fixed by hand, and comes without the playbook that measures it"
            )
        survey = mended(self.survey, last, self.playbook)
        return replace(self, survey=survey, path=path_of(survey, self.playbook).id)


def as_arrival(survey: Survey, playbook: Playbook) -> Arrival:
    """Return a survey as the playbook receives it, ready for the store."""
    return Arrival(survey, path_of(survey, playbook).id, due_at(survey, playbook.contact_within), playbook)


def measured_again(survey: Survey, playbook: Playbook) -> Arrival:
    """Return a survey that is here already as another playbook receives it: only the ratings that it knows count."""
    known = {factor.id for factor in playbook.factors} | {LISTED}
    ratings = {factor: figure for factor, figure in survey.ratings.items() if factor in known}
    return as_arrival(replace(survey, rating=overall(ratings, playbook)), playbook)


def due_at(survey: Survey, contact_within: timedelta) -> datetime:
    """Return when somebody must have looked at a survey."""
    return survey.received_at + contact_within


def rank(survey: Survey) -> float:
    """Return the place in “worst first” as one number: the rating that counts, then the mean, then the lowest.

    Ratings and means have one decimal, so that each part is smaller than the smallest step of the one before it.
    """
    if survey.rating is None:
        return UNRATED
    return round(survey.rating + (mean(survey.ratings) or 0) / 100 + (lowest(survey.ratings) or 0) / 10_000, 4)
