"""Whatever can go wrong goes wrong once, where it matters: what the machine of the proof meets only by chance.

Each case is a few steps of `tests.proof.machine`, after each of which its invariants are asked; in the end everything
has to come home.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product

import pytest

from tests.proof import mishaps
from tests.proof.machine import JUMPS, STEPS, TOUCHES, Delivery
from tests.proof.mishaps import READ_MISHAPS, WRITE_MISHAPS, Fate, Mishap
from tests.proof.weather import Weather

LOST = [Mishap("reset", fate) for fate in Fate]
"""A write of which nothing is heard, with each of its fates."""
WRITES = [
    one
    for one in dict.fromkeys(WRITE_MISHAPS)
    if one.fate is not Fate.NOTHING or one in LOST or Mishap(one.kind, Fate.DONE) not in WRITE_MISHAPS
]
"""What can befall a write; of what looks the same to the program, that nothing was done is tried once."""
READS = list(dict.fromkeys(READ_MISHAPS))
REPLY, NOTE = 0, 1
"""The writes of a decision with a reply, by their order."""
PARTS = 3
"""Parts of the mishaps that run side by side."""
A_ROW = 8
COMMITS = 4
"""How many commits a round has in which something lost is looked for and sent again."""
LATE_AFTER = (1, 2, 3)
"""After how many requests what is under way arrives: before it is looked for, while it is, and behind that."""


def weather(
    *writes: Mishap | None,
    reads: Iterable[Mishap | None] = (),
    seconds: float = 6,
    late_after: int | None = None,
    crash: tuple[int, bool] | None = None,
    away: bool = False,
) -> Weather:
    """Return what goes wrong in one step."""
    return Weather(seconds, list(writes), list(reads), away, True, late_after, crash)


FINE = weather()


@contextmanager
def steps() -> Iterator[Delivery]:
    """Give a machine; at the end all has to end well."""
    machine = Delivery()
    machine.set_up()
    try:
        yield machine
    except BaseException:
        machine.all_ends_well = lambda: None  # type: ignore[method-assign]
        raise
    finally:
        machine.teardown()


def decided(machine: Delivery, what: Weather, *, reply: bool = True, closed: bool = False) -> None:
    """Decide a case in some weather, when nothing of those before is under way any more."""
    machine.wait(weather(seconds=400))
    machine.station.run_down()
    # The number also says whether the source ticket is closed.
    machine.decide(what, reply=reply, which=0 if closed else 1)
    machine.nothing_is_there_twice()


def settled(machine: Delivery, late_after: int | None = None) -> None:
    """Let delivery look again after the time of a slow write."""
    machine.wait(weather(late_after=late_after))
    machine.nothing_is_there_twice()


@contextmanager
def meets(machine: Delivery, kind: str) -> Iterator[None]:
    """See that a mishap really happens: one that no request meets proves nothing."""
    before = machine.there.met[kind]
    yield
    assert machine.there.met[kind] > before, "no request met it"


@contextmanager
def told_of(*what: object) -> Iterator[None]:
    """Say of a failure what had gone wrong before it."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"after {', '.join(map(str, what))}")
        raise


def some(mishaps_: list[Mishap], part: int) -> list[list[Mishap]]:
    """Return a part of the mishaps in rows of `A_ROW`, for each of which one help desk is enough."""
    mine = mishaps_[part::PARTS]
    return [mine[at : at + A_ROW] for at in range(0, len(mine), A_ROW)]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("at", [REPLY, NOTE], ids=["the reply", "the note behind it"])
def test_a_write_that_goes_wrong_is_there_once_in_the_end(at: int, part: int) -> None:
    for row in some(WRITES, part):
        with steps() as machine:
            for mishap in row:
                for late_after in LATE_AFTER if mishap in LOST and mishap.fate is Fate.LATE else (2,):
                    with told_of(mishap, late_after), meets(machine, mishap.kind):
                        decided(machine, weather(*[None] * at, mishap, seconds=11, late_after=late_after))
                    with told_of(mishap, late_after):
                        settled(machine, late_after)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("lost", LOST, ids=lambda lost: lost.fate)
def test_a_lost_write_whose_looking_for_goes_wrong_is_there_once_in_the_end(lost: Mishap, part: int) -> None:
    for row in some(READS, part):
        with steps() as machine:
            for mishap in row:
                with told_of(lost, mishap):
                    decided(machine, weather(lost))
                    with meets(machine, mishap.kind):
                        machine.wait(weather(reads=[mishap]))
                    machine.nothing_is_there_twice()
                    settled(machine)


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: lost.fate)
@pytest.mark.parametrize("step", sorted(set(STEPS)))
def test_a_person_settles_a_lost_reply_before_it_arrives_and_behind_it(lost: Mishap, step: str) -> None:
    for late_after in (*LATE_AFTER, None):
        with steps() as machine, told_of(lost, step, late_after):
            machine.settle(weather(late_after=late_after), which=1, step=step, reply=True, hard=lost)
            machine.nothing_is_there_twice()
            machine.there.land()
            settled(machine)


@pytest.mark.parametrize("fate", [Fate.LATE, Fate.DONE])
@pytest.mark.parametrize("how", ["undo", "give_up"])
def test_a_lost_note_that_is_taken_back_is_not_there_if_that_was_granted(fate: Fate, how: str) -> None:
    with steps() as machine:
        machine.taken_back_after_a_lost_answer(fate=fate, how=how, which=1)
        machine.nothing_is_there_twice()


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: lost.fate)
def test_a_clock_that_jumps_behind_a_lost_write_changes_nothing(lost: Mishap) -> None:
    with steps() as machine:
        for span in JUMPS:
            with told_of(lost, span):
                decided(machine, weather(lost))
                machine.the_clock_jumps(weather(late_after=2), span=span)
                machine.nothing_is_there_twice()
                settled(machine, late_after=1)


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: lost.fate)
@pytest.mark.parametrize("survey", [False, True], ids=["source ticket", "survey ticket"])
def test_somebody_elses_change_behind_a_lost_write_doubles_nothing(lost: Mishap, *, survey: bool) -> None:
    with steps() as machine:
        for how in sorted(set(TOUCHES)):
            for reply in (True, False):
                with told_of(lost, how, reply):
                    decided(machine, weather(lost), reply=reply)
                    machine.somebody_else(weather(late_after=2), which=0, survey=survey, how=how)
                    machine.nothing_is_there_twice()
                    settled(machine)


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: lost.fate)
@pytest.mark.parametrize("kept", [False, True], ids=["before", "behind"])
def test_killed_at_a_commit_behind_a_lost_write_nothing_is_there_twice(lost: Mishap, *, kept: bool) -> None:
    with steps() as machine:
        for at in range(1, COMMITS + 1):
            for late_after in (1, 3):
                with told_of(lost, at, late_after):
                    decided(machine, weather(lost))
                    machine.wait(weather(late_after=late_after, crash=(at, kept)))
                    machine.nothing_is_there_twice()
                    settled(machine)


@pytest.mark.parametrize("closed", [False, True], ids=["two tickets", "one ticket"])
@pytest.mark.parametrize("clean", [False, True], ids=["killed", "ended"])
def test_started_again_behind_a_lost_write_nothing_is_there_twice(*, clean: bool, closed: bool) -> None:
    with steps() as machine:
        for at, lost, touched in product((REPLY, NOTE), LOST, (None, Mishap(mishaps.TOUCHED), Mishap(mishaps.MESSAGE))):
            with told_of(lost, at, touched):
                decided(machine, weather(*[None] * at, lost, touched), closed=closed)
                machine.start_again(clean=clean)
                machine.wait(weather(touched, late_after=2))
                machine.nothing_is_there_twice()
                settled(machine)


def test_without_a_network_and_by_old_pages_of_the_view_nothing_is_sent_twice() -> None:
    with steps() as machine:
        machine.a_survey_comes(FINE, closed=False, whole=True)
        decided(machine, weather(away=True, seconds=11))
        settled(machine)
        machine.pull(weather(reads=[Mishap(mishaps.STALE)]), whole=True)
        machine.nothing_is_there_twice()
        assert machine.there.met["away"]
        assert machine.there.met["truly an old answer"]
