"""The section on addressees, the findings that are told to them, and what can be wrong with both."""

from pathlib import Path

import pytest

from csat_tui.playbook import PlaybookError, parse_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/service-desk.toml").read_text("utf-8")
FILE = Path("service-desk.toml")
BY_CHANNEL = 'by = "channel"\naddress = "hr"'
TELLS = '  { tell_findings = "Survey review: {findings}", with = ["findings-told"] },\n'


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('address = "hr"', 'address = "#hr"', "expected the name of a channel in config.toml, without “#”"),
        (BY_CHANNEL, BY_CHANNEL.replace("channel", "mail"), "“address” of addressee “hr” is “hr”, expected a mail"),
        (BY_CHANNEL, BY_CHANNEL.replace("channel", "fax"), "“by” of addressee “hr” is “fax”, expected “mail” or"),
        ('to = ["hr"]', 'to = ["hrr"]', "is told to addressee “hrr”, which no [[addressee]] defines; did you mean"),
        ('to = ["hr"]', 'to = ["hr", "hr"]', "finding “policy-violation” is told to “hr” twice"),
        ('to_field = "owner"', 'to_field = "policy"', "is told to whom field “policy” names, which it does not"),
        (TELLS, "", "outcome “addressed” offers finding “policy-violation”, which has an addressee, and tells nobody"),
        (TELLS, TELLS * 2, "outcome “addressed” tells its findings 2 times"),
        ('with = ["findings-told"]', 'with = ["findings"]', "sends along field “findings”, which no [[field]] defines"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(before: str, after: str, sentence: str) -> None:
    assert before in BUILTIN
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(BUILTIN.replace(before, after, 1), FILE)
    assert sentence in str(caught.value)


def test_an_addressee_that_no_finding_names_is_named() -> None:
    text = "\n".join(line for line in BUILTIN.splitlines() if not line.startswith("to_field"))
    with pytest.raises(PlaybookError, match="addressee “desk” is told of no finding"):
        parse_playbook(text, FILE)
