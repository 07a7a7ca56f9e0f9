"""What is printed holds still, whatever is in it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.cli.console import cells, cut, duration, say, say_json, single_line, table, time_or_day
from csat_tui.domain.safe_text import visible
from tests.cli.saying import UNSAFE


@given(st.text())
def test_visible_text_steers_no_terminal(text: str) -> None:
    assert not UNSAFE.search(visible(text))


@given(st.text(), st.integers(2, 40))
def test_a_cut_text_fits(text: str, room: int) -> None:
    assert cells(cut(text, room)) <= room


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x7f", "\x9b31m", "\u202e", "\u2028", "\U000e0041", "\ud800", "\r"])
def test_json_is_escaped_and_reads_back_as_it_was(hostile: str, capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"text": f"a{hostile}b"})
    printed = capsys.readouterr().out
    assert not UNSAFE.search(printed)
    assert json.loads(printed) == {"text": f"a{hostile}b"}


def test_a_time_of_another_day_is_told_with_its_day() -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC).astimezone().replace(hour=12)
    assert time_or_day(now + timedelta(seconds=9), now) == "12:00:09"
    assert time_or_day(now + timedelta(days=1), now) == "2026-03-11 12:00:00"


def test_moments_are_printed_as_iso_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"at": datetime(2026, 3, 10, 12, tzinfo=UTC)}, indent=None)
    assert capsys.readouterr().out == '{"at": "2026-03-10T12:00:00+00:00"}\n'


def test_a_table_keeps_its_columns_with_wide_characters(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table([["NAME", "N", "WORDS"], ["箱が", "1", "late\nagain " + "x" * 60], ["ab", "22", "b"]], right=(1,))
    first, second, third = capsys.readouterr().out.splitlines()
    assert (first, third) == ("NAME   N  WORDS", "ab    22  b")
    assert second.startswith("箱が   1  late ↵ again xxx")
    assert second.endswith("…")
    assert cells(second) <= 40


def test_text_is_printed_with_its_controls_in_sight(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[31mb\r\nc")
    assert capsys.readouterr().out == "a␛[31mb\nc\n"


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(seconds=5), "5 s"), (timedelta(minutes=90), "1 h"), (timedelta(days=-2), "2 d"), (timedelta(0), "0 s")],
)
def test_a_span_is_told_in_its_largest_unit(length: timedelta, words: str) -> None:
    assert duration(length) == words


def test_a_text_of_several_lines_becomes_one() -> None:
    assert single_line("  a\n\n b\tc ") == "a ↵ b c"
