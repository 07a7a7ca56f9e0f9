"""What the screens' tests share."""

import time
from asyncio import sleep
from collections.abc import Iterator
from unittest.mock import patch

import pytest

SLICE = 0.005
"""Seconds of which each is looked at for itself, when it is to be told whether a workstation still works."""

IDLE = SLICE / 20
"""Seconds of work in a slice that are none: something always ticks."""


async def _idle(min_sleep: float = 2 * SLICE, max_sleep: float = 1) -> None:
    """Wait until two slices in a row were idle: Textual's own wait looks at one, four times as long, before each key.

    One alone may be idle only because the machine was busy with somebody else.
    """
    began, quiet = time.monotonic(), 0
    while quiet < 2 or time.monotonic() - began < min_sleep:
        worked = time.process_time()
        await sleep(SLICE)
        quiet = quiet + 1 if time.process_time() - worked < IDLE else 0
        if time.monotonic() - began >= max_sleep:
            return


@pytest.fixture(scope="package", autouse=True)
def _short_waits() -> Iterator[None]:
    """Let a pilot go on as soon as the workstation is idle; it draws a frame in each slice, and not every 17 ms."""
    with (
        patch("textual.app.wait_for_idle", _idle), patch("textual.pilot.wait_for_idle", _idle),
        patch("textual.screen.UPDATE_PERIOD", SLICE / 2),
    ):  # fmt: skip
        yield
