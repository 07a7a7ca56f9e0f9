"""Whom the engine asks for: the person while they wait for the queue, the sync once it is here."""

from csat_tui.admin.none import NoAdmin
from csat_tui.domain.change import Denied
from csat_tui.domain.ids import ViewId
from csat_tui.domain.people import Agent
from csat_tui.helpdesk.port import View
from csat_tui.sync.engine import Engine
from csat_tui.sync.status import Link
from csat_tui.transport.urgency import Urgency, urgency
from tests.builders import the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock
from tests.sync.bench import Bench


class Asked(MemoryDesk):
    """A help desk that notes for whom it is asked who we are, and where the view is."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.asked_for: list[Urgency] = []

    async def whoami(self) -> Agent:
        self.asked_for.append(urgency())
        return await super().whoami()

    async def views(self) -> tuple[View, ...]:
        self.asked_for.append(urgency())
        return await super().views()


async def test_finding_its_way_is_for_the_person_at_the_start_and_for_the_sync_later(bench: Bench) -> None:
    desk = Asked(bench.clock)
    desk.add_view(ViewId(42), "Bad surveys", [])
    engine = Engine(bench.database, desk, NoAdmin(), the_playbook(), bench.clock, view="Bad surveys")
    assert (await engine.once()).link is Link.ONLINE
    assert desk.asked_for == [Urgency.PERSON, Urgency.PERSON]
    desk.fail_reads(Denied("the credential is not accepted"))
    assert (await engine.once()).link is Link.REFUSED
    desk.asked_for.clear()
    assert (await engine.once()).link is Link.ONLINE
    assert desk.asked_for == [Urgency.SYNC, Urgency.SYNC]
