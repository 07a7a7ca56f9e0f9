"""The section on merging, and what can be wrong with it."""

from pathlib import Path

import pytest

from csat_tui.domain.ticket import Status
from csat_tui.playbook import PlaybookError, parse_playbook
from tests.builders import the_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/strike-team.toml").read_text("utf-8")
FILE = Path("strike-team.toml")


def edited(before: str, after: str) -> str:
    assert BUILTIN.count(before) == 1
    return BUILTIN.replace(before, after)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Order 445566 is late", "445566"),
        ("re: ORDER #OX-1234", "OX-1234"),
        ("my order no. 9988 came", "9988"),
        ("invoice #77123", "77123"),
        ("order in 2 days", None),
        ("reorder 445566", None),
    ],
)
def test_the_strike_teams_orders_are_recognised(text: str, number: str | None) -> None:
    rules = the_playbook().merging
    assert rules is not None
    found = [match[1] for pattern in rules.order for match in pattern.finditer(text)]
    assert found == ([] if number is None else [number])


def test_what_is_left_out_is_the_help_desks_own() -> None:
    playbook = parse_playbook(edited('new = ["new"]\nawaiting_reply = ["pending"]\n', ""), FILE)
    assert playbook.merging is not None
    assert (playbook.merging.new, playbook.merging.awaiting_reply) == ((Status.NEW,), (Status.PENDING,))


def test_a_playbook_without_the_section_merges_nothing() -> None:
    start, end = BUILTIN.index("[merging]"), BUILTIN.index("# ── The team's tracker")
    assert parse_playbook(BUILTIN[:start] + BUILTIN[end:], FILE).merging is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'resolved = ["solved"]',
            'resolved = ["solvd"]',
            "“resolved” of [merging] has “solvd”, which is not a status; ",
        ),
        ('resolved = ["solved"]', 'resolved = ["open"]', "“open” of [merging] is both “customer_reply” and “resolved”"),
        ("{owner}, {merged}", "{owenr}, {merged}", "has a place “{owenr}”, which nothing fills; did you mean “owner”?"),
        ("  '(?:box|invoice)", "  '(?:box|invoice", "which is not a regular expression"),
        (
            "[:#]\\s{0,3}([A-Z]{0,3}-?\\d{4,12})',",
            "[:#]\\s{0,3}[A-Z]{0,3}-?\\d{4,12}',",
            "put the number in round brackets",
        ),
        ('in_progress = ["hold"]', 'in_progres = ["hold"]', "unknown key “in_progres”; did you mean “in_progress”?"),
    ],
)
def test_a_mistake_is_named_with_its_place(before: str, after: str, said: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(edited(before, after), FILE)
    assert said in str(caught.value)
