"""The tables, as SQLModel classes; the migrations make them, and a test holds the two together."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from csat_tui.store.types import DoubtfulJson, DoubtfulMoment, Json, Moment, Readable


def _moment(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(Moment, nullable=nullable))


def _doubtful_moment(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(DoubtfulMoment, nullable=nullable))


def _json() -> Any:
    return Field(sa_column=Column(Json, nullable=False))


class SurveyRow(SQLModel, table=True):
    """A survey as it came in."""

    __tablename__ = "survey"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True)
    received_at: datetime = _moment()
    survey_ticket_id: int | None = Field(default=None, index=True)
    source_ticket_id: int | None = Field(default=None, index=True)
    customer: str
    agent: str
    ratings: dict[str, int] = _json()
    rating: float | None
    comment: str
    headline: str
    problem: str
    raw: str


class MendingRow(SQLModel, table=True):
    """What a person read in a survey that the machine could not read, or read wrongly; never changed.

    `before` is what stood there until then, `raw` the text that it was mended from.
    """

    __tablename__ = "mending"
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    at: datetime = _moment()
    by: str
    source_ticket_id: int | None = None
    ratings: dict[str, int] = _json()
    comment: str
    before: dict[str, Any] = _json()
    raw: str


class CaseRow(SQLModel, table=True):
    """Where a survey stands on the desk, with all that the queue sorts and filters by."""

    __tablename__ = "case"
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    stage: str
    path: str
    received_at: datetime = _moment()
    due_at: datetime = _moment()
    rank: float
    claimed_by: str = ""
    snoozed_until: datetime | None = _moment(nullable=True)
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    superseded_by: int | None = Field(default=None, foreign_key="survey.id")
    to_merge: int = 0
    """How many other tickets of the customer there are to merge (`store.customers`)."""


class TicketRow(SQLModel, table=True):
    """A ticket as the help desk last told it; `messages_stamp` is the stamp its messages here belong to."""

    __tablename__ = "ticket"
    id: int = Field(primary_key=True)
    subject: str
    status: str
    created_at: datetime = _moment()
    updated_at: datetime = _moment()
    channel: str
    description: str
    requester_id: int | None
    requester_name: str
    requester_email: str
    assignee_id: int | None
    assignee_name: str
    tags: list[str] = _json()
    fields: dict[str, Any] = _json()
    fetched_at: datetime = _moment()
    messages_stamp: datetime | None = _moment(nullable=True)


class MessageRow(SQLModel, table=True):
    """One message of a transcript."""

    __tablename__ = "message"
    id: int = Field(primary_key=True)
    ticket_id: int = Field(index=True)
    created_at: datetime = _moment()
    author: str
    author_name: str
    public: bool
    body: str
    channel: str
    attachments: list[dict[str, Any]] = _json()
    op_id: str | None


class AccountRow(SQLModel, table=True):
    """What the admin system said about an address; a null account means that it knows none."""

    __tablename__ = "account"
    email: str = Field(primary_key=True)
    account: dict[str, Any] | None = Field(sa_column=Column(Json, nullable=True))
    fetched_at: datetime = _moment()


class AnswerRow(SQLModel, table=True):
    """One answer to a check."""

    __tablename__ = "answer"
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    check_id: str = Field(primary_key=True)
    answer: str
    at: datetime = _moment()
    suggested: bool


class DraftRow(SQLModel, table=True):
    """The words on the way to a decision."""

    __tablename__ = "draft"
    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    outcome_id: str | None
    fields: dict[str, str] = _json()
    saved_at: datetime = _moment()
    findings: list[str] = _json()
    written: dict[str, Any] = _json()
    """By field, who wrote it and when, and what others wrote there unseen."""


class DecisionRow(SQLModel, table=True):
    """A decision as it was taken; never changed."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    outcome_id: str
    fields: dict[str, str] = _json()
    answers: dict[str, str] = _json()
    decided_by: str
    decided_at: datetime = _moment()
    findings: list[str] = _json()


class OutboxRow(SQLModel, table=True):
    """One effect on its way, with everything needed to send it and to find out whether it landed."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    survey_id: int = Field(foreign_key="survey.id")
    position: int
    kind: str
    op_id: str = Field(unique=True)
    ticket_id: int | None = Field(default=None, index=True)
    payload: dict[str, Any] = Field(sa_column=Column(Readable, nullable=False))
    payload_hash: str
    base: datetime | None = _doubtful_moment(nullable=True)
    tags: list[str] | None = Field(sa_column=Column(DoubtfulJson, nullable=True))
    state: str
    not_before: datetime = _doubtful_moment()
    read_from: datetime | None = _doubtful_moment(nullable=True)
    attempt: int
    reason: str
    reference: str
    landed_at: datetime | None = _doubtful_moment(nullable=True)
    changed_at: datetime = _doubtful_moment()
    seen: dict[str, Any] | None = Field(sa_column=Column(DoubtfulJson, nullable=True))
    """The ticket as the person saw it (`domain.conflict.Seen`); null for what was decided before schema 2."""
    agent_id: int | None = None
    """Under whose credential it was decided; null where that was not known yet."""


class DeliveryAttemptRow(SQLModel, table=True):
    """One thing that happened to an effect; never changed."""

    __tablename__ = "delivery_attempt"
    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    attempt: int
    at: datetime = _doubtful_moment()
    event: str
    state: str
    sentence: str


class TrackerRowRow(SQLModel, table=True):
    """One row of the team's tracker; the operation id keeps it from being written twice.

    Retention leaves its shell: ticket, agent, decider and outcome are empty until its survey is removed, and say then
    what the survey and its decision said.
    """

    __tablename__ = "tracker_row"
    id: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    survey_id: int = Field(index=True)
    cells: dict[str, str] = _json()
    written_at: datetime = _moment()
    ticket_id: int | None = None
    agent: str = ""
    decided_by: str = ""
    outcome_id: str = ""
    corrects: int | None = Field(default=None, index=True)
    """The row that this one was written to correct; that row stays as it is. `corrected_by` says who did it."""
    corrected_by: str = ""


class RecordRow(SQLModel, table=True):
    """A coaching submission or a corrected issue; the operation id keeps it from being written twice."""

    __tablename__ = "record"
    id: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    kind: str
    cells: dict[str, str] = _json()
    written_at: datetime = _moment()


class QuestionRow(SQLModel, table=True):
    """A question about a case that was put to a channel; `answered_at` is null until somebody has answered it."""

    __tablename__ = "question"
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    channel: str
    text: str
    asked_at: datetime = _moment()
    answered_at: datetime | None = _moment(nullable=True)
    answer: str
    answered_by: str


class ShiftRow(SQLModel, table=True):
    """A span of work by one agent; `texts` are the parts of its recap as edited, null times are still to come.

    `recap_mail` is the mail exactly as it was last given to the mailer, under `recap_op_id`; null before that.
    """

    __tablename__ = "shift"
    id: int | None = Field(default=None, primary_key=True)
    agent: str
    name: str
    started_at: datetime = _moment()
    ended_at: datetime | None = _moment(nullable=True)
    texts: dict[str, str] = _json()
    recap_state: str = ""
    recap_op_id: str = ""
    recap_mail: dict[str, Any] | None = Field(default=None, sa_column=Column(Json, nullable=True))
    recap_reason: str = ""
    recap_tried_at: datetime | None = _moment(nullable=True)
    recap_sent_at: datetime | None = _moment(nullable=True)


class ReportRow(SQLModel, table=True):
    """A list of low scores as it was imported; the fingerprint keeps the same one from being taken in twice."""

    __tablename__ = "report"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    fingerprint: str = Field(unique=True)
    imported_at: datetime = _moment()
    reconciled_at: datetime | None = _moment(nullable=True)
    """When every line of it had been accounted for; null while one may be missing."""


class ReportLineRow(SQLModel, table=True):
    """One ticket of a list of low scores; `settled` says in the person's words why it needs no case of ours."""

    __tablename__ = "report_line"
    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    position: int
    ticket_id: int | None = Field(default=None, index=True)
    text: str
    problem: str
    settled: str
    settled_by: str
    settled_at: datetime | None = _moment(nullable=True)
    rating: int | None = None
    """The survey's rating as the list's own column has it, and the customer's words from its own column."""
    comment: str = ""


class RequesterRow(SQLModel, table=True):
    """When the tickets of a customer were last asked for, so that their history is known to be whole."""

    __tablename__ = "requester"
    id: int = Field(primary_key=True)
    fetched_at: datetime = _moment()


class SyncCursorRow(SQLModel, table=True):
    """What the sync remembers between runs, by name."""

    __tablename__ = "sync_cursor"
    name: str = Field(primary_key=True)
    value: str
    at: datetime = _moment()


class WalkedRow(SQLModel, table=True):
    """A ticket that the walk of the view under way has met; kept, so that a walk can go on after a restart."""

    __tablename__ = "walked"
    ticket_id: int = Field(primary_key=True)


class LeaseRow(SQLModel, table=True):
    """Which process may do a thing that only one may do at a time, and until when."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    expires_at: datetime = _moment()


class TallyRow(SQLModel, table=True):
    """How many cases stand where; kept by triggers so that counting costs the same at any size."""

    __tablename__ = "tally"
    stage: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    cases: int


class MarkRow(SQLModel, table=True):
    """Which database this is, and how many changes its ledger must have seen (`store.ledger.file`)."""

    __tablename__ = "mark"
    identity: str = Field(primary_key=True)
    generation: int


class PurgedRow(SQLModel, table=True):
    """Where a decided survey came from that retention has removed, so that it does not come in as a new one."""

    __tablename__ = "purged"
    source: str = Field(primary_key=True)
    at: datetime = _moment()


class ForgottenRow(SQLModel, table=True):
    """What retention has removed and is not yet out of every file; `kind` says which table's id."""

    __tablename__ = "forgotten"
    kind: str = Field(primary_key=True)
    id: int = Field(primary_key=True)


class SpoiledRow(SQLModel, table=True):
    """An effect whose row cannot be read or was altered on the disk; nothing of it is sent until it is repaired."""

    __tablename__ = "spoiled"
    outbox_id: int = Field(primary_key=True)
    decision_id: int | None = Field(default=None, index=True)
    sentence: str
    at: datetime = _moment()


class WatchedRow(SQLModel, table=True):
    """Something in a watched folder or mailbox that was looked at, as it was then; `problem` says why it is no list."""

    __tablename__ = "watched"
    place: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    stamp: str
    digest: str
    problem: str
    at: datetime = _moment()
