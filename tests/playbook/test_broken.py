"""Broken playbooks: everything that is wrong, each with its line and what is expected."""

from pathlib import Path

import pytest

from csat_tui.playbook import PlaybookError, load_playbook, parse_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/strike-team.toml").read_text("utf-8")
FILE = Path("strike-team.toml")

NEEDS = (
    'needs = { concern-read = "yes|na", issue-logged = "yes|na", within-guide = "yes|na", promise-kept = "yes|na",'
    ' mail-after-chat = "yes|na", coaching-needed = "yes|no" }'
)

BROKEN = {
    "a syntax error": ('key = "n"', 'key = "n', "this is not TOML: illegal character '\\n'"),
    "a missing check": (
        NEEDS,
        NEEDS.replace("issue-logged", "isue-logged"),
        "outcome “no-response” needs check “isue-logged”, which no [[check]] defines; did you mean “issue-logged”?",
    ),
    "an answer nobody gives": (
        NEEDS,
        NEEDS.replace('issue-logged = "yes|na"', 'issue-logged = "maybe"'),
        "outcome “no-response” needs “maybe” of check “issue-logged”, expected “yes”, “no” or “na”,"
        " or several of them as in “yes|na”",
    ),
    "a check on no path": (
        'checks = ["concern-read"]',
        'checks = ["concern-red"]',
        "path “needs-fixing” lists check “concern-red”, which no [[check]] defines; did you mean “concern-read”?",
    ),
    "a check twice on a path": (
        'checks = ["concern-read"]',
        'checks = ["concern-read", "concern-read"]',
        "path “needs-fixing” lists check “concern-read” twice",
    ),
    "an unknown key": (
        'label = "Low, no comment"',
        'lable = "Low, no comment"',
        "path “low-without-comment” has an unknown key “lable”; did you mean “label”?",
    ),
    "a wrong type": ("low = 2 ", 'low = "2" ', "“low” of [playbook] is a text, expected a number"),
    "a threshold off the scale": ("low = 2 ", "low = 29 ", "“low” of [playbook] is 29, expected 1 to 5"),
    "a bad duration": (
        'undo = "10s"',
        'undo = "10 secs"',
        "“undo” of [playbook] is “10 secs”, expected a duration such as “30d”, “24h” or “10s”",
    ),
    "an unknown rating rule": (
        'rating = "lowest" ',
        'rating = "median" ',
        "“rating” of [playbook] is “median”, expected “mean”, “lowest” or a factor's id"
        "; there is “ease”, “knowledge”, “resolution”, “speed”, “team” and “valued”",
    ),
    "a bad pattern": (
        "  'allerg(?:y|ies|ic|en|ens)',",
        "  'allerg(?:y|ies|ic|en|ens',",
        "issue “allergen” matches “allerg(?:y|ies|ic|en|ens”, which is not a regular expression:"
        " missing ), unterminated subpattern",
    ),
    "a pattern that matches everything": (
        "  'allerg(?:y|ies|ic|en|ens)',",
        "  '(?:allergy)?',",
        "issue “allergen” matches “(?:allergy)?”, which also matches no words at all",
    ),
    "a bad amount": (
        'up_to = "20.00 USD"',
        'up_to = "$20"',
        "“up_to” of allowance 1 of issue “promo-code” is “$20”, expected an amount such as “15.00 USD”",
    ),
    "an accommodation nobody gives": (
        'allows = [{ kind = "credit", up_to = "20.00 USD", once_per = "90d" }]',
        'allows = [{ kind = "kredit", up_to = "20.00 USD", once_per = "90d" }]',
        "“kind” of allowance 1 of issue “promo-code” is “kredit”, expected “credit”, “refund” or “replacement”",
    ),
    "an unknown evaluator": (
        'suggest = "mail-after-chat"',
        'suggest = "mail-after-chats"',
        "check “mail-after-chat” is suggested by “mail-after-chats”, which this version cannot do"
        "; did you mean “mail-after-chat”?",
    ),
    "an invalid status": (
        'on = "survey", status = "open"',
        'on = "survey", status = "opened"',
        "“status” of effect 1 of outcome “needs-evaluation” is “opened”,"
        " expected “open”, “pending”, “hold” or “solved”",
    ),
    "a letter without a column": (
        'C = "Needs evaluation"',
        'Z = "Needs evaluation"',
        "effect 2 of outcome “needs-evaluation” fills column “Z”, which no “columns” of [tracker] defines"
        "; there is “A”, “B”, “C”, “D”, “E”, “F”, “G”, “H” and “I”",
    ),
    "a place that nothing fills": (
        '"Still open: {question}"',
        '"Still open: {question} {questoin}"',
        "format “evaluation” has a place “{questoin}”, which no [[field]] and no fact of the case fills"
        "; did you mean “question”?",
    ),
    "a stray brace": (
        '"Still open: {question}"',
        '"Still open: {question} {Question}"',
        "format “evaluation” has a brace that belongs to no place in “Still open: {question} {Question}”",
    ),
    "an unknown format": (
        'note = "followed-up"',
        'note = "follow-up"',
        "effect 2 of outcome “follow-up” writes format “follow-up”, which no [[format]] defines"
        "; did you mean “followed-up”?",
    ),
    "an effect of no kind": (
        '{ note = "followed-up", on',
        '{ notes = "followed-up", on',
        "effect 2 of outcome “follow-up” is of no kind, expected one of “note”, “reply”, “tracker”,"
        " “coaching”, “correction”, “question”, “mail” or “tell_findings”",
    ),
    "a fallback to the same ticket": (
        'on = "source", when_closed = "survey"',
        'on = "source", when_closed = "source"',
        "“when_closed” of effect 1 of outcome “follow-up” is “source”, the ticket that “on” already names",
    ),
    "a tag with a space": (
        '"csat_evaluation"',
        '"csat evaluation"',
        "tag “csat evaluation” of effect 1 of outcome “needs-evaluation” may have no spaces or commas",
    ),
    "an unknown field": (
        'fields = ["summary", "question", "coaching"]',
        'fields = ["summary", "question", "coching"]',
        "outcome “needs-evaluation” asks for field “coching”, which no [[field]] defines; did you mean “coaching”?",
    ),
    "words that go nowhere": (
        'fields = ["summary", "question", "coaching"]',
        'fields = ["summary", "question", "coaching", "rationale"]',
        "outcome “needs-evaluation” asks for “rationale”, but its effects do not write it anywhere",
    ),
    "the same letter twice": (
        'key = "x"',
        'key = "f"',
        "key “f” of outcome “non-actionable” is taken already by outcome “follow-up”",
    ),
    "a letter that is none": (
        'key = "x"',
        'key = "F1"',
        "“key” of outcome “non-actionable” is “F1”, expected one lower-case letter",
    ),
    "a band with no path": (
        'when = { rating = "high" }',
        'when = { rating = "high", comment = true }',
        "no [[path]] takes surveys of rating “high” without a comment",
    ),
    "a flag that is no flag": (
        'when = { rating = "low", comment = false }',
        'when = { rating = "low", comment = "no" }',
        "“comment” of “when” of path “low-without-comment” is a text, expected true or false",
    ),
    "a name with capitals": (
        'id = "coaching-needed"',
        'id = "Coaching needed"',
        "id “Coaching needed” of check “Coaching needed” may have only lower-case letters, digits and hyphens",
    ),
    "a column that is none": (
        'I = "Findings" }',
        'I = "Findings", h1 = "" }',
        "“h1” is not a column of a sheet, expected “A” to “ZZ”",
    ),
    "a column that nothing fills": (
        'I = "Findings" }',
        'I = "Findings", J = "Notes" }',
        "column “J” of [tracker] is filled by no outcome",
    ),
    "a question claimed twice": (
        'match = ["how quickly", "speed of our", "how fast", "QID1_2"]',
        'match = ["how quickly", "how easy", "how fast", "QID1_2"]',
        "factor “ease” matches “how easy”, which factor “speed” matches already",
    ),
    "a section nobody knows": (
        "[tracker]",
        "[traker]",
        "the file has an unknown key “traker”; did you mean “tracker”?",
    ),
    "one table for a list": (
        '[[check]]\nid = "concern-read"',
        '[[chekc]]\nid = "concern-read"',
        "the file has an unknown key “chekc”; did you mean “check”?",
    ),
}


def problems(text: str) -> list[str]:
    with pytest.raises(PlaybookError) as refused:
        parse_playbook(text, FILE)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_named_with_its_line(what):
    old, new, sentence = BROKEN[what]
    assert BUILTIN.count(old) >= 1
    found = problems(BUILTIN.replace(old, new, 1))
    assert any(one.split(": ", 1)[1].startswith(sentence) for one in found), found
    line = line_of(sentence, old, what)
    assert any(one.startswith(f"strike-team.toml:{line}: {sentence}") for one in found), (line, found)


def line_of(sentence: str, old: str, what: str) -> int:
    """Return the line where an editor should open: that of the change, unless the mistake shows elsewhere."""
    elsewhere = {
        "a band with no path": "[[path]]",
        "a question claimed twice": 'match = ["how easy"',
    }
    return BUILTIN[: BUILTIN.index(elsewhere.get(what, old))].count("\n") + 1


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines():
    text = (
        BUILTIN.replace('undo = "10s"', 'undo = "soon"')
        .replace('key = "x"', 'key = "X"')
        .replace('"15.00 USD"', '"15"')
    )
    found = problems(text)
    assert len(found) == 2 + BUILTIN.count('"15.00 USD"')
    lines = [int(one.split(":")[1]) for one in found]
    assert lines == sorted(lines)


def test_a_missing_key_is_told_at_its_table():
    found = problems(BUILTIN.replace('ask = "Concern read and understood?"\n', ""))
    line = BUILTIN[: BUILTIN.index('[[check]]\nid = "concern-read"')].count("\n") + 1
    assert found == [f"strike-team.toml:{line}: check “concern-read” lacks “ask”, a text"]


def test_an_id_is_given_once():
    extra = '\n[[field]]\nid = "coaching"\nlabel = "Again"\n'
    assert problems(BUILTIN + extra) == [
        f"strike-team.toml:{BUILTIN.count(chr(10)) + 3}: field “coaching” is defined twice"
    ]


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ('[[check]]\nid = "idle"\nask = "?"\n', "check “idle” is on no path"),
        ('[[field]]\nid = "idle"\nlabel = "I"\n', "field “idle” is asked for by no outcome"),
        ('[[format]]\nid = "idle"\nlabel = "I"\nlines = ["x"]\n', "format “idle” is written by no outcome"),
        (
            '[[path]]\nid = "idle"\nlabel = "I"\nwhen = { rating = "low" }\nchecks = []\n',
            "no survey takes path “idle”: the paths above it take them all",
        ),
    ],
)
def test_what_nothing_uses_is_a_mistake(extra, sentence):
    assert problems(BUILTIN + "\n" + extra) == [f"strike-team.toml:{BUILTIN.count(chr(10)) + 2}: {sentence}"]


def test_a_section_written_with_single_brackets_says_how_it_should_be():
    text = '[path]\nid = "low"\n'
    assert "strike-team.toml:1: “path” of the file is one table, expected a list of them: [[path]]" in problems(text)


def test_an_empty_file_says_what_it_lacks():
    assert "strike-team.toml:1: the file lacks “outcome”, a list" in problems("")


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path):
    with pytest.raises(PlaybookError, match=r"gone\.toml:1: the file cannot be read: No such file or directory"):
        load_playbook(tmp_path / "gone.toml")


def test_a_file_that_is_not_text_is_told_with_its_line(tmp_path: Path):
    (tmp_path / "latin.toml").write_bytes(b'# a\ntitle = "caf\xe9"\n')
    with pytest.raises(PlaybookError, match=r"latin\.toml:2: the file is not UTF-8 text; save it as UTF-8"):
        load_playbook(tmp_path / "latin.toml")


def test_a_file_saved_on_another_system_is_read_the_same(tmp_path: Path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + BUILTIN.replace("\n", "\r\n").encode())
    assert load_playbook(path).id == "strike-team"
