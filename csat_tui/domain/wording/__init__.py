"""Wording: rules as data, what they say about a text, quick fixes, and the rules' own tests."""

from csat_tui.domain.wording.checking import remarks
from csat_tui.domain.wording.examples import FailedExample, failed_examples
from csat_tui.domain.wording.fixing import apply
from csat_tui.domain.wording.matching import any_of, prepare
from csat_tui.domain.wording.names import first_name
from csat_tui.domain.wording.rules import (
    SORTS,
    Level,
    Remark,
    SavedReply,
    WordingFacts,
    WordingKind,
    WordingRule,
)
from csat_tui.domain.wording.unfilled import stops

__all__ = [
    "SORTS",
    "FailedExample",
    "Level",
    "Remark",
    "SavedReply",
    "WordingFacts",
    "WordingKind",
    "WordingRule",
    "any_of",
    "apply",
    "failed_examples",
    "first_name",
    "prepare",
    "remarks",
    "stops",
]
