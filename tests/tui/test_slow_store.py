"""A slow store: windows come late, keys go on, and no action happens twice."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreBusy
from csat_tui.tui.app import Workstation
from csat_tui.tui.base import typeahead
from csat_tui.tui.outbox.conflict import ConflictScreen
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.triage.history_window import HistoryScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.triage.survey_mending import MendForm
from csat_tui.tui.windows.help import HelpScreen
from csat_tui.tui.windows.prompts import ConfirmScreen
from csat_tui.workflow.desk import Desk, TakenDecision
from tests.tui import test_conflict
from tests.tui.desk_fixture import comes_about, settled, told, workstation
from tests.tui.outbox_fixture import decided
from tests.tui.screen_thread import Notes, screen_thread
from tests.tui.test_history import NEW, WAITING, with_others
from tests.tui.test_mending import held

SIZE = (120, 50)

SLOW = 0.15
"""Seconds that each read takes."""


@contextmanager
def slow_store() -> Iterator[Notes]:
    """Have every read take long; gives what the screen's own thread waits for, which is nothing."""
    read, screen = Database.read, threading.get_ident()

    @contextmanager
    def slowly(database: Database, **named: Any) -> Iterator[Any]:
        if threading.get_ident() != screen:  # what the test itself looks at is at hand
            time.sleep(SLOW)
        with read(database, **named) as connection:
            yield connection

    # What a key waits for comes about here, however late, so that no key is dropped on a busy machine.
    with screen_thread() as notes, patch.object(Database, "read", slowly), patch.object(typeahead, "KEY_TIMEOUT", 20.0):
        yield notes
    assert not notes.waited, str(notes)


def triage(app: Workstation) -> TriageScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, TriageScreen)
    return screen


async def test_a_case_that_comes_late_is_opened_all_the_same(tmp_path: Path) -> None:
    read, screen, there = Database.read, threading.get_ident(), threading.Event()

    @contextmanager
    def once_there(database: Database, **named: Any) -> Iterator[Any]:
        if threading.get_ident() != screen:
            there.wait()
        with read(database, **named) as connection:
            yield connection

    with workstation(tmp_path, 2) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with patch.object(Database, "read", once_there), patch.object(typeahead, "KEY_TIMEOUT", 0.2):
                app.simulate_key("j")
                app.simulate_key("enter")
                try:
                    await comes_about(lambda: triage(app).front is triage(app).transcript)
                finally:
                    there.set()
            await settled(pilot)
            case = triage(app).case
            assert case is not None
            assert case.id == triage(app).queue.survey_id


async def test_other_screens_are_reached_although_the_case_cannot_be_read(tmp_path: Path) -> None:
    with workstation(tmp_path, 2) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with patch.object(Desk, "case", side_effect=StoreBusy("The database is in use.")):
                await pilot.press("j")
                await settled(pilot)
                app.simulate_key("g")
                app.simulate_key("o")
                await comes_about(lambda: isinstance(app.screen, OutboxScreen))
            await settled(pilot)


async def test_the_history_of_the_case_opens_late_and_once_and_belongs_to_the_case(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=with_others) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("j")
            await settled(pilot)
            first, queue = triage(app).case, triage(app).queue
            with slow_store():
                begin = queue.survey_id
                await pilot.press("H", "j")
                await comes_about(lambda: isinstance(app.screen, HistoryScreen))
                await settled(pilot)
            window = app.screen
            assert isinstance(window, HistoryScreen)
            assert {one.ticket.id for one in window.history.others} >= {NEW, WAITING}
            assert len([one for one in app.screen_stack if isinstance(one, HistoryScreen)]) == 1
            assert first is not None
            assert triage(app).case == first
            assert queue.survey_id == begin, "what was typed meanwhile is for the window"
            assert window.list.cursor > 0


async def test_a_merge_that_is_confirmed_over_a_slow_store_is_put_on_its_way_once(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with slow_store():
                await pilot.press("H")
                await comes_about(lambda: isinstance(app.screen, HistoryScreen))
                await pilot.press("M")
                await comes_about(lambda: isinstance(app.screen, ConfirmScreen))
                await settled(pilot)
                await pilot.press("y", "y", "M")
                await comes_about(lambda: app.session.dispatch.summary().waiting)
                await settled(pilot)
            effects = app.session.dispatch.unsettled()
            assert len({one.decision_id for one in effects}) == 1
            assert len([one for one in effects if one.merges]) == 1


async def test_an_undo_over_a_slow_store_takes_back_one_decision_and_shows_its_case(tmp_path: Path) -> None:
    with workstation(tmp_path, 4) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            takes = [decided(app.session.desk, app.session.dispatch, number, "no-response") for number in (2, 3)]
            for number, effects in zip((2, 3), takes, strict=True):
                grace(app, effects[0].decision_id, number)
            with slow_store():
                await pilot.press("u")
                await comes_about(lambda: "Undone" in told(app))
                await comes_about(lambda: triage(app).case is not None and triage(app).case.id == 3)
                await settled(pilot)
            states = [app.session.dispatch.of_decision(one[0].decision_id)[0].state for one in takes]
            assert states == [EffectState.QUEUED, EffectState.WITHDRAWN], "one of them, the last"
            assert triage(app).queue.survey_id == 3


async def test_an_undo_asked_for_twice_takes_back_two_decisions_and_none_of_them_twice(tmp_path: Path) -> None:
    with workstation(tmp_path, 4) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            takes = [decided(app.session.desk, app.session.dispatch, number, "no-response") for number in (1, 2, 3)]
            for number, effects in zip((1, 2, 3), takes, strict=True):
                grace(app, effects[0].decision_id, number)
            with slow_store():
                await pilot.press("u", "u")
                await comes_about(lambda: told(app).count("Undone") == 2)
                await settled(pilot)
            states = [app.session.dispatch.of_decision(one[0].decision_id)[0].state for one in takes]
            assert states == [EffectState.QUEUED, EffectState.WITHDRAWN, EffectState.WITHDRAWN]


async def test_a_survey_is_fixed_once_over_a_slow_store_and_keys_go_on_meanwhile(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=held) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            number = triage(app).case.id
            with slow_store():
                await pilot.press("F")
                await comes_about(lambda: isinstance(app.screen, MendForm))
                await pilot.press("ctrl+n", "enter", "1", *["enter"] * 6, *"late", "ctrl+s", "ctrl+s")
                await comes_about(lambda: app.screen is triage(app))
                await pilot.press("f1")
                await comes_about(lambda: isinstance(app.screen, HelpScreen))
                await pilot.press("escape")
                await comes_about(lambda: triage(app).case is not None and not triage(app).case.survey.problem)
                await settled(pilot)
            case = app.session.desk.case(number)
            assert triage(app).case.id == number
            assert case.survey.comment == "late"
            assert len(case.mendings) == 1


@pytest.mark.parametrize(
    ("key", "state"), [("t", EffectState.WITHDRAWN), ("escape", EffectState.CONFLICT)], ids=["take theirs", "later"]
)
async def test_a_conflict_is_settled_once_over_a_slow_store(tmp_path: Path, key: str, state: EffectState) -> None:
    with workstation(tmp_path, 2) as app:
        effect = test_conflict.conflict(app)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with slow_store():
                await opened(app, pilot)
                await pilot.press(key, key)
                await comes_about(lambda: not isinstance(app.screen, ConflictScreen))
                await comes_about(lambda: app.session.dispatch.effect(effect.id).state is state)
                await settled(pilot)
            family = app.session.dispatch.of_decision(effect.decision_id)
            assert family[0].state is state
            assert told(app).count("Withdrawn") == (1 if state is EffectState.WITHDRAWN else 0)


async def test_editing_mine_over_a_slow_store_opens_the_note_of_the_right_case(tmp_path: Path) -> None:
    with workstation(tmp_path, 2) as app:
        test_conflict.conflict(app)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with slow_store():
                await opened(app, pilot)
                await pilot.press("e")
                await comes_about(lambda: isinstance(app.screen, TriageScreen))
                await comes_about(lambda: triage(app).case is not None and triage(app).case.id == 1)
                await comes_about(lambda: triage(app).composer.has_pseudo_class("focus-within"))
                await settled(pilot)
            assert "we are sorry" in str(triage(app).composer.draft.fields)


async def opened(app: Workstation, pilot: Pilot[None]) -> None:
    """Open the conflict, in spite of moving about until it comes."""
    await pilot.press("g", "o")
    await comes_about(lambda: isinstance(app.screen, OutboxScreen) and app.screen.current is not None)
    await pilot.press("enter")
    await comes_about(lambda: isinstance(app.screen, ConflictScreen))
    assert len([one for one in app.screen_stack if isinstance(one, ConflictScreen)]) == 1
    await settled(pilot)


def grace(app: Workstation, decision_id: Any, number: int) -> None:
    """Have the screen know a decision as one of its own, which can be taken back."""
    triage(app).grace.add(TakenDecision(decision_id, SurveyId(number), "no-response", app.session.desk.now))
