"""What can be fetched or counted again, and what the program remembers between runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import Json, json_column, moment_column


class TicketRow(SQLModel, table=True):
    """A ticket as the help desk last told it.

    `messages_stamp` is the stamp its messages here belong to, `notes_stamp` the stamp of those whose notes were read.
    """

    __tablename__ = "ticket"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.CUSTOMER)
    id: int = Field(primary_key=True)
    subject: str
    status: str
    created_at: datetime = moment_column()
    updated_at: datetime = moment_column()
    channel: str
    description: str
    requester_id: int | None
    requester_name: str
    requester_email: str
    assignee_id: int | None
    assignee_name: str
    tags: list[str] = json_column()
    fields: dict[str, Any] = json_column()
    fetched_at: datetime = moment_column()
    messages_stamp: datetime | None = moment_column(nullable=True)
    notes_stamp: datetime | None = moment_column(nullable=True)
    group_id: int | None = None
    group_name: str = ""
    organization_fields: dict[str, Any] = json_column()


class MessageRow(SQLModel, table=True):
    """One message of a transcript."""

    __tablename__ = "message"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.CUSTOMER)
    id: int = Field(primary_key=True)
    ticket_id: int = Field(index=True)
    created_at: datetime = moment_column()
    author: str
    author_name: str
    public: bool
    body: str
    channel: str
    attachments: list[dict[str, Any]] = json_column()
    op_id: str | None
    author_id: int | None = None
    """Null for what was fetched before schema 10."""
    author_email: str = ""
    author_role: str = ""
    """Empty for what was fetched before schema 11, as the address is."""


class DeliveredNoteRow(SQLModel, table=True):
    """A private note on a survey ticket, by the number of its comment; its words are those of that message."""

    __tablename__ = "delivered_note"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    comment_id: int = Field(unique=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    ticket_id: int = Field(index=True)
    at: datetime = moment_column()
    author_id: int | None
    author: str
    format_id: str
    """Empty for a note in no format."""
    outcome_ids: list[str] = json_column()
    op_id: str | None
    risk: int | None = None
    """The sum of the risks of the audit rules that it fails; null until it is audited for the first time."""
    failed: list[str] = json_column()
    """The audit rules that it fails, by id."""
    audited: bool = False
    """Whether it is audited with what is known by now."""
    review_state: str = "not reviewed"
    """Where the conversation about it stands (`domain.review.steps.ReviewState`)."""
    turn: str = ""
    """Who is expected to act: “agent”, “reviewer”, or nobody."""
    reviewer: str = ""
    """Who wrote the review that stands."""
    sampled_due: datetime | None = moment_column(nullable=True)
    """Until when it is to be reviewed as a note of a sample; null where it is in none, or was replaced there."""
    sampled_by: int | None = None
    """Whose sample that is, by the help desk's number."""
    coaching: str = ""
    """What its author says in it for the coaching of whoever was rated; empty where its format has no such field."""


class AccountRow(SQLModel, table=True):
    """What the admin system said about an address; a null account means that it knows none."""

    __tablename__ = "account"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.CUSTOMER)
    email: str = Field(primary_key=True)
    account: dict[str, Any] | None = Field(sa_column=Column(Json, nullable=True))
    fetched_at: datetime = moment_column()


class RequesterRow(SQLModel, table=True):
    """When the tickets of a customer were last asked for, so that their history is known to be whole."""

    __tablename__ = "requester"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.CUSTOMER)
    id: int = Field(primary_key=True)
    fetched_at: datetime = moment_column()


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
