"""The screen's thread never waits for the store: with a slow store, the earlier rows stay and keys go on."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from textual import events
from textual.pilot import Pilot

from csat_tui.store.cases.queue import Sort
from csat_tui.store.database import Database
from csat_tui.tui.base.loop_watch import HeldLoop, LoopWatch
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.workflow.desk import Desk
from tests.tui.desk_fixture import PATIENCE, comes_about, settled, told, workstation
from tests.tui.pane_host import shown

SIZE = (120, 40)

SLOW = 0.4
"""Seconds that each read of a slow store takes; far more than a busy machine holds the loop up by itself."""


def triage(pilot: Pilot[Any]) -> TriageScreen:
    assert isinstance(pilot.app.screen, TriageScreen)
    return pilot.app.screen


@contextmanager
def slow_store(seconds: float = SLOW) -> Iterator[list[str]]:
    """Have every read take long, on whichever thread; gives what was read on the screen's own."""
    read, on_screen, screen = Database.read, [], threading.get_ident()

    @contextmanager
    def slowly(database: Database, **named: Any) -> Iterator[Any]:
        if threading.get_ident() == screen:
            import traceback

            on_screen.append("".join(traceback.format_stack(limit=8)))
        time.sleep(seconds)
        with read(database, **named) as connection:
            yield connection

    with patch.object(Database, "read", slowly):
        yield on_screen


@contextmanager
def closed_store() -> Iterator[threading.Event]:
    """Have every read wait until the test lets them go on."""
    read, opened = Database.read, threading.Event()

    @contextmanager
    def later(database: Database, **named: Any) -> Iterator[Any]:
        assert opened.wait(PATIENCE)
        with read(database, **named) as connection:
            yield connection

    with patch.object(Database, "read", later):
        try:
            yield opened
        finally:
            opened.set()


@contextmanager
def watched() -> Iterator[list[HeldLoop]]:
    """Give what holds the loop for as long as one read of a slow store takes."""
    held: list[HeldLoop] = []
    with LoopWatch(held.append, limit=SLOW * 0.9):
        yield held


async def test_the_watchdog_names_what_holds_the_loop(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with slow_store() as on_screen, watched() as held:
                app.session.desk.counts()
                await asyncio.sleep(0.05)
            assert on_screen
            assert held[0].seconds >= SLOW * 0.9
            assert "csat_tui.workflow.desk:Desk.counts" in str(held[0])


async def test_what_held_the_screen_is_in_the_log_of_a_workstation_that_is_debugged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with workstation(tmp_path, debug=True) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            with slow_store():
                app.session.desk.counts()
            await comes_about(lambda: "csat_tui.workflow.desk:Desk.counts" in caplog.text)


KEYS = {
    "sort": ("s",),
    "bottom": ("G",),
    "a screen down": ("g", "g", "ctrl+d", "ctrl+d"),
    "claim": ("c",),
    "claim several": ("space", "space", "c"),
    "snooze": ("b", "1"),
    "open": ("enter",),
    "answer": ("3", *"yyyyyn"),
    "write": ("e", "n", *"words"),
    "outbox": ("g", "o", "j"),
    "shift": ("g", "s", "j"),
    "tracker": ("g", "t", "j", "tab"),
    "filter": ("f", "1"),
    "search": ("slash", *"box", "enter"),
    "leave": ("g", "x"),
}


async def test_no_key_reads_on_the_screens_thread(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for what, keys in KEYS.items():
                with slow_store(0.02) as on_screen:
                    await pilot.press(*keys)
                    await settled(pilot)
                assert not on_screen, f"{what}: {on_screen[0]}"
                if what != "leave":
                    await back_to_the_queue(pilot)
            await comes_about(lambda: app.return_code is not None)


async def back_to_the_queue(pilot: Pilot[None]) -> None:
    """Go from wherever a key has led back to the queue."""
    app = pilot.app
    await pilot.press("escape", "escape")
    await settled(pilot)
    app.go_to_mode(app.DEFAULT_MODE)
    await settled(pilot)
    assert triage(pilot).front is triage(pilot).queue


async def test_the_start_reads_nothing_on_the_screens_thread(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app, slow_store(0.02) as on_screen:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await comes_about(lambda: triage(pilot).queue.list.ready)
        assert not on_screen, on_screen[0]


async def test_while_a_sort_is_read_the_old_rows_stay_and_moving_is_smooth(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            queue = triage(pilot).queue
            before = [row.id for row in queue.list.window.rows[:5]]
            with closed_store() as opened, watched() as held:
                await pilot.press("s")
                await comes_about(lambda: queue.list.arriving)
                assert [row.id for row in queue.list.window.rows[:5]] == before
                await pilot.press("j", "j")
                assert queue.list.window.view.sort is Sort.DUE
                opened.set()
                await comes_about(lambda: queue.list.window.view.sort is not Sort.DUE)
            assert not held, held[0]
            await settled(pilot)
            assert queue.list.window.index == 0
            assert "worst" in shown(app)


async def test_of_several_orders_the_newest_counts_and_those_between_are_not_read(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            queue, read = triage(pilot).queue, Desk.rows_after
            views = []

            def seen(desk: Desk, view: Any, *rest: Any) -> Any:
                views.append(view.sort)
                time.sleep(SLOW)
                return read(desk, view, *rest)

            with patch.object(Desk, "rows_after", seen):
                await pilot.press("s", "s", "s", "s")
                await settled(pilot)
                await comes_about(lambda: not queue.list.arriving)
            assert queue.view.sort == queue.list.window.view.sort == list(Sort)[4 % len(list(Sort))]
            assert len(views) <= 2


async def test_a_key_for_a_case_waits_for_the_rows_and_acts_on_the_case_that_is_shown(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            queue = triage(pilot).queue
            first, claimed = queue.survey_id, []
            claim: Callable[..., None] = Desk.claim_all

            def noted(desk: Desk, survey_ids: Any, **named: Any) -> None:
                claimed.extend(survey_ids)
                claim(desk, survey_ids, **named)

            with slow_store(0.1), patch.object(Desk, "claim_all", noted):
                await pilot.press("G", "c")
                await comes_about(lambda: claimed)
                assert claimed == [queue.survey_id]
                assert queue.survey_id != first
                await settled(pilot)


async def test_rows_that_are_too_late_drop_the_key_and_say_so(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            queue, released, read = triage(pilot).queue, threading.Event(), Desk.rows_before

            def late(desk: Desk, *what: Any) -> Any:
                released.wait(20)
                return read(desk, *what)

            with patch.object(Desk, "rows_before", late), patch("csat_tui.tui.base.typeahead.KEY_TIMEOUT", 0.2):
                try:
                    await pilot.press("G", "c")
                    await comes_about(lambda: "not used" in told(app))
                finally:
                    released.set()
                await settled(pilot)
            assert "yours" not in shown(app)
            assert queue.list.window.cursor is not None


async def test_holding_a_key_down_passes_every_case_of_a_long_queue_once(tmp_path: Path) -> None:
    with workstation(tmp_path, 500) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            queue = triage(pilot).queue
            for _ in range(50):
                for _ in range(8):  # a key that is held down does not wait until the screen has nothing more to do
                    app.post_message(events.Key("j", "j"))
                await pilot.pause(0)
                await comes_about(lambda: not app.keys_are_waiting())
            assert queue.list.window.cursor is not None
            below = len(app.session.desk.rows_after(queue.view, queue.list.window.cursor.key, 1_000))
            assert below == 500 - 1 - 400
