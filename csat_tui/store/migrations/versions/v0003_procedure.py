"""What the whole procedure keeps: findings, records, questions, shifts, lists of low scores, customers' histories."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE draft ADD COLUMN findings TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE decision ADD COLUMN findings TEXT NOT NULL DEFAULT '[]'",
    """CREATE TABLE record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id TEXT NOT NULL UNIQUE,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    kind TEXT NOT NULL,
    cells TEXT NOT NULL,
    written_at INTEGER NOT NULL
)""",
    "CREATE INDEX ix_record_survey_id ON record (survey_id)",
    """CREATE TABLE question (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    decision_id INTEGER NOT NULL REFERENCES decision (id),
    channel TEXT NOT NULL,
    text TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    answered_at INTEGER,
    answer TEXT NOT NULL,
    answered_by TEXT NOT NULL
)""",
    "CREATE INDEX ix_question_survey_id ON question (survey_id)",
    "CREATE INDEX ix_question_decision_id ON question (decision_id)",
    """CREATE TABLE shift (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    texts TEXT NOT NULL,
    recap_state TEXT NOT NULL,
    recap_op_id TEXT NOT NULL,
    recap_mail TEXT,
    recap_reason TEXT NOT NULL,
    recap_tried_at INTEGER,
    recap_sent_at INTEGER
)""",
    """CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    imported_at INTEGER NOT NULL,
    reconciled_at INTEGER
)""",
    """CREATE TABLE report_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id INTEGER NOT NULL REFERENCES report (id),
    position INTEGER NOT NULL,
    ticket_id INTEGER,
    text TEXT NOT NULL,
    problem TEXT NOT NULL,
    settled TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at INTEGER
)""",
    "CREATE INDEX ix_report_line_report_id ON report_line (report_id)",
    "CREATE INDEX ix_report_line_ticket_id ON report_line (ticket_id)",
    "CREATE TABLE requester (id INTEGER PRIMARY KEY NOT NULL, fetched_at INTEGER NOT NULL)",
    "CREATE INDEX ix_ticket_requester_id ON ticket (requester_id)",
    "CREATE INDEX ix_decision_decided_at ON decision (decided_at)",
    "CREATE INDEX ix_tracker_row_written_at ON tracker_row (written_at)",
    "CREATE INDEX ix_record_kind_written_at ON record (kind, written_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
