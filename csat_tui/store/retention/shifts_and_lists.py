"""Retention of shifts and lists of low scores, because they quote customers too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from csat_tui.store.tables.lifetime import WhenOld, removed_tables
from csat_tui.store.types import Moment

_LISTS = "SELECT id FROM report WHERE reconciled_at < :before AND imported_at < :before"
_SHIFTS = "SELECT id FROM shift WHERE ended_at < :before AND recap_state NOT IN ('sending', 'unknown')"
"""Shifts that are complete and old; one whose recap is in doubt still needs a person."""


@dataclass(frozen=True, slots=True)
class ShiftsAndLists:
    """The numbers of reconciled lists and of completed shifts."""

    lists: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.lists) + len(self.shifts)

    def among(self, others: "ShiftsAndLists") -> "ShiftsAndLists":
        """Return the numbers that are in both."""
        return ShiftsAndLists(
            tuple(one for one in self.lists if one in set(others.lists)),
            tuple(one for one in self.shifts if one in set(others.shifts)),
        )


def find_old(connection: Connection, before: datetime) -> ShiftsAndLists:
    """Return the lists and shifts that were settled before a moment; the others stay, however old."""
    given = {"before": Moment().process_bind_param(before, connection.dialect)}

    def numbers(query: str) -> tuple[int, ...]:
        return tuple(int(row[0]) for row in connection.execute(text(query), given))

    return ShiftsAndLists(numbers(_LISTS), numbers(_SHIFTS))


def count_settled(connection: Connection) -> int:
    """Return the number of reconciled lists and completed shifts of any age."""
    query = (
        "SELECT (SELECT count(*) FROM report WHERE reconciled_at IS NOT NULL) "
        "+ (SELECT count(*) FROM shift WHERE ended_at IS NOT NULL)"
    )
    return int(connection.execute(text(query)).scalar_one())


def remove_rows(connection: Connection, papers: ShiftsAndLists) -> None:
    """Remove lists with their lines, and shifts."""
    for statement, numbers in _statements(papers, ""):
        connection.execute(text(statement.replace("?", ":ids")), {"ids": numbers})


def erase_rows(driven: Any, papers: ShiftsAndLists) -> None:
    """Remove lists and shifts from a copy of the ledger; a copy of an older version may have no table of them."""
    known = {row[0] for row in driven.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "kept_report" not in known:
        return
    for statement, numbers in _statements(papers, "kept_"):
        driven.execute(statement, (numbers,))


def _statements(papers: ShiftsAndLists, kept: str) -> Iterator[tuple[str, str]]:
    these = "IN (SELECT value FROM json_each(?))"
    lists, shifts = str(list(papers.lists)), str(list(papers.shifts))
    for kind, column, numbers in (
        (WhenOld.WITH_LIST, "report_id", lists),
        (WhenOld.LIST, "id", lists),
        (WhenOld.SHIFT, "id", shifts),
    ):
        for table in removed_tables(kind):
            yield f"DELETE FROM {kept}{table} WHERE {column} {these}", numbers
