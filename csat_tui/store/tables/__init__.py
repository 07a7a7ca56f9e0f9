"""The tables, as SQLModel classes. The migrations make them; each says what the ledger and retention do with it."""

from csat_tui.store.tables.bookkeeping import (
    ForgottenRow,
    LeaseRow,
    MarkRow,
    PurgedRow,
    SyncCursorRow,
    TallyRow,
    WalkedRow,
    WatchedRow,
)
from csat_tui.store.tables.cases import (
    AnswerRow,
    CaseRow,
    DecisionRow,
    DraftRow,
    MendingRow,
    QuestionRow,
    SurveyRow,
)
from csat_tui.store.tables.helpdesk_cache import (
    AccountRow,
    MessageRow,
    RequesterRow,
    TicketRow,
)
from csat_tui.store.tables.outbox import (
    DeliveryAttemptRow,
    OutboxRow,
    SpoiledRow,
)
from csat_tui.store.tables.records import (
    RecordRow,
    ReportLineRow,
    ReportRow,
    ShiftRow,
    TrackerRowRow,
)

__all__ = [
    "AccountRow",
    "AnswerRow",
    "CaseRow",
    "DecisionRow",
    "DeliveryAttemptRow",
    "DraftRow",
    "ForgottenRow",
    "LeaseRow",
    "MarkRow",
    "MendingRow",
    "MessageRow",
    "OutboxRow",
    "PurgedRow",
    "QuestionRow",
    "RecordRow",
    "ReportLineRow",
    "ReportRow",
    "RequesterRow",
    "ShiftRow",
    "SpoiledRow",
    "SurveyRow",
    "SyncCursorRow",
    "TallyRow",
    "TicketRow",
    "TrackerRowRow",
    "WalkedRow",
    "WatchedRow",
]
