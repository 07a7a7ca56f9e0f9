"""A customer with several tickets, whose merge is decided and delivered."""

from datetime import timedelta

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.ticket import Author, Status, Ticket
from csat_tui.store.customers import CustomerHistory
from csat_tui.sync.history_fetch import HistoryFetcher
from csat_tui.workflow.desk import TakenDecision
from csat_tui.workflow.merging import MergingDesk
from tests.builders import the_playbook
from tests.sync.bench import Bench, source_ticket

PENDING, NEW, NEWER = TicketId(41), TicketId(42), TicketId(43)
SOL = UserId(21)


class MergingBench:
    """The person's and the machine's side of merges over one bench; the first survey's customer has four tickets."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.merging = MergingDesk(bench.database, bench.desk)
        self.survey_id: SurveyId = bench.arrive()

    async def stock(self) -> None:
        """Let the customer have a ticket that waits for them, and two new ones about the same order."""
        self.add(PENDING, Status.PENDING, 5, "My box never arrived, order 445566.", ">Which street?")
        self.add(NEW, Status.NEW, 3, "Order 445566: where is my box?")
        self.add(NEWER, Status.NEW, 2, "Hello? Order 445566 never came.")
        self.bench.memory.touch(PENDING, assignee_id=SOL, assignee_name="Sol")
        self.bench.clock.forward(10)
        await self.bring()

    def add(self, number: TicketId, status: Status, hours: int, *said: str) -> Ticket:
        """Give the customer a ticket; what begins with “>” is the staff's."""
        memory = self.bench.memory
        memory.add_ticket(number, status=status, age=timedelta(hours=hours))
        for minutes, words in enumerate(said):
            author = Author.AGENT if words.startswith(">") else Author.CUSTOMER
            at = self.bench.clock.at - timedelta(hours=hours) + timedelta(minutes=minutes)
            memory.add_message(number, words.lstrip(">"), author=author, public=True, at=at)
        return memory.touch(number, requester_id=self.bench.there(source_ticket(1)).requester_id)

    async def bring(self) -> None:
        """Bring the history as the sync does."""
        from csat_tui.admin.port import NoAdmin
        from csat_tui.sync.case_fetch import CaseFetcher

        fetcher = CaseFetcher(self.bench.database, self.bench.memory, NoAdmin(), self.bench.clock)
        history_fetcher = HistoryFetcher(
            self.bench.database, self.bench.memory, fetcher, self.bench.clock, the_playbook()
        )
        history_fetcher.forget()
        await history_fetcher.fetch_for_case(self.survey_id)

    def history(self) -> CustomerHistory:
        return self.merging.history(self.bench.case(self.survey_id))

    def merge(self, *sources: TicketId, into: TicketId = PENDING) -> TakenDecision:
        """Decide on a merge as the screen does."""
        known = self.history()
        return self.merging.merge(
            self.bench.case(self.survey_id), known, self.merging.plan(known, into, sources), by="Ana"
        )

    def said(self, ticket_id: TicketId) -> list[str]:
        """Return the first line of each message of a ticket as the help desk has it."""
        return [message.body.splitlines()[0] for message in self.bench.memory._messages[ticket_id]]

    def merges_told(self, ticket_id: TicketId = PENDING) -> int:
        """Count the comments of merges on the ticket that stays."""
        return sum("went into this ticket" in words for words in self.said(ticket_id))
