"""Service recovery: where each survey belongs, what was set by hand, and the notes about unhappy customers."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, lifetime
from csat_tui.store.types import json_column, moment_column


class RecoverySurveyRow(SQLModel, table=True):
    """A survey as lists of service recovery show it, by the playbook's rules; found out again from everything else.

    `replaced_by` is a later survey for the same ticket, which has its notes, too. `notes` says whether there are notes
    and whether one of them tells of a talk.
    """

    __tablename__ = "recovery_survey"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    received_at: datetime = moment_column()
    ticket_id: int | None = Field(default=None, index=True)
    needs: bool
    notes: str
    group_id: str
    """Empty where the group is missing or unknown, and where the playbook has no groups."""
    group_name: str
    segment: str
    segment_name: str
    lacks: str
    """What is to be fixed, as a clause; empty for nothing."""
    replaced_by: int | None = Field(default=None, index=True)
    newest_note: str | None = None
    first_note_at: datetime | None = moment_column(nullable=True)
    first_spoken_at: datetime | None = moment_column(nullable=True)


class RecoveryStaleRow(SQLModel, table=True):
    """A survey whose row above is to be found out again; triggers write it wherever something of it changes."""

    __tablename__ = "recovery_stale"
    __table_args__ = lifetime(InLedger.NOTHING, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True)


class RecoveryFixRow(SQLModel, table=True):
    """A group or segment that somebody set by hand; never changed."""

    __tablename__ = "recovery_fix"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    survey_id: int = Field(foreign_key="survey.id", index=True)
    at: datetime = moment_column()
    author_id: int | None = None
    author: str
    kind: str
    group_id: str
    segment: str
    group_before: str
    reason: str


class RecoveryNoteRow(SQLModel, table=True):
    """What was done about one unhappy customer, as it was written; never changed.

    `author` is whom the note names, the writer who was signed in at the help desk.
    """

    __tablename__ = "recovery_note"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    id: str = Field(primary_key=True)
    """A UUIDv7."""
    survey_id: int = Field(foreign_key="survey.id", index=True)
    ticket_id: int | None = None
    """The survey ticket; null where the survey has none."""
    at: datetime = moment_column()
    author: str
    spoken: bool
    text: str
    writer_id: int | None = None
    writer: str
    writer_email: str = ""
    writer_role: str = ""
    op_id: str | None = Field(default=None, unique=True)
    """Under which it was sent from here, or was sent from elsewhere; null where it goes to no ticket."""
    problems: list[str] = json_column()


class RecoveryReceiptRow(SQLModel, table=True):
    """A recovery note as the help desk has it: the number of its comment, who wrote it and when; never changed."""

    __tablename__ = "recovery_receipt"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    note_id: str = Field(primary_key=True, foreign_key="recovery_note.id")
    survey_id: int = Field(foreign_key="survey.id", index=True)
    comment_id: int = Field(unique=True)
    at: datetime = moment_column()
    writer_id: int | None = None
    writer: str
    writer_email: str = ""
    writer_role: str = ""


class RecoveryDraftRow(SQLModel, table=True):
    """A recovery note that is not saved yet."""

    __tablename__ = "recovery_draft"
    __table_args__ = lifetime(InLedger.EVERY_ROW, WhenOld.WITH_SURVEY)
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    author: str
    spoken: bool
    text: str
    saved_at: datetime = moment_column()
