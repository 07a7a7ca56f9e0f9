"""A stranger's playbook, wrong in ten ways, is answered with ten clear errors."""

from pathlib import Path

import pytest

from csat_tui.playbook import PlaybookError, load_playbook

FILE = Path(__file__).parent / "wrong_in_ten_ways.toml"

SAID = [
    (8, "“undo” of [playbook] is “ten seconds”, expected a duration such as “30d”, “24h” or “10s”"),
    (16, "no [[path]] takes surveys of rating “none”"),
    (20, "path “unhappy” lists check “guest-caled”, which no [[check]] defines; did you mean “guest-called”?"),
    (
        34,
        "check “guest-called” has an unknown key “qestion”; there is “ask”, “help”, “id”, “in_order”, “link”,"
        " “link_field”, “silence”, “step” and “suggest”",
    ),
    (
        36,
        "check “guest-called” is suggested by “call-log”, which this version cannot do; there is"
        " “accommodation-within-guide”, “client-spoken”, “employee-spoken”, “issue-logged”, “mail-after-chat”,"
        " “prevention-discussed”, “promise-kept” and “repeated-concern”",
    ),
    (
        41,
        "issue “noise” matches “nois(e|y”, which is not a regular expression: missing ), unterminated subpattern",
    ),
    (42, "“up_to” of allowance 1 of issue “noise” is “50 euros”, expected an amount such as “15.00 USD”"),
    (51, "format “answer” has a place “{signature}”, which no [[field]] and no fact of the case fills"),
    (
        58,
        "effect 1 of outcome “sorry” writes format “anwser”, which no [[format]] defines; did you mean “answer”?",
    ),
    (67, "wording “no-promise” does not catch its bad example “We guarantee a quiet night.”"),
]


def test_each_mistake_is_told_once_with_its_line_and_what_is_expected():
    with pytest.raises(PlaybookError) as caught:
        load_playbook(FILE, examples=True)
    assert [(problem.line, problem.sentence) for problem in caught.value.problems] == SAID
    assert len(SAID) == 10


def test_a_start_tells_all_of_them_but_the_example_which_only_a_check_tries():
    with pytest.raises(PlaybookError) as caught:
        load_playbook(FILE)
    assert [(problem.line, problem.sentence) for problem in caught.value.problems] == SAID[:-1]


def test_each_line_is_where_the_mistake_stands():
    lines = FILE.read_text("utf-8").splitlines()
    marks = ["ten seconds", "[[path]]", "guest-caled", "qestion", "call-log", "nois(e", "50 euros", "signature"]
    marks += ["anwser", "guarantee"]
    assert all(mark in lines[line - 1] for mark, (line, _) in zip(marks, SAID, strict=True))
