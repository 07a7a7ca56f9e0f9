"""The open case calls the observers of a part once for each change."""

from csat_tui.domain.case import Answer, Suggestion
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.triage.state import OpenCase
from tests.builders import a_case


def test_who_observes_a_part_hears_of_it_only_when_it_becomes_another_one() -> None:
    held, heard = OpenCase(), []
    held.observe(OpenCase.case, heard.append)
    case = a_case()
    held.case = case
    held.case = case
    held.blockers = ()
    assert heard == [case]


def test_what_the_records_say_is_there_before_the_case_is() -> None:
    held, seen = OpenCase(), []
    held.observe(OpenCase.case, lambda _: seen.append(dict(held.suggestions)))
    said = {"promise-kept": Suggestion(Answer.YES, ("a fact",))}
    held.show(a_case(), said)
    held.clear()
    assert seen == [said, {}]


def test_two_open_cases_know_nothing_of_each_other() -> None:
    one, other = OpenCase(), OpenCase()
    one.case = a_case()
    assert other.case is None


def test_the_wanted_case_has_arrived_once_it_is_on_the_screen() -> None:
    held, case = OpenCase(), a_case()
    assert held.arrived, "none is wanted, and none is shown"
    held.wanted = case.id
    assert not held.arrived
    held.case = case
    assert held.arrived
    assert held.holds(case.id)
    assert not held.holds(SurveyId(case.id + 1))
