"""The proof of the invariant over the wire: a net of random examples; `make campaign EXAMPLES=50000` looks longer.

Each run of the suite goes through two of the eight shards, by the day, so that four days go through the same thousand
examples. What shows that nothing less is proved: every mishap happens in each run in `test_each_mishap.py`, as do a
crash, a jump of the clock and somebody else's change behind a lost write, while of what must happen a pair of shards
never met two to seven kinds; and `make planted` plants faults in delivery, which tests that know beforehand what goes
wrong notice. A hundred and twenty-five random examples noticed none of the first six.
"""

import json
import os
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from csat_tui.domain.effect import EffectEvent, EffectState
from tests.proof.machine import Delivery
from tests.proof.mishaps import ALL_KINDS
from tests.proof.weather import TALLY

CAMPAIGN = "CSAT_TUI_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("CSAT_TUI_EXAMPLES", "1000"))
SEED = int(os.environ.get("CSAT_TUI_SEED", "0"))
SHARDS = 8
"""Parts that run side by side, each from a seed of its own: with more seeds more of what is rare happens."""
AT_ONCE = SHARDS if CAMPAIGN else 2
"""How many of them one run goes through."""
A_DAY = 86_400

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


def shard_of_today(number: int) -> int:
    """Return which shard is today's first or second."""
    return (int(time.time() // A_DAY) * AT_ONCE + number) % SHARDS


@pytest.mark.parametrize("number", range(AT_ONCE))
def test_whatever_goes_wrong_each_effect_is_there_once_or_waits_for_the_person(
    number: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A failure prints its steps, made as short as they can be; the same seed and examples find it again.

    `make campaign EXAMPLES=1000 SEED=0` goes through the examples of all days.
    """
    shard = number if CAMPAIGN else shard_of_today(number)
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
