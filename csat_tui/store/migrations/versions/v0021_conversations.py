"""Conversations about cases: with the client and with the employee."""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE conversation (
    id TEXT NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    counterpart TEXT NOT NULL,
    held_at INTEGER NOT NULL,
    means TEXT NOT NULL,
    said TEXT NOT NULL,
    prevention INTEGER NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_conversation_survey_id ON conversation (survey_id)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(("conversation",))


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
