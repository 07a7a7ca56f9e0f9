"""The audit, measured on notes with planted faults whose author had not seen its rules."""

from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from csat_tui.domain.audit import AUDIT_EVALUATORS
from tests.domain.audit_measure import FOUND, PASSED, UNDECIDABLE, measured, precision, recall

NOTES, SEED = 400, 11

LEFT_OPEN = {"summary": 0.3}
"""The recall of a rule that leaves much open: whether a summary says the same in other words no pattern can tell."""


@cache
def counts() -> Mapping[str, Counter[str]]:
    return measured(SEED, NOTES)


def test_of_all_planted_faults_nearly_all_are_found_and_hardly_any_that_are_none() -> None:
    together = sum(counts().values(), Counter[str]())
    assert recall(together) >= 0.92, together
    assert precision(together) >= 0.98, together


def test_what_is_not_found_is_left_to_a_person_and_never_passed() -> None:
    together = sum(counts().values(), Counter[str]())
    assert together[PASSED] <= together[FOUND] / 100, counts()


def test_what_nobody_can_tell_from_the_records_is_a_few_findings_alone() -> None:
    undecidable = {name: count[UNDECIDABLE] for name, count in counts().items() if count[UNDECIDABLE]}
    assert set(undecidable) <= {"finding"}
    assert sum(undecidable.values()) <= NOTES / 25


@pytest.mark.parametrize("rule", AUDIT_EVALUATORS)
def test_each_rule_finds_what_it_is_for(rule: str) -> None:
    count = counts()[rule]
    assert recall(count) >= LEFT_OPEN.get(rule, 0.95), count
    assert precision(count) >= 0.95, count
