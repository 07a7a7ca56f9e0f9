"""A desk with a help desk in memory behind it and a clock that is moved by hand."""

import random
import shutil
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.case import Case
from csat_tui.domain.composing import Reach
from csat_tui.domain.effect import EffectState
from csat_tui.domain.errors import Missing
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.sync.deliverer import Deliverer, ErrandDeliverer
from csat_tui.sync.delivery_rounds import DeliveryLease
from csat_tui.sync.effect_sender import ErrandSender
from csat_tui.workflow.desk import Desk, TakenDecision
from csat_tui.workflow.dispatch import Dispatch
from tests.answering import read_and_judged
from tests.builders import MISSED, the_playbook
from tests.helpdesk.memory_desk import Fault, MemoryDesk
from tests.store.shelf import ManualClock, arriving, ids, new_database
from tests.sync.errand_targets import Elsewhere

REPLY = {
    "reply": "Sorry for the trouble; the credit is on your account.",
    "summary": "late box",
    "resolution": "credit",
    "better": "a second box",
}
QUESTION = {"summary": "charged twice?", "question": "billing has to look"}
EFFECTS = {"follow-up": 3, "needs-evaluation": 2}
"""How many effects a decision on each outcome has."""

SURVEY_TAG = "survey"


def survey_ticket(number: int) -> TicketId:
    return TicketId(9_900_000 + number)


def source_ticket(number: int) -> TicketId:
    return TicketId(7_300_000 + number)


class Bench:
    """Everything between a decision and its receipt."""

    def __init__(self, database: Database, memory: MemoryDesk | None = None, clock: ManualClock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.memory = memory or MemoryDesk(self.clock)
        self.database = database
        reach = Reach(frozenset(["tracker", "coaching", "correction"]), frozenset(["qa"]))
        self.desk = Desk(database, the_playbook(), self.clock, "Ana")
        self.reaching = Desk(database, the_playbook(), self.clock, "Ana", reach)
        """The same desk where forms and a channel are configured."""
        self.dispatch = Dispatch(database, self.clock)
        self.deliverer = self.new_deliverer("this process")
        self.elsewhere = Elsewhere(self.clock)
        self.errands = self.new_errands("this process")

    @classmethod
    def temporary(cls) -> "Bench":
        """Return a bench in a folder of its own; `clear` removes it."""
        return cls(new_database(Path(tempfile.mkdtemp())))

    def clear(self) -> None:
        self.database.close()
        shutil.rmtree(self.database.file.parent, ignore_errors=True)

    def new_deliverer(self, holder: str, helpdesk: HelpDesk | None = None) -> Deliverer:
        """Return a deliverer as another process would have it."""
        desk = helpdesk or self.memory
        fetcher = CaseFetcher(self.database, desk, NoAdmin(), self.clock)
        deliverer = Deliverer(self.database, desk, fetcher, self.clock, holder, random.Random(1))
        deliverer.set_agent(self.memory.agent)
        return deliverer

    def new_errands(self, holder: str) -> ErrandDeliverer:
        """Return the rounds of errands as another process would have them."""
        lease = DeliveryLease(self.database, self.clock, holder)
        messenger = ErrandSender(self.database, self.elsewhere.targets, self.clock, random.Random(1), lease.holds)
        return ErrandDeliverer(self.database, messenger, self.clock, lease)

    # The world

    def arrive(self, number: int = 1, *, closed: bool = False) -> SurveyId:
        """Let a survey with its two tickets come in; `closed` says that the source ticket is."""
        seen = [
            self.memory.add_ticket(survey_ticket(number), tags=(SURVEY_TAG,)),
            self.memory.add_ticket(source_ticket(number), status=Status.CLOSED if closed else Status.SOLVED),
        ]
        arrived = arriving(number)
        with self.database.write() as connection:
            tickets.put_tickets(connection, seen, self.clock.now())
            surveys.put_surveys(connection, [arrived])
            return ids(connection, [arrived.survey.source])[0]

    def case(self, survey_id: SurveyId) -> Case:
        case = self.desk.case(survey_id)
        assert case is not None
        return case

    def there(self, ticket_id: int) -> Ticket:
        """Return a ticket as the help desk has it."""
        return self.memory._tickets[TicketId(ticket_id)]

    def bodies(self, ticket_id: int) -> list[str]:
        """Return the first lines of what was written on a ticket."""
        try:
            return [message.body.splitlines()[0] for message in self.memory.notes(ticket_id)]
        except KeyError as error:
            raise Missing(str(error)) from error

    # The person

    def follow_up(self, survey_id: SurveyId, fields: Mapping[str, str] = REPLY) -> TakenDecision:
        """Decide on a reply, a note and a tracker row."""
        return self.desk.decide(read_and_judged(self.desk, survey_id), "follow-up", fields, MISSED)

    def ask(self, survey_id: SurveyId, fields: Mapping[str, str] = QUESTION) -> TakenDecision:
        """Decide on a note and a tracker row."""
        return self.desk.decide(self.case(survey_id), "needs-evaluation", fields)

    def effects(self, taken: TakenDecision) -> tuple[OutboxItem, ...]:
        return self.dispatch.of_decision(taken.decision_id)

    def states(self, taken: TakenDecision) -> list[EffectState]:
        return [effect.state for effect in self.effects(taken)]

    # Time

    async def after_grace(self, *faults: Fault) -> None:
        """Let the time for undoing pass, and deliver; each fault befalls one of the writes."""
        self.memory.fail_next(*faults)
        self.clock.at += the_playbook().undo
        await self.deliverer.run_once()

    async def later(self, seconds: float) -> None:
        self.clock.forward(seconds)
        await self.deliverer.run_once()

    async def run_down(self, rounds: int = 60) -> None:
        """Deliver until nothing waits for a moment any more."""
        for _ in range(rounds):
            again_at = await self.deliverer.run_once()
            if again_at is None:
                return
            self.clock.at = max(self.clock.at + timedelta(milliseconds=1), again_at)
        raise AssertionError("delivery does not come to rest")

    async def comes_home_once(self, taken: TakenDecision, ticket_id: TicketId | None = None) -> None:
        """Deliver to the end: everything of the decision has landed, and on the ticket (the survey's) once."""
        await self.run_down()
        assert self.states(taken) == [EffectState.CONFIRMED] * EFFECTS[taken.outcome_id]
        assert len(self.bodies(ticket_id or survey_ticket(1))) == 1
