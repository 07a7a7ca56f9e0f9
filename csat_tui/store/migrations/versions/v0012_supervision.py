"""Ratings set aside, and what agents are coached on."""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE set_aside (
    id TEXT NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    deed TEXT NOT NULL,
    kind TEXT NOT NULL,
    given_to TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_set_aside_survey_id ON set_aside (survey_id)",
    "CREATE INDEX ix_set_aside_at ON set_aside (at, id)",
    """CREATE TABLE coaching_item (
    id TEXT NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    agent_id INTEGER,
    agent TEXT NOT NULL,
    what TEXT NOT NULL,
    comment_id INTEGER,
    line_ids TEXT NOT NULL,
    submission TEXT UNIQUE
) WITHOUT ROWID""",
    "CREATE INDEX ix_coaching_item_survey_id ON coaching_item (survey_id)",
    "CREATE INDEX ix_coaching_item_agent ON coaching_item (agent, at, id)",
    """CREATE TABLE coaching_step (
    id TEXT NOT NULL PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES coaching_item (id),
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    deed TEXT NOT NULL,
    day TEXT NOT NULL,
    text TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_coaching_step_item_id ON coaching_step (item_id)",
    "CREATE INDEX ix_coaching_step_survey_id ON coaching_step (survey_id)",
)

APPEND_ONLY = "set_aside", "coaching_item", "coaching_step"


def upgrade() -> None:
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(APPEND_ONLY)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
