"""The pair of tokens: what is kept of it, when it is renewed, and that it shows nowhere."""

from datetime import timedelta

import pytest

from csat_tui.oauth.sign_in import Tokens
from tests.oauth.conftest import NOW

ANSWER = {
    "access_token": "acc3ss", "refresh_token": "r3fresh", "token_type": "bearer", "scope": "read write",
    "expires_in": 1800, "refresh_token_expires_in": 2592000,
}  # fmt: skip


def granted(**other: object) -> Tokens:
    return Tokens.granted({**ANSWER, **other}, "csat-tui", "read write", NOW)


def test_a_pair_comes_back_as_it_was_kept() -> None:
    tokens = granted()
    assert Tokens.from_json(tokens.to_json()) == tokens
    assert tokens.expires_at == NOW + timedelta(minutes=30)
    assert tokens.to_json().isascii()
    assert "\n" not in tokens.to_json()


def test_neither_token_shows_in_a_repr() -> None:
    assert "acc3ss" not in repr(granted())
    assert "r3fresh" not in repr(granted())


@pytest.mark.parametrize(
    ("life", "after", "stale"), [(1800, 1739, False), (1800, 1740, True), (40, 29, False), (40, 30, True)]
)
def test_it_is_renewed_when_a_minute_is_left_or_a_quarter_of_a_short_life(life: int, after: int, stale: bool) -> None:
    assert granted(expires_in=life).stale(NOW + timedelta(seconds=after)) is stale


def test_a_clock_that_goes_back_makes_nothing_stale() -> None:
    assert not granted().stale(NOW - timedelta(days=400))


@pytest.mark.parametrize("life", [None, 0, -5, "soon", True, 1e400, float("nan"), 1e12, [1800]])
def test_a_life_that_cannot_be_believed_is_none(life: object) -> None:
    tokens = granted(expires_in=life)
    assert tokens.expires_at is None
    assert not tokens.stale(NOW + timedelta(days=4000))


def test_a_help_desk_that_gives_no_refresh_token_is_taken_at_its_word() -> None:
    assert granted(refresh_token=None).refresh == ""


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {**ANSWER, "access_token": ""}, {**ANSWER, "access_token": "a b"}, {**ANSWER, "access_token": "ä"},
     {**ANSWER, "refresh_token": 7}, {**ANSWER, "token_type": "mac"}],
)  # fmt: skip
def test_an_answer_that_grants_nothing_usable_says_so(answer: object) -> None:
    with pytest.raises(ValueError, match=r"no usable token|not an object|not for a bearer"):
        Tokens.granted(answer, "csat-tui", "read write", NOW)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"access": "acc3ss"}', granted().to_json().replace("r3f", "r 3")]
)
def test_what_cannot_be_read_back_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="not a pair of tokens") as caught:
        Tokens.from_json(text)
    assert "acc3ss" not in str(caught.value)
    assert caught.value.__cause__ is None
