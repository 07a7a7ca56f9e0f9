"""How often tickets may be written to: 30 times in ten minutes by one person each, and what the account allows."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from csat_tui.domain.errors import Limited, Unreachable
from csat_tui.domain.ids import TicketId
from csat_tui.transport.rate_limits import Budget, RequestLimit, named_limits
from csat_tui.transport.session import HeaderListener

WRITES, SECONDS = 30, 600.0
"""How often one person may write to one ticket, within how long."""
UPDATES, MERGES = "updates", "merges"
"""Kinds of writes; a limit of another name than those below is on the kind whose answer tells it."""
OF_A_TICKET, OF_ALL = "ticket-updates", "tickets-update"
"""What the headers call a ticket's own limit, and the account's limit on writes."""


@dataclass(slots=True)
class _Written:
    """One ticket's latest writes of ours, and until when it takes no more, on the machine's steady clock."""

    at: deque[float] = field(default_factory=deque)
    shut_until: float = 0.0


class WriteLimits:
    """Turns a write away before it is sent where Zendesk would refuse it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tickets: dict[TicketId, _Written] = {}
        self._account = Budget()
        self._under_way = 0
        self._shut: dict[str, float] = {}
        """Until when a kind of write is not made, for a limit of its own is used up."""

    @contextmanager
    def writing(self, ticket_id: TicketId, kind: str = UPDATES) -> Iterator[HeaderListener]:
        """Count one write to a ticket; gives what learns from the answer's headers.

        Raises Limited where there is no room for it, and marks a refusal that is about this one ticket, or this one
        kind of write: everything else may go on.
        """
        now = self._clock()
        self._account.roll(now)
        written = self._written(ticket_id, now)
        if (wait := self._shut.get(kind, now) - now) > 0:
            raise _kind_full(kind, wait)
        self._check(ticket_id, written, now)
        began, told = self._account.mark, dict[str, RequestLimit]()

        def heard(headers: Mapping[str, str]) -> None:
            told.clear()
            told.update(named_limits(headers))
            self._account.hear(told.get(OF_ALL), began, self._clock())
            if used_up := [one.reset for name, one in told.items() if _of_one_kind(name, one) and one.reset]:
                self._shut[kind] = self._clock() + max(used_up)

        written.at.append(now)
        self._under_way += 1
        try:
            yield heard
        except (Limited, Unreachable) as error:
            written.at.remove(now)  # it was not counted there either
            if isinstance(error, Limited) and any(map(_of_one_ticket, told, told.values())):
                written.shut_until = now + error.retry_after
                raise _full(ticket_id, error.retry_after) from error
            if isinstance(error, Limited) and any(map(_of_one_kind, told, told.values())):
                self._shut[kind] = now + error.retry_after
                raise _kind_full(kind, error.retry_after) from error
            raise
        finally:
            self._under_way -= 1

    def _written(self, ticket_id: TicketId, now: float) -> _Written:
        """Return what is known of a ticket, and forget what no limit looks back to; the oldest stands first."""
        written = self._tickets.pop(ticket_id, _Written())
        self._tickets[ticket_id] = written
        for each, old in list(self._tickets.items()):
            while old.at and old.at[0] <= now - SECONDS:
                old.at.popleft()
            if old.at or old.shut_until > now:
                break
            if old is not written:
                del self._tickets[each]
        return written

    def _check(self, ticket_id: TicketId, written: _Written, now: float) -> None:
        while written.at and written.at[0] <= now - SECONDS:
            written.at.popleft()
        full_until = written.at[0] + SECONDS if len(written.at) >= WRITES else 0.0
        if (wait := max(full_until, written.shut_until) - now) > 0:
            raise _full(ticket_id, wait)
        if not self._account.room(self._under_way, person=True):
            wait = max(1.0, self._account.ends - now) if self._account.spent(person=True) else 1.0
            raise Limited(
                f"the account does not accept more writes for {math.ceil(wait)} s; nothing was sent, "
                "and it continues automatically",
                wait,
            )


def _of_one_ticket(name: str, told: RequestLimit) -> bool:
    """Whether a limit that is used up is one ticket's: by its name, or by its size, should it be called otherwise."""
    return told.remaining == 0 and (name == OF_A_TICKET or (name != OF_ALL and told.limit == WRITES))


def _of_one_kind(name: str, told: RequestLimit) -> bool:
    """Whether a limit that is used up is neither a ticket's nor the account's on all writes, but one kind's."""
    return told.remaining == 0 and name != OF_ALL and not _of_one_ticket(name, told)


def _kind_full(kind: str, wait: float) -> Limited:
    return Limited(
        f"the help desk does not accept more {kind} for {math.ceil(wait)} s; nothing was applied, "
        "and it continues automatically",
        wait,
        ticket_only=True,
    )


def _full(ticket_id: TicketId, wait: float) -> Limited:
    return Limited(
        f"ticket #{ticket_id} accepts at most {WRITES} of your writes in ten minutes; nothing was applied, "
        f"and it continues automatically in {math.ceil(wait)} s",
        wait,
        ticket_only=True,
    )
