"""The steps of escalation, and what can be wrong with them."""

from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.escalation import LEAD, EscalatedBy, EscalationStep
from csat_tui.playbook import PlaybookError, load_builtin, parse_playbook

BUILTIN = (Path(__file__).parents[2] / "csat_tui/playbook/builtin/service-desk.toml").read_text("utf-8")
FILE = Path("service-desk.toml")
MANAGERS = 'id = "managers"\nafter = "24h"\nby = "channel"\nto = ["managers"]\n'


def edited(before: str, after: str) -> str:
    assert BUILTIN.count(before) == 1
    return BUILTIN.replace(before, after)


def test_the_service_desk_tells_the_lead_and_then_the_managers() -> None:
    assert load_builtin("service-desk").escalations == (
        EscalationStep("lead", timedelta(hours=4), EscalatedBy.MAIL, (LEAD,)),
        EscalationStep("managers", timedelta(hours=24), EscalatedBy.CHANNEL, ("managers",)),
    )


def test_steps_are_taken_in_their_order_and_addressees_are_known_by_their_ids() -> None:
    sooner = 'id = "hr"\nafter = "1h"\nby = "text"\nto = ["hr", "phone"]\n'
    steps = parse_playbook(edited(MANAGERS, sooner), FILE).escalations
    assert steps[0] == EscalationStep("hr", timedelta(hours=1), EscalatedBy.TEXT, ("hr", "phone"))
    assert steps[1].id == "lead"


@pytest.mark.parametrize(
    ("line", "after", "said"),
    [
        (2, 'after = "0h"', "“after” of escalation “managers” is “0h”, expected some time, as in “4h”"),
        (2, 'after = "soon"', "“after” of escalation “managers” is “soon”, expected a duration such as"),
        (3, 'by = "pager"', "“by” of escalation “managers” is “pager”, expected “mail”, “text” or “channel”"),
        (4, "to = []", "“to” of escalation “managers” is empty, expected at least one text"),
        (4, 'to = ["#managers"]', "“to” of escalation “managers” has “#managers”, expected the name of a channel"),
        (4, 'to = ["lead"]', "“to” of escalation “managers” has “lead”, expected the name of a channel"),
        (4, 'too = ["managers"]', "escalation “managers” has an unknown key “too”; did you mean “to”?"),
        (1, 'id = "lead"', "escalation “lead” is defined twice"),
    ],
)
def test_a_mistake_is_told_with_its_line(line: int, after: str, said: str) -> None:
    lines = MANAGERS.splitlines()
    lines[line - 1] = after
    text = edited(MANAGERS, "\n".join(lines) + "\n")
    with pytest.raises(PlaybookError) as broken:
        parse_playbook(text, FILE)
    told = {problem.sentence: problem.line for problem in broken.value.problems}
    sentence = next((one for one in told if one.startswith(said)), None)
    assert sentence is not None, told
    if "unknown key" not in said and line > 1:
        assert text.split("\n")[told[sentence] - 1] == after


def test_a_mail_goes_to_addresses_or_to_a_lead_that_there_is() -> None:
    with pytest.raises(PlaybookError, match=r"has “nobody”, expected a mail address, an \[\[addressee\]\] or “lead”"):
        parse_playbook(edited('to = ["lead"]', 'to = ["nobody"]'), FILE)
    without = BUILTIN[: BUILTIN.index("[[support_group]]")] + BUILTIN[BUILTIN.index("# ── Who reviews, and") :]
    with pytest.raises(PlaybookError, match=r"escalation “lead” goes to the lead, and the playbook has no"):
        parse_playbook(without, FILE)
