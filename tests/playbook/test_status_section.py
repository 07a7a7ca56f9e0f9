"""Guards of statuses, as a playbook says them."""

from pathlib import Path

import pytest

import csat_tui.playbook
from csat_tui.playbook import PlaybookError, load_builtin, parse_playbook

RETAIL = (Path(csat_tui.playbook.__file__).parent / "builtin/retail.toml").read_text("utf-8")
SYSTEM = 'label = "New"\nset_by = "system"'


def test_a_status_can_be_the_systems_own():
    own = {guard.label for guard in load_builtin("retail").guards if guard.by_system}
    assert own == {"Open", "New"}


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            'label = "Awaiting reply"\nonly_with = "reply"',
            'label = "x"',
            "it lacks “only_with”, “not_from” or “set_by”",
        ),
        (SYSTEM, f'{SYSTEM}\nonly_with = "reply"', "“only_with” of status “new” never counts"),
        (SYSTEM, 'label = "New"\nset_by = "me"', "“set_by” of status “new” is “me”, expected “system”"),
        (
            '["resolved_outside"]\n',
            '["resolved-outside"]\n',
            "is free with tag “resolved-outside”, which no outcome adds",
        ),
        ('status = "hold"', 'status = "open"', "sets “Open”, which only the system sets on the source ticket"),
    ],
)
def test_a_guard_that_makes_no_sense_is_told(before, after, sentence):
    assert before in RETAIL
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(RETAIL.replace(before, after, 1), Path("ours.toml"))
    assert any(sentence in problem.sentence for problem in caught.value.problems), caught.value
