"""The life of an effect: every step that can happen, and none that cannot."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.outbox import _TABLE, Event, ImpossibleStep, State, step

PAIRS = list(product(State, Event))


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda one: one.value)
@pytest.mark.parametrize("asks", [False, True], ids=["note", "reply"])
def test_every_step_is_in_the_table_or_refused(state, event, asks):
    if (state, event) in _TABLE:
        assert isinstance(step(state, event, asks=asks), State)
    else:
        with pytest.raises(ImpossibleStep, match=f"an effect that is {state} cannot be {event}"):
            step(state, event, asks=asks)


def test_a_note_that_is_not_there_goes_out_again_by_itself():
    assert step(State.UNKNOWN, Event.ABSENT, asks=False) is State.QUEUED


def test_a_reply_that_is_not_there_asks_the_person():
    assert step(State.UNKNOWN, Event.ABSENT, asks=True) is State.ASKING


def test_what_is_settled_stays_so():
    for state, event in PAIRS:
        if state.settled:
            assert (state, event) not in _TABLE


def test_only_claiming_lets_anything_out():
    assert {state for (state, _), after in _TABLE.items() if after is State.SENDING} == {State.QUEUED}
    assert {event for (_, event), after in _TABLE.items() if after is State.SENDING} == {Event.CLAIMED}


def test_whoever_waits_for_a_person_has_a_way_on():
    for state in State:
        if state.needs_person:
            assert any(before is state for before, _ in _TABLE)


def test_everything_can_still_be_settled():
    ends = {state for state in State if state.settled}
    reach = set(ends)
    while grown := {before for (before, _), after in _TABLE.items() if after in reach} - reach:
        reach |= grown
    assert reach == set(State)


@given(st.lists(st.sampled_from(list(Event)), max_size=30), st.booleans())
def test_no_life_has_two_landings(events, asks):
    state, landings, sent = State.QUEUED, 0, 0
    for event in events:
        try:
            after = step(state, event, asks=asks)
        except ImpossibleStep:
            continue
        landings += after in (State.CONFIRMED, State.MISDELIVERED) and state is not State.MISDELIVERED
        # What is found was sent by an attempt before these.
        sent += event in (Event.CLAIMED, Event.FOUND, Event.MISDELIVERED)
        state = after
    assert landings <= 1
    assert landings == 0 or sent >= 1


@given(st.lists(st.sampled_from(list(Event)), max_size=40))
def test_a_reply_whose_fate_is_unknown_goes_out_again_only_by_a_person(events):
    state, lost = State.QUEUED, False
    for event in events:
        try:
            after = step(state, event, asks=True)
        except ImpossibleStep:
            continue
        lost = (lost or event is Event.LOST) and event is not Event.RETRIED
        assert not (lost and after is State.SENDING)
        state = after
