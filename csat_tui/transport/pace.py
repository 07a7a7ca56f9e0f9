"""How fast one host is asked, who comes first, how long each waits, and which reads are tried again.

For whom a request is made travels with the task, so that no port has to carry it along.
"""

import asyncio
import math
import random
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from enum import IntEnum
from random import uniform
from weakref import WeakKeyDictionary

from csat_tui.domain.errors import Limited, Unreachable
from csat_tui.transport.rate_limits import Budget, account_limit, named_limits


class Urgency(IntEnum):
    """Who waits for an answer, the most urgent first."""

    PERSON = 0
    """Somebody looks at the screen and waits."""
    DELIVERY = 1
    """Something decided is on its way."""
    SYNC = 2
    """The machine by itself: walks, and what is fetched ahead."""


_current: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.PERSON)


def urgency() -> Urgency:
    """Return how urgent what the current task asks is."""
    return _current.get()


@contextmanager
def acting_for(urgency: Urgency) -> Iterator[None]:
    """Make every request in the block, and in tasks begun in it, this urgent."""
    token = _current.set(urgency)
    try:
        yield
    finally:
        _current.reset(token)


PARALLEL_REQUESTS = 12
"""Requests under way at a time; background work leaves one of them to the person."""
PAUSE_SPREAD = 0.05
"""By how much of a pause background work may come later, so that several workstations do not come together."""

RETRY_SOON = 1.0
"""Seconds after which to try again if only earlier requests are in the way."""


class NoSlotInTime(Limited):
    """No slot became free in time; nothing was sent."""


class RequestSlot:
    """A request's slot at a host."""

    __slots__ = ("_began", "_pace", "lost")

    def __init__(self, pace: "Pace", began: int) -> None:
        self._pace, self._began = pace, began
        self.lost = True
        """Whether the request may have been counted by the host, which has not answered it."""

    def heard(self, headers: Mapping[str, str], wait: float | None = None) -> None:
        """Learn from the answer's headers, and from the seconds that it asks us to wait, if it does."""
        self.lost = False
        self._pace.learn(headers, wait, self._began)

    def unsent(self) -> None:
        """Count nothing: the request never left."""
        self.lost = False


class Pace:
    """Gives out slots at one host, within one event loop, and by that loop's clock."""

    def __init__(
        self, address: str, *, at_once: int = PARALLEL_REQUESTS, chance: Callable[[], float] = random.random
    ) -> None:
        self._address = address
        self._at_once = at_once
        self._chance = chance
        self._budget = Budget()
        self._under_way = 0
        self._shut_until = 0.0
        self._rest_until = 0.0
        self._waiting: dict[Urgency, deque[tuple[asyncio.Future[None], float]]] = {each: deque() for each in Urgency}
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, urgency: Urgency, patience: float = math.inf) -> AsyncIterator[RequestSlot]:
        """Wait for a slot; NoSlotInTime if none can come within `patience` seconds, immediately if that is known."""
        await self._begin(urgency, patience)
        turn = RequestSlot(self, self._budget.mark)
        try:
            yield turn
        finally:
            self._end(turn)

    def learn(self, headers: Mapping[str, str], wait: float | None, began: int) -> None:
        """Take in what an answer tells of the limits; who was asked to wait keeps everybody from this host."""
        now = asyncio.get_running_loop().time()
        told = account_limit(headers)
        self._budget.hear(told, began, now)
        if wait is not None and not _particular(headers, left=None if told is None else told.remaining):
            self._budget.forget()
            self._shut_until = max(self._shut_until, now + wait)
            self._rest_until = self._late(self._shut_until, now)
            self._turn_away(now)
        elif told is not None and now >= self._shut_until:
            self._rest_until = 0.0
        self._tire(now)

    async def _begin(self, urgency: Urgency, patience: float) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._budget.roll(now)
        if not any(self._waiting[each] for each in Urgency if each <= urgency) and self._may(urgency, now):
            self._under_way += 1
            return
        if (pause := self._pause(urgency, now)) > patience:
            raise self._away(pause)
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting[urgency].append((mine, patience))
        # A pause may just have ended, and its timer be about to run: whoever waits for it is admitted here and now.
        self._admit()
        try:
            async with asyncio.timeout(None if urgency is Urgency.SYNC else patience):
                await mine
        except BaseException as error:
            if not mine.cancelled() and mine.exception() is None:
                # The turn came together with the end of the wait: the next one has it.
                self._under_way -= 1
                self._admit()
            if isinstance(error, TimeoutError):
                raise self._away(self._pause(urgency, loop.time())) from None
            raise

    def _end(self, turn: RequestSlot) -> None:
        if turn.lost:
            self._budget.lose()
            self._tire(asyncio.get_running_loop().time())
        self._under_way -= 1
        self._admit()

    def _tire(self, now: float) -> None:
        """Let background work rest until the next window where nothing is left to it."""
        if self._budget.spent(person=False):
            self._rest_until = self._late(max(self._shut_until, self._budget.ends), now)

    def _admit(self) -> None:
        """Give slots to the requests that may go, the most urgent first, then in the order in which they came."""
        now = asyncio.get_running_loop().time()
        self._budget.roll(now)
        for urgency, queue in self._waiting.items():
            while queue:
                if not queue[0][0].done():
                    if not self._may(urgency, now):
                        self._set_timer(now)
                        return
                    self._under_way += 1
                    queue[0][0].set_result(None)
                queue.popleft()

    def _may(self, urgency: Urgency, now: float) -> bool:
        person = urgency is Urgency.PERSON
        if now < (self._shut_until if person else self._rest_until):
            return False
        free = self._at_once - self._under_way - (0 if person else 1)
        return free > 0 and self._budget.room(self._under_way, person=person)

    def _pause(self, urgency: Urgency, now: float) -> float:
        """Return the seconds for which no slot can come, whatever is answered meanwhile."""
        if urgency is not Urgency.PERSON:
            return max(0.0, self._rest_until - now)
        spent = self._budget.spent(person=True)
        return max(0.0, self._shut_until - now, self._budget.ends - now if spent else 0.0)

    def _set_timer(self, now: float) -> None:
        """Look again when the pause of the most urgent one is over; what else there is to wait for comes by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for urgency, queue in self._waiting.items():
            if queue:
                if pause := self._pause(urgency, now):
                    self._timer = asyncio.get_running_loop().call_at(now + pause, self._admit)
                return

    def _turn_away(self, now: float) -> None:
        """Tell those who would have to wait for longer than they can."""
        for urgency, queue in self._waiting.items():
            pause = self._pause(urgency, now)
            for mine, patience in queue:
                if pause > patience and not mine.done():
                    mine.set_exception(self._away(pause))

    def _away(self, pause: float) -> NoSlotInTime:
        """Return the error that no slot came in time, with the seconds until the next attempt."""
        if not pause:
            what = f"{self._address} has not answered what it was asked before"
            return NoSlotInTime(f"{what}; nothing was sent, and it continues automatically", RETRY_SOON)
        what = f"{self._address} takes no more requests for {math.ceil(pause)} s"
        return NoSlotInTime(f"{what}; nothing was sent, and it continues automatically", pause)

    def _late(self, moment: float, now: float) -> float:
        return moment + PAUSE_SPREAD * self._chance() * (moment - now)


def _particular(headers: Mapping[str, str], *, left: int | None) -> bool:
    """Whether a refusal is about one kind of request: its own limit is used up, and nothing says that the host's is."""
    return left != 0 and any(told.remaining == 0 for told in named_limits(headers).values())


_paces: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Pace]] = WeakKeyDictionary()


def pace_of(address: str) -> Pace:
    """Return the pace at which the host of an address is asked; everybody in this event loop shares it."""
    origin = "/".join(address.split("/", 3)[:3]).casefold()
    here = _paces.setdefault(asyncio.get_running_loop(), {})
    if origin not in here:
        here[origin] = Pace(origin)
    return here[origin]


READ_WAITS = {Urgency.PERSON: 2.0, Urgency.DELIVERY: 20.0, Urgency.SYNC: 90.0}
"""Seconds that a read waits for a slot, and for a limit to pass; a window of a minute fits into the last."""
WRITE_WAIT = 2.0
"""Seconds that a write waits for a slot; after that it waits in the outbox, where it is safe."""
MOST_TRIES = 3
"""The largest number of attempts at a read."""


class TransientFailure(Unreachable):
    """A failure that is likely to be over a moment later."""


def read_attempts(urgency: Urgency) -> AsyncIterator[AbstractContextManager[None]]:
    """Yield the attempts at one read: pauses grow, and are never quite the same.

    Somebody who waits is told soon, and at once where nothing answers at all: trying again would not help.
    """
    import stamina  # brings much along: not at start-up

    def again(error: Exception) -> bool | float:
        if isinstance(error, Limited) and not isinstance(error, NoSlotInTime):
            wait = error.retry_after
            return wait <= READ_WAITS[urgency] and wait * uniform(1, 1 + PAUSE_SPREAD)  # noqa: S311 - spreads, hides nothing
        return isinstance(error, TransientFailure)

    person = urgency is Urgency.PERSON
    return aiter(
        stamina.retry_context(
            on=again,
            attempts=MOST_TRIES,
            timeout=5.0 if person else None,
            wait_initial=0.2 if person else 0.5,
            wait_max=1.0 if person else 8.0,
            wait_jitter=0.2 if person else 1.0,
        )
    )
