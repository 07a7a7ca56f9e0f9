"""From six factors to one rating, and from a rating to the path a survey takes."""

from collections.abc import Mapping
from dataclasses import replace

from csat_tui.domain.playbook import Band, Path, Playbook, RatingRule
from csat_tui.domain.survey import LISTED, FactorId, Survey


def overall(ratings: Mapping[FactorId, int], playbook: Playbook) -> float | None:
    """Return the single rating that the playbook takes, rounded to a tenth; None where no factor was read."""
    if not ratings:
        return None
    match playbook.rating:
        case RatingRule.LOWEST:
            return float(min(ratings.values()))
        case RatingRule.FACTOR:
            factor = ratings.get(playbook.rating_factor or LISTED, ratings.get(LISTED))
            return None if factor is None else float(factor)
        case RatingRule.MEAN:
            return mean(ratings)


def mean(ratings: Mapping[FactorId, int]) -> float | None:
    """Return the mean of the rated factors, rounded to a tenth; None where no factor was read."""
    return round(sum(ratings.values()) / len(ratings), 1) if ratings else None


def lowest(ratings: Mapping[FactorId, int]) -> int | None:
    """Return the lowest of the rated factors; None where no factor was read."""
    return min(ratings.values(), default=None)


def measured(survey: Survey, playbook: Playbook) -> Survey:
    """Return a survey with the rating that this playbook takes from its factors, whatever was kept with it before."""
    rating = overall(survey.ratings, playbook)
    return survey if rating == survey.rating else replace(survey, rating=rating)


def band(rating: float | None, playbook: Playbook) -> Band:
    """Return which side of the playbook's threshold a rating falls on."""
    if rating is None:
        return Band.NONE
    return Band.LOW if rating <= playbook.low else Band.HIGH


def path_of(survey: Survey, playbook: Playbook) -> Path:
    """Return the path that a survey takes (source document 000, paths).

    The factors decide, and not a rating that was taken from them by another rule. The playbook's loader guarantees
    that every band has a path for surveys with and without comment.
    """
    return path_for(survey.ratings, playbook, problem=bool(survey.problem), commented=bool(survey.headline))


def path_for(ratings: Mapping[FactorId, int], playbook: Playbook, *, problem: bool, commented: bool) -> Path:
    """Return the path of a survey of which only this is at hand, as the queue has it."""
    wanted = band(None if problem else overall(ratings, playbook), playbook)
    for path in playbook.paths:
        if path.band is wanted and path.comment in (None, commented):
            return path
    raise LookupError(f"the playbook {playbook.id} has no path for a {wanted} rating")
