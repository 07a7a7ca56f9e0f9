"""Samples of delivered notes; a note knows until when it is to be reviewed as one of a sample."""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE sample (
    id TEXT NOT NULL PRIMARY KEY,
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    seed INTEGER NOT NULL,
    size INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    population INTEGER NOT NULL,
    population_hash TEXT NOT NULL,
    due_at INTEGER NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE sample_item (
    id TEXT NOT NULL PRIMARY KEY,
    sample_id TEXT NOT NULL REFERENCES sample (id),
    position INTEGER NOT NULL,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    comment_id INTEGER NOT NULL,
    agent_id INTEGER,
    agent TEXT NOT NULL,
    stratum TEXT NOT NULL,
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE sample_replacement (
    id TEXT NOT NULL PRIMARY KEY,
    item_id TEXT NOT NULL UNIQUE REFERENCES sample_item (id),
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    replaced_by TEXT,
    reason TEXT NOT NULL,
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_sample_item_sample_id ON sample_item (sample_id)",
    "CREATE INDEX ix_sample_item_survey_id ON sample_item (survey_id)",
    "CREATE INDEX ix_sample_item_comment_id ON sample_item (comment_id)",
    "CREATE INDEX ix_sample_replacement_survey_id ON sample_replacement (survey_id)",
    "ALTER TABLE delivered_note ADD COLUMN sampled_due INTEGER",
    "ALTER TABLE delivered_note ADD COLUMN sampled_by INTEGER",
    "CREATE INDEX ix_delivered_note_sampled ON delivered_note (review_state, sampled_due, id) "
    "WHERE sampled_due IS NOT NULL",
)
TESTIMONY = ("sample", "sample_item", "sample_replacement")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(TESTIMONY)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
