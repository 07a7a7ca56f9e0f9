"""What the store knows about itself: named values, leases, counts, what was removed, what was looked at."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.columns import moment_column
from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime


class SyncCursorRow(SQLModel, table=True):
    """What the sync remembers between runs, by name."""

    __tablename__ = "sync_cursor"
    __table_args__ = lifetime(InLedger.BY_NAME, WhenOld.STAYS)
    name: str = Field(primary_key=True)
    value: str
    at: datetime = moment_column()


class WalkedRow(SQLModel, table=True):
    """A ticket that the walk of the view under way has met; kept, so that a walk can go on after a restart."""

    __tablename__ = "walked"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.STAYS)
    ticket_id: int = Field(primary_key=True)


class LeaseRow(SQLModel, table=True):
    """Which process may do a thing that only one may do at a time, and until when."""

    __tablename__ = "lease"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.STAYS)
    name: str = Field(primary_key=True)
    holder: str
    expires_at: datetime = moment_column()


class TallyRow(SQLModel, table=True):
    """How many cases stand where; kept by triggers so that counting costs the same at any size."""

    __tablename__ = "tally"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.STAYS)
    stage: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    cases: int


class MarkRow(SQLModel, table=True):
    """Which database this is, and how many changes its ledger must have seen (`store.ledger.file`)."""

    __tablename__ = "mark"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.STAYS)
    identity: str = Field(primary_key=True)
    generation: int


class PurgedRow(SQLModel, table=True):
    """Where a decided survey came from that retention has removed, so that it does not come in as a new one."""

    __tablename__ = "purged"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.STAYS)
    source: str = Field(primary_key=True)
    at: datetime = moment_column()


class ForgottenRow(SQLModel, table=True):
    """What retention has removed and is not yet out of every file; `kind` says which table's id."""

    __tablename__ = "forgotten"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.STAYS)
    kind: str = Field(primary_key=True)
    id: int = Field(primary_key=True)


class WatchedRow(SQLModel, table=True):
    """Something in a watched folder or mailbox that was looked at, as it was then; `problem` says why it is no list."""

    __tablename__ = "watched"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.STAYS)
    place: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    stamp: str
    digest: str
    problem: str
    at: datetime = moment_column()
