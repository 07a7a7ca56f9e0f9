"""Moments and structures come out of the store as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from csat_tui.store.types import Json, Moment

DIALECT = sqlite.dialect()

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001 - bounds are naive


@given(moments)
def test_a_moment_comes_back_to_the_millisecond_in_utc(moment: datetime) -> None:
    stored = Moment().process_bind_param(moment, DIALECT)
    back = Moment().process_result_value(stored, DIALECT)
    assert back == moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
    assert back.tzinfo is UTC
    assert Moment().process_bind_param(back, DIALECT) == stored


@given(moments, moments)
def test_moments_sort_as_their_numbers(one: datetime, other: datetime) -> None:
    first, second = (Moment().process_bind_param(moment, DIALECT) for moment in (one, other))
    assert first is not None
    assert second is not None
    assert (first <= second) or one > other


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 3, 10, 12), DIALECT)  # noqa: DTZ001 - the point


def test_no_moment_stays_none() -> None:
    assert Moment().process_bind_param(None, DIALECT) is None
    assert Moment().process_result_value(None, DIALECT) is None


trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(trees.filter(lambda tree: tree is not None))
def test_a_structure_comes_back_as_it_was(tree: object) -> None:
    stored = Json().process_bind_param(tree, DIALECT)
    assert stored is not None
    stored.encode()  # a database takes nothing that has no bytes
    assert Json().process_result_value(stored, DIALECT) == tree


def test_half_a_character_does_not_stop_a_structure_from_being_kept() -> None:
    stored = Json().process_bind_param({"summary": "half \ud83d an emoji"}, DIALECT)
    assert stored is not None
    stored.encode()
    assert Json().process_result_value(stored, DIALECT) == {"summary": "half ? an emoji"}
