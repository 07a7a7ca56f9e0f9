"""The audit, measured on notes with planted faults whose author had not seen its rules."""

from collections import Counter
from functools import cache

import pytest

from csat_tui.domain.audit import AUDIT_EVALUATORS, Verdict, audit
from csat_tui.language import tell_language
from tests.builders import the_playbook
from tests.domain.audit_corpus import samples

NOTES, SEED = 400, 11

LEFT_OPEN = {"summary": 0.3, "finding": 0.4}
"""The recall of rules that leave much open: whether a summary says the same in other words no pattern can tell, and
what an account says without a date, such as the plan, may have been put right since."""


@cache
def counts() -> dict[str, Counter[str]]:
    """Return how many planted faults were found and missed, and how many more were found, by rule."""
    playbook = the_playbook()
    found: dict[str, Counter[str]] = {rule.rule: Counter() for rule in playbook.audit}
    for sample in samples(SEED, NOTES):
        verdicts = audit(sample.subject, playbook, tell_language).verdicts
        failed = {rule.rule for rule, said in verdicts if said.verdict is Verdict.FAILS}
        for rule in failed | sample.faults:
            kind = "found" if rule in failed & sample.faults else "missed" if rule in sample.faults else "wrong"
            found[rule][kind] += 1
    return found


def recall(count: Counter[str]) -> float:
    return count["found"] / (count["found"] + count["missed"])


def precision(count: Counter[str]) -> float:
    return count["found"] / (count["found"] + count["wrong"])


def test_of_all_planted_faults_nearly_all_are_found_and_hardly_any_that_are_none() -> None:
    together = sum(counts().values(), Counter[str]())
    assert recall(together) >= 0.88, together
    assert precision(together) >= 0.98, together


@pytest.mark.parametrize("rule", AUDIT_EVALUATORS)
def test_each_rule_finds_what_it_is_for(rule: str) -> None:
    count = counts()[rule]
    assert recall(count) >= LEFT_OPEN.get(rule, 0.95), count
    assert precision(count) >= 0.95, count
