"""Days of alerts over one database: surveys that come in, runs that are killed, and what leads find in the end.

What should have arrived is counted here from the surveys and a clock on the wall, and by nothing of the program.
"""

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.recovery.alerting import AlertState
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.targets.port import Delivered
from tests.builders import a_ticket
from tests.store.shelf import ManualClock, arriving
from tests.workflow.alert_desk import RULES, AlertDesk

GROUPS = ("Care", "Orders", "Billing", "Spring campaign")
"""Three support groups, and one that the playbook does not know."""
SURVEYS_A_DAY = 40
TICK = timedelta(minutes=5)
SATURDAY = 5
DAY = timedelta(days=1)


class Killed(BaseException):
    """The process ends here and now."""


class KillPoints:
    """Every point at which something is kept or sent, counted; from the one that kills on, nothing more is."""

    def __init__(self) -> None:
        self.kill_at: int | None = None
        self.count = 0

    def pass_by(self) -> None:
        self.count += 1
        if self.kill_at is not None and self.count >= self.kill_at:
            self.ends()

    def ends(self) -> None:
        raise Killed

    def begin(self, kill_at: int | None) -> None:
        self.kill_at, self.count = kill_at, 0


class ProcessPoints(KillPoints):
    """The same in a process of its own, which ends without a word."""

    def ends(self) -> None:
        os._exit(9)


@contextmanager
def commits_watched(points: KillPoints) -> Iterator[None]:
    """Pass a point before and after each commit."""
    commit = Database._commit

    def watched(self: Database, connection: Connection) -> None:
        points.pass_by()
        commit(self, connection)
        points.pass_by()

    with patch.object(Database, "_commit", watched):
        yield


@dataclass
class Arrivals:
    """Mailboxes and telephones whose contents outlast every process: a line in a file for each message."""

    file: Path
    clock: ManualClock
    points: KillPoints
    folder = None

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        [report] = attachments
        return self._take(mail.to[0], "report", mail.subject, op_id, json.loads(report.content))

    async def text(self, phone: str, text: str, op_id: OpId) -> Delivered:
        return self._take(phone, "text", text, op_id, [])

    def _take(self, to: str, kind: str, said: str, op_id: OpId, about: list[str]) -> Delivered:
        self.points.pass_by()
        at = self.clock.at.isoformat()
        line = json.dumps({"to": to, "kind": kind, "said": said, "op_id": op_id, "at": at, "about": about})
        handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)
        self.points.pass_by()
        return Delivered(f"<{op_id}>", self.clock.at)

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


@dataclass(frozen=True)
class Came:
    """A survey as its customer sent it."""

    source: str
    at: datetime
    group: str
    rating: int


@dataclass
class AlertYear:
    """A database, its clock in one time zone, and what came and arrived."""

    folder: Path
    database: Database
    zone: ZoneInfo
    seed: int = 1
    points: KillPoints = field(default_factory=KillPoints)
    came: list[Came] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
        self.arrivals = Arrivals(self.folder / "arrivals", self.clock, self.points)

    def desk(self) -> AlertDesk:
        rules = replace(RULES, time_zone=self.zone.key)
        return _NamingDesk(self.database, self.clock, self.arrivals, self.arrivals, rules)

    def alert_time(self, day: date) -> datetime:
        return datetime.combine(day, time(9), self.zone).astimezone(UTC)

    def surveys_come(self, day: date, count: int = SURVEYS_A_DAY) -> None:
        """Let surveys come in from the alert time of the day before to that of a day."""
        begins, ends = self.alert_time(day - DAY), self.alert_time(day)
        arrived, about = [], []
        for _ in range(count):
            number = len(self.came) + 1
            at = begins + timedelta(seconds=self.random.randrange(int((ends - begins).total_seconds())))
            group, rating = self.random.choice(GROUPS), self.random.randint(1, 5)
            ticket = TicketId(7_400_000 + number)
            who = f"c{number}@example.org"
            arrived.append(arriving(number, source_ticket_id=ticket, received_at=at, customer=who, rating=rating))
            about.append(a_ticket(id=ticket, group_name=group, updated_at=at))
            self.came.append(Came(arrived[-1].survey.source, at, group, rating))
        with self.database.write() as connection:
            surveys.put_surveys(connection, arrived)
            tickets.put_tickets(connection, about, ends)

    def run(self, kill_at: int | None = None) -> bool:
        """Run the alerts once; True where the run was killed."""
        self.points.begin(kill_at)
        try:
            with commits_watched(self.points):
                asyncio.run(self.desk().alerting.run())
        except Killed:
            return True
        finally:
            self.points.begin(None)
        return False

    def run_and_settle(self) -> None:
        """Run as the machine does every five minutes, and have a person settle doubts by what they find arrived."""
        for _ in range(3):
            self.clock.at += TICK
            self.run()
            alerting = self.desk().alerting
            doubts = [one for one in alerting.open() if one.state is AlertState.IN_DOUBT]
            if not doubts:
                return
            there = {one["op_id"] for one in self.arrivals.all()}
            for one in doubts:
                alerting.settle(one.id, sent=one.op_id in there)

    def expected(self, days: Sequence[date]) -> Counter[tuple[str, str, date, str, int]]:
        """Return what should have arrived: to whom, what, on which day, and about which day and how many."""
        known = {
            "Care": [("joss@example.net", "+15550100")],
            "Orders": [("imke@example.net", "+15550101"), ("joss@example.net", "+15550100")],
            "Billing": [("tarek@example.net", "+15550102"), ("bea@example.net", "")],
        }
        told: Counter[tuple[str, str, date]] = Counter()
        for one in self.came:
            wall = one.at.astimezone(self.zone)
            day = wall.date() + (DAY if wall.time() >= time(9) else timedelta())
            if one.rating <= 2 and day in days:
                for mail, phone in known.get(one.group, []):
                    told[mail, phone, day] += 1
        found: Counter[tuple[str, str, date, str, int]] = Counter()
        for (mail, phone, day), count in told.items():
            about = f"{day:%a} {day.day} {day:%b}"
            found[mail, "report", day, about, count] += 1
            if phone:
                monday = day + timedelta(days=7 - day.weekday())
                found[phone, "text", monday if day.weekday() >= SATURDAY else day, about, count] += 1
        return found

    def arrived(self) -> Counter[tuple[str, str, date, str, int]]:
        """Return what arrived, in the same words, read from the messages themselves."""
        found: Counter[tuple[str, str, date, str, int]] = Counter()
        for one in self.arrivals.all():
            on = datetime.fromisoformat(one["at"]).astimezone(self.zone).date()
            words = one["said"].split()
            if one["kind"] == "report":
                # “Service recovery, Tue 10 Mar 2026: 3 unhappy customers”, and the surveys in the file itself
                about, count = " ".join(words[2:5]), int(words[6])
                assert len(one["about"]) == len(set(one["about"])) == count
            else:
                # “3 unhappy customers in the 24 hours to Tue 10 Mar 09:00. …”
                about, count = " ".join(words[words.index("to") + 1 :][:3]), int(words[0])
            found[one["to"], one["kind"], on, about, count] += 1
        return found


class _NamingDesk(AlertDesk):
    """A desk whose reports are the list of their surveys."""

    def report(self, one: Any) -> AttachedFile:
        return AttachedFile("report.pdf", json.dumps(list(one.surveys)).encode())


def in_a_process(work: Callable[[], None]) -> int:
    """Do something in a process of its own; returns its exit code."""
    [code] = processes_at_once([work])
    return code


def processes_at_once(works: Sequence[Callable[[], None]]) -> list[int]:
    """Do each of several things in a process of its own, all at once; returns their exit codes."""
    children = []
    for work in works:
        child = os.fork()
        if not child:
            try:
                work()
            except BaseException:
                os._exit(70)
            os._exit(0)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
