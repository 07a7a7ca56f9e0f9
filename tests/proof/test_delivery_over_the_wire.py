"""The proof of the invariant over the wire; `make campaign EXAMPLES=50000` looks longer."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from csat_tui.domain.effect import EffectEvent, EffectState
from tests.proof.machine import Delivery
from tests.proof.mishaps import ALL_KINDS
from tests.proof.weather import TALLY

EXAMPLES = int(os.environ.get("CSAT_TUI_EXAMPLES", "1000"))
SEED = int(os.environ.get("CSAT_TUI_SEED", "0"))
SHARDS = 8
"""Parts that run side by side, each from a seed of its own: with more seeds more of what is rare happens."""

ENOUGH = 1000
"""Examples, over all shards, in which what can happen does happen."""
FEW = 3
"""How often at least, over all shards."""

MUST_HAPPEN = [
    *ALL_KINDS,
    *EffectEvent,
    *(
        f"ended {state}"
        for state in EffectState
        if (state.settled or state.needs_person) and state is not EffectState.DAMAGED
    ),
    *("away", "crashes", "a clock jumped", "late and taken", "late and refused", "truly an old answer"),
    "taken back after a lost answer",
    *("the person: retry", "the person: look", "the person: give_up", "the person: accept_as_sent"),
]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_goes_wrong_each_effect_is_there_once_or_waits_for_the_person(
    shard: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A failure prints its steps, made as short as they can be; the same seed and examples find it again."""
    TALLY.clear()
    machine = seed(SEED * SHARDS + shard)(type(f"Delivery{shard}", (Delivery,), {}))
    examples = max(1, EXAMPLES // SHARDS)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=10,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The shards may run in several processes, whose folders have one parent.
    shared = tmp_path_factory.getbasetemp()
    tallies = _put_down(TALLY, shard, shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared)
    if len(tallies) == SHARDS and EXAMPLES >= ENOUGH:
        happened = sum(tallies, Counter[str]())
        assert {what: happened[what] for what in MUST_HAPPEN if happened[what] < FEW} == {}


def _put_down(tally: Counter[str], shard: int, folder: Path) -> list[Counter[str]]:
    """Write the tally of a shard beside the others'; return those that are there."""
    unfinished = folder / f"shard-{shard}"
    unfinished.write_text(json.dumps(tally))
    unfinished.rename(folder / f"tally-of-shard-{shard}.json")
    return [Counter(json.loads(file.read_text())) for file in sorted(folder.glob("tally-of-shard-*.json"))]
