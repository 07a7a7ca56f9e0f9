"""A help desk in memory, faithful in what delivery rests on, with switches for everything that can go wrong."""

import contextlib
import enum
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.domain.errors import Denied, Limited, Missing, Refused, Uncertain, Unreachable, WriteConflict
from csat_tui.domain.ids import OpId, TicketId, UserId, ViewId
from csat_tui.domain.ticket import (
    MERGED_TAG,
    Agent,
    Author,
    Message,
    Receipt,
    Status,
    Ticket,
    TicketChange,
    TicketMerge,
)
from csat_tui.helpdesk.port import Capabilities, Page, View, ViewOrder


class Fault(enum.Enum):
    """What the next write meets instead of a plain answer."""

    DROP_BEFORE = enum.auto()
    """The connection breaks before the write is applied: Uncertain, and nothing happened."""
    DROP_AFTER = enum.auto()
    """The write is applied and its answer is lost: Uncertain, and it happened."""
    LATE = enum.auto()
    """Uncertain, and the write is applied only when `arrive()` is called: it was still under way."""
    UNREACHABLE = enum.auto()
    HALFWAY = enum.auto()
    """A merge whose job fails after its first source."""
    LIMITED = enum.auto()
    REFUSED = enum.auto()
    DENIED = enum.auto()
    CONFLICT = enum.auto()


@dataclass(frozen=True, slots=True)
class Landed:
    """One write that was applied, as the help desk records it."""

    change: TicketChange
    receipt: Receipt


class MemoryDesk:
    """Tickets, messages and views held in dictionaries; every applied write is kept in `landed`, in order.

    `offline` makes every call Unreachable and `denied` every call Denied; `fail_next` queues faults, one a write;
    `fail_reads` queues errors, one a read. Stamps are whole seconds, as on the wire.
    """

    capabilities = Capabilities(merging=True)

    def __init__(self, clock: Clock | None = None, *, agent: Agent | None = None, page_size: int = 100) -> None:
        self.clock = clock or SystemClock()
        self.agent = agent or Agent(UserId(901), "Ana Pires", "ana@example.com")
        self.page_size = page_size
        self.offline = False
        self.denied = False
        self.landed: list[Landed] = []
        self.rule_tags: tuple[str, ...] = ()
        """What a rule of the help desk adds to a ticket's tags with the next writes."""
        self.other_eyes = False
        """Whether notes become public and replies internal, by a rule of the help desk's own."""
        self.applies = 0
        self.finds = 0
        self.told_at: datetime | None = None
        """The time that its answers tell, where they tell any."""
        self._tickets: dict[TicketId, Ticket] = {}
        self._messages: dict[TicketId, list[Message]] = {}
        self._views: dict[ViewId, tuple[str, list[TicketId]]] = {}
        self._faults: deque[Fault] = deque()
        self._read_errors: deque[Exception] = deque()
        self._late: list[TicketChange] = []
        self.merges: list[TicketMerge] = []
        """The merges that were asked for, those that failed among them."""
        self.stubborn: set[TicketId] = set()
        """Tickets that no merge takes along."""
        self.silent = False
        """Whether a merge that takes not all of its tickets along says that it is done."""
        self._late_merges: list[TicketMerge] = []
        self._numbers = 9_000_000_000_000

    # -- building the world

    def add_ticket(
        self,
        ticket_id: int,
        *,
        subject: str = "Survey",
        status: Status = Status.OPEN,
        age: timedelta = timedelta(hours=1),
        tags: Iterable[str] = (),
        description: str = "",
        requester: str = "Lea Brandt",
        channel: str = "email",
    ) -> Ticket:
        """Put a ticket there and return it."""
        stamp = self._now() - age
        ticket = Ticket(
            id=TicketId(ticket_id),
            subject=subject,
            status=status,
            created_at=stamp,
            updated_at=stamp,
            channel=channel,
            description=description,
            requester_id=UserId(700 + ticket_id % 100),
            requester_name=requester,
            requester_email=f"{requester.split()[0].lower()}@example.com",
            tags=tuple(tags),
        )
        self._tickets[ticket.id] = ticket
        self._messages.setdefault(ticket.id, [])
        if description:
            self.add_message(ticket_id, description, author=Author.CUSTOMER, public=True, at=stamp)
        return ticket

    def add_message(
        self, ticket_id: int, body: str, *, author: Author, public: bool, at: datetime | None = None
    ) -> Message:
        """Add a message without moving the ticket's stamp."""
        ticket = self._tickets[TicketId(ticket_id)]
        name = ticket.requester_name if author is Author.CUSTOMER else self.agent.name
        message = Message(self._number(), ticket.id, at or self._now(), author, name, public, body, ticket.channel)
        self._messages[ticket.id].append(message)
        return message

    def add_view(self, view_id: int, title: str, ticket_ids: Iterable[int]) -> None:
        """Put a view there."""
        self._views[ViewId(view_id)] = (title, [TicketId(ticket_id) for ticket_id in ticket_ids])

    def remove_from_view(self, view_id: int, ticket_id: int) -> None:
        """Let a ticket leave a view, as when somebody else solves it."""
        self._views[ViewId(view_id)][1].remove(TicketId(ticket_id))

    def touch(self, ticket_id: int, **changes: object) -> Ticket:
        """Change a ticket as somebody else would: its stamp moves on by at least a second."""
        ticket = self._tickets[TicketId(ticket_id)]
        stamp = max(self._now(), ticket.updated_at + timedelta(seconds=1))
        self._tickets[ticket.id] = changed = replace(ticket, updated_at=stamp, **changes)  # type: ignore[arg-type]
        return changed

    def touch_within_its_second(self, ticket_id: int, **changes: object) -> Ticket:
        """Change a ticket as somebody else would in the very second of its stamp, which stays as it is."""
        ticket = self._tickets[TicketId(ticket_id)]
        self._tickets[ticket.id] = changed = replace(ticket, **changes)  # type: ignore[arg-type]
        return changed

    def delete(self, ticket_id: int) -> None:
        """Remove a ticket."""
        del self._tickets[TicketId(ticket_id)], self._messages[TicketId(ticket_id)]

    # -- making it fail

    def fail_next(self, *faults: Fault) -> None:
        """Let the next writes meet these faults, one each."""
        self._faults.extend(faults)

    def fail_reads(self, *errors: Exception) -> None:
        """Let the next reads raise these errors, one each."""
        self._read_errors.extend(errors)

    def arrive(self) -> None:
        """Apply the writes that were still under way, those that can be; a stale or closed one is lost."""
        late, self._late = self._late, []
        for change in late:
            try:
                self._apply(change)
            except (WriteConflict, Refused, Missing):
                continue
        late_merges, self._late_merges = self._late_merges, []
        for merge in late_merges:
            with contextlib.suppress(Refused, Missing):
                self._merge(merge)

    def notes(self, ticket_id: int) -> list[Message]:
        """Return what was written through `apply` on a ticket."""
        return [message for message in self._messages[TicketId(ticket_id)] if message.op_id is not None]

    # -- the port

    async def whoami(self) -> Agent:
        self._reachable()
        return self.agent

    async def views(self) -> Sequence[View]:
        self._reachable()
        return [View(view_id, title) for view_id, (title, _) in self._views.items()]

    async def view(
        self, view_id: ViewId, *, order: ViewOrder = ViewOrder.NEWEST, since: str | None = None
    ) -> AsyncIterator[Page]:
        self._reachable()
        if view_id not in self._views:
            raise Missing(f"there is no view {view_id}")
        held = [self._tickets[ticket_id] for ticket_id in self._views[view_id][1] if ticket_id in self._tickets]
        ordered = sorted(
            held,
            key=lambda one: (one.created_at if order is ViewOrder.NEWEST else one.updated_at, one.id),
            reverse=True,
        )
        if since is not None and not since.isdecimal():
            raise Refused("the help desk refused this (400): it does not know the cursor")
        for start in range(int(since or 0), max(len(ordered), 1), self.page_size):
            self._reachable()
            after = start + self.page_size
            cursor = str(after) if after < len(ordered) else None
            yield Page(tuple(ordered[start:after]), len(ordered), cursor=cursor)

    async def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        self._reachable()
        return [self._tickets[ticket_id] for ticket_id in dict.fromkeys(ids) if ticket_id in self._tickets]

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        self._reachable()
        if ticket_id not in self._messages:
            raise Missing(f"there is no ticket #{ticket_id} (any more)")
        return sorted(self._messages[ticket_id], key=lambda message: (message.created_at, message.id))

    async def apply(self, change: TicketChange) -> Receipt:
        self.applies += 1
        self._allowed()
        match self._faults.popleft() if self._faults else None:
            case Fault.DROP_BEFORE:
                raise Uncertain("the connection broke")
            case Fault.DROP_AFTER:
                self._apply(change)
                raise Uncertain("the connection broke")
            case Fault.LATE:
                self._late.append(change)
                raise Uncertain("no answer in time")
            case Fault.UNREACHABLE:
                raise Unreachable("no network; nothing was sent")
            case Fault.LIMITED:
                raise Limited("wait 2 s", 2.0)
            case Fault.REFUSED:
                raise Refused("the help desk refused this")
            case Fault.DENIED:
                raise Denied("you may not write internal notes")
            case Fault.CONFLICT:
                self.touch(change.ticket_id)
                raise WriteConflict("somebody has changed the ticket in the meantime; nothing was applied")
        return self._apply(change)

    async def requested(self, requester_id: UserId, *, since: datetime, most: int = 100) -> list[Ticket]:
        self._reachable()
        found = [one for one in self._tickets.values() if one.requester_id == requester_id and one.updated_at > since]
        if not any(one.requester_id == requester_id for one in self._tickets.values()):
            raise Missing(f"there is no customer {requester_id}")
        return sorted(found, key=lambda ticket: (ticket.created_at, ticket.id), reverse=True)[:most]

    async def merge(self, merge: TicketMerge) -> Receipt:
        self._allowed()
        self.merges.append(merge)
        match self._faults.popleft() if self._faults else None:
            case Fault.DROP_BEFORE:
                raise Uncertain("the connection broke")
            case Fault.DROP_AFTER:
                self._merge(merge)
                raise Uncertain("the connection broke")
            case Fault.LATE:
                self._late_merges.append(merge)
                raise Uncertain("no answer in time")
            case Fault.HALFWAY:
                self._merge(replace(merge, sources=merge.sources[:1]))
                raise Refused("the job failed after the first ticket")
            case Fault.UNREACHABLE:
                raise Unreachable("no network; nothing was sent")
            case Fault.LIMITED:
                raise Limited("wait 2 s", 2.0)
            case Fault.REFUSED:
                raise Refused("the help desk refused this")
            case Fault.DENIED:
                raise Denied("you may not merge")
        return self._merge(merge)

    async def merged(self, merge: TicketMerge) -> Mapping[TicketId, datetime]:
        self.finds += 1
        self._reachable()
        gone = [self._tickets[one] for one in merge.sources if one in self._tickets and self._tickets[one].merged]
        return {one.id: one.updated_at for one in gone if f"#{merge.ticket_id}" in self._messages[one.id][-1].body}

    async def find(self, ticket_id: TicketId, op_id: OpId, since: datetime) -> Receipt | None:
        self.finds += 1
        self._reachable()
        if ticket_id not in self._tickets:
            raise Missing(f"there is no ticket #{ticket_id} (any more)")
        for landed in reversed(self.landed):
            if landed.change.ticket_id == ticket_id and landed.change.op_id == op_id:
                return replace(landed.receipt, stamp=None, tags=None)
        return None

    async def close(self) -> None:
        return None

    # -- inside

    def _apply(self, change: TicketChange) -> Receipt:
        ticket = self._tickets.get(change.ticket_id)
        if ticket is None:
            raise Missing(f"there is no ticket #{change.ticket_id} any more; nothing was applied")
        if not ticket.takes_updates:
            raise Refused("Status: closed prevents ticket update; nothing was applied")
        if len(change.body.encode("utf-8", "replace")) > 65_536:
            raise Refused("the text is longer than the help desk takes; nothing was sent")
        if change.base is not None and change.base < ticket.updated_at:
            raise WriteConflict("somebody has changed the ticket in the meantime; nothing was applied")
        now = max(self._now(), ticket.updated_at)
        public = change.public is not self.other_eyes if change.body.strip() else None
        if public is not None:
            self._messages[ticket.id].append(
                Message(
                    id=self._number(),
                    ticket_id=ticket.id,
                    created_at=now,
                    author=Author.AGENT,
                    author_name=self.agent.name,
                    public=public,
                    body=change.body.replace("\0", "").encode("utf-8", "replace").decode(),
                    channel="api",
                    op_id=change.op_id,
                    author_id=self.agent.id,
                    author_email=self.agent.email,
                    author_role=self.agent.role,
                )
            )
        changed = replace(
            ticket,
            status=change.status or ticket.status,
            assignee_id=change.assignee_id or ticket.assignee_id,
            tags=(*(ticket.tags if change.tags is None else change.tags), *self.rule_tags),
            updated_at=now,
        )
        self._tickets[ticket.id] = changed
        receipt = Receipt(change.op_id, ticket.id, str(self._number()), now, now, changed.tags, public)
        self.landed.append(Landed(change, receipt))
        return receipt

    def _merge(self, merge: TicketMerge) -> Receipt:
        wanted = (merge.ticket_id, *merge.sources)
        if gone := [one for one in wanted if one not in self._tickets]:
            raise Missing(f"there is no ticket #{gone[0]} any more; nothing was applied")
        if not self._tickets[merge.ticket_id].takes_updates:
            raise Refused(f"Merge failed: #{merge.ticket_id} is closed")
        closed = [one for one in merge.sources if not self._tickets[one].takes_updates or one in self.stubborn]
        going = [one for one in merge.sources if one not in closed]
        if going:
            self._say(merge.ticket_id, merge.target_comment)
        for ticket_id in going:
            self._say(ticket_id, merge.source_comment)
            self.touch(ticket_id, status=Status.CLOSED, tags=(*self._tickets[ticket_id].tags, MERGED_TAG))
        at = self.touch(merge.ticket_id).updated_at if going else self._now()
        if closed and not self.silent:
            raise Refused(f"Merge failed: {', '.join(f'#{one}' for one in closed)} could not be merged")
        return Receipt(merge.op_id, merge.ticket_id, f"merge {self._number()}", at)

    def _say(self, ticket_id: TicketId, body: str) -> None:
        message = self.add_message(ticket_id, body, author=Author.AGENT, public=False)
        self._messages[ticket_id][-1] = replace(message, author_name=self.agent.name)

    def _reachable(self) -> None:
        self._allowed()
        if self._read_errors:
            raise self._read_errors.popleft()

    def _allowed(self) -> None:
        if self.offline:
            raise Unreachable("no network; nothing was sent")
        if self.denied:
            raise Denied("the credential is not accepted")

    def _now(self) -> datetime:
        return self.clock.now().astimezone(UTC).replace(microsecond=0)

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers
