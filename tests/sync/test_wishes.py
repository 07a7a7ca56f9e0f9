"""The case that is open waits for none that was open before it, however long another system takes to answer."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from csat_tui.domain.account import Account
from csat_tui.domain.case import customer_email
from csat_tui.domain.ids import SurveyId
from csat_tui.store import tickets
from csat_tui.sync.fetch import Fetcher
from csat_tui.sync.wishes import WANTED, Wishes
from tests.builders import an_account
from tests.sync.bench import Bench


class StalledAdmin:
    """Answers for every customer but those of whom it has been told to keep silent."""

    def __init__(self) -> None:
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self.given_up: list[str] = []

    async def account(self, email: str) -> Account | None:
        self.asked.append(email)
        if email in self.silent:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.given_up.append(email)
                raise
        return an_account(email=email)

    async def close(self) -> None:
        return


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


@asynccontextmanager
async def fetching(bench: Bench, admin: StalledAdmin):
    wishes = Wishes()
    fetcher = Fetcher(bench.database, bench.memory, admin, bench.clock)
    loops = [asyncio.create_task(one(fetcher.case)) for one in (wishes.fetch_open, wishes.fetch_ahead)]
    try:
        yield wishes
    finally:
        for loop in loops:
            loop.cancel()
        for loop in loops:
            with suppress(asyncio.CancelledError):
                await loop


def email_of(bench: Bench, survey_id: SurveyId) -> str:
    case = bench.case(survey_id)
    return customer_email(case.survey, case.source_ticket, case.survey_ticket)


async def here(bench: Bench, survey_id: SurveyId) -> None:
    """Wait until a customer's account is in the store."""
    found = asyncio.Event()
    loop = asyncio.get_running_loop()
    stop = bench.database.listen(lambda _: loop.call_soon_threadsafe(found.set))
    try:
        while True:
            found.clear()
            with bench.database.read() as connection:
                if tickets.account(connection, email_of(bench, survey_id))[1] is not None:
                    return
            await asyncio.wait_for(found.wait(), 20)
    finally:
        stop()


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0)


async def test_the_newest_wish_comes_first_and_the_older_one_is_given_up(bench: Bench) -> None:
    first, second = bench.arrive(1), bench.arrive(2)
    admin = StalledAdmin()
    admin.silent.add(email_of(bench, first))
    async with fetching(bench, admin) as wishes:
        wishes.want([first])
        await until(lambda: admin.asked)
        wishes.want([second])
        await here(bench, second)
        assert admin.given_up[:1] == [email_of(bench, first)]


async def test_what_was_given_up_comes_again_ahead_of_need(bench: Bench) -> None:
    first, second = bench.arrive(1), bench.arrive(2)
    admin = StalledAdmin()
    admin.silent.add(email_of(bench, first))
    async with fetching(bench, admin) as wishes:
        wishes.want([first])
        await until(lambda: admin.asked)
        admin.silent.clear()
        wishes.want([second])
        await here(bench, second)
        await here(bench, first)


async def test_looking_through_many_cases_leaves_none_running_behind(bench: Bench) -> None:
    cases = [bench.arrive(number) for number in range(1, 8)]
    admin = StalledAdmin()
    admin.silent = {email_of(bench, one) for one in cases[:-1]}
    async with fetching(bench, admin) as wishes:
        for one in cases:
            before = len(admin.asked)
            wishes.want([one])
            await until(lambda: len(admin.asked) > before)  # noqa: B023 - it is looked at before the next round
        await here(bench, cases[-1])
    assert set(admin.given_up) == admin.silent


async def test_the_same_case_opened_again_goes_on(bench: Bench) -> None:
    survey_id = bench.arrive(1)
    admin = StalledAdmin()
    admin.silent.add(email_of(bench, survey_id))
    async with fetching(bench, admin) as wishes:
        wishes.want([survey_id])
        await until(lambda: admin.asked)
        wishes.want([survey_id])
        for _ in range(20):
            await asyncio.sleep(0)
        assert admin.given_up == []
        assert len(admin.asked) == 1


async def test_no_more_are_wished_for_than_somebody_may_still_look_at(bench: Bench) -> None:
    wishes = Wishes()
    wishes.want([SurveyId(number) for number in range(3 * WANTED)])
    assert len(wishes._ahead) == WANTED
