"""Actions on the queue: views, snoozing, claiming, syncing."""

from datetime import timedelta
from typing import Any

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueView
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.triage.actions import QueueActions
from csat_tui.tui.triage.state import ActionsUnderWay
from csat_tui.workflow.desk import Desk
from tests.tui.desk_fixture import StillSync
from tests.tui.triage.stand_ins import Calls, Person, a_queue, opened

BOTH = (SurveyId(1), SurveyId(2))


def queue_actions(
    desk: Desk, writer: Writer, calls: Calls, person: Person, sync: Any = None, view: QueueView | None = None
) -> QueueActions:
    held, _ = opened(desk)
    queue = a_queue(calls, *desk.rows_after(QueueView(), None, 9), view=view)
    under_way = ActionsUnderWay(calls.after_leaving)
    return QueueActions(held, desk, writer, sync, queue, under_way, person, counts=desk.counts)


async def test_the_filter_offers_every_view_with_its_number(desk: Desk, writer: Writer) -> None:
    calls, snoozed = Calls(), QueueView(stage=Stage.SNOOZED)
    person = Person(snoozed)
    await queue_actions(desk, writer, calls, person).choose_filter()
    offered = {one.label: one.note for one in person.windows[0]._choices}
    assert offered["every open case"] == "2"
    assert {"mine", "with tickets to merge", "snoozed", "decided"} < set(offered)
    assert calls.made == [("show", (snoozed,))]


async def test_cases_are_snoozed_together_for_the_span_that_is_chosen(desk: Desk, writer: Writer) -> None:
    calls = Calls()
    await queue_actions(desk, writer, calls, Person(timedelta(hours=4))).choose_snooze(BOTH)
    assert [desk.case(one).stage for one in BOTH] == [Stage.SNOOZED, Stage.SNOOZED]
    assert calls.names() == ["unmark", "move_on", "after_leaving"]
    view = QueueView(stage=Stage.SNOOZED)
    await queue_actions(desk, writer, Calls(), Person(), view=view).choose_snooze(BOTH)
    assert [desk.case(one).stage for one in BOTH] == [Stage.OPEN, Stage.OPEN]


async def test_no_span_snoozes_nothing(desk: Desk, writer: Writer) -> None:
    calls = Calls()
    await queue_actions(desk, writer, calls, Person()).choose_snooze(BOTH)
    assert [desk.case(one).stage for one in BOTH] == [Stage.OPEN, Stage.OPEN]
    assert not calls.made


async def test_a_claim_on_cases_that_are_all_mine_takes_it_off(desk: Desk, writer: Writer) -> None:
    await queue_actions(desk, writer, Calls(), Person()).claim(BOTH)
    assert [desk.case(one).claimed_by for one in BOTH] == ["Ana P.", "Ana P."]
    await queue_actions(desk, writer, Calls(), Person()).claim(BOTH)
    assert [desk.case(one).claimed_by for one in BOTH] == ["", ""]


async def test_nobody_claims_without_a_name(desk: Desk, writer: Writer) -> None:
    person, desk.agent = Person(), ""
    await queue_actions(desk, writer, Calls(), person).claim(BOTH)
    assert "does not know who you are" in person.heard[0]


def test_the_help_desk_is_asked_also_about_the_open_case(desk: Desk, writer: Writer) -> None:
    sync, person = StillSync(), Person()
    asking = queue_actions(desk, writer, Calls(), person, sync)
    assert asking.no_sync() == ""
    asking.sync_now()
    assert (sync.asked, sync.wanted) == (1, [SurveyId(1)])
    assert queue_actions(desk, writer, Calls(), person).no_sync() == "there is no help desk configured"
