"""Wording rules, the remarks that they make about a text, quick fixes, and the rules' own tests."""

from csat_tui.domain.wording.checking import FailedExample, failed_examples, remarks
from csat_tui.domain.wording.names import first_name
from csat_tui.domain.wording.rules import (
    TEXT_SORTS,
    Level,
    Remark,
    SavedReply,
    WordingFacts,
    WordingKind,
    WordingRule,
    apply_fix,
)
from csat_tui.domain.wording.word_rules import compile_rules, token_pattern, unfilled_places

__all__ = [
    "TEXT_SORTS",
    "FailedExample",
    "Level",
    "Remark",
    "SavedReply",
    "WordingFacts",
    "WordingKind",
    "WordingRule",
    "apply_fix",
    "compile_rules",
    "failed_examples",
    "first_name",
    "remarks",
    "token_pattern",
    "unfilled_places",
]
