"""The list of low scores on the desk: taken in once, every line accounted for, what is missing brought or settled."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from csat_tui.domain.ids import TicketId
from csat_tui.domain.reconciliation import ReconciledLine, reconcile_line
from csat_tui.file_access import NotAFile, open_source
from csat_tui.intake.low_score_rows import LowScores
from csat_tui.intake.low_scores import LARGEST_LIST, read_low_scores
from csat_tui.store import low_score_lists
from csat_tui.store.database import Database
from csat_tui.store.low_score_lists import NewLine, Report
from csat_tui.workflow.desk import Desk

TOPIC = "report"
"""What the store announces where a list or a line of one has changed."""

PASTED = "what was pasted"
"""What a list is called that came as text and not as a file."""

_A_FILE = re.compile(r"(?:~[\w.-]*|\.{0,2})/|(?![a-z]+://).*\.(?:csv|xlsx?|eml|msg|txt|tsv|html?|pdf)$", re.IGNORECASE)
"""A line that names a file, whether or not it is there."""


class NotTaken(Exception):
    """A list was not taken in, or a line not settled; its text says why, and that nothing was changed."""


class TakenBefore(NotTaken):
    """The same list was taken in before, under whichever name."""


@dataclass(frozen=True, slots=True)
class TakenList:
    """A list that was taken in: how many lines it has, how many of them repeated others, how many cannot be read."""

    report: Report
    lines: int
    repeated: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A list with every line of it and where it stands."""

    report: Report
    lines: tuple[ReconciledLine, ...]

    @property
    def left(self) -> tuple[ReconciledLine, ...]:
        """The lines that are not accounted for."""
        return tuple(line for line in self.lines if not line.standing.accounted)


def offered(said: str) -> tuple[bytes, str]:
    """Return the list that a person means, and its name: a file that is named, or what is pasted. Raises NotTaken."""
    line = said.strip()
    if "\n" not in line:
        quoted = len(line) > 1 and line[0] == line[-1] and line[0] in "'\""  # as terminals paste a file's name
        path = Path(os.path.expanduser(line[1:-1] if quoted else line.replace("\\ ", " ")))
        if os.path.isfile(path):
            return from_file(path), path.name
        if os.path.lexists(path) or _A_FILE.match(line):
            raise NotTaken(
                f"{path} does not exist, or is not a file. Nothing was added; look at its name, or paste the list."
            )
    return said.encode("utf-8", "replace"), PASTED


def from_file(path: Path) -> bytes:
    """Return what is in a file, no more of it than a list can have. Raises NotTaken."""
    try:
        with open_source(path) as file:
            return file.read(LARGEST_LIST + 1)
    except NotAFile as reason:
        raise NotTaken(f"{reason}. Nothing was added.") from None
    except OSError as error:
        raise NotTaken(f"{path} cannot be read ({error.strerror}). Nothing was added.") from error


def read_list(content: bytes, name: str) -> LowScores:
    """Return a list as it was read, which takes time where it is long; raises NotTaken where it is none."""
    read = read_low_scores(content)
    if read.refused:
        raise NotTaken(f"{_storable(name)}: {read.refused}. Nothing was added.")
    return read


def _storable(name: str) -> str:
    """Return a name without the halves of characters that a file's name may have."""
    return name.encode("utf-8", "replace").decode()


class LowScoresDesk:
    """Lists of low scores; every method is one short transaction on the store."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def take_in(self, content: bytes, name: str) -> TakenList:
        """Read a list and keep it; raises NotTaken where it is none, or was taken in before."""
        return self.keep(read_list(content, name), name)

    def keep(self, read: LowScores, name: str) -> TakenList:
        """Keep a list that was read; raises TakenBefore where it was taken in before."""
        name = _storable(name)
        now = self._desk.now
        with self._database.write(TOPIC) as connection:
            known = low_score_lists.find_list(connection, read.fingerprint)
            if known is not None:
                raise TakenBefore(
                    f"{name} is the list “{known.name}” of {known.imported_at.astimezone():%Y-%m-%d %H:%M} again. "
                    "It is not added twice; your explanations of its lines are kept."
                )
            lines = [NewLine(row.ticket_id, row.text, row.problem, row.rating, row.comment) for row in read.rows]
            number = low_score_lists.put_list(connection, name, read.fingerprint, lines, now)
        unreadable = sum(row.ticket_id is None for row in read.rows)
        return TakenList(Report(number, name, now, None), len(read.rows), read.repeated, unreadable)

    def open_lists(self) -> tuple[Reconciliation, ...]:
        """Return the lists of which a line may be missing, each line with where it stands now."""
        with self._database.read() as connection:
            return tuple(self._held(connection, report) for report in low_score_lists.unreconciled(connection))

    def lists_since(self, at: datetime) -> tuple[Reconciliation, ...]:
        """Return the lists that a shift which began then is about: those still open, and those that it closed."""
        with self._database.read() as connection:
            found = {
                one.id: one
                for one in (
                    *low_score_lists.unreconciled(connection),
                    *low_score_lists.since(connection, at),
                )
            }
            return tuple(self._held(connection, found[number]) for number in sorted(found))

    def settle(self, lines: Sequence[int], why: str) -> None:
        """Say in words why lines need no case; raises NotTaken without any words."""
        if not why.strip():
            raise NotTaken("Give a reason in words for this line. Nothing was changed.")
        with self._database.write(TOPIC) as connection:
            for line_id in lines:
                low_score_lists.settle_line(connection, line_id, why.strip(), self._desk.agent, self._desk.now)

    def unsettle(self, line_id: int) -> None:
        """Take back that a line was settled."""
        with self._database.write(TOPIC) as connection:
            low_score_lists.settle_line(connection, line_id, "", "", self._desk.now)

    def _held(self, connection: Connection, report: Report) -> Reconciliation:
        lines = low_score_lists.lines_of(connection, report.id)
        tickets: list[TicketId] = list({line.ticket_id: None for line in lines if line.ticket_id is not None})
        cases = low_score_lists.known_cases(connection, tickets)
        without = [ticket for ticket in tickets if ticket not in cases or cases[ticket].decided_at is None]
        replies = low_score_lists.known_replies(connection, without, self._desk.agent)
        labels = {outcome.id: outcome.label for outcome in self._desk.playbook.outcomes}
        held = []
        for line in lines:
            case = None if line.ticket_id is None else cases.get(line.ticket_id)
            reply = None if line.ticket_id is None else replies.get(line.ticket_id)
            label = labels.get(case.outcome_id, "") if case else ""
            held.append(reconcile_line(line, case, reply, report.imported_at, label))
        return Reconciliation(report, tuple(held))
