"""What the triage screen knows of the desk around the open case: the sync, the outbox, how many cases are where."""

from csat_tui.domain.effect import OutboxSummary
from csat_tui.store.cases.queue import QueueCounts
from csat_tui.sync.status import SyncStatus
from csat_tui.tui.base.observable import Observable, ObservedPart


class DeskState(Observable):
    """The figures that header, banner and queue show."""

    status: ObservedPart[SyncStatus] = ObservedPart(SyncStatus())
    """How things stand with the help desk."""
    outbox: ObservedPart[OutboxSummary] = ObservedPart(OutboxSummary())
    counts: ObservedPart[QueueCounts | None] = ObservedPart(None)
    """How many cases stand where; None until they were counted."""
    decided: ObservedPart[int] = ObservedPart(0)
    """How many cases were decided in this shift."""
