"""Everything on the desk beside its cases: the tracker, the lists of low scores, the shift and its recap."""

from collections.abc import Callable
from dataclasses import dataclass

from csat_tui.domain.clock import Clock
from csat_tui.store.database import Database
from csat_tui.targets.port import Mailer
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.sheets import Sheets
from csat_tui.workflow.shift import Shifts


@dataclass(frozen=True, slots=True)
class Paperwork:
    """The three together, as the faces are given them."""

    sheets: Sheets
    lists: LowScoresDesk
    shifts: Shifts


def lay_out(database: Database, desk: Desk, clock: Clock, mailer: Callable[[], Mailer]) -> Paperwork:
    """Return the paperwork of an agent's desk; the mailer is made when a mail is sent."""
    lists = LowScoresDesk(database, desk)
    return Paperwork(Sheets(database, desk), lists, Shifts(database, desk, clock, lists, mailer))
