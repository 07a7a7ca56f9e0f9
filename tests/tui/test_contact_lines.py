"""The case on the screen says how its contact clock stands, and who heard that nobody has contacted the customer."""

from datetime import timedelta

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectState
from csat_tui.domain.escalation import EscalatedStep
from csat_tui.tui.transcript.lines import survey_lines
from tests.builders import NOON, a_case, the_playbook

HOUR = timedelta(hours=1)
DUE = NOON + 24 * HOUR


def said(after: timedelta, **over: object) -> str:
    lines = survey_lines(a_case(**over), the_playbook(), DUE + after, 100)
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize(
    ("after", "over", "words"),
    [
        (-9 * HOUR, {}, "· contact due in 9 h, by "),
        (-2 * HOUR, {}, "· contact due soon, in 2 h, by "),
        (3 * HOUR, {}, "· contact overdue by 3 h, by "),
        (9 * HOUR, {"contacted_at": DUE - HOUR}, "· contact met, "),
        (9 * HOUR, {"contacted_at": DUE + 3 * HOUR}, "· contacted 3 h late, "),
    ],
)
def test_the_clock_has_a_line(after: timedelta, over: dict[str, object], words: str) -> None:
    assert words in said(after, **over)


def test_a_case_that_is_finished_without_a_contact_has_none() -> None:
    assert "contact " not in said(3 * HOUR, stage=Stage.GONE, messages=())


def test_it_says_who_heard_and_what_is_not_settled() -> None:
    heard = (
        EscalatedStep("lead", "mail", "lead@example.com", DUE, EffectState.CONFIRMED),
        EscalatedStep("managers", "channel", "managers", DUE, EffectState.ASKING),
    )
    text = said(HOUR, escalated=heard)
    assert "↑ escalated to lead@example.com by mail, 11 Mar" in text
    assert "↑ escalated to managers by channel (in doubt), 11 Mar" in text
