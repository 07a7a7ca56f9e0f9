"""The demo's state: what was written to it and sent to its forms and channel; everything else is derived on demand."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from csat_tui.demo import other_tickets, people, plan, story, tickets, wire
from csat_tui.demo.faults import Faults
from csat_tui.demo.plan import Standing
from csat_tui.demo.responses import Refusal
from csat_tui.demo.story import Case
from csat_tui.demo.wire import Json, stamp

SECRET = ("authorization", "cookie")
"""Headers that are never shown again."""


@dataclass(frozen=True)
class Entry:
    """One thing that came in."""

    number: int
    at: datetime
    content: Json
    headers: dict[str, str]


@dataclass
class Inbox:
    """Everything that came in under one name; a key that comes again gets the entry that it made."""

    entries: list[Entry] = field(default_factory=list)
    keys: dict[str, Entry] = field(default_factory=dict)

    def take(self, content: Json, headers: Mapping[str, str], at: datetime) -> tuple[Entry, bool]:
        """Keep something, and tell whether it is new; a key that comes with other content is refused."""
        key = headers.get("idempotency-key", "")
        known = self.keys.get(key) if key else None
        if known is not None:
            if known.content != content:
                raise unprocessable(f"The key {key!r} has come before with other content; nothing was added.")
            return known, False
        shown = {name: value for name, value in headers.items() if name.lower() not in SECRET}
        entry = Entry(len(self.entries) + 1, at, content, shown)
        self.entries.append(entry)
        if key:
            self.keys[key] = entry
        return entry, True


def unprocessable(sentence: str) -> Refusal:
    """Say in one sentence why something is not taken."""
    return Refusal(422, {"error": "unprocessable", "message": sentence})


def receipt(name: str, entry: Entry) -> Json:
    """Confirm that something was taken."""
    return {"id": f"{name}-{entry.number}", "received_at": stamp(entry.at)}


WRITTEN_BASE = 9_200_000_000_000
OPEN_STATUSES = ("new", "open", "pending", "hold")


@dataclass
class Record:
    """A ticket that was written to: its present state, held instead of derived."""

    ticket: Json
    comments: list[Json]
    audits: list[Json]


class World:
    """Surveys, tickets and people by number; `held` is all that grows, and only with writes."""

    def __init__(self, surveys: int, seed: int, now: datetime | None = None) -> None:
        self.size, self.seed = surveys, seed
        self.anchor = (now or datetime.now(UTC)).replace(microsecond=0).astimezone(UTC)
        began = time.monotonic()
        self.clock: Callable[[], datetime] = lambda: self.anchor + timedelta(seconds=time.monotonic() - began)
        self.credentials = people.credentials(seed)
        self.faults = Faults()
        self.held: dict[int, Record] = {}
        self.deleted: set[int] = set()
        self.standing = Standing(surveys)
        self.created: list[int] = []
        self.planted: dict[int, str] = {}
        """The surveys whose delivered note carries a planted fault, by index, each with the kind of its fault."""
        self.derived = 0
        self._inboxes: dict[str, Inbox] = {}
        self._written = 0

    def now(self) -> datetime:
        """Tell the world's time in whole seconds."""
        return self.clock().replace(microsecond=0)

    def inbox(self, name: str) -> Inbox:
        """Give what was sent to a form or to the channel."""
        return self._inboxes.setdefault(name, Inbox())

    def new_id(self) -> int:
        """Number something that was just written, leaving room for what hangs on it."""
        self._written += 1
        return WRITTEN_BASE + self._written * 1_000

    def story(self, index: int) -> story.Story:
        """Tell the facts of the survey at an index, newest first."""
        self.derived += 1
        return story.derive_story(self.seed, index, self.size, self.anchor)

    def case(self, index: int) -> Case:
        """Tell the case whose own index this is."""
        self.derived += 1
        return story.derive_case(self.seed, index, self.anchor)

    def _named(self, ticket_id: int) -> plan.TicketNumber | None:
        """Tell what a ticket number stands for in a world of this size; deleted tickets stand for nothing."""
        named = plan.read_ticket_number(ticket_id)
        if named is None or ticket_id in self.deleted:
            return None
        if named.role == "other":
            seat = other_tickets.read_seat(self.seed, named.index)
            return named if seat and seat[0] < self.size else None
        if named.index >= self.size:
            return None
        kind = plan.kind_at(self.seed, named.index)
        if named.role == "target" and kind != "source-merged":
            return None
        if named.role == "source":
            repeat = plan.source_index(named.index, self.size) != named.index
            return None if kind == "source-deleted" or repeat else named
        return named

    def ticket(self, ticket_id: int) -> Json | None:
        """Give a ticket as it stands now, or nothing when there is none or it was deleted."""
        if ticket_id in self.held:
            return None if ticket_id in self.deleted else self.held[ticket_id].ticket
        named = self._named(ticket_id)
        if named is None:
            return None
        if named.role == "survey":
            return tickets.survey_ticket(self.story(named.index))
        if named.role == "other":
            return other_tickets.ticket(self.seed, *self._seated(named.index))
        behind = self.case(named.index)
        return tickets.source_ticket(behind) if named.role == "source" else tickets.target_ticket(behind)

    def comments(self, ticket_id: int) -> list[Json]:
        """Give the comments of a ticket, oldest first."""
        if ticket_id in self.held:
            return self.held[ticket_id].comments
        named = self._named(ticket_id)
        if named is None:
            return []
        if named.role == "survey":
            return tickets.survey_comments(self.story(named.index))
        if named.role == "other":
            return other_tickets.comments(self.seed, *self._seated(named.index))
        behind = self.case(named.index)
        return tickets.source_comments(behind) if named.role == "source" else tickets.target_comments(behind)

    def _seated(self, seat: int) -> tuple[Case, int]:
        """Give whose other ticket a seat is, and which."""
        index, place = other_tickets.read_seat(self.seed, seat) or (0, 0)
        return self.case(index), place

    def audits(self, ticket_id: int) -> list[Json]:
        """Give the audits of a ticket, oldest first."""
        if ticket_id in self.held:
            return self.held[ticket_id].audits
        record = self.ticket(ticket_id)
        return tickets.audits(record, self.comments(ticket_id)) if record else []

    def hold(self, ticket_id: int) -> Record | None:
        """Take a ticket out of derivation so that it can be written to."""
        if ticket_id not in self.held:
            record = self.ticket(ticket_id)
            if record is None:
                return None
            self.held[ticket_id] = Record(record, self.comments(ticket_id), self.audits(ticket_id))
        return None if ticket_id in self.deleted else self.held[ticket_id]

    def add(self, record: Record) -> None:
        """Take in a ticket that was created over the wire."""
        self.held[record.ticket["id"]] = record
        self.created.append(record.ticket["id"])

    def next_ticket_id(self) -> int:
        """Number a new ticket after every other."""
        return plan.TOP_TICKET + 1 + len(self.created)

    def settle(self, ticket_id: int) -> None:
        """Bring the survey view up to date with a ticket that was just written."""
        named = plan.read_ticket_number(ticket_id)
        if named is None or named.role != "survey" or named.index >= self.size:
            return
        record = self.ticket(ticket_id)
        stands = record is not None and record["status"] in OPEN_STATUSES and tickets.SURVEY_TAG in record["tags"]
        (self.standing.restore if stands else self.standing.drop)(named.index)

    def user(self, user_id: int) -> Json | None:
        """Give a user, staff or customer."""
        joined = self.anchor - timedelta(days=420)
        if user_id in people.STAFF:
            return wire.staff_user(people.STAFF[user_id], joined)
        index, place = plan.read_customer_id(user_id) or (self.size, 0)
        if index >= self.size:
            return None
        who = self.case(index).customer if place == 0 else other_tickets.person(self.seed, index, place)
        return None if who is None else wire.customer_user(who, joined)

    def user_by_email(self, email: str) -> Json | None:
        """Find the customer, or who else writes in a customer's history, by any address of theirs."""
        index, place = other_tickets.by_email(self.seed, email) or (self.size, 0)
        return None if index >= self.size else self.user(plan.customer_id(index, place))

    def addresses(self, user_id: int) -> list[str]:
        """Give the addresses of a user, the first of them first."""
        if user_id in people.STAFF:
            return [people.STAFF[user_id].email]
        index, place = plan.read_customer_id(user_id) or (self.size, 0)
        return [] if index >= self.size else other_tickets.addresses(self.seed, index, place)

    def merging(self, index: int) -> other_tickets.Merging | None:
        """Tell what a careful agent does with the other tickets of a survey's customer; None where there are none."""
        return other_tickets.merging(self.seed, self.case(index))

    def own(self, index: int) -> list[int]:
        """Number the tickets of a story that bear its own index, whether or not each of them is there."""
        found = [plan.ticket_number(role, index) for role in ("survey", "source", "target")]
        return [*found, *other_tickets.numbers(self.seed, index)]

    def around(self, index: int) -> list[int]:
        """Number every ticket of a story, also the survey that was filled in again for it."""
        start = index - index % plan.BLOCK
        again = [start + place for place, earlier in plan.REPEATS.items() if start + earlier == index]
        found = [plan.ticket_number("survey", one) for one in again if one < self.size]
        return [*found, *self.own(index)]

    def requested(self, user_id: int) -> list[Json]:
        """Give every ticket that a user asked for, in the order of their numbers."""
        index, _ = plan.read_customer_id(user_id) or (self.size, 0)
        derived = self.around(index) if index < self.size else []
        found = [self.ticket(number) for number in sorted({*derived, *self.created})]
        return [record for record in found if record is not None and record["requester_id"] == user_id]

    def held_tickets(self) -> Iterator[Json]:
        """Walk the tickets that were written, without those deleted since; others may be written meanwhile."""
        return (record.ticket for ident, record in list(self.held.items()) if ident not in self.deleted)
