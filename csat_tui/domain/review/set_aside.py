"""Ratings that are not the agent's: set aside, or given to the agent they belong to, with a reason; restorable.

A survey's rating stands in the figures of the agent whom the survey names until somebody who may review takes it out of
them. Each step is kept; the last one says where the rating stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.ids import SurveyId, UserId

LONGEST_REASON = 2_000
"""Characters of a reason."""

LONGEST_NAME = 200
"""Characters of an agent's name."""


class SetAsideKind(StrEnum):
    """What a rating is really about, where it is not about the agent's work."""

    PRODUCT = "product"
    CARRIER = "carrier"
    SPAM = "spam"
    WRONG_PERSON = "wrong-person"
    """The customer rated an agent who did not do what the rating is about."""


class SetAsideDeed(StrEnum):
    """What a step does with a rating."""

    SET_ASIDE = "set aside"
    GIVEN = "given"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class SetAside:
    """One step: a rating is set aside, given to another agent, or restored."""

    id: str
    """A UUIDv7."""
    survey_id: SurveyId
    at: datetime
    author_id: UserId | None
    author: str
    deed: SetAsideDeed
    kind: SetAsideKind
    """Of a step that restores, that of the step which it takes back."""
    given_to: str
    """The name of the agent to whom the rating belongs; empty unless it is given."""
    reason: str

    @property
    def words(self) -> str:
        """Where the rating stands after the step, as a clause."""
        match self.deed:
            case SetAsideDeed.GIVEN:
                return f"given to {self.given_to}"
            case SetAsideDeed.RESTORED:
                return "restored"
        return f"set aside ({self.kind.value.replace('-', ' ')})"


def standing_step(steps: Sequence[SetAside]) -> SetAside | None:
    """Return the step by which a survey's rating is set aside or given; None where it stands as it was rated."""
    last = max(steps, key=lambda step: (step.at, step.id), default=None)
    return None if last is None or last.deed is SetAsideDeed.RESTORED else last


def why_not_set_aside(
    stands: SetAside | None, rated: str, author: str, kind: SetAsideKind, given_to: str, reason: str
) -> str:
    """Return why a rating of an agent cannot be set aside or given by an author; empty where it can."""
    if stands is not None:
        return f"This rating is already {stands.words}, by {stands.author or 'somebody'}; restore it first."
    if _same(rated, author):
        return "This rating is yours; somebody else who may review has to look at it."
    if given_to and kind is not SetAsideKind.WRONG_PERSON:
        return "A rating is given to another agent only where the wrong person was rated."
    if _same(given_to, rated):
        return f"The survey rates {rated} already."
    if len(given_to) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} characters."
    return why_no_reason(reason)


def why_not_restored(stands: SetAside | None, author: str, reason: str) -> str:
    """Return why a rating cannot be restored by an author; empty where it can."""
    if stands is None:
        return "This rating is not set aside."
    if _same(stands.given_to, author):
        return "This rating was given to you; somebody else who may review has to restore it."
    return why_no_reason(reason)


def why_no_reason(reason: str) -> str:
    """Return what a reason lacks; empty where it will do."""
    if not reason:
        return "Say why: whoever sees a figure without this rating can read it."
    return "" if len(reason) <= LONGEST_REASON else f"A reason has at most {LONGEST_REASON:,} characters."


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
