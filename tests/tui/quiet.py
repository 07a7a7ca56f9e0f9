"""A wait for a pilot that ends when the app is idle, with one paint of the screen at its end."""

import asyncio
import time
from asyncio import sleep
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch
from weakref import WeakSet

from textual._context import active_app
from textual.pilot import Pilot
from textual.screen import Screen
from textual.timer import Timer

from csat_tui.tui.base.textual_seams import draws, paint_through_window

SOON = 0.012
"""Seconds until a timer that is waited for: the pauses that the tests shorten take less."""

SLICE = 0.002
"""Seconds between two looks at threads that work."""

IDLE = SLICE / 20
"""Seconds of other threads' processor time in a slice that count as no work: something always ticks."""

STUCK = 0.01
"""Seconds without work after which threads are not waited for: they wait themselves, for a lock or a slow store."""

_pools: WeakSet[ThreadPoolExecutor] = WeakSet()
_unpainted: WeakSet[Screen[Any]] = WeakSet()
_init_pool = ThreadPoolExecutor.__init__
_wait_for_screen = Pilot._wait_for_screen
_paint = paint_through_window
_every_frame = False


def _remember_pool(pool: ThreadPoolExecutor, *arguments: Any, **options: Any) -> None:
    _init_pool(pool, *arguments, **options)
    _pools.add(pool)


def _threads_work() -> bool:
    pools: list[Any] = [pool for pool in _pools if not pool._shutdown]
    return any(pool._work_queue.qsize() or len(pool._threads) > pool._idle_semaphore._value for pool in pools)


def _paint_later(screen: Screen[Any]) -> None:
    """Leave what has changed on a screen to its next paint, which paints all of it at once."""
    if screen.app.is_headless and screen is screen.app.screen and not _every_frame:
        _unpainted.add(screen)
        screen._dirty_widgets.clear()
        screen.app._update_mouse_over(screen)
    else:
        _paint(screen)


async def _paint_now(screen: Screen[Any]) -> None:
    """Paint what has changed on a screen since it was painted last; errors go where those of a frame go."""
    _unpainted.discard(screen)
    await Timer(screen, 1, callback=partial(_paint, screen))._tick(next_timer=0, count=0)


async def quiet(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Wait until nothing is left to do at once, neither on the loop nor on a thread nor on the screen.

    It stands in for `textual._wait.wait_for_idle`, which watches the processor for 20 ms or more, twice with each key.
    Frames are laid out as they come; the screen is painted once it rests, for nobody sees the frames before.
    """
    del min_sleep
    app, loop = active_app.get(), _running_loop()
    began, painted = time.monotonic(), False
    worked_at = began
    while time.monotonic() - began < max_sleep:
        threads_work = _threads_work()  # before the loop's turn, in which it hears what a thread has found
        await sleep(0)
        if loop._ready:
            painted = False
            continue
        due = min((handle.when() for handle in loop._scheduled if not handle.cancelled()), default=float("inf"))
        if app.screen_stack and draws(app.screen) and not painted:
            await app.screen._update_timer._tick(next_timer=0, count=0)  # the next frame, without a wait for its time
            painted = True
        elif due - loop.time() < SOON:
            await sleep(max(0, due - loop.time()))
        else:
            if threads_work:
                before = _time_of_other_threads()
                await sleep(SLICE)
                if _time_of_other_threads() - before > IDLE:
                    worked_at = time.monotonic()
                if time.monotonic() - worked_at <= STUCK:
                    continue
            if not (app.screen_stack and app.screen in _unpainted):
                return
            await _paint_now(app.screen)


def _time_of_other_threads() -> float:
    return time.process_time() - time.thread_time()


def _running_loop() -> Any:
    return asyncio.get_running_loop()


async def _screen_is_quiet(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
    """Stand in for `Pilot._wait_for_screen`, which sends a message to every widget."""
    await quiet()
    app = pilot.app
    nodes = [app, *app.screen.walk_children(with_self=True)] if app.screen_stack else [app]
    if any(node.is_running and not node._message_queue.ready_event._waiters for node in nodes):
        return await _wait_for_screen(pilot, timeout)
    return True


@contextmanager
def every_frame_painted() -> Iterator[None]:
    """Paint each frame in its time, as a terminal's driver does: for tests of what is painted."""
    with patch(f"{__name__}._every_frame", True):
        yield


@contextmanager
def waits_end_with_the_work() -> Iterator[None]:
    """Let pilots go on as soon as their app is quiet."""
    with (
        patch.object(ThreadPoolExecutor, "__init__", _remember_pool),
        patch.object(Pilot, "_wait_for_screen", _screen_is_quiet),
        patch.object(Screen, "_compositor_refresh", _paint_later),
        patch("textual.app.wait_for_idle", quiet),
        patch("textual.pilot.wait_for_idle", quiet),
    ):
        yield
