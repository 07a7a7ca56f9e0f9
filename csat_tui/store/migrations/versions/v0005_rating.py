"""Surveys that a person mended, with what they were before, and what a list of low scores itself says of a survey."""

from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE mending (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    source_ticket_id INTEGER,
    ratings TEXT NOT NULL,
    comment TEXT NOT NULL,
    before TEXT NOT NULL,
    raw TEXT NOT NULL
)""",
    "CREATE INDEX ix_mending_survey_id ON mending (survey_id)",
    "CREATE TRIGGER mending_is_append_only BEFORE UPDATE ON mending BEGIN "
    "SELECT RAISE(ABORT, 'mending is append-only'); END",
    "CREATE TRIGGER mending_keeps BEFORE DELETE ON mending "
    "WHEN NOT EXISTS (SELECT 1 FROM sync_cursor WHERE name = 'retention') BEGIN "
    "SELECT RAISE(ABORT, 'mending is append-only'); END",
    "ALTER TABLE report_line ADD COLUMN rating INTEGER",
    "ALTER TABLE report_line ADD COLUMN comment TEXT NOT NULL DEFAULT ''",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
