"""Reading a case: only the wanted case is shown, and a change elsewhere is reported once."""

from datetime import timedelta
from typing import Any

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.triage.state import ActionsUnderWay, OpenCase
from csat_tui.tui.triage.store_reading import CaseReader
from csat_tui.workflow.desk import Desk
from tests.tui.desk_fixture import StillSync
from tests.tui.triage.stand_ins import Calls, Person, a_note, a_queue, opened


class Bench:
    def __init__(self, desk: Desk, held: OpenCase, *, in_queue: bool = True, **note: Any) -> None:
        self.calls, self.person, self.sync = Calls(), Person(), StillSync()
        self.under_way = ActionsUnderWay(self.calls.after_leaving)
        self.queue = a_queue(self.calls, *desk.rows_after(a_queue(self.calls).view, None, 9))
        self.reader = CaseReader(
            held, desk, self.sync, self.queue, a_note(self.calls, **note), self.under_way, self.person,  # type: ignore[arg-type]
            after=self.calls.after, in_queue=lambda: in_queue, update_blockers=self.calls.update_blockers,
            read_history=self.calls.read_history, go_to_note=self.calls.go_to_note,
        )  # fmt: skip


async def test_the_wanted_case_is_shown_and_its_neighbours_are_fetched(desk: Desk) -> None:
    held = OpenCase()
    bench = Bench(desk, held)
    held.wanted = held.to_the_note = bench.queue.list.window.rows[0].id
    await bench.reader.read()
    assert held.arrived
    assert held.suggestions
    assert bench.calls.names() == ["after", "update_blockers", "read_history", "go_to_note"]
    assert bench.sync.wanted == [row.id for row in bench.queue.list.window.rows]
    assert held.to_the_note is None


async def test_a_case_that_is_no_longer_wanted_is_not_shown(desk: Desk) -> None:
    held = OpenCase()
    bench = Bench(desk, held)
    read = desk.case

    def other(survey_id: SurveyId) -> Any:
        held.wanted = SurveyId(2)
        return read(survey_id)

    desk.case = other  # type: ignore[method-assign]
    held.wanted = SurveyId(1)
    await bench.reader.read()
    assert held.case is None


async def test_a_case_that_is_leaving_is_not_shown_anew(desk: Desk) -> None:
    held, case = opened(desk)
    held.clear()
    bench = Bench(desk, held)
    with bench.under_way.taking_out(case.id):
        await bench.reader.read()
    assert held.case is None
    assert ("after_leaving", ((case.id,),)) in bench.calls.made


async def test_a_case_that_is_not_there_is_wanted_no_longer(desk: Desk) -> None:
    held, _ = opened(desk)
    held.wanted = SurveyId(99)
    await Bench(desk, held).reader.read()
    assert held.case is None
    assert held.wanted is None


async def test_what_happened_to_the_case_elsewhere_is_said_once(desk: Desk) -> None:
    held, case = opened(desk)
    bench = Bench(desk, held, happened="Bo has put it away.")
    desk.snooze(case.id, timedelta(hours=1))
    await bench.reader.read()
    await bench.reader.read()
    assert held.case.stage is Stage.SNOOZED
    assert bench.person.heard == ["Bo has put it away. What you typed here is kept."]


def test_another_case_than_the_wanted_is_put_away(desk: Desk) -> None:
    held, _ = opened(desk)
    held.wanted = SurveyId(2)
    Bench(desk, held).reader.put_away_another(SurveyId(2))
    assert held.case is None


def test_a_case_is_begun_by_going_to_it_or_by_words(desk: Desk) -> None:
    held, _ = opened(desk)
    assert not Bench(desk, held).reader.begun()
    assert Bench(desk, held, in_queue=False).reader.begun()
    assert Bench(desk, held, draft=Draft("not-aligned")).reader.begun()
    held.wanted = SurveyId(2)
    assert not Bench(desk, held, in_queue=False).reader.begun()
