"""What retention leaves of a decided survey: where it came from, so that it does not come in once more."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlmodel import col

from csat_tui.store.tables import PurgedRow

AT_ONCE = 500
"""How many keys one question names."""


def purged_among(connection: Connection, sources: Sequence[str]) -> set[str]:
    """Return which of the sources were decided, and removed since."""
    found: set[str] = set()
    for start in range(0, len(sources), AT_ONCE):
        some = col(PurgedRow.source).in_(sources[start : start + AT_ONCE])
        found.update(row[0] for row in connection.execute(select(col(PurgedRow.source)).where(some)))
    return found
