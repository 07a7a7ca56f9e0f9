"""The case that is open waits for none that was open before it, however long another system takes to answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from csat_tui.domain.account import Account
from csat_tui.domain.ids import SurveyId
from csat_tui.sync.case_fetch import MOST_CASES_AHEAD, CaseFetcher, CasePriority
from tests.builders import an_account
from tests.sync.bench import Bench


class StalledAdmin:
    """Keeps silent for as many questions as it is told, and answers those after them."""

    def __init__(self) -> None:
        self.silent = 0
        self.asked = self.answered = self.given_up = 0
        self.heard = asyncio.Event()
        """Set at each question and each answer."""

    async def account(self, email: str) -> Account | None:
        self.asked += 1
        self.heard.set()
        if self.asked <= self.silent:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.given_up += 1
                raise
        self.answered += 1
        self.heard.set()
        return an_account(email=email)

    async def close(self) -> None:
        return

    async def comes_to(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so; what never is fails."""
        async with asyncio.timeout(20):
            while not condition():
                self.heard.clear()
                await self.heard.wait()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


@asynccontextmanager
async def fetching(bench: Bench, admin: StalledAdmin) -> AsyncIterator[CasePriority]:
    wishes = CasePriority()
    fetcher = CaseFetcher(bench.database, bench.memory, admin, bench.clock)
    loops = [asyncio.create_task(one(fetcher.case)) for one in (wishes.fetch_open, wishes.fetch_ahead)]
    try:
        yield wishes
    finally:
        for loop in loops:
            loop.cancel()
        for loop in loops:
            with suppress(asyncio.CancelledError):
                await loop


async def test_the_newest_wish_comes_first_and_the_older_one_is_given_up(bench: Bench) -> None:
    first, second = bench.arrive(1), bench.arrive(2)
    admin = StalledAdmin()
    admin.silent = 1
    async with fetching(bench, admin) as wishes:
        wishes.prioritize([first])
        await admin.comes_to(lambda: admin.asked == 1)
        wishes.prioritize([second])
        await admin.comes_to(lambda: admin.answered >= 1)
        assert admin.given_up == 1
        # What was given up comes again, ahead of need.
        await admin.comes_to(lambda: admin.answered == 2)


async def test_looking_through_many_cases_leaves_none_running_behind(bench: Bench) -> None:
    cases = [bench.arrive(number) for number in range(1, 8)]
    admin = StalledAdmin()
    admin.silent = 100
    async with fetching(bench, admin) as wishes:
        for place, one in enumerate(cases):
            wishes.prioritize([one])
            await admin.comes_to(lambda least=place + 1: admin.asked >= least)
        assert admin.asked - admin.given_up <= 2
    assert admin.asked == admin.given_up


async def test_the_same_case_opened_again_goes_on(bench: Bench) -> None:
    survey_id = bench.arrive(1)
    admin = StalledAdmin()
    admin.silent = 1
    async with fetching(bench, admin) as wishes:
        wishes.prioritize([survey_id])
        await admin.comes_to(lambda: admin.asked == 1)
        wishes.prioritize([survey_id])
        for _ in range(20):
            await asyncio.sleep(0)
        assert (admin.asked, admin.given_up) == (1, 0)


async def test_no_more_are_wished_for_than_somebody_may_still_look_at(bench: Bench) -> None:
    wishes = CasePriority()
    wishes.prioritize([SurveyId(number) for number in range(3 * MOST_CASES_AHEAD)])
    assert len(wishes._ahead) == MOST_CASES_AHEAD
