"""Calibration: sessions, blind scores, the comments on them, and closings."""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APPEND_ONLY = ("calibration", "blind_score", "blind_comment", "calibration_closing")

STATEMENTS = (
    """CREATE TABLE calibration (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    notes TEXT NOT NULL,
    reviewers TEXT NOT NULL,
    deadline INTEGER NOT NULL,
    card TEXT NOT NULL,
    card_version TEXT NOT NULL,
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE blind_score (
    id TEXT NOT NULL PRIMARY KEY,
    calibration_id TEXT NOT NULL REFERENCES calibration (id),
    note INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    lines TEXT NOT NULL,
    source TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_blind_score_calibration_id ON blind_score (calibration_id)",
    """CREATE TABLE blind_comment (
    id TEXT NOT NULL PRIMARY KEY,
    blind_score_id TEXT NOT NULL REFERENCES blind_score (id),
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    lines TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_blind_comment_blind_score_id ON blind_comment (blind_score_id)",
    "CREATE INDEX ix_blind_comment_survey_id ON blind_comment (survey_id)",
    """CREATE TABLE calibration_closing (
    id TEXT NOT NULL PRIMARY KEY,
    calibration_id TEXT NOT NULL UNIQUE REFERENCES calibration (id),
    author_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    counted TEXT NOT NULL,
    source TEXT NOT NULL
) WITHOUT ROWID""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(APPEND_ONLY)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
