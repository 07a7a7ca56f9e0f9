"""Answers to the validation checklist, and suggestions with the evidence behind them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """What a person says to a check."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"
    UNSURE = "unsure"


EITHER = "either"
"""Stands for the answer that is in order where no answer says that anything is amiss: a plain fact is asked for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a case; `suggested` tells whether it was taken over from the suggestion."""

    check_id: str
    answer: Answer
    at: datetime
    suggested: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the records say about a check; it never answers by itself.

    `answer` is None where the evidence does not decide; `evidence` are short lines, each a fact. `silent` tells that
    the records were looked through and say nothing for or against: not that they could not be read, nor that they warn.
    """

    answer: Answer | None
    evidence: tuple[str, ...]
    silent: bool = False
