"""The recap's section: what is wrong is named, and what is left out has a meaning."""

from pathlib import Path

import pytest

from csat_tui.domain.recap import Recap
from csat_tui.playbook import PlaybookError, parse_playbook
from tests.playbook.test_broken import BUILTIN

HEAD = BUILTIN[: BUILTIN.index("[recap]")]


def section(text: str) -> Recap:
    recap = parse_playbook(HEAD + text, Path("own.toml")).recap
    assert recap is not None
    return recap


def test_addresses_and_shifts_may_be_left_out() -> None:
    recap = section('[recap]\nsubject = "Recap {date}"\nsections = [{ id = "numbers", label = "Numbers" }]\n')
    assert (recap.to, recap.shifts, recap.sections[0].hint) == ((), ("AM", "PM"), "")


def test_a_playbook_without_the_section_has_none() -> None:
    assert parse_playbook(HEAD, Path("own.toml")).recap is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('to = ["leaders"]', "“leaders” of [recap] is not a mail address"),
        ('to = ["a@example.com, b@example.com"]', "is not a mail address"),
        ('subject = "Recap {dat}"', "the subject of [recap] has a place “{dat}”, which nothing fills; did you mean"),
        ('subject = "Recap\\nBcc: all@example.com"', "the subject of [recap] has a line break"),
        ('shift = ["AM"]', "has an unknown key “shift”; did you mean “shifts”?"),
        ('sections = [{ id = "a", label = "A" }, { id = "a", label = "B" }]', "“a”"),
        ("sections = []", "“sections”"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    parts = {"subject": 'subject = "Recap"', "sections": 'sections = [{ id = "numbers", label = "Numbers" }]'}
    parts.pop(text.split(" ", 1)[0], None)
    with pytest.raises(PlaybookError) as raised:
        section("\n".join(["[recap]", *parts.values(), text]))
    assert said in str(raised.value)
