"""Turns at one host: never more than it allows, the person first, and everybody in the end."""

import asyncio
import math
import time
from collections.abc import Awaitable
from math import ceil

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csat_tui.domain.errors import Limited
from csat_tui.transport.pace import PARALLEL_REQUESTS, NoSlotInTime, Pace, Urgency, pace_of
from tests.transport.timeless import SPELLINGS, Service, every_spelling, new_spelling, nothing, now, run

PERSON, DELIVERY, SYNC = Urgency


async def together(*asked: Awaitable[bool]) -> list[bool]:
    return await asyncio.gather(*asked)


@pytest.mark.parametrize("tells", SPELLINGS)
def test_work_at_full_tilt_is_never_refused_and_leaves_the_persons_part(tells: object) -> None:
    async def work(service: Service) -> float:
        pace, began = Pace("https://desk.example.com"), now()
        assert all(await together(*(service.ask(pace, SYNC) for _ in range(250))))
        return now() - began

    service = Service(100, tells)  # type: ignore[arg-type]
    took = run(work(service))
    assert service.refused == []
    assert service.fewest_left_to_background == 10
    assert 120 <= took <= 130, "ninety a minute: two whole windows, and not much more"


def test_the_person_uses_all_of_the_limit_and_is_then_told_how_long_it_takes() -> None:
    async def work(service: Service) -> float:
        pace = Pace("https://desk.example.com")
        await together(*(service.ask(pace, PERSON) for _ in range(20)))
        with pytest.raises(
            NoSlotInTime, match=r"https://desk\.example\.com takes no more requests for \d+ s"
        ) as caught:
            await service.ask(pace, PERSON, patience=2)
        return caught.value.retry_after

    service = Service(20, every_spelling)
    assert 59 <= run(work(service)) <= 60.5
    assert len(service.served) == 20
    assert service.refused == []


def test_a_person_in_the_middle_of_a_sync_does_not_wait_for_the_window() -> None:
    async def work(service: Service) -> list[float]:
        pace, took = Pace("https://desk.example.com"), []
        async with asyncio.TaskGroup() as group:
            for _ in range(200):
                group.create_task(service.ask(pace, SYNC))
            for _ in range(8):
                await asyncio.sleep(7)
                began = now()
                assert await service.ask(pace, PERSON, patience=2)
                took.append(now() - began)
        return took

    service = Service(100, every_spelling)
    assert max(run(work(service))) <= 2 * service.latency
    assert service.refused == []


def test_what_is_more_urgent_goes_first_and_equals_go_in_order() -> None:
    async def work() -> list[str]:
        pace, order = Pace("https://desk.example.com", at_once=2), []

        async def ask(name: str, urgency: Urgency) -> None:
            async with pace.turn(urgency) as turn:
                order.append(name)
                await asyncio.sleep(1)
                turn.heard({})

        async with asyncio.TaskGroup() as group:
            for name, urgency in [
                ("first", SYNC),
                ("sync 1", SYNC),
                ("sync 2", SYNC),
                ("delivery 1", DELIVERY),
                ("delivery 2", DELIVERY),
            ]:
                group.create_task(ask(name, urgency))
                await asyncio.sleep(0)
            group.create_task(ask("person", PERSON))
        return order

    assert run(work()) == ["first", "person", "delivery 1", "delivery 2", "sync 1", "sync 2"]


def test_one_connection_is_left_to_the_person() -> None:
    async def work(service: Service) -> float:
        pace = Pace("https://desk.example.com")
        await service.ask(pace, SYNC)
        slow = [asyncio.create_task(service.ask(pace, SYNC)) for _ in range(20)]
        await asyncio.sleep(0)
        began = now()
        await service.ask(pace, PERSON)
        took = now() - began
        await asyncio.gather(*slow)
        return took

    assert run(work(Service(10**6, nothing, latency=5.0))) == 5.0


def test_nothing_is_sent_to_a_host_that_asked_to_wait_and_each_waits_as_long_as_it_can() -> None:
    async def work(service: Service) -> None:
        pace = Pace("https://desk.example.com")
        async with pace.turn(PERSON) as turn:
            turn.heard({"retry-after": "30"}, 30.0)
        began = now()
        for urgency, patience in ((PERSON, 2.0), (DELIVERY, 2.0), (DELIVERY, 20.0)):
            with pytest.raises(NoSlotInTime) as caught:
                await service.ask(pace, urgency, patience)
            assert 30 <= caught.value.retry_after <= 31.5
        assert now() == began
        await together(*(service.ask(pace, SYNC, 90) for _ in range(5)))
        assert min(at for _, at in service.served) >= began + 30

    run(work(Service(100, every_spelling)))


def test_who_waits_already_is_told_when_the_wait_becomes_too_long() -> None:
    async def work() -> None:
        pace = Pace("https://desk.example.com", at_once=2)

        async def refused() -> None:
            async with pace.turn(SYNC) as turn:
                await asyncio.sleep(1)
                turn.heard({}, 600.0)

        async with asyncio.TaskGroup() as group:
            group.create_task(refused())
            await asyncio.sleep(0)
            began = now()
            with pytest.raises(NoSlotInTime) as caught:
                async with pace.turn(SYNC, 90.0):
                    raise AssertionError("nobody goes")
        assert now() - began == 1
        assert caught.value.retry_after >= 600

    run(work())


def test_a_person_is_told_when_no_connection_comes_free_in_time() -> None:
    async def work(service: Service) -> float:
        pace = Pace("https://desk.example.com")
        hanging = [asyncio.create_task(service.ask(pace, PERSON)) for _ in range(PARALLEL_REQUESTS)]
        await asyncio.sleep(0)
        began = now()
        with pytest.raises(Limited, match="has not answered what it was asked before"):
            await service.ask(pace, PERSON, patience=2)
        waited = now() - began
        await asyncio.gather(*hanging)
        assert await service.ask(pace, PERSON, patience=2)
        return waited

    assert run(work(Service(100, every_spelling, latency=60.0))) == 2


def test_a_refusal_of_one_kind_of_request_stops_nothing_else() -> None:
    async def work(service: Service) -> None:
        pace = Pace("https://desk.example.com")
        async with pace.turn(DELIVERY) as turn:
            own = {"zendesk-ratelimit-ticket-updates": "total=30; remaining=0; resets=300", "retry-after": "300"}
            turn.heard(new_spelling(100, 80, 60) | own, 300.0)
        began = now()
        assert await service.ask(pace, SYNC)
        assert now() - began <= service.latency

    run(work(Service(100, every_spelling)))


def test_workstations_do_not_come_back_together() -> None:
    async def work(chance: float) -> float:
        service, pace = Service(100, every_spelling), Pace("https://desk.example.com", chance=lambda: chance)
        await together(*(service.ask(pace, SYNC) for _ in range(91)))
        return now()

    early, late = run(work(0.0)), run(work(1.0))
    assert 2.5 <= late - early <= 3.5


def test_a_wait_that_is_given_up_keeps_nobody_waiting() -> None:
    async def work(service: Service) -> None:
        pace = Pace("https://desk.example.com")
        await together(*(service.ask(pace, SYNC) for _ in range(9)))
        waiting = [asyncio.create_task(service.ask(pace, each)) for each in (DELIVERY, SYNC, SYNC, DELIVERY)]
        await asyncio.sleep(1)
        waiting[0].cancel()
        waiting[1].cancel()
        done = await asyncio.gather(*waiting, return_exceptions=True)
        assert done[2:] == [True, True]
        assert await service.ask(pace, PERSON)

    run(work(Service(10, every_spelling)))


def test_a_turn_that_comes_when_nobody_wants_it_any_more_goes_to_the_next() -> None:
    async def work() -> bool:
        pace, service = Pace("https://desk.example.com", at_once=2), Service(10**6, nothing)
        async with pace.turn(SYNC) as turn:
            second, third = (asyncio.create_task(service.ask(pace, SYNC)) for _ in range(2))
            await asyncio.sleep(1)
            turn.heard({})
        second.cancel()
        return await third

    assert run(work())


@pytest.mark.parametrize("tells", SPELLINGS)
def test_a_line_that_loses_every_answer_does_not_use_up_the_persons_part(tells: object) -> None:
    async def work(service: Service) -> None:
        pace = Pace("https://desk.example.com")
        await service.ask(pace, SYNC)
        await together(*(service.ask(pace, SYNC, lost=True) for _ in range(60)))

    service = Service(40, tells)  # type: ignore[arg-type]
    run(work(service))
    assert sum(at < 1060 for _, at in service.served) <= 36
    assert len(service.served) + len(service.refused) == 61


def test_a_service_without_limits_is_asked_side_by_side_and_without_pauses() -> None:
    async def work(service: Service) -> float:
        pace, began = Pace("https://admin.example.com"), now()
        await together(*(service.ask(pace, SYNC) for _ in range(701)))
        return now() - began

    assert run(work(Service(10**6, nothing))) == pytest.approx(0.1 * (1 + ceil(700 / (PARALLEL_REQUESTS - 1))))


def test_two_services_at_one_host_share_its_turns_and_another_loop_shares_nothing() -> None:
    async def both() -> tuple[bool, bool]:
        desk, admin = pace_of("https://desk.example.com/"), pace_of("https://DESK.example.com/admin/api")
        return desk is admin, desk is pace_of("https://admin.example.com")

    assert run(both()) == (True, False)
    kept = []

    async def keep() -> None:
        kept.append(pace_of("https://desk.example.com"))

    run(keep())
    run(keep())
    assert kept[0] is not kept[1]


@settings(max_examples=60)
@given(
    rate=st.integers(8, 60),
    latency=st.floats(0.001, 3.0),
    seconds=st.sampled_from([1.0, 7.5, 60.0]),
    asked=st.lists(st.tuples(st.sampled_from([SYNC, DELIVERY]), st.floats(0, 2)), max_size=120),
    persons=st.lists(st.floats(0, 90), max_size=6),
    tells=st.sampled_from(SPELLINGS),
)
def test_whatever_comes_when_nothing_is_refused_and_everything_is_served(
    rate: int,
    latency: float,
    seconds: float,
    asked: list[tuple[Urgency, float]],
    persons: list[float],
    tells: object,
) -> None:
    service = Service(rate, tells, latency, seconds)  # type: ignore[arg-type]

    async def work() -> None:
        pace = Pace("https://desk.example.com")

        async def person(after: float) -> None:
            await asyncio.sleep(after)
            await service.ask(pace, PERSON)

        async with asyncio.TaskGroup() as group:
            for after in persons:
                group.create_task(person(after))
            for urgency, pause in asked:
                group.create_task(service.ask(pace, urgency))
                await asyncio.sleep(pause)

    run(work())
    assert service.refused == []
    assert len(service.served) == len(asked) + len(persons)
    assert service.fewest_left_to_background >= math.ceil(rate / 10) - len(persons)


@settings(max_examples=30)
@given(st.lists(st.booleans(), max_size=100), st.sampled_from(SPELLINGS))
@example([False] * 25 + [True] + [False] * 10, every_spelling)
def test_lost_answers_are_taken_as_counted_and_nobody_is_forgotten_over_them(lost: list[bool], tells: object) -> None:
    service = Service(40, tells)  # type: ignore[arg-type]

    async def work() -> None:
        pace = Pace("https://desk.example.com")
        await service.ask(pace, SYNC)
        async with asyncio.TaskGroup() as group:
            for each in lost:
                group.create_task(service.ask(pace, SYNC, lost=each))

    run(work())
    assert len(service.served) + len(service.refused) == 1 + len(lost)
    first_window = [at for _, at in service.served if at < 1060]
    assert len(first_window) <= 36


@pytest.mark.parametrize("tells", SPELLINGS)
def test_two_workstations_share_a_limit_and_neither_is_refused(tells: object) -> None:
    async def work(service: Service) -> None:
        paces = [Pace("https://desk.example.com") for _ in range(2)]
        await together(*(service.ask(pace, SYNC) for pace in paces for _ in range(300)))

    service = Service(200, tells)  # type: ignore[arg-type]
    run(work(service))
    assert service.refused == []
    assert service.fewest_left_to_background > 0


def test_what_others_use_is_seen_in_the_next_answer() -> None:
    async def work(service: Service) -> None:
        pace = Pace("https://desk.example.com")
        await service.ask(pace, SYNC)
        service.use(175)
        await together(*(service.ask(pace, SYNC) for _ in range(60)))

    service = Service(200, every_spelling)
    run(work(service))
    assert service.refused == []


async def test_who_comes_when_a_pause_is_over_and_its_timer_has_not_run_yet_does_not_strand_those_who_wait() -> None:
    pace = Pace("https://example.com", chance=lambda: 0.0)
    pace.learn({}, 0.05, 0)

    async def one() -> None:
        async with pace.turn(DELIVERY):
            pass

    waiting = asyncio.create_task(one())
    await asyncio.sleep(0)
    time.sleep(0.06)  # the loop is late, as on a busy machine: the next step comes before the timer that is due
    async with asyncio.timeout(2):
        await asyncio.gather(one(), waiting)
