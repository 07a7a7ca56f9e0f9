"""The way of a case through the procedure."""

from dataclasses import replace

from csat_tui.domain.evidence import checks_in_order, step_checks
from csat_tui.domain.playbook import Step
from tests.builders import a_case, answered, the_playbook


def test_checks_stand_with_the_step_that_they_belong_to_in_the_order_of_the_procedure() -> None:
    playbook = the_playbook()
    found = step_checks(a_case().path, playbook)
    order = [step.id for step in playbook.steps]
    own = [leg.step.id for leg in found if leg.step]
    assert own == sorted(own, key=order.index)
    assert sorted(checks_in_order(found)) == sorted(a_case().path.checks)


def test_a_step_is_done_when_its_last_check_is_answered() -> None:
    concern = step_checks(a_case().path, the_playbook())[0]
    assert not concern.done(a_case())
    assert concern.done(a_case(answers=answered(concern_read="no")))


def test_a_check_of_no_step_comes_first_and_steps_without_checks_on_the_path_are_left_out() -> None:
    playbook = replace(the_playbook(), steps=(Step("empty", "Nothing to check"), Step("concern", "Read")))
    found = step_checks(a_case().path, playbook)
    assert [leg.step.id if leg.step else "" for leg in found] == ["", "concern"]
    assert found[1].checks == ("concern-read",)
