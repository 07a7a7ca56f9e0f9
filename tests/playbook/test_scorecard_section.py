"""The scorecards of a playbook: what is read, what is wrong with its line, and the three that ship."""

import re
from pathlib import Path

import pytest

from csat_tui.domain.review.scorecard import (
    TRANSCRIPT,
    LineScore,
    Scale,
    Scorecard,
    ScorecardLine,
    ScorecardSection,
    score,
    version_of,
)
from csat_tui.playbook import PlaybookError, builtin_names, load_builtin, parse_playbook
from tests.playbook.test_broken import BUILTIN

FILE = Path("own.toml")
START = BUILTIN.index("[[scorecard]]")
END = BUILTIN.index("# ── The team's tracker")
BEFORE = BUILTIN[:START]
PAGE = (Path(__file__).parents[2] / "docs/playbooks.md").read_text("utf-8")

CARD = """
[[scorecard]]
id = "note"
label = "Our notes"
pass_from = 85

[[scorecard.sections]]
id = "concern"
label = "Concern"

[[scorecard.sections.lines]]
id = "named"
label = "Concern named"
weight = 8
audit = "note-summary"
about = "summary"
causes = ["Too vague", "Wrong concern"]

[[scorecard.sections.lines]]
id = "outcome"
label = "Right outcome"
weight = 15
critical = true

[[scorecard.sections]]
id = "reply"
label = "Reply"

[[scorecard.sections.lines]]
id = "answers"
label = "Reply answers"
weight = 10
scale = "0-4"
na = true
about = "transcript"
help = "4: every concern."

[[scorecard.sections.lines]]
id = "beyond"
label = "Beyond"
weight = 5
bonus = true
"""


def with_cards(text: str) -> str:
    return BEFORE + text.lstrip("\n") + BUILTIN[END:]


def cards(text: str) -> tuple[Scorecard, ...]:
    return parse_playbook(with_cards(text), FILE).scorecards


def test_everything_is_read() -> None:
    concern = ScorecardSection(
        "concern",
        "Concern",
        (
            ScorecardLine(
                "named",
                "Concern named",
                8,
                causes=("Too vague", "Wrong concern"),
                audit="note-summary",
                about="summary",
            ),
            ScorecardLine("outcome", "Right outcome", 15, critical=True),
        ),
    )
    reply = ScorecardSection(
        "reply",
        "Reply",
        (
            ScorecardLine(
                "answers", "Reply answers", 10, Scale.ZERO_TO_FOUR, na=True, about=TRANSCRIPT, help="4: every concern."
            ),
            ScorecardLine("beyond", "Beyond", 5, bonus=True),
        ),
    )
    assert cards(CARD) == (Scorecard("note", "Our notes", 85, (concern, reply)),)


def test_a_playbook_without_the_section_has_none() -> None:
    assert cards("") == ()


def test_there_can_be_several() -> None:
    other = CARD.replace('id = "note"\nlabel', 'id = "call"\nlabel')
    assert [card.id for card in cards(CARD + other)] == ["note", "call"]


def test_the_order_of_keys_changes_no_version() -> None:
    lines = '[[scorecard.sections.lines]]\nweight = 15\ncritical = true\nlabel = "Right outcome"\nid = "outcome"\n'
    written = '[[scorecard.sections.lines]]\nid = "outcome"\nlabel = "Right outcome"\nweight = 15\ncritical = true\n'
    assert CARD.count(written) == 1
    (one,), (other,) = cards(CARD), cards(CARD.replace(written, lines))
    assert version_of(one) == version_of(other)
    (respelt,) = cards(CARD.replace("Right outcome", "Right Outcome"))
    assert version_of(respelt) != version_of(one)


WRONG = {
    "an unknown audit rule": (
        'audit = "note-summary"',
        'audit = "note-sumary"',
        "line “named” follows “note-sumary”, which no [[audit]] defines; did you mean “note-summary”?",
    ),
    "a field that is not there": (
        'about = "summary"',
        'about = "sumary"',
        "line “named” is about “sumary”, which no [[field]] defines; did you mean “summary”?",
    ),
    "the transcript misspelt": (
        'about = "transcript"',
        'about = "transcripts"',
        "line “answers” is about “transcripts”, which no [[field]] defines; did you mean “transcript”?",
    ),
    "no weight at all": ("weight = 15", "weight = 0", "“weight” of line “outcome” is 0, expected 1 to 100"),
    "a weight too many": ("weight = 15", "weight = 101", "“weight” of line “outcome” is 101, expected 1 to 100"),
    "a negative weight": ("weight = 15", "weight = -5", "“weight” of line “outcome” is -5, expected 1 to 100"),
    "half a weight": ("weight = 15", "weight = 2.5", "“weight” of line “outcome” is 2.5, expected a whole number"),
    "a weight that is a text": (
        "weight = 15",
        'weight = "15"',
        "“weight” of line “outcome” is a text, expected a number",
    ),
    "a percentage beyond all": (
        "pass_from = 85",
        "pass_from = 110",
        "“pass_from” of scorecard “note” is 110, expected 1 to 100",
    ),
    "a percentage of nothing": (
        "pass_from = 85",
        "pass_from = 0",
        "“pass_from” of scorecard “note” is 0, expected 1 to 100",
    ),
    "a line's id twice": ('id = "answers"', 'id = "named"', "line “named” is defined twice"),
    "a line's label twice": (
        'label = "Reply answers"',
        'label = "Concern named"',
        "label “Concern named” of line “answers” is taken already by line “named”",
    ),
    "a section's id twice": ('id = "reply"', 'id = "concern"', "section “concern” is defined twice"),
    "a label of two lines": (
        'label = "Reply answers"',
        'label = "Reply\\nanswers"',
        "“label” of line “answers” has a line break, expected one line",
    ),
    "an unknown scale": (
        'scale = "0-4"',
        'scale = "1-5"',
        "“scale” of line “answers” is “1-5”, expected “yes/no” or “0-4”",
    ),
    "no causes": (
        'causes = ["Too vague", "Wrong concern"]',
        "causes = []",
        "“causes” of line “named” is empty, expected at least one text",
    ),
    "an empty cause": ('causes = ["Too vague", ', 'causes = [" ", ', "cause 1 of line “named” is empty"),
    "a cause twice": (
        'causes = ["Too vague", ',
        'causes = ["wrong  concern", ',
        "line “named” has the cause “Wrong concern” twice",
    ),
    "a cause of two lines": (
        'causes = ["Too vague", ',
        'causes = ["Too\\nvague", ',
        "cause 1 of line “named” has a line break, expected one line",
    ),
    "a cause that is a number": (
        'causes = ["Too vague", ',
        "causes = [1, ",
        "“causes” of line “named” holds a number, expected texts",
    ),
    "critical and a bonus": (
        "bonus = true",
        "bonus = true\ncritical = true",
        "line “beyond” is critical and a bonus, expected one of the two at most",
    ),
    "a flag that is a text": ("na = true", 'na = "yes"', "“na” of line “answers” is a text, expected true or false"),
    "an unknown key": (
        "critical = true",
        "critcal = true",
        "line “outcome” has an unknown key “critcal”; did you mean “critical”?",
    ),
    "an id with capitals": (
        'id = "outcome"',
        'id = "Outcome"',
        "id “Outcome” of line “Outcome” may have only lower-case letters, digits and hyphens",
    ),
}


@pytest.mark.parametrize(("before", "after", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_named_with_its_line(before: str, after: str, said: str) -> None:
    assert CARD.count(before) == 1
    text = with_cards(CARD.replace(before, after))
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(text, FILE)
    (problem,) = caught.value.problems
    assert problem.sentence == said
    assert after.splitlines()[0].split("=")[0] in text.splitlines()[problem.line - 1]


HEAD = '[[scorecard]]\nid = "note"\nlabel = "Our notes"\npass_from = 85\n'
SECTION = HEAD + '[[scorecard.sections]]\nid = "reply"\nlabel = "Reply"\n'

MISSING = {
    "no sections": (HEAD, 0, "scorecard “note” lacks “sections”, a list"),
    "an empty list of sections": (
        HEAD + "sections = []\n",
        4,
        "scorecard “note” has no sections, expected at least one",
    ),
    "no lines": (SECTION, 4, "section “reply” lacks “lines”, a list"),
    "an empty list of lines": (
        SECTION + "lines = []\n",
        7,
        "section “reply” has no lines, expected at least one",
    ),
    "only bonus lines": (
        SECTION + 'lines = [{ id = "a", label = "A", weight = 1, bonus = true }]\n',
        0,
        "scorecard “note” has only bonus lines, expected one that counts",
    ),
    "no weight": (SECTION + 'lines = [{ id = "a", label = "A" }]\n', 7, "line “a” lacks “weight”, a number"),
    "no percentage": (
        CARD.replace("pass_from = 85\n", "").lstrip("\n"),
        0,
        "scorecard “note” lacks “pass_from”, a number",
    ),
    "a scorecard twice": (
        CARD.lstrip("\n") + CARD.replace("Our notes", "Ours"),
        CARD.count("\n") + 1,
        "scorecard “note” is defined twice",
    ),
}


@pytest.mark.parametrize(("text", "line", "said"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_named_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(with_cards(text), FILE)
    (problem,) = caught.value.problems
    assert (problem.sentence, problem.line) == (said, BEFORE.count("\n") + 1 + line)


def test_every_mistake_is_told_at_once() -> None:
    text = CARD.replace("weight = 8", "weight = 0").replace("weight = 10", "weight = 200").replace("0-4", "0-5")
    with pytest.raises(PlaybookError) as caught:
        cards(text)
    assert len(caught.value.problems) == 3


def test_a_rule_that_is_itself_wrong_is_no_mistake_of_the_line_that_follows_it() -> None:
    text = with_cards(CARD).replace('rule = "summary"', 'rule = "sumary"')
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(text, FILE)
    assert [one.sentence for one in caught.value.problems if one.sentence.startswith("line ")] == []


def test_the_example_of_the_page_is_a_scorecard() -> None:
    (example,) = re.findall(r"```toml\n(\[\[scorecard\]\].*?)```", PAGE, re.DOTALL)
    (card,) = cards(example)
    assert card.lines[0].causes


# ── The three that ship ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", builtin_names())
def test_each_playbook_ships_one_that_every_audit_rule_feeds(name: str) -> None:
    playbook = load_builtin(name)
    (card,) = playbook.scorecards
    assert {rule.id for rule in playbook.audit} == {line.audit for line in card.lines if line.audit}


@pytest.mark.parametrize("name", builtin_names())
def test_it_can_be_scored_and_its_lines_fit_the_screen(name: str) -> None:
    (card,) = load_builtin(name).scorecards
    full = {line.id: LineScore(line.scale.full) for line in card.lines}
    assert score(card, full).passes is True
    assert score(card, full).bonus > 0
    assert all(len(line.label) <= 44 for line in card.lines)
    assert {line.scale for line in card.lines} == set(Scale)


@pytest.mark.parametrize("name", builtin_names())
def test_a_reviewer_can_say_why_a_line_has_failed(name: str) -> None:
    (card,) = load_builtin(name).scorecards
    assert [line.id for line in card.lines if not line.bonus and len(line.causes) < 2] == []
    assert [line.id for line in card.lines if line.scale is Scale.ZERO_TO_FOUR and "4:" not in line.help] == []


@pytest.mark.parametrize("name", builtin_names())
def test_one_failed_line_of_the_note_s_form_does_not_fail_the_whole_but_a_wrong_decision_does(name: str) -> None:
    (card,) = load_builtin(name).scorecards
    full = {line.id: LineScore(line.scale.full) for line in card.lines if not line.bonus}
    for line in card.lines:
        if not line.bonus:
            found = score(card, full | {line.id: LineScore(line.scale.lowest)})
            assert found.passes is not line.critical, line.id


def test_the_strike_team_scores_each_part_of_the_work() -> None:
    (card,) = load_builtin("strike-team").scorecards
    assert [section.id for section in card.sections] == [
        "concern", "validation", "decision", "note", "reply", "coaching",
    ]  # fmt: skip
