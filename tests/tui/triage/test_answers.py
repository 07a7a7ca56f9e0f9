"""Answers show before they are saved, and disappear again if the store refuses them."""

from types import SimpleNamespace
from typing import Any

import pytest

from csat_tui.domain.case import Answer
from csat_tui.store.errors import StoreError
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.triage.answers import Answers
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.workflow.desk import Desk
from tests.tui.triage.stand_ins import Calls, Later, opened


def answers(desk: Desk, writer: Writer, calls: Calls, held: Any, do: Later) -> Answers:
    checklist: Any = SimpleNamespace(accept=calls.accept, stand_after=calls.stand_after)
    return Answers(held, desk, writer, checklist, do=do, go_to_checklist=calls.go_to_checklist, read=calls.read)


async def test_an_answer_is_shown_at_once_and_then_kept(desk: Desk, writer: Writer) -> None:
    held, case = opened(desk)
    do = Later()
    answers(desk, writer, Calls(), held, do).answered(ChecklistPane.Answered("promise-kept", Answer.YES))
    assert held.case.answers["promise-kept"].answer is Answer.YES
    assert not desk.case(case.id).answers
    await do.done()
    assert desk.case(case.id).answers["promise-kept"].answer is Answer.YES
    answers(desk, writer, Calls(), held, do).answered(ChecklistPane.Answered("promise-kept", None))
    await do.done()
    assert not held.case.answers
    assert not desk.case(case.id).answers


async def test_an_answer_that_the_store_refuses_has_the_case_read_again(desk: Desk, writer: Writer) -> None:
    held, case = opened(desk)
    calls, do = Calls(), Later()

    def refuse(*_: Any) -> None:
        raise StoreError("the disk is full")

    desk.answer = refuse  # type: ignore[method-assign]
    answers(desk, writer, calls, held, do).answered(ChecklistPane.Answered("promise-kept", Answer.YES))
    with pytest.raises(StoreError, match="full"):
        await do.done()
    assert calls.made == [("read", (case.id,))]


async def test_the_rest_is_answered_as_in_order_and_the_cursor_goes_there(desk: Desk, writer: Writer) -> None:
    held, case = opened(desk)
    calls, do = Calls(), Later()
    answers(desk, writer, calls, held, do).rest_in_order()
    await do.done()
    assert calls.names() == ["go_to_checklist", "stand_after"]
    assert desk.case(case.id).answers == held.case.answers != {}


async def test_suggestions_are_kept_as_suggested(desk: Desk, writer: Writer) -> None:
    held, case = opened(desk)
    do = Later()
    answers(desk, writer, Calls(), held, do).accepted()
    await do.done()
    kept = desk.case(case.id).answers
    assert kept
    assert all(one.suggested for one in kept.values())
