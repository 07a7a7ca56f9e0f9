"""What has been read in watched folders and mailboxes, so that nothing is read or reported twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.store.tables import WatchedRow
from csat_tui.store.types import VALUES_PER_STATEMENT


@dataclass(frozen=True, slots=True)
class WatchedSource:
    """A file or mail as it was when it was read; `problem` is a sentence, empty if it was imported."""

    name: str
    stamp: str
    digest: str = ""
    problem: str = ""


def known(connection: Connection, place: str) -> dict[str, WatchedSource]:
    """Return what has been read in a place, by name."""
    rows = connection.execute(
        select(WatchedRow.__table__).where(col(WatchedRow.place) == place)  # type: ignore[attr-defined]
    ).mappings()
    return {row["name"]: WatchedSource(row["name"], row["stamp"], row["digest"], row["problem"]) for row in rows}


def put(connection: Connection, place: str, one: WatchedSource, at: datetime) -> None:
    """Keep what was looked at, in place of how it was before; the same problem keeps the time it was first said at."""
    values = {
        "place": place, "name": one.name, "stamp": one.stamp, "digest": one.digest, "problem": one.problem, "at": at,
    }  # fmt: skip
    before = connection.execute(
        select(col(WatchedRow.at)).where(
            col(WatchedRow.place) == place, col(WatchedRow.name) == one.name, col(WatchedRow.problem) == one.problem
        )
    ).first()
    if before is not None:
        values["at"] = before[0]
    new = insert(WatchedRow).values(values)
    changed = {name: new.excluded[name] for name in ("stamp", "digest", "problem", "at")}
    connection.execute(new.on_conflict_do_update(index_elements=["place", "name"], set_=changed))


def forget(connection: Connection, place: str, names: Sequence[str]) -> None:
    """Forget files and mails that are not there any more."""
    for start in range(0, len(names), VALUES_PER_STATEMENT):
        some = names[start : start + VALUES_PER_STATEMENT]
        connection.execute(delete(WatchedRow).where(col(WatchedRow.place) == place, col(WatchedRow.name).in_(some)))


def forget_problems(connection: Connection, places: Collection[str], before: datetime) -> None:
    """Forget the words of old problems, which may quote a customer, and all that was said of other places."""
    connection.execute(delete(WatchedRow).where(col(WatchedRow.place).not_in(places)))
    old = (col(WatchedRow.at) < before, col(WatchedRow.problem) != "", col(WatchedRow.name) != "")
    connection.execute(update(WatchedRow).where(*old).values(problem=""))


def problems(connection: Connection, places: Collection[str], since: datetime) -> list[str]:
    """Return what could not be read since a moment, oldest first; what is wrong with a place is said while it is."""
    rows = connection.execute(
        select(col(WatchedRow.problem))
        .where(col(WatchedRow.place).in_(places), col(WatchedRow.problem) != "")
        .where((col(WatchedRow.at) >= since) | (col(WatchedRow.name) == ""))
        .order_by(col(WatchedRow.at), col(WatchedRow.name))
    )
    return [row[0] for row in rows]
