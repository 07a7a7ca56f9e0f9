"""Fetch the case that a person has open first, and then the cases that they will probably open next."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from csat_tui.domain.ids import SurveyId
from csat_tui.transport.pace import Urgency, acting_for

MOST_CASES_AHEAD = 32
"""How many cases are fetched ahead at most; the oldest ones are dropped."""


class CasePriority:
    """The open case and the cases around it; all methods must be called in one asyncio loop."""

    def __init__(self) -> None:
        self._open: SurveyId | None = None
        self._ahead: list[SurveyId] = []
        self._open_now = asyncio.Event()
        self._opened = asyncio.Event()
        """Set whenever a person opens a case."""
        self._ahead_now = asyncio.Event()

    def prioritize(self, survey_ids: Iterable[SurveyId]) -> None:
        """Fetch these: the first is open, and a person waits for it; the others come next."""
        wanted = list(dict.fromkeys(survey_ids))
        if not wanted:
            return
        self._open = wanted[0]
        self._opened.set()
        ahead = [*wanted[1:], *(one for one in self._ahead if one not in wanted)]
        self._ahead = ahead[:MOST_CASES_AHEAD]
        self.retry()

    def retry(self) -> None:
        """Try again what could not be fetched."""
        if self._open is not None:
            self._open_now.set()
        if self._ahead:
            self._ahead_now.set()

    async def fetch_open(self, fetch: Callable[[SurveyId], Awaitable[bool | None]]) -> None:
        """Fetch the open case, again and again; `fetch` returns False if the case must be tried again later.

        When another case is opened, fetching the former one stops at once, and it is fetched ahead later.
        """
        while True:
            await self._open_now.wait()
            self._open_now.clear()
            survey_id = self._open
            if survey_id is None:
                continue
            with acting_for(Urgency.PERSON):
                done = await self._fetch_while_open(survey_id, fetch)
            if done and self._open == survey_id:
                self._open = None

    async def _fetch_while_open(self, survey_id: SurveyId, fetch: Callable[[SurveyId], Awaitable[bool | None]]) -> bool:
        """Fetch a case until another one is opened; return whether it is done."""
        fetching = asyncio.ensure_future(fetch(survey_id))
        reopened = asyncio.ensure_future(self._another_opened(survey_id))
        try:
            await asyncio.wait({fetching, reopened}, return_when=asyncio.FIRST_COMPLETED)
            if fetching.done():
                return fetching.result() is not False
        finally:
            # Also if this loop is cancelled: no task outlives it.
            for task in (fetching, reopened):
                task.cancel()
            await asyncio.wait({fetching, reopened})
        if survey_id not in self._ahead:
            self._ahead = [*self._ahead[: MOST_CASES_AHEAD - 1], survey_id]
            self._ahead_now.set()
        self._open_now.set()
        return False

    async def _another_opened(self, survey_id: SurveyId) -> None:
        """Wait until another case is opened."""
        while self._open in (survey_id, None):
            self._opened.clear()
            await self._opened.wait()

    async def fetch_ahead(self, fetch: Callable[[SurveyId], Awaitable[bool | None]]) -> None:
        """Fetch the next cases, again and again; `fetch` returns False if a case must be tried again later."""
        while True:
            await self._ahead_now.wait()
            self._ahead_now.clear()
            while self._ahead:
                survey_id = self._ahead.pop(0)
                with acting_for(Urgency.SYNC):
                    done = await fetch(survey_id) is not False
                if not done:
                    self._ahead.insert(0, survey_id)
                    break
