"""What the person looks at comes first, and what they will look at next is fetched ahead."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from csat_tui.domain.ids import SurveyId
from csat_tui.transport.pace import Urgency, acting_for

MOST_WISHES = 32
"""How many cases are fetched ahead at most; what was wanted first and not looked at again is dropped."""


class Wishes:
    """The case that is open, and those around it. Lives in one asyncio loop."""

    def __init__(self) -> None:
        self._open: SurveyId | None = None
        self._ahead: list[SurveyId] = []
        self._open_now = asyncio.Event()
        self._opened = asyncio.Event()
        """Set whenever somebody opens a case."""
        self._ahead_now = asyncio.Event()

    def want(self, survey_ids: Iterable[SurveyId]) -> None:
        """Wish for these: the first is open, and somebody waits for it; the others come next."""
        wanted = list(dict.fromkeys(survey_ids))
        if not wanted:
            return
        self._open = wanted[0]
        self._opened.set()
        ahead = [*wanted[1:], *(one for one in self._ahead if one not in wanted)]
        self._ahead = ahead[:MOST_WISHES]
        self.again()

    def again(self) -> None:
        """Take up what could not be fetched."""
        if self._open is not None:
            self._open_now.set()
        if self._ahead:
            self._ahead_now.set()

    async def fetch_open(self, bring: Callable[[SurveyId], Awaitable[bool | None]]) -> None:
        """Fetch the case that is open, for ever; `bring` returns False where it is to be tried again later.

        A case that is opened meanwhile waits for none before it: what is fetched for one that nobody looks at any more
        is given up, and comes again ahead of need.
        """
        while True:
            await self._open_now.wait()
            self._open_now.clear()
            survey_id = self._open
            if survey_id is None:
                continue
            with acting_for(Urgency.PERSON):
                done = await self._bring_while_open(survey_id, bring)
            if done and self._open == survey_id:
                self._open = None

    async def _bring_while_open(self, survey_id: SurveyId, bring: Callable[[SurveyId], Awaitable[bool | None]]) -> bool:
        """Bring a case unless another one is opened; returns whether it is here."""
        bringing = asyncio.ensure_future(bring(survey_id))
        other = asyncio.ensure_future(self._another_than(survey_id))
        try:
            await asyncio.wait({bringing, other}, return_when=asyncio.FIRST_COMPLETED)
            if bringing.done():
                return bringing.result() is not False
        finally:
            # Also where this loop itself is ended: nothing goes on behind it.
            for task in (bringing, other):
                task.cancel()
            await asyncio.wait({bringing, other})
        if survey_id not in self._ahead:
            self._ahead = [*self._ahead[: MOST_WISHES - 1], survey_id]
            self._ahead_now.set()
        self._open_now.set()
        return False

    async def _another_than(self, survey_id: SurveyId) -> None:
        """Wait until another case is open."""
        while self._open in (survey_id, None):
            self._opened.clear()
            await self._opened.wait()

    async def fetch_ahead(self, bring: Callable[[SurveyId], Awaitable[bool | None]]) -> None:
        """Fetch those that come next, for ever; `bring` returns False where it is to be tried again later."""
        while True:
            await self._ahead_now.wait()
            self._ahead_now.clear()
            while self._ahead:
                survey_id = self._ahead.pop(0)
                with acting_for(Urgency.SYNC):
                    done = await bring(survey_id) is not False
                if not done:
                    self._ahead.insert(0, survey_id)
                    break
