"""Patterns by language, and checks for which the records' silence is enough: read, and each mistake with its line."""

from pathlib import Path

import pytest

from csat_tui.domain.case import EITHER
from csat_tui.playbook import PlaybookError
from csat_tui.playbook.loading import parse_playbook
from tests.playbook.test_broken import BUILTIN

FILE = Path("ours.toml")
LATE = """
[[issue]]
id = "warm"
label = "Warm"
match = { en = ['warm'], de = ['warm geworden', 'lauwarm'] }
allows = []
"""


def refused(old: str, new: str) -> list[str]:
    assert old in BUILTIN
    with pytest.raises(PlaybookError) as wrong:
        parse_playbook(BUILTIN.replace(old, new, 1), FILE)
    return [str(problem) for problem in wrong.value.problems]


def with_issue(text: str) -> list[str]:
    with pytest.raises(PlaybookError) as wrong:
        parse_playbook(BUILTIN + text, FILE)
    return [str(problem) for problem in wrong.value.problems]


def line_of(text: str, fragment: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if fragment in line)


def test_patterns_are_read_by_language_and_tried_on_texts_of_theirs() -> None:
    book = parse_playbook(BUILTIN + LATE, FILE)
    warm = book.issues[-1]
    assert [one.search("Es war lauwarm") is not None for one in warm.patterns("de", book.language)] == [False, True]
    assert [one.search("It was warm") is not None for one in warm.patterns("en", book.language)] == [True]
    assert warm.patterns("fr", book.language) == ()
    assert len(warm.patterns("", book.language)) == 3
    assert book.languages == {"en", "de"}


def test_a_playbook_in_another_language_says_so_once() -> None:
    book = parse_playbook(BUILTIN.replace('id = "strike-team"', 'id = "strike-team"\nlanguage = "fr"', 1), FILE)
    assert book.languages == {"fr"}
    assert book.issues[0].patterns("fr", "fr") == book.issues[0].match
    assert book.issues[0].patterns("en", "fr") == ()


@pytest.mark.parametrize(
    ("match", "sentence"),
    [
        (
            "{ german = ['spät'] }",
            "issue “warm” has patterns for “german”, expected the two letters of its ISO 639 code",
        ),
        ("{ en = ['late'], de = ['(spät'] }", "issue “warm” matches “(spät”, which is not a regular expression"),
        ("{ de = ['(\\w+\\s?)+'] }", "issue “warm” matches “(\\w+\\s?)+”, which repeats a group without end"),
        ("{ de = [] }", "“de” of “match” of issue “warm” is empty, expected at least one text"),
        ("{}", "“match” of issue “warm” is empty, expected at least one language"),
    ],
)
def test_a_wrong_pattern_of_a_language_is_named_with_its_line(match: str, sentence: str) -> None:
    text = LATE.replace("{ en = ['warm'], de = ['warm geworden', 'lauwarm'] }", match)
    found = with_issue(text)
    where = line_of(BUILTIN + text, f"match = {match}")
    assert any(one.startswith(f"ours.toml:{where}: {sentence}") for one in found), found


def test_silence_is_enough_only_where_the_playbook_says_so() -> None:
    checks = parse_playbook(BUILTIN, FILE).checks
    assert {name for name, one in checks.items() if one.silence} == {"concern-read", "coaching-needed"}


def test_a_plain_fact_has_no_answer_that_is_in_order() -> None:
    old = 'in_order = "no"\nsilence = "in order"'
    found = refused(old, f'in_order = "{EITHER}"\nsilence = "in order"')
    assert any("takes silence as in order, but its “in_order” is “either”" in one for one in found), found


def test_silence_says_one_of_two_things() -> None:
    found = refused('silence = "in order"', 'silence = "fine"')
    assert any("“silence” of check “concern-read” is “fine”, expected “open” or “in order”" in one for one in found)
