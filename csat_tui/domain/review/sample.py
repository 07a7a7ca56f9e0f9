"""Samples: delivered notes drawn for review by a method and a seed, so that anybody can draw the same ones again.

Each note has a place that only the seed and the number of its comment decide: SHA-256 over both. The first notes in
that order are a simple random sample. No generator of random numbers is asked, so the draw is the same on any machine
and in any version of Python, and a note's place does not change when other notes come or go.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

QUOTA_PERIOD = timedelta(days=7)
"""The period in which a quota counts what is reviewed or assigned."""

LARGEST_SAMPLE = 10_000
"""Notes of a sample at most."""

LARGEST_SEED = 2**63 - 1
"""The store could not hold a larger one."""

EVERYTHING = "all"
"""The stratum of methods that divide the notes in no way."""


class SampleMethod(StrEnum):
    """How notes are drawn."""

    RANDOM = "random"
    """Each note with the same chance."""
    STRATIFIED = "stratified"
    """As many of each agent and outcome as their share, at least one where the size allows."""
    RISK = "risk"
    """Those with the highest risk."""
    QUOTA = "quota"
    """Of each agent as many as are missing to the quota."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note that can be drawn; `agent` is its author's number at the help desk, or the name where there is none."""

    comment_id: int
    agent: str
    outcome: str
    risk: int = 0


@dataclass(frozen=True, slots=True)
class Population:
    """The notes of a period that can be drawn; `covered` counts by agent those that are reviewed or in a sample."""

    notes: Sequence[Candidate]
    covered: Mapping[str, int] = field(default_factory=dict)

    def digest(self, method: SampleMethod) -> str:
        """Return a hash of everything on which a draw depends: numbers of comments, authors and outcomes.

        For the method by risk it is taken over the risks as well, and for a quota over what is covered.
        """
        lines: list[list[Any]] = [
            [note.comment_id, note.agent, note.outcome, *([note.risk] if method is SampleMethod.RISK else [])]
            for note in sorted(self.notes, key=lambda note: note.comment_id)
        ]
        if method is SampleMethod.QUOTA:
            lines += [[agent, count] for agent, count in sorted(self.covered.items())]
        text = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def draw_sample(population: Population, method: SampleMethod, size: int, seed: int) -> list[Candidate]:
    """Return the notes of a sample in the order of their drawing; all of them where there are no more than `size`.

    For a quota, `size` is the number of notes for each agent.
    """
    notes = seeded_order(population.notes, method, seed)
    match method:
        case SampleMethod.RANDOM | SampleMethod.RISK:
            return notes[:size]
        case SampleMethod.STRATIFIED:
            return _first_of_each(notes, _stratum_of(method), allocate(Counter(map(_stratum_of(method), notes)), size))
        case SampleMethod.QUOTA:
            agents = {note.agent for note in notes}
            missing = {agent: max(size - population.covered.get(agent, 0), 0) for agent in agents}
            return _first_of_each(notes, _stratum_of(method), missing)


def seeded_order(notes: Iterable[Candidate], method: SampleMethod, seed: int) -> list[Candidate]:
    """Return notes in the order in which a sample draws them and replaces them; by risk, the highest come first."""
    by_risk = method is SampleMethod.RISK

    def place(note: Candidate) -> tuple[int, bytes, int]:
        hashed = hashlib.sha256(f"{seed}:{note.comment_id}".encode("ascii")).digest()
        return (-note.risk if by_risk else 0), hashed, note.comment_id

    return sorted(notes, key=place)


def next_in_stratum(free: Iterable[Candidate], method: SampleMethod, seed: int, part: str) -> Candidate | None:
    """Return the note that takes the place of one of a stratum: of those still free the next, or None."""
    return next((note for note in seeded_order(free, method, seed) if stratum(note, method) == part), None)


def stratum(note: Candidate, method: SampleMethod) -> str:
    """Return the part of the population that a note stands for."""
    match method:
        case SampleMethod.STRATIFIED:
            return f"{note.agent}/{note.outcome}"
        case SampleMethod.QUOTA:
            return note.agent
    return EVERYTHING


def allocate(strata: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many notes are drawn of each stratum of agent and outcome, given how many each has.

    Each gets at least one, and the largest remainders decide who gets the rest. If there are more strata than notes to
    draw, agents take turns: first the largest stratum of each agent gets one note, then the second largest of each,
    until the size is reached; the other strata get none.
    """
    if size >= sum(strata.values()):
        return dict(strata)
    if size < len(strata):
        return dict.fromkeys(_in_turns(strata)[:size], 1)
    # A share below one becomes one; the others divide the rest, by which further shares may fall below one.
    given: dict[str, int] = {}
    shared = dict(strata)
    while True:
        left, total = size - len(given), sum(shared.values())
        small = [name for name, count in shared.items() if left * count < total]
        if not small:
            return given | _largest_remainder(shared, left)
        for name in small:
            given[name] = 1
            del shared[name]


def _largest_remainder(strata: Mapping[str, int], size: int) -> dict[str, int]:
    total = sum(strata.values())
    shares = {name: divmod(size * count, total) for name, count in strata.items()} if total else {}
    found = {name: whole for name, (whole, _) in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (-shares[name][1], -strata[name], name))
    for name in by_remainder[: size - sum(found.values())]:
        found[name] += 1
    return found


def _in_turns(strata: Mapping[str, int]) -> list[str]:
    """Return the strata in the order in which agents take turns: the largest of each, then the second, and so on."""
    turns: Counter[str] = Counter()
    order: list[tuple[int, int, str]] = []
    for name in sorted(strata, key=lambda name: (-strata[name], name)):
        agent = name.rpartition("/")[0]
        order.append((turns[agent], -strata[name], name))
        turns[agent] += 1
    return [name for *_, name in sorted(order)]


def _first_of_each(
    notes: Sequence[Candidate], of: Callable[[Candidate], str], counts: Mapping[str, int]
) -> list[Candidate]:
    taken: Counter[str] = Counter()
    found = []
    for note in notes:
        name = of(note)
        if taken[name] < counts.get(name, 0):
            taken[name] += 1
            found.append(note)
    return found


def _stratum_of(method: SampleMethod) -> Callable[[Candidate], str]:
    return lambda note: stratum(note, method)
