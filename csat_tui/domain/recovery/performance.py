"""How support groups do service recovery: who was unhappy, what was done about it, and how soon."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from csat_tui.domain.business_hours import BusinessHours, time_between
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.recovery.notes import NotesState

LATE_SHARE = 0.9
"""Nine of ten customers were spoken to within this time, or sooner."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A survey that needs recovery, with what was done about it."""

    survey_id: SurveyId
    received_at: datetime
    notes: NotesState
    first_spoken_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupPerformance:
    """The figures of one support group; each is a list of its surveys, so that it can be looked into."""

    group: str
    """Its code; empty for surveys whose group is missing or unknown."""
    needing: tuple[SurveyId, ...]
    with_notes: tuple[SurveyId, ...]
    spoken: tuple[SurveyId, ...]
    never_spoken: tuple[SurveyId, ...]
    """With notes, none of which tells of a talk."""
    median: timedelta | None
    """From the survey to the first talk, in business hours; None where nobody was spoken to."""
    late: timedelta | None
    """Within which nine of ten were spoken to."""

    @property
    def without_notes(self) -> tuple[SurveyId, ...]:
        """Nobody has done anything about these yet, as far as notes tell."""
        noted = set(self.with_notes)
        return tuple(one for one in self.needing if one not in noted)


def group_performance(group: str, surveys: Iterable[Recovered], hours: BusinessHours | None) -> GroupPerformance:
    """Return the figures of a group from its surveys that need recovery.

    A talk before the survey came in, as one about an earlier survey for the same ticket, took no time.
    """
    every = sorted(surveys, key=lambda one: (one.received_at, one.survey_id))
    waits = sorted(
        time_between(one.received_at, one.first_spoken_at, hours) for one in every if one.first_spoken_at is not None
    )
    return GroupPerformance(
        group,
        tuple(one.survey_id for one in every),
        tuple(one.survey_id for one in every if one.notes is not NotesState.NONE),
        tuple(one.survey_id for one in every if one.notes is NotesState.HAS_SPOKEN),
        tuple(one.survey_id for one in every if one.notes is NotesState.NEVER_SPOKEN),
        _median(waits),
        waits[nearest_rank(waits, LATE_SHARE)] if waits else None,
    )


def _median(ordered: Sequence[timedelta]) -> timedelta | None:
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def nearest_rank(ordered: Sequence[object], share: float) -> int:
    """Return the place of the smallest of ordered values that is not below this share of them."""
    return max(0, math.ceil(share * len(ordered)) - 1)
