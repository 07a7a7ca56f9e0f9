"""The audit rules of a playbook: what is read, and what is wrong with its line."""

from pathlib import Path

import pytest

from csat_tui.playbook import PlaybookError, builtin_names, load_builtin, parse_playbook
from tests.playbook.test_broken import BUILTIN

FILE = Path("own.toml")
CHAT = BUILTIN[BUILTIN.index('[[audit]]\nid = "note-chat"') :].partition("\n\n")[0]


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("risk = 5", "risk = 1.5", "“risk” of audit rule “note-chat” is 1.5, expected a whole number"),
        ("risk = 5", "risk = 101", "“risk” of audit rule “note-chat” is 101, expected 1 to 100"),
        (
            'rule = "finding"',
            'rule = "findings"',
            "“rule” of audit rule “note-chat” is “findings”, expected “format”, “required-fields”",
        ),
        ('["chat-left-no-mail"]', '["chat-left"]', "is about “chat-left”, which no [[finding]] defines"),
        ('check = "mail-after-chat"', 'check = "concern-read"', "which no record can answer: it lacks “suggest”"),
        (
            'answer = "no"',
            'answer = "never"',
            "“answer” of audit rule “note-chat” is “never”, expected “yes”, “no” or “na”",
        ),
        ("risk = 5", 'risk = 5\noutcomes = ["nrn"]', "applies to “nrn”, which no [[outcome]] defines"),
    ],
)
def test_each_mistake_is_told_with_its_line(right: str, wrong: str, sentence: str) -> None:
    assert right in CHAT
    changed = CHAT.replace(right, wrong)
    text = BUILTIN.replace(CHAT, changed)
    with pytest.raises(PlaybookError) as error:
        parse_playbook(text, FILE)
    told = next(problem for problem in error.value.problems if sentence in problem.sentence)
    first = text.count("\n", 0, text.index(changed)) + 1
    assert first <= told.line <= first + changed.count("\n")


def test_every_playbook_that_ships_has_rules() -> None:
    assert all(load_builtin(name).audit for name in builtin_names())
