"""A store filled past anything that a desk would hold, without a help desk behind it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from csat_tui.config.settings import Config, UiConfig
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Arrival, Survey, due_at, overall_rating, path_of
from csat_tui.playbook import load_builtin
from csat_tui.store.cases.surveys import put_surveys
from csat_tui.store.database import Database
from csat_tui.sync.background import BackgroundSync
from csat_tui.targets.mail import MailFiles
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.opening import lay_out

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation

NOW = datetime(2026, 10, 31, 10, 0, tzinfo=UTC)
PLAYBOOK = load_builtin("strike-team")
BATCH = 5_000
CONCERNS = (
    "Ledger sent, question not answered, and nobody wrote back after that",
    "Cancellation was never done although it was promised twice",
    "Driver left the box in the rain at the wrong door",
    "表示 of the 価格 was wrong, charged twice",
    "Meals changed without asking me",
    "",
)


class StillClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return the one moment that there is."""
        return NOW


def a_survey(number: int) -> Survey:
    """Return the survey of that number."""
    ratings = {factor.id: 1 + (number + place) % 3 for place, factor in enumerate(PLAYBOOK.factors)}
    return Survey(
        source=f"ticket:{9_000_000 + number}",
        received_at=NOW - timedelta(seconds=37 * number),
        survey_ticket_id=TicketId(9_000_000 + number),
        source_ticket_id=TicketId(7_000_000 + number),
        customer=f"customer{number}@example.com",
        agent=f"Agent {number % 40}",
        ratings=ratings,
        rating=overall_rating(ratings, PLAYBOOK),
        comment=f"{CONCERNS[number % len(CONCERNS)]} {number}" if CONCERNS[number % len(CONCERNS)] else "",
    )


def filled(file: Path, surveys: int) -> Database:
    """Return a database with that many open cases."""
    database = Database.open(file)
    for start in range(0, surveys, BATCH):
        batch = [a_survey(number) for number in range(start, min(start + BATCH, surveys))]
        incoming = [Arrival(one, path_of(one, PLAYBOOK).id, due_at(one, PLAYBOOK)) for one in batch]
        with database.write() as connection:
            put_surveys(connection, incoming)
    return database


def workstation(
    database: Database, clock: Clock | None = None, sync: BackgroundSync | None = None, playbook: Playbook = PLAYBOOK
) -> "Workstation":
    """Return the workstation over a database; without a help desk where there is no sync."""
    # Only now: it makes Textual's strips cheaper for its whole process, and a stock table is to have them as they come.
    from csat_tui.tui.app import Workstation
    from csat_tui.tui.base.session import Session

    clock = clock or StillClock()
    desk = Desk(database, playbook, clock, "Ana P.")
    paperwork = lay_out(database, desk, clock, lambda: MailFiles(database.file.parent, clock))
    return Workstation(Session(desk, Dispatch(database, clock), paperwork, Config(ui=UiConfig(animation=False)), sync))
