"""Learn the weights of what reads like an admission of fault from the sentences beside this file.

Run by `make admissions`; the same sentences give the same weights. Sentences in files that begin with "unseen" only
measure: nothing is learned from them.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from math import sqrt
from pathlib import Path

from csat_tui.domain.wording import fault
from csat_tui.domain.wording.fault import WEIGHTS, features, score, words_of_sentences

HERE = Path(__file__).parent
NAMES = ("Cass", "Lind", "Maria", "Lopez", "Ron", "Priya")

ROUNDS = 80
STRENGTH = 30.0
"""How much the examples weigh against keeping the weights small."""

LEAST = 0.08
"""A weight below this is left out: it changes nothing that a person would notice, and most are."""

Example = tuple[frozenset[str], bool]


def sentences(name: str) -> list[str]:
    """Return the sentences of one file."""
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line]


def examples(admitting: Sequence[str], others: Sequence[str]) -> Iterator[Example]:
    """Yield what sentences are made of, and whether they admit a fault."""
    for texts, admits in ((admitting, True), (others, False)):
        for text in texts:
            yield frozenset(one for words in words_of_sentences(text, NAMES) for one in features(words)), admits


def learn(known: Sequence[Example]) -> dict[str, float]:
    """Return the weights that tell the examples apart best, by stochastic gradient descent."""
    weights: dict[str, float] = {"": 0.0}
    order = random.Random(7)
    shuffled = list(known)
    decay = 1 / (STRENGTH * len(shuffled))
    scale, step = 1.0, 0
    for _ in range(ROUNDS):
        order.shuffle(shuffled)
        for found, admits in shuffled:
            step += 1
            rate = 1 / (decay * (step + 4 * len(shuffled)))
            part = 1 / sqrt(len(found) or 1)
            error = score(found, _Scaled(weights, scale)) - admits
            scale *= 1 - rate * decay
            for one in found:
                weights[one] = weights.get(one, 0.0) - rate * error * part / scale
            weights[""] -= rate * error * 0.1 / scale
    return {one: weight * scale for one, weight in weights.items()}


class _Scaled(dict[str, float]):
    """Weights that are all to be multiplied: making each of them smaller at every step would take for ever."""

    def __init__(self, weights: Mapping[str, float], scale: float) -> None:
        super().__init__()
        self._weights = weights
        self._scale = scale

    def get(self, key: str, default: float = 0.0) -> float:  # type: ignore[override]
        """Return a weight as it counts."""
        return self._weights.get(key, default) * self._scale


def main() -> None:
    """Write the weights to where the program reads them."""
    admitting = [one for file in sorted(HERE.glob("admissions_*.txt")) for one in sentences(file.name)]
    others = [one for file in sorted(HERE.glob("good_*.txt")) for one in sentences(file.name)]
    weights = learn(list(examples(admitting, others)))
    kept = {one: round(weight, 2) for one, weight in sorted(weights.items()) if abs(weight) >= LEAST or not one}
    target = Path(str(files(fault.__package__) / WEIGHTS))
    target.write_text(json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
    print(f"{len(admitting)} admissions, {len(others)} others, {len(kept)} weights")


if __name__ == "__main__":
    main()
