"""A bench whose playbook escalates: by mail after 4 office hours, by text after 8, in a channel after 24."""

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.business_hours import BusinessHours, OpenSpan
from csat_tui.domain.composing import Reach
from csat_tui.domain.effect import Mail
from csat_tui.domain.escalation import EscalatedBy, EscalationStep
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import as_arrival
from csat_tui.domain.ticket import Author
from csat_tui.effects.channel_question import Question
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.escalations import Escalator
from tests.builders import the_playbook
from tests.store.shelf import arriving, ids
from tests.sync.bench import Bench, source_ticket, survey_ticket

ZONE = "America/New_York"
HOUR = timedelta(hours=1)
OFFICE = (OpenSpan(9 * HOUR, 17 * HOUR),)
HOURS = BusinessHours((OFFICE,) * 5 + ((), ()), frozenset({date(2026, 11, 26)}), ZONE)
STEPS = (
    EscalationStep("lead", 4 * HOUR, EscalatedBy.MAIL, ("lead@example.com", "deputy@example.com")),
    EscalationStep("phone", 8 * HOUR, EscalatedBy.TEXT, ("lead-phone",)),
    EscalationStep("manager", 24 * HOUR, EscalatedBy.CHANNEL, ("managers",)),
)
DAYS = {"Mon": 23, "Tue": 24, "Wed": 25, "Thu": 26, "Fri": 27, "Sat": 28, "Sun": 29}


def escalating(**over: Any) -> Playbook:
    return replace(the_playbook(), **({"business_hours": HOURS, "escalations": STEPS} | over))


def local(text: str, week: int = 0) -> datetime:
    """Return “Mon 09:30” as a moment of the week of Thanksgiving 2026, or of one after it."""
    day, clock = text.split()
    moment = datetime.fromisoformat(f"2026-11-{DAYS[day]} {clock}").replace(tzinfo=ZoneInfo(ZONE))
    return moment + timedelta(weeks=week)


def shown(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(ZONE)).strftime("%a %H:%M")


@dataclass
class Escalated:
    """A bench, and an escalator on it as each process has one."""

    bench: Bench
    playbook: Playbook = field(default_factory=escalating)
    channels: tuple[str, ...] = ("lead-phone", "managers", "one", "two")

    def escalator(self) -> Escalator:
        fetcher = CaseFetcher(self.bench.database, self.bench.memory, NoAdmin(), self.bench.clock)
        reach = Reach(frozenset(), frozenset(self.channels), lambda one: f"https://desk.example/{one}")
        return Escalator(self.bench.database, self.playbook, self.bench.clock, fetcher.case, reach)

    def arrive(self, number: int, at: datetime, **over: Any) -> SurveyId:
        seen = [self.bench.memory.add_ticket(ticket(number)) for ticket in (survey_ticket, source_ticket)]
        arrived = as_arrival(arriving(number, received_at=at, **over).survey, self.playbook)
        with self.bench.database.write() as connection:
            tickets.put_tickets(connection, seen, self.bench.clock.now())
            surveys.put_surveys(connection, [arrived])
            return ids(connection, [arrived.survey.source])[0]

    def contact(self, number: int) -> None:
        """Let an agent write to the customer at the help desk."""
        self.bench.memory.add_message(source_ticket(number), "We are on it.", author=Author.AGENT, public=True)
        self.bench.memory.touch(source_ticket(number))

    async def round(self) -> None:
        await self.escalator().run()
        await self.bench.errands.run_once()

    def run(self) -> None:
        asyncio.run(self.round())

    def heard(self) -> list[tuple[str, int]]:
        """Return who heard of which case, by its number, in order."""
        found = []
        for handed in self.bench.elsewhere.arrived():
            assert isinstance(handed, Mail | Question)
            whom, text = (handed.to[0], handed.subject) if isinstance(handed, Mail) else (handed.channel, handed.text)
            found.append((whom, int(re.findall(r"7300\d{3}", text)[0]) - 7_300_000))
        return found
