"""A survey: one customer's ratings and comment about one ticket, and how it becomes a case.

Its rating and path, the corrections that people make by hand, and when it is due: the view, an import, a list of low
scores and a changed playbook all go through here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from csat_tui.domain.business_hours import moment_after
from csat_tui.domain.ids import FactorId, TicketId
from csat_tui.domain.playbook import Band, Factor, Path, Playbook, RatingRule

FROM_A_LIST = "low-scores:"
"""The prefix of a survey's source if it is known only from a list of low scores."""

LISTED = FactorId("on-the-list")
"""The only figure of a survey that is known only from a list of low scores."""

LOWEST, HIGHEST = 1, 5
"""The ends of the rating scale (source document 000)."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A response as it came in, before anybody has worked on it.

    `rating` is calculated from the factors by the playbook's `rating` rule, 1.0 to 5.0,
    or None if no factor could be read. `problem` says why a survey needs fixing; such a survey is
    shown, never dropped. `raw` is the text that it was read from.
    """

    source: str
    """Its origin and its number there, unique: `ticket:9912345` or `qualtrics:R_1abc`."""
    received_at: datetime
    survey_ticket_id: TicketId | None = None
    source_ticket_id: TicketId | None = None
    customer: str = ""
    agent: str = ""
    ratings: Mapping[FactorId, int] = field(default_factory=dict)
    rating: float | None = None
    comment: str = ""
    problem: str = ""
    raw: str = ""

    @property
    def headline(self) -> str:
        """The customer's comment as a line; empty where there is none."""
        return " ".join(self.comment.split())


def overall_rating(ratings: Mapping[FactorId, int], playbook: Playbook) -> float | None:
    """Return the rating that counts by the playbook's rule, rounded to a tenth; None where no factor was read."""
    if not ratings:
        return None
    match playbook.rating:
        case RatingRule.LOWEST:
            return float(min(ratings.values()))
        case RatingRule.FACTOR:
            factor = ratings.get(playbook.rating_factor or LISTED, ratings.get(LISTED))
            return None if factor is None else float(factor)
        case RatingRule.MEAN:
            return mean_rating(ratings)


def mean_rating(ratings: Mapping[FactorId, int]) -> float | None:
    """Return the mean of the rated factors, rounded to a tenth; None where no factor was read."""
    return round(sum(ratings.values()) / len(ratings), 1) if ratings else None


def lowest_rating(ratings: Mapping[FactorId, int]) -> int | None:
    """Return the lowest of the rated factors; None where no factor was read."""
    return min(ratings.values(), default=None)


def rated_again(survey: Survey, playbook: Playbook) -> Survey:
    """Return a survey with the rating that this playbook calculates from its factors."""
    rating = overall_rating(survey.ratings, playbook)
    return survey if rating == survey.rating else replace(survey, rating=rating)


def rating_band(rating: float | None, playbook: Playbook) -> Band:
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
    """Return the path of a survey from the few values that the queue has of it."""
    wanted = rating_band(None if problem else overall_rating(ratings, playbook), playbook)
    for path in playbook.paths:
        if path.band is wanted and path.comment in (None, commented):
            return path
    raise LookupError(f"the playbook {playbook.id} has no path for a {wanted} rating")


MOST_CANDIDATES = 5
LOOKED_AT = 20_000
"""Characters of a survey in which ticket numbers are looked for."""

_NAMED = re.compile(
    r"(?:/(?:tickets|requests|cases)/|\bticket\b[^\w\n]{0,6}(?:id|number|no)?[^\w\n]{0,6}|#)(\d{1,18})\b", re.I
)
_BARE = re.compile(r"(?<![\d+.,:/-])([1-9]\d{4,9})(?![\d.,:/-]*\d)")


@dataclass(frozen=True, slots=True)
class SurveyReading:
    """What a survey says: its ticket, its ratings and its comment."""

    source_ticket_id: TicketId | None = None
    ratings: Mapping[FactorId, int] = field(default_factory=dict)
    comment: str = ""

    @classmethod
    def of(cls, survey: Survey) -> "SurveyReading":
        """Return what a survey says now."""
        return cls(survey.source_ticket_id, dict(survey.ratings), survey.comment)


@dataclass(frozen=True, slots=True)
class Mending:
    """A correction by hand: who made it and when, the reading before and after, the problem, and the survey's text."""

    at: datetime
    by: str
    reading: SurveyReading
    before: SurveyReading
    problem: str
    raw: str


class InvalidMending(ValueError):
    """A typed value cannot be a survey's; the error's text is a sentence for the person."""


def with_mending(survey: Survey, last: Mending, playbook: Playbook) -> Survey:
    """Return a survey as a person corrected it last, whatever was read in it since.

    If its text has changed since then, it is held again: the person has not seen the new text.
    """
    reading = last.reading
    survey = replace(
        survey, source_ticket_id=reading.source_ticket_id, ratings=dict(reading.ratings), comment=reading.comment,
        rating=overall_rating(reading.ratings, playbook),
    )  # fmt: skip
    if survey.raw != last.raw:
        return replace(
            survey, problem=f"its text has changed since {last.by or 'somebody'} mended it; look at it again"
        )
    return replace(survey, problem=missing_part(reading))


def missing_part(reading: SurveyReading) -> str:
    """Say what a survey still lacks after a correction; empty where it lacks nothing."""
    lacks = [] if reading.source_ticket_id else ["no ticket number"]
    lacks += [] if reading.ratings else ["no ratings"]
    return f"still missing: {', '.join(lacks)}" if lacks else ""


def candidate_tickets(subject: str, body: str, own: TicketId | None = None) -> tuple[TicketId, ...]:
    """Return the tickets that a survey may be about: those named as tickets first, the subject's before the body's."""
    found: dict[TicketId, None] = {}
    for pattern in (_NAMED, _BARE):
        for text in (subject, body[:LOOKED_AT]):
            found.update(dict.fromkeys(TicketId(int(one)) for one in pattern.findall(text) if int(one) > 0))
    return tuple(one for one in found if one != own)[:MOST_CANDIDATES]


def parse_ticket(text: str) -> TicketId | None:
    """Return the ticket that a person typed: a number, maybe with a hash, or an address. Raises InvalidMending."""
    said = text.strip()
    if not said:
        return None
    match = re.search(r"/(?:tickets|requests|cases)/(\d{1,18})\b", said) or re.fullmatch(r"#?\s*(\d{1,18})", said)
    if match is None or int(match[1]) == 0:
        raise InvalidMending(f"“{said[:40]}” is not a ticket number")
    return TicketId(int(match[1]))


def parse_rating(text: str, label: str) -> int | None:
    """Return the rating that a person typed; None for a question that was skipped. Raises InvalidMending."""
    said = text.strip()
    if said in ("", "-"):
        return None
    if not (said.isascii() and said.isdigit() and LOWEST <= int(said) <= HIGHEST):
        raise InvalidMending(
            f"{label} is “{said[:20]}”, expected {LOWEST} to {HIGHEST}, or nothing where it was skipped"
        )
    return int(said)


def reading_changes(before: SurveyReading, after: SurveyReading, factors: Sequence[Factor]) -> tuple[str, ...]:
    """Say what a correction changed, one part of a sentence for each change."""
    said = []
    if before.source_ticket_id != after.source_ticket_id:
        said.append(f"ticket {_number(before.source_ticket_id)} → {_number(after.source_ticket_id)}")
    labels = {one.id: one.short for one in factors}
    for factor in dict.fromkeys((*labels, *before.ratings, *after.ratings)):
        was, now = before.ratings.get(factor), after.ratings.get(factor)
        if was != now:
            said.append(f"{labels.get(factor, factor)} {'—' if was is None else was} → {'—' if now is None else now}")
    if before.comment != after.comment:
        said.append("the comment")
    return tuple(said)


def _number(ticket_id: TicketId | None) -> str:
    return "—" if ticket_id is None else f"#{ticket_id}"


UNRATED = 0.0
"""The rank of a survey without a readable rating: it needs fixing, so it comes before the worst."""


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
        """Its place in the order “worst first”."""
        return rank(self.survey)

    def mended(self, last: Mending) -> "Arrival":
        """Return it with a correction that a person made. Raises LookupError where it has no playbook."""
        if self.playbook is None:
            raise LookupError(
                f"{self.survey.source} was fixed by hand, and comes without the playbook that measures it"
            )
        survey = with_mending(self.survey, last, self.playbook)
        return replace(self, survey=survey, path=path_of(survey, self.playbook).id)


def as_arrival(survey: Survey, playbook: Playbook) -> Arrival:
    """Return a survey with its path and due time by the playbook, ready for the store."""
    return Arrival(survey, path_of(survey, playbook).id, due_at(survey, playbook), playbook)


def measured_again(survey: Survey, playbook: Playbook) -> Arrival:
    """Return a known survey with its path and due time by another playbook; only ratings that it knows count."""
    known = {factor.id for factor in playbook.factors} | {LISTED}
    ratings = {factor: figure for factor, figure in survey.ratings.items() if factor in known}
    return as_arrival(replace(survey, rating=overall_rating(ratings, playbook)), playbook)


def due_at(survey: Survey, playbook: Playbook) -> datetime:
    """Return the time by which the customer must have been contacted, counted in the playbook's business hours."""
    return moment_after(survey.received_at, playbook.contact_within, playbook.business_hours)


def rank(survey: Survey) -> float:
    """Return the place in the order “worst first” as a number: the rating that counts, then the mean, then the lowest.

    Ratings and means have one decimal, so that each part is smaller than the smallest step of the one before it.
    """
    if survey.rating is None:
        return UNRATED
    return round(
        survey.rating + (mean_rating(survey.ratings) or 0) / 100 + (lowest_rating(survey.ratings) or 0) / 10_000, 4
    )
