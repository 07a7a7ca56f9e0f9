"""The proof of the invariant over the wire; `make campaign EXAMPLES=50000` looks longer."""

import os

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from csat_tui.domain.outbox import Event, State
from tests.proof.machine import TALLY, Delivery
from tests.proof.mishaps import ALL_KINDS

EXAMPLES = int(os.environ.get("CSAT_TUI_EXAMPLES", "2000"))
SEED = int(os.environ.get("CSAT_TUI_SEED", "0"))
SHARDS = 4
"""Parts that run side by side, each from a seed of its own."""

ENOUGH = 400
"""Examples in which what can happen does happen."""
FEW = 1
"""How often at least, in every shard."""
BY_CHANCE = 2
"""Sorts of things that chance may make rarer than that in one shard: by their nature, or by its seed."""

MUST_HAPPEN = [
    *ALL_KINDS,
    *Event,
    *(f"ended {state}" for state in State if state.settled or state.needs_person),
    *("away", "crashes", "a clock jumped", "late and taken", "late and refused", "truly an old answer"),
    "taken back after a lost answer",
    *("the person: retry", "the person: look", "the person: give_up", "the person: accept_as_sent"),
]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_goes_wrong_each_effect_is_there_once_or_waits_for_the_person(shard: int) -> None:
    """A failure prints its steps, made as short as they can be; the same seed and examples find it again."""
    TALLY.clear()
    machine = seed(SEED * SHARDS + shard)(type(f"Delivery{shard}", (Delivery,), {}))
    examples = max(1, EXAMPLES // SHARDS)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if examples >= ENOUGH:
        seldom = {what: TALLY[what] for what in MUST_HAPPEN if TALLY[what] < FEW}
        assert len(seldom) <= BY_CHANCE, seldom
