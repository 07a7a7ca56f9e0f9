"""The life of an effect: every step that can happen, and none that cannot."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.effect import _TABLE, EffectEvent, EffectState, ImpossibleStep, next_state

PAIRS = list(product(EffectState, EffectEvent))


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda one: one.value)
@pytest.mark.parametrize("asks", [False, True], ids=["note", "reply"])
def test_every_step_is_in_the_table_or_refused(state, event, asks):
    if (state, event) in _TABLE:
        assert isinstance(next_state(state, event, asks=asks), EffectState)
    else:
        with pytest.raises(ImpossibleStep, match=f"an effect that is {state} cannot be {event}"):
            next_state(state, event, asks=asks)


def test_a_note_that_is_not_there_goes_out_again_by_itself():
    assert next_state(EffectState.UNKNOWN, EffectEvent.ABSENT, asks=False) is EffectState.QUEUED


def test_a_reply_that_is_not_there_asks_the_person():
    assert next_state(EffectState.UNKNOWN, EffectEvent.ABSENT, asks=True) is EffectState.ASKING


def test_what_is_settled_stays_so():
    for state, event in PAIRS:
        if state.settled:
            assert (state, event) not in _TABLE


def test_only_claiming_lets_anything_out():
    assert {state for (state, _), after in _TABLE.items() if after is EffectState.SENDING} == {EffectState.QUEUED}
    assert {event for (_, event), after in _TABLE.items() if after is EffectState.SENDING} == {EffectEvent.CLAIMED}


def test_whoever_waits_for_a_person_has_a_way_on():
    for state in EffectState:
        if state.needs_person:
            assert any(before is state for before, _ in _TABLE)


def test_everything_can_still_be_settled():
    ends = {state for state in EffectState if state.settled}
    reach = set(ends)
    while grown := {before for (before, _), after in _TABLE.items() if after in reach} - reach:
        reach |= grown
    assert reach == set(EffectState)


@given(st.lists(st.sampled_from(list(EffectEvent)), max_size=30), st.booleans())
def test_no_life_has_two_landings(events, asks):
    state, landings, sent = EffectState.QUEUED, 0, 0
    for event in events:
        try:
            after = next_state(state, event, asks=asks)
        except ImpossibleStep:
            continue
        landings += after in (EffectState.CONFIRMED, EffectState.MISDELIVERED) and state is not EffectState.MISDELIVERED
        # What is found was sent by an attempt before these.
        sent += event in (EffectEvent.CLAIMED, EffectEvent.FOUND, EffectEvent.MISDELIVERED)
        state = after
    assert landings <= 1
    assert landings == 0 or sent >= 1


@given(st.lists(st.sampled_from(list(EffectEvent)), max_size=40))
def test_a_reply_whose_fate_is_unknown_goes_out_again_only_by_a_person(events):
    state, lost = EffectState.QUEUED, False
    for event in events:
        try:
            after = next_state(state, event, asks=True)
        except ImpossibleStep:
            continue
        lost = (lost or event is EffectEvent.LOST) and event is not EffectEvent.RETRIED
        assert not (lost and after is EffectState.SENDING)
        state = after
