"""Patterns of a playbook: those that could take very long on some text are refused when it is read."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_tui.playbook import PlaybookError, parse_playbook
from csat_tui.playbook.patterns import slowness
from tests.builders import the_playbook

HOSTILE = ("a" * 4_000, "a " * 2_000, " " * 4_000, "ab" * 2_000, "a1" * 2_000 + "!", "0" * 4_000)
PATIENCE = 5.0
"""Seconds of this machine's work for one pattern over one text; a catastrophic one would need years."""


def spent_on(pattern: str) -> float:
    compiled = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    began = time.process_time()
    for text in HOSTILE:
        compiled.search(text)
    return time.process_time() - began


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a|a)+$",
        r"(\w+\s?)*x",
        r"(?:\w+\s?){0,40}x",
        r".*.*x",
        r"\s*\s*x",
        r"\w+\w+",
        r"(x+x+)+y",
        r"([a-z]+)*!",
        r"(a|aa){1,40}b",
        r"(.*?,){11}P",
        r"(?:a?){30}a{30}",
        r"a{1,200}a{1,200}b",
        r"(?:.{0,20}late){0,5}",
        r"orders?\s*(?:no)?\s*[:#]?\s*(\d+)",
        r"(\w)\1+",
    ],
)
def test_a_pattern_that_could_take_very_long_is_refused(pattern: str) -> None:
    assert slowness(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"allerg(?:y|ies|ic|en|ens)",
        r"(?:was|were)\s(?:\w+\s){0,4}late",
        r"ordered\s(?:\w+,?\s){1,8}(?:and|but)",
        r"(?:is|was)(?:(?!not\b)\w+\s){0,3}late",
        r"\d{4,10}-?\d{1,3}",
        r"leak\w*",
        r"how\s+late",
        r"(?:red|blue){1,3}",
        r"[^\s@]{1,64}@[a-z.]{1,253}",
    ],
)
def test_what_people_write_is_taken_and_is_quick_on_a_hostile_text(pattern: str) -> None:
    assert slowness(pattern) == ""
    assert spent_on(pattern) < PATIENCE


def test_every_pattern_that_ships_is_quick_on_hostile_texts() -> None:
    began = time.process_time()
    for issue in the_playbook().issues:
        for pattern in issue.match:
            for text in HOSTILE:
                pattern.search(text)
    assert time.process_time() - began < PATIENCE


ATOMS = st.sampled_from(["a", "b", r"\w", r"\s", "[ab]", ".", "[^a]", r"\d"])
TIMES = st.sampled_from(["", "?", "+", "*", "{0,3}", "{2}", "{1,12}", "+?"])
PIECES = st.recursive(
    st.tuples(ATOMS, TIMES).map("".join),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(st.lists(inner, min_size=1, max_size=3).map("|".join), TIMES).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@given(PIECES)
@settings(max_examples=150)
def test_whatever_is_taken_ends_in_time(pattern: str) -> None:
    if not slowness(f"{pattern}x"):
        assert spent_on(f"{pattern}x") < PATIENCE


BUILTIN = sorted((Path(__file__).parents[2] / "csat_tui/playbook/builtin").glob("*.toml"))


@pytest.mark.parametrize("file", BUILTIN, ids=lambda file: file.stem)
def test_no_playbook_that_ships_has_a_pattern_that_a_stranger_s_could_not(file: Path) -> None:
    assert parse_playbook(file.read_text("utf-8"), file).issues is not None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("'allerg(?:y|ies|ic|en|ens)'", r"'(?:allerg\w+)+'", "issue “allergen” matches"),
        (r"  'orders?\s{0,3}", r"  'orders?\s*\s*", "“order” of [merging] has"),
    ],
)
def test_a_slow_pattern_is_told_with_its_line(before: str, after: str, said: str) -> None:
    text = BUILTIN[-1].read_text("utf-8")
    assert BUILTIN[-1].stem == "strike-team"
    assert before in text
    changed = text.replace(before, after, 1)
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(changed, BUILTIN[-1])
    (problem,) = caught.value.problems
    assert problem.sentence.startswith(said)
    assert problem.sentence.endswith("it could take very long on some text")
    assert after.strip() in changed.splitlines()[problem.line - 1]
