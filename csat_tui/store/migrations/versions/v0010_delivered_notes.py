"""Delivered notes, which are reviewed; and who wrote a message, by the help desk's number."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE message ADD COLUMN author_id INTEGER",
    """CREATE TABLE delivered_note (
    id TEXT NOT NULL PRIMARY KEY,
    comment_id INTEGER NOT NULL UNIQUE,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    ticket_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    format_id TEXT NOT NULL,
    outcome_ids TEXT NOT NULL,
    op_id TEXT,
    risk INTEGER,
    failed TEXT NOT NULL,
    audited INTEGER NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_delivered_note_survey_id ON delivered_note (survey_id)",
    "CREATE INDEX ix_delivered_note_ticket_id ON delivered_note (ticket_id)",
    "CREATE INDEX ix_delivered_note_at ON delivered_note (at, id)",
    "CREATE INDEX ix_delivered_note_author_at ON delivered_note (author, at, id)",
    "CREATE INDEX ix_delivered_note_risk ON delivered_note (risk, at, id)",
    "CREATE INDEX ix_delivered_note_not_audited ON delivered_note (id) WHERE audited = 0",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
