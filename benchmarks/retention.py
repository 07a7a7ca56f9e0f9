"""Removing 500 old cases with transcripts, at 5,000 and at 100,000 surveys: how long anybody waits for the lock."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.world import NOW, a_survey, filled
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.ledger.soundness import back_up_ledger
from csat_tui.store.retention.purging import purge

SIZES = (5_000, 100_000)
REMOVED = 500
MESSAGES = 12
"""Messages of each source ticket."""

LIMIT = 3.0
"""How many times as long as a page of a hundred transcripts, which every sync writes, the longest lock may last."""

GROWTH = 3.0
"""How many times as long the longest lock may last at the larger size."""


@dataclass
class Locks:
    """How long each write transaction lasted."""

    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def measured(self, database: Database) -> Iterator[None]:
        """Measure the write transactions of a database."""
        write = database.write

        @contextmanager
        def timed(*topics: str) -> Iterator[Any]:
            began = perf_counter()
            with write(*topics) as connection:
                yield connection
            self.seconds.append(perf_counter() - began)

        database.write = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            database.write = write  # type: ignore[method-assign]


def with_tickets(database: Database, surveys: int) -> None:
    """Give every survey its source ticket, and the oldest ones a transcript."""
    for start in range(0, surveys, 5_000):
        some = [a_survey(number) for number in range(start, min(start + 5_000, surveys))]
        with database.write() as connection:
            tickets.put_tickets(connection, [_ticket(one.source_ticket_id or 0) for one in some], NOW)
    old = [a_survey(number).source_ticket_id for number in range(surveys - REMOVED, surveys)]
    for start in range(0, REMOVED, 100):
        _transcripts(database, [one for one in old[start : start + 100] if one is not None])


def _transcripts(database: Database, ids: list[TicketId]) -> float:
    """Keep the transcripts of some tickets, and return how long that took."""
    told = [(one, [_message(one, number) for number in range(MESSAGES)], NOW) for one in ids]
    began = perf_counter()
    with database.write() as connection:
        tickets.put_transcripts(connection, told)
    return perf_counter() - began


def _ticket(number: int) -> Ticket:
    return Ticket(
        id=TicketId(number), subject="Late box", status=Status.SOLVED, created_at=NOW, updated_at=NOW, channel="email",
        description="", requester_id=UserId(number), requester_name="Pat", requester_email=f"pat{number}@example.com",
        assignee_id=None, assignee_name="", tags=(), fields={},
    )  # fmt: skip


def _message(ticket: int, number: int) -> Message:
    words = "The box came late again and nobody told me why it did, although I asked about it twice. " * 4
    return Message(
        id=ticket * 100 + number, ticket_id=TicketId(ticket), created_at=NOW, author=Author.CUSTOMER, author_name="Pat",
        public=True, body=f"{words}{ticket}", channel="email", attachments=(), op_id=None,
    )  # fmt: skip


def longest(surveys: int, folder: Path) -> tuple[float, float, float]:
    """Return the longest lock, how long a page of transcripts takes, and how long the whole removal took."""
    database = filled(folder / f"{surveys}.db", surveys)
    with_tickets(database, surveys)
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE \"case\" SET stage = 'gone', received_at = received_at - 400 * 86400000 "
            'WHERE survey_id IN (SELECT survey_id FROM "case" ORDER BY survey_id DESC LIMIT ?)',
            (REMOVED,),
        )
    back_up_ledger(database.file, NOW)
    page = [TicketId(7_000_000 + number) for number in range(100)]
    reference = median(_transcripts(database, page) for _ in range(5))
    locks = Locks()
    began = perf_counter()
    with locks.measured(database):
        purged = purge(database, timedelta(days=180), NOW)
    took = perf_counter() - began
    database.close()
    if purged.cases != REMOVED:
        raise RuntimeError(f"{purged.cases} cases went instead of {REMOVED}")
    return max(locks.seconds), reference, took


def main(sizes: tuple[int, int] = SIZES) -> bool:
    """Print the figures and their ratios; True if both are good enough."""
    print(f"removing {REMOVED} old cases, {MESSAGES} messages each")
    found = []
    for surveys in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lock, reference, took = longest(surveys, Path(folder))
        found.append((lock, reference))
        print(
            f"  {surveys:>9,} surveys   longest lock {lock * 1000:6.1f} ms, {lock / reference:.2f} transcripts' pages, "
            f"at most {LIMIT:g} wanted; {took:.2f} s in all"
        )
    growth = found[1][0] / found[0][0]
    good = growth <= GROWTH and all(lock / reference <= LIMIT for lock, reference in found)
    print(f"  the longest lock at the larger size lasts {growth:.2f} times as long, at most {GROWTH:g} wanted")
    print(f"  {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
