"""A background sync over a bench, with an ear on what the store says. Real threads, no waiting by the clock."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.ticket import Author
from csat_tui.helpdesk.port import HelpDesk
from csat_tui.sync.background import BackgroundSync
from csat_tui.sync.engine import Engine
from csat_tui.sync.status import Link, SyncStatus
from tests.builders import MAIL, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.sync.bench import Bench, source_ticket, survey_ticket

PATIENCE = 20.0
"""Seconds after which a test gives up on hearing what it waits for."""


class Heard:
    """Waits for the store to say that something is so."""

    def __init__(self, bench: Bench) -> None:
        self._changed = threading.Condition()
        bench.database.listen(self._hear)

    def _hear(self, _: frozenset[str]) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, what: Callable[[], Any]) -> None:
        with self._changed:
            assert self._changed.wait_for(what, PATIENCE), "it never came about"


class Side:
    """A background sync over a bench, and an ear on it."""

    def __init__(self, bench: Bench, helpdesk: HelpDesk | None = None, view: int | str = 42) -> None:
        self.bench = bench
        self.helpdesk = helpdesk or bench.memory
        self.view = view
        self.heard = Heard(bench)
        self.background = BackgroundSync(bench.database, self.engine)

    def engine(self) -> Engine:
        return Engine(
            self.bench.database, self.helpdesk, NoAdmin(), the_playbook(), self.bench.clock,
            view=self.view, targets=self.bench.elsewhere.targets, poll_seconds=3600,
        )  # fmt: skip

    @property
    def status(self) -> SyncStatus:
        return self.background.status()

    def is_at(self, link: Link) -> Callable[[], bool]:
        return lambda: self.status.link is link and not self.status.busy

    def reaches(self, link: Link) -> None:
        self.heard.until(self.is_at(link))

    def syncs_to(self, link: Link) -> None:
        self.background.sync_now()
        self.reaches(link)


def stock(memory: MemoryDesk, count: int) -> None:
    for number in range(1, count + 1):
        text = MAIL.replace("7300001", str(source_ticket(number)))
        memory.add_ticket(survey_ticket(number), description=text, age=timedelta(minutes=number))
        memory.add_ticket(source_ticket(number))
        memory.add_message(source_ticket(number), f"Where is box {number}?", author=Author.CUSTOMER, public=True)
    memory.add_view(42, "Bad surveys", [survey_ticket(number) for number in range(1, count + 1)])
