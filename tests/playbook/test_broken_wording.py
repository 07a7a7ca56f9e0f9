"""Wording rules and saved replies that are wrong: each mistake in a sentence, with its line."""

from pathlib import Path

import pytest

from csat_tui.playbook import PlaybookError, parse_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/strike-team.toml").read_text("utf-8")
FILE = Path("ours.toml")

RULE = """
[[wording]]
id = "ours"
kind = "existence"
level = "error"
on = ["reply"]
message = "not “{found}”"
tokens = ['oops']
bad = ["Oops."]
good = ["Well."]
"""
SWAP = (
    RULE.replace('kind = "existence"', 'kind = "substitution"').replace("tokens = ['oops']\n", "") + "[wording.swap]\n"
)
SAVED = '\n[[saved-reply]]\nid = "ours"\nlabel = "Ours"\ntext = "Hi {customer-first-name}"\n'

BROKEN = {
    "a kind that there is not": (
        RULE.replace('"existence"', '"spelling"'),
        3,
        "“kind” of wording “ours” is “spelling”, expected ",
    ),
    "a level that there is not": (
        RULE.replace('"error"', '"fatal"'),
        4,
        "“level” of wording “ours” is “fatal”, expected “error” or “warning”",
    ),
    "a sort of text that there is not": (
        RULE.replace('["reply"]', '["poem"]'),
        5,
        "wording “ours” is on “poem”, expected “reply”, “mail” or “note”",
    ),
    "a pattern that does not compile": (
        RULE.replace("'oops'", "'oops('"),
        7,
        "wording “ours” looks for “oops(”, which is not a regular expression: missing ), unterminated subpattern",
    ),
    "a pattern that matches nothing": (
        RULE.replace("'oops'", "'(?:oops)?'"),
        7,
        "wording “ours” looks for “(?:oops)?”, which also matches no words at all",
    ),
    "a pattern without end": (
        RULE.replace("'oops'", "'oops.*'"),
        7,
        "wording “ours” looks for “oops.*”, in which “.*” may run through a whole text; end it, as in “.{0,40}”",
    ),
    "a pattern that counts groups": (
        RULE.replace("'oops'", r"'(o)\1ps'"),
        7,
        r"wording “ours” looks for “(o)\1ps”, which refers to groups by name or number; wording rules cannot do that",
    ),
    "no words to look for": (RULE.replace("tokens = ['oops']\n", ""), 1, "wording “ours” lacks “tokens”, a list"),
    "no examples": (RULE.replace('bad = ["Oops."]\n', ""), 1, "wording “ours” lacks “bad”, a list"),
    "a key of another kind": (RULE + "most = 2\n", 10, "wording “ours” has an unknown key “most”"),
    "another place in the message": (
        RULE.replace("{found}", "{customer}"),
        6,
        "“message” of wording “ours” may have no other place than “{found}”, the words found",
    ),
    "a bad example that is not caught": (
        RULE.replace('"Oops."', '"Oh."'),
        8,
        "wording “ours” does not catch its bad example “Oh.”",
    ),
    "a good example that is caught": (
        RULE.replace('"Well."', '"Well, oops."'),
        9,
        "wording “ours” catches its good example “Well, oops.”",
    ),
    "words swapped for themselves": (SWAP + "'oops' = 'Oops'", 10, "wording “ours” swaps “Oops” for itself"),
    "words swapped for words that are caught": (
        SWAP + "'oops' = 'oh oops'",
        10,
        "wording “ours” swaps “oops” for “oh oops”, in which it catches “oops” again",
    ),
    "nothing to swap": (
        SWAP.replace("[wording.swap]\n", ""),
        1,
        "wording “ours” lacks “swap”, a table of words and what to write instead",
    ),
    "a rule twice": (RULE + RULE, 12, "wording “ours” is defined twice"),
    "a place nobody fills": (
        SAVED.replace("customer-first-name", "customer-firstname"),
        4,
        "saved reply “ours” has a place “{customer-firstname}”, which no [[field]] and no fact of the case fills"
        "; did you mean “customer-first-name”?",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_named_with_its_line(what):
    section, line, sentence = BROKEN[what]
    before = BUILTIN.rstrip("\n") + "\n"
    with pytest.raises(PlaybookError) as refused:
        parse_playbook(before + section, FILE, examples=True)
    lines = {problem.line - before.count("\n") - 1: problem.sentence for problem in refused.value.problems}
    assert list(lines) == [line]
    assert lines[line].startswith(sentence)


def test_examples_are_tried_out_only_where_that_is_asked_for():
    assert parse_playbook(BUILTIN + BROKEN["a bad example that is not caught"][0], FILE).wording[-1].id == "ours"


def test_a_space_in_a_pattern_is_any_space_and_a_line_s_end():
    rule = parse_playbook(BUILTIN + RULE.replace("'oops'", "'oops [ab] c?'"), FILE).wording[-1]
    assert rule.tokens == (r"oops\s[ab]\sc?",)
