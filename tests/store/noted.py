"""Delivered notes to put on a store: each on a survey ticket of its own, by the agents of a team."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.store.database import Database
from csat_tui.store.named_values import remember
from csat_tui.store.review import put_delivered_notes
from tests.builders import NOON
from tests.store.shelf import arriving, put

REVIEWER = UserId(1)
TEAM = {UserId(7): "Mei", UserId(8): "Noor", UserId(9): "Sam"}
FIRST = 90_000
"""The number of the first note's comment."""


def know_reviewer(database: Database, role: str = "admin") -> None:
    """Let the store know who works here, as the first sync does."""
    told = {"agent_id": str(REVIEWER), "agent": "Ana", "agent_role": role}
    with database.write() as connection:
        for name, value in told.items():
            remember(connection, name, value, NOON)


def notes_by(
    database: Database, authors: Sequence[int | None], *, at: datetime = NOON, first: int = 1,
    outcome: str = "no-response",
) -> list[int]:  # fmt: skip
    """Put a note of each author on a survey ticket of its own, an hour apart, latest first; returns the comments."""
    numbers = range(first, first + len(authors))
    put(database, *(arriving(number) for number in numbers))
    told = []
    for place, (number, author) in enumerate(zip(numbers, authors, strict=True)):
        author_id = None if author is None else UserId(author)
        name = "somebody" if author_id is None else TEAM.get(author_id, f"Agent {author}")
        ticket = TicketId(9_900_000 + number)
        note = DeliveredNote(
            FIRST + number, ticket, at - timedelta(hours=place + 1), author_id, name, "NRN", "nrn" if outcome else "",
            (outcome,) if outcome else (),
        )  # fmt: skip
        told.append((ticket, [note]))
    with database.write("notes") as connection:
        put_delivered_notes(connection, told)
    return [FIRST + number for number in numbers]


def set_risk(database: Database, risks: dict[int, int]) -> None:
    """Let the machine have found risks in notes."""
    with database.write() as connection:
        for comment, risk in risks.items():
            connection.exec_driver_sql("UPDATE delivered_note SET risk = ? WHERE comment_id = ?", (risk, comment))
