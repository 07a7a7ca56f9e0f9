"""Write to the store on one thread, in the order in which things were done, and never on the screen's own loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Writer:
    """Takes writes and does them one after another, so that a locked database delays words but not keys."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def write(self, what: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Do it after everything that was given before, and return or raise what it does."""
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(what, *arguments, **named)))

    def close(self, *, wait: bool = True) -> None:
        """Finish what was given, or do not begin what is not begun and `wait` for nothing."""
        self._thread.shutdown(wait=wait, cancel_futures=not wait)
