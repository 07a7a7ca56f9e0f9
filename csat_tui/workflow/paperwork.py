"""Everything on the desk beside its cases: customers' other tickets, the tracker, lists of low scores, the shift."""

from collections.abc import Callable
from dataclasses import dataclass

from csat_tui.config.settings import ShiftConfig
from csat_tui.domain.clock import Clock
from csat_tui.store.database import Database
from csat_tui.targets.port import Mailer
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.mending import MendingDesk
from csat_tui.workflow.merging import Merging
from csat_tui.workflow.sheets import Sheets
from csat_tui.workflow.shift import Shifts
from csat_tui.workflow.watching import Watching

NOWHERE = ShiftConfig()
"""No place is watched."""


@dataclass(frozen=True, slots=True)
class Paperwork:
    """All of it together, as the faces are given it."""

    merging: Merging
    sheets: Sheets
    lists: LowScoresDesk
    shifts: Shifts
    mending: MendingDesk
    watching: Watching


def lay_out(
    database: Database, desk: Desk, clock: Clock, mailer: Callable[[], Mailer], watched: ShiftConfig = NOWHERE
) -> Paperwork:
    """Return the paperwork of an agent's desk; the mailer is made when a mail is sent."""
    lists = LowScoresDesk(database, desk)
    watching = Watching(database, lists, clock, watched.watch_folder, watched.watch_mailbox)
    shifts = Shifts(database, desk, clock, lists, mailer, watching.problems)
    return Paperwork(
        Merging(database, desk), Sheets(database, desk), lists, shifts, MendingDesk(database, desk), watching
    )
