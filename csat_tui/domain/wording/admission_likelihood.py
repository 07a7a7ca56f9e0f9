"""How much a sentence reads like an admission of fault: learned from examples, beside the rules about who did what.

A logistic regression over the words of a sentence and its pairs of neighbours. `make admissions` learns the weights
anew from the sentences in `tests/playbook/admissions`; the program only adds them up.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import exp, sqrt

WEIGHTS = "admission_weights.json"
"""The file beside this one: the weight of each word and pair, and under "" the one that every sentence has."""


def features(words: Sequence[str]) -> Iterator[str]:
    """Yield a sentence's words, and its pairs of neighbours with its beginning and its end; figures are all alike."""
    alike = ["<", *("0" if word[:1].isdigit() else word for word in words), ">"]
    yield from alike[1:-1]
    yield from (f"{one} {other}" for one, other in pairwise(alike))


def likelihood(words: Sequence[str]) -> float:
    """Return from 0 to 1 how much a sentence, as words in small letters, reads like an admission of fault."""
    return score(frozenset(features(words)), _weights())


def score(found: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the likelihood that these features have under some weights; each sentence counts as much as any other."""
    total = sum(weights.get(one, 0.0) for one in found) / sqrt(len(found) or 1) + weights.get("", 0.0)
    return 1 / (1 + exp(-max(-40.0, min(40.0, total))))


@cache
def _weights() -> Mapping[str, float]:
    weights: dict[str, float] = json.loads((files(__package__) / WEIGHTS).read_text("utf-8"))
    return weights
