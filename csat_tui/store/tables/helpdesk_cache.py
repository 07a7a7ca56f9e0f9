"""What the help desk and the admin system said last; all of it can be fetched again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from csat_tui.store.tables.columns import json_column, moment_column
from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import Json


class TicketRow(SQLModel, table=True):
    """A ticket as the help desk last told it; `messages_stamp` is the stamp its messages here belong to."""

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
