"""Reviews, answers to them and settlements, with their lines and receipts; drafts; scorecards by version."""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPEND_ONLY = ("review_step", "review_line", "review_receipt", "scorecard_version")

STATEMENTS = (
    "ALTER TABLE message ADD COLUMN author_email TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE message ADD COLUMN author_role TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE "case" ADD COLUMN sent_back INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX ix_case_sent_back ON "case" (due_at, survey_id) WHERE sent_back > 0',
    "ALTER TABLE delivered_note ADD COLUMN review_state TEXT NOT NULL DEFAULT 'not reviewed'",
    "ALTER TABLE delivered_note ADD COLUMN turn TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE delivered_note ADD COLUMN reviewer TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX ix_delivered_note_turn ON delivered_note (turn, at, id) WHERE turn <> ''",
    "CREATE INDEX ix_delivered_note_state ON delivered_note (review_state, at, id)",
    """CREATE TABLE review_step (
    id TEXT NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    ticket_id INTEGER NOT NULL,
    note INTEGER NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    replies_to TEXT NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    author_email TEXT NOT NULL,
    author_role TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    card_id TEXT NOT NULL,
    card_label TEXT NOT NULL,
    card_version TEXT NOT NULL,
    percent REAL,
    passes INTEGER,
    seconds INTEGER NOT NULL,
    op_id TEXT UNIQUE,
    problems TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_review_step_survey_id ON review_step (survey_id)",
    "CREATE INDEX ix_review_step_note ON review_step (note)",
    "CREATE INDEX ix_review_step_at ON review_step (at, id)",
    """CREATE TABLE review_line (
    step_id TEXT NOT NULL REFERENCES review_step (id),
    line_id TEXT NOT NULL,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    answer TEXT NOT NULL,
    cause TEXT NOT NULL,
    comment TEXT NOT NULL,
    message_id INTEGER,
    PRIMARY KEY (step_id, line_id)
) WITHOUT ROWID""",
    "CREATE INDEX ix_review_line_survey_id ON review_line (survey_id)",
    """CREATE TABLE review_receipt (
    step_id TEXT NOT NULL PRIMARY KEY REFERENCES review_step (id),
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    comment_id INTEGER NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    author_email TEXT NOT NULL,
    author_role TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_review_receipt_survey_id ON review_receipt (survey_id)",
    """CREATE TABLE review_draft (
    note INTEGER NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    card_id TEXT NOT NULL,
    card_version TEXT NOT NULL,
    lines TEXT NOT NULL,
    text TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    saved_at INTEGER NOT NULL
)""",
    "CREATE INDEX ix_review_draft_survey_id ON review_draft (survey_id)",
    """CREATE TABLE scorecard_version (
    version TEXT NOT NULL PRIMARY KEY,
    card_id TEXT NOT NULL,
    card TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(APPEND_ONLY)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
