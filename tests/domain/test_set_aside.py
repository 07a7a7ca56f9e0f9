"""A rating that is not the agent's: who may take it out, where it goes, and how it comes back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.set_aside import (
    LONGEST_NAME,
    LONGEST_REASON,
    SetAside,
    SetAsideDeed,
    SetAsideKind,
    standing_step,
    why_not_restored,
    why_not_set_aside,
)
from tests.builders import NOON

STEP = SetAside(
    "1", SurveyId(5), NOON, UserId(7), "Robin", SetAsideDeed.SET_ASIDE, SetAsideKind.CARRIER, "", "Left in the rain."
)  # fmt: skip
GIVEN = replace(STEP, id="2", deed=SetAsideDeed.GIVEN, kind=SetAsideKind.WRONG_PERSON, given_to="Noor")
RESTORED = replace(STEP, id="3", deed=SetAsideDeed.RESTORED)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("steps", "stands"),
    [
        ((), None),
        ((STEP,), STEP),
        ((STEP, replace(RESTORED, at=LATER)), None),
        ((replace(RESTORED, at=LATER), STEP), None),
        ((STEP, RESTORED), None),
        ((STEP, RESTORED, replace(GIVEN, at=LATER)), replace(GIVEN, at=LATER)),
    ],
    ids=["never", "set aside", "restored", "in any order", "at the same moment", "given after it was restored"],
)
def test_the_last_step_says_where_a_rating_stands(steps: tuple[SetAside, ...], stands: SetAside | None) -> None:
    assert standing_step(steps) == stands


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (STEP, "set aside (carrier)"),
        (replace(STEP, kind=SetAsideKind.WRONG_PERSON), "set aside (wrong person)"),
        (GIVEN, "given to Noor"),
        (RESTORED, "restored"),
    ],
)
def test_a_step_says_where_the_rating_stands(step: SetAside, words: str) -> None:
    assert step.words == words


PRODUCT, WRONG = SetAsideKind.PRODUCT, SetAsideKind.WRONG_PERSON


@pytest.mark.parametrize(
    ("stands", "author", "kind", "given_to", "reason", "why_not"),
    [
        (None, "Robin", PRODUCT, "", "The box itself.", ""),
        (None, "Robin", WRONG, "", "Nobody knows who.", ""),
        (None, "Robin", WRONG, "Noor", "Noor wrote it.", ""),
        (STEP, "Robin", PRODUCT, "", "Again.", "already set aside (carrier), by Robin; restore it first"),
        (GIVEN, "Robin", PRODUCT, "", "Again.", "already given to Noor"),
        (None, "sol", PRODUCT, "", "Not me.", "This rating is yours"),
        (None, "Robin", PRODUCT, "Noor", "Noor wrote it.", "only where the wrong person was rated"),
        (None, "Robin", WRONG, "SOL", "It was Sol.", "rates Sol already"),
        (None, "Robin", WRONG, "N" * (LONGEST_NAME + 1), "Long.", "A name has at most"),
        (None, "Robin", PRODUCT, "", "", "Say why"),
        (None, "Robin", PRODUCT, "", "x" * (LONGEST_REASON + 1), "A reason has at most"),
    ],
)  # fmt: skip
def test_why_a_rating_of_sol_is_not_set_aside(
    stands: SetAside | None, author: str, kind: SetAsideKind, given_to: str, reason: str, why_not: str
) -> None:
    said = why_not_set_aside(stands, "Sol", author, kind, given_to, reason)
    assert (why_not in said) if why_not else said == ""


@pytest.mark.parametrize(
    ("stands", "author", "reason", "why_not"),
    [
        (STEP, "Robin", "It was late by us.", ""),
        (GIVEN, "Robin", "It was Sol.", ""),
        (None, "Robin", "Why not.", "not set aside"),
        (GIVEN, "noor", "Not me.", "given to you"),
        (STEP, "Robin", "", "Say why"),
    ],
)
def test_why_a_rating_is_not_restored(stands: SetAside | None, author: str, reason: str, why_not: str) -> None:
    said = why_not_restored(stands, author, reason)
    assert (why_not in said) if why_not else said == ""
