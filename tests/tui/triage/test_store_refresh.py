"""Which change of the store causes which read."""

from types import SimpleNamespace
from typing import Any

import pytest

from csat_tui.tui.base.dialog import Notices
from csat_tui.tui.triage.state import DeskState
from csat_tui.tui.triage.store_reading import StoreRefresh
from csat_tui.workflow.playbook_changes import PLAYBOOK_CHANGED
from tests.tui.desk_fixture import StillSync
from tests.tui.triage.stand_ins import Calls, a_queue, opened


def refresh(office: Any, calls: Calls, state: DeskState, *, changed: bool = False, history: bool = False) -> Any:
    held, _ = opened(office.desk)
    reader: Any = SimpleNamespace(has_changed=lambda: changed)
    others: Any = SimpleNamespace(concerned_by=lambda _: history)
    return StoreRefresh(
        held, state, office.desk, office.dispatch, office.paperwork.shifts, Notices(), StillSync(), a_queue(calls),  # type: ignore[arg-type]
        reader, others, read=lambda _kind, _failure, what, show: show(what()), update_lines=lambda: None,
        read_case=calls.read_case, read_history=calls.read_history,
        follow_playbook=calls.follow_playbook,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "reads"),
    [
        ("queue", ["reread"]),
        ("outbox", []),
        ("case:1", ["read_case"]),
        ("case:2", []),
        ("draft:1", ["read_case"]),
        ("account", ["read_case"]),
        ("ticket:7300000", ["read_case"]),
        ("ticket:7300001", []),
        (PLAYBOOK_CHANGED, ["follow_playbook"]),
    ],
)
def test_a_change_has_read_what_it_concerns_and_nothing_else(office: Any, topic: str, reads: list[str]) -> None:
    _, case = opened(office.desk)
    tickets = {"ticket:7300000": f"ticket:{case.survey.source_ticket_id}"}
    calls = Calls()
    refresh(office, calls, DeskState()).read_changes(frozenset({tickets.get(topic, topic)}))
    assert calls.names() == reads


def test_the_queue_brings_its_counts_and_may_know_more_of_the_case(office: Any) -> None:
    state, calls = DeskState(), Calls()
    reading = refresh(office, calls, state, changed=True)
    reading.read_changes(frozenset({"queue"}))
    reading.rows_read()
    assert state.counts is not None
    assert state.counts.open == 2
    assert calls.names() == ["reread", "read_case"]


def test_a_history_is_read_where_the_case_itself_is_not(office: Any) -> None:
    calls = Calls()
    refresh(office, calls, DeskState(), history=True).read_changes(frozenset({"outbox"}))
    assert calls.names() == ["read_history"]


def test_the_agent_signs_by_the_name_that_the_help_desk_knows(office: Any) -> None:
    state, calls = DeskState(), Calls()
    office.desk.agent = ""
    refresh(office, calls, state).read_changes(frozenset({"sync"}))
    assert office.desk.agent == "Ana P."
    assert calls.made == [("sign", ("Ana P.",))]
