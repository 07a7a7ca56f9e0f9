"""Correcting the survey of the open case."""

from dataclasses import replace
from typing import Any

import pytest

from csat_tui.domain.case import Case
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.triage import survey_mending
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.triage.survey_mending import COMMENT, SurveyMending
from tests.tui.desk_fixture import StillSync
from tests.tui.triage.stand_ins import Calls, Person, opened


def mending(office: Any, writer: Writer, held: OpenCase, person: Person, calls: Calls, sync: Any = None) -> Any:
    return SurveyMending(held, office.desk, office.paperwork.mending, writer, sync, person, read=calls.read)


def test_a_survey_that_was_read_is_corrected_and_not_fixed(office: Any, writer: Writer) -> None:
    held, case = opened(office.desk)
    one = mending(office, writer, held, Person(), Calls())
    assert one.nothing_to_correct() == ""
    assert "this survey was read" in one.nothing_to_fix()
    held.case = replace(case, survey=replace(case.survey, problem="no ratings"))
    assert one.nothing_to_fix() == ""
    held.clear()
    assert one.nothing_to_fix() == one.nothing_to_correct() == "no case is chosen"


class Form:
    """Stands where the form stands, whose fields need an app."""

    def __init__(self, case: Case, *_: Any, take: Any) -> None:
        self.case, self.take = case, take
        self.shown_again: list[Case] = []

    def show_again(self, case: Case) -> None:
        self.shown_again.append(case)


@pytest.fixture(autouse=True)
def _form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_mending, "MendForm", Form)


async def test_what_was_typed_is_kept_and_the_named_ticket_fetched(office: Any, writer: Writer) -> None:
    held, case = opened(office.desk)
    person, calls, sync = Person({}), Calls(), StillSync()
    await mending(office, writer, held, person, calls, sync).mend()
    assert person.heard == ["The survey is fixed; the earlier version is kept with the case."]
    assert sync.wanted == [case.id]
    assert calls.made == [("read", (case.id,))]


async def test_a_form_that_was_left_changes_nothing(office: Any, writer: Writer) -> None:
    held, _ = opened(office.desk)
    person, calls = Person(), Calls()
    await mending(office, writer, held, person, calls).mend()
    assert not person.heard
    assert not calls.made


async def test_what_is_typed_over_an_older_survey_is_refused_and_shown_anew(office: Any, writer: Writer) -> None:
    held, case = opened(office.desk)
    person = Person()
    await mending(office, writer, held, person, Calls()).mend()
    (form,) = person.windows
    desk = office.paperwork.mending
    desk.mend(case.id, desk.typed(case.survey, {COMMENT: "Bo was here."}), case.survey)
    assert await form.take({COMMENT: "Late."}) != ""
    assert [one.survey.comment for one in form.shown_again] == ["Bo was here."]
    assert await form.take({COMMENT: "Late."}) == ""
    assert office.desk.case(case.id).survey.comment == "Late."
