"""What an outcome is called and which of the picked findings go with it, and how long a limit lasts."""

import pytest

from csat_tui.domain.composing import offered_findings
from csat_tui.domain.errors import Limited
from tests.builders import the_playbook


def test_an_outcome_is_called_by_its_label_and_one_that_is_gone_by_its_id() -> None:
    playbook = the_playbook()
    assert {one.id: playbook.label_of(one.id) for one in playbook.outcomes} == {
        one.id: one.label for one in playbook.outcomes
    }
    assert playbook.label_of("gone") == "gone"


@pytest.mark.parametrize(
    ("outcome", "picked", "offered"),
    [
        ("follow-up", (), ()),
        ("follow-up", ("better-solution", "credit-issued"), ("better-solution", "credit-issued")),
        ("follow-up", ("credit-issued", "gone", "better-solution"), ("credit-issued", "better-solution")),
        ("no-response", ("better-solution",), ()),
    ],
)
def test_only_the_findings_that_an_outcome_offers_go_with_it(
    outcome: str, picked: tuple[str, ...], offered: tuple[str, ...]
) -> None:
    assert offered_findings(the_playbook().outcome(outcome), picked, the_playbook()) == offered


def test_a_limit_says_how_long_it_lasts_and_whether_it_is_one_ticket_s() -> None:
    everybody, one = Limited("wait 2 s", 2.0), Limited("wait", 3.5, ticket_only=True)
    assert (str(everybody), everybody.retry_after, everybody.ticket_only) == ("wait 2 s", 2.0, False)
    assert (str(one), one.retry_after, one.ticket_only) == ("wait", 3.5, True)
