"""The machine's audit held against planted faults; `make audit` prints it for a thousand notes."""

import argparse
import random
from collections import Counter
from collections.abc import Mapping

from csat_tui.domain.audit import Verdict, audit
from csat_tui.language import tell_language
from tests.builders import the_playbook
from tests.domain.audit_corpus import samples

FOUND, OPEN, PASSED, WRONG = "found", "left to a person", "passed", "wrong"


def measured(seed: int, notes: int) -> Mapping[str, Counter[str]]:
    """Return by rule what became of the planted faults, and how many were found where there is none.

    A fault is found, left to a person (the rule cannot tell) or passed.
    """
    playbook = the_playbook()
    counts: dict[str, Counter[str]] = {rule.rule: Counter() for rule in playbook.audit}
    for sample in samples(seed, notes):
        said: dict[str, set[Verdict]] = {}
        for rule, one in audit(sample.subject, playbook, tell_language).verdicts:
            said.setdefault(rule.rule, set()).add(one.verdict)
        for name, count in counts.items():
            verdicts = said.get(name, set())
            if name not in sample.faults:
                count[WRONG] += Verdict.FAILS in verdicts
            elif Verdict.FAILS in verdicts:
                count[FOUND] += 1
            else:
                count[OPEN if Verdict.CANNOT_TELL in verdicts else PASSED] += 1
    return counts


def recall(count: Counter[str]) -> float:
    """Return the share of the faults that are found."""
    return count[FOUND] / (count[FOUND] + count[OPEN] + count[PASSED])


def precision(count: Counter[str]) -> float:
    """Return the share of what is found that is one."""
    return count[FOUND] / (count[FOUND] + count[WRONG])


def main() -> None:
    """Print the figures by rule and in all."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--notes", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=random.randrange(10_000))
    wanted = asked.parse_args()
    counts = dict(measured(wanted.seed, wanted.notes))
    together = sum(counts.values(), Counter[str]())
    kinds = (FOUND, OPEN, PASSED, WRONG)
    print(f"{wanted.notes} notes, seed {wanted.seed}")
    print(f"{'':20} recall  precision  {'  '.join(kinds)}")
    for name, count in (*counts.items(), ("in all", together)):
        told = "  ".join(f"{count[kind]:>{len(kind)}}" for kind in kinds)
        print(f"{name:20} {recall(count):6.3f}  {precision(count):9.3f}  {told}")


if __name__ == "__main__":
    main()
