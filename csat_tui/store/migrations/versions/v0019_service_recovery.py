"""Service recovery: the group of a ticket, where each survey belongs, and recovery notes.

Triggers name the surveys whose place is to be found out again.
"""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    "ALTER TABLE ticket ADD COLUMN group_id INTEGER",
    "ALTER TABLE ticket ADD COLUMN group_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE ticket ADD COLUMN organization_fields TEXT NOT NULL DEFAULT '{}'",
    """CREATE TABLE recovery_survey (
    survey_id INTEGER PRIMARY KEY REFERENCES survey (id),
    received_at INTEGER NOT NULL,
    ticket_id INTEGER,
    needs INTEGER NOT NULL,
    notes TEXT NOT NULL,
    group_id TEXT NOT NULL,
    group_name TEXT NOT NULL,
    segment TEXT NOT NULL,
    segment_name TEXT NOT NULL,
    lacks TEXT NOT NULL,
    replaced_by INTEGER,
    newest_note TEXT,
    first_note_at INTEGER,
    first_spoken_at INTEGER
)""",
    "CREATE INDEX ix_recovery_survey_ticket_id ON recovery_survey (ticket_id)",
    "CREATE INDEX ix_recovery_survey_replaced_by ON recovery_survey (replaced_by)",
    "CREATE INDEX ix_recovery_survey_place ON recovery_survey (needs, notes, received_at, survey_id, replaced_by) "
    "WHERE replaced_by IS NULL",
    "CREATE INDEX ix_recovery_survey_group ON recovery_survey "
    "(group_id, needs, notes, received_at, survey_id, replaced_by) WHERE replaced_by IS NULL",
    "CREATE INDEX ix_recovery_survey_lacks ON recovery_survey (received_at, survey_id) WHERE lacks <> ''",
    "CREATE TABLE recovery_stale (survey_id INTEGER PRIMARY KEY)",
    """CREATE TABLE recovery_fix (
    id TEXT NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    at INTEGER NOT NULL,
    author_id INTEGER,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    group_id TEXT NOT NULL,
    segment TEXT NOT NULL,
    group_before TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_recovery_fix_survey_id ON recovery_fix (survey_id)",
    """CREATE TABLE recovery_note (
    id TEXT NOT NULL PRIMARY KEY,
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    ticket_id INTEGER,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    spoken INTEGER NOT NULL,
    text TEXT NOT NULL,
    writer_id INTEGER,
    writer TEXT NOT NULL,
    writer_email TEXT NOT NULL,
    writer_role TEXT NOT NULL,
    op_id TEXT UNIQUE,
    problems TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_recovery_note_survey_id ON recovery_note (survey_id)",
    """CREATE TABLE recovery_receipt (
    note_id TEXT NOT NULL PRIMARY KEY REFERENCES recovery_note (id),
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    comment_id INTEGER NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    writer_id INTEGER,
    writer TEXT NOT NULL,
    writer_email TEXT NOT NULL,
    writer_role TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX ix_recovery_receipt_survey_id ON recovery_receipt (survey_id)",
    """CREATE TABLE recovery_draft (
    survey_id INTEGER PRIMARY KEY REFERENCES survey (id),
    author TEXT NOT NULL,
    spoken INTEGER NOT NULL,
    text TEXT NOT NULL,
    saved_at INTEGER NOT NULL
)""",
    "INSERT INTO recovery_stale SELECT id FROM survey",
)

APPEND_ONLY = "recovery_fix", "recovery_note", "recovery_receipt"


def stale(which: str, number: str = "id") -> str:
    """Return the statement that names surveys once whose place is to be found out again."""
    return (
        f"INSERT INTO recovery_stale SELECT {number} FROM {which} "
        f"AND NOT EXISTS (SELECT 1 FROM recovery_stale WHERE survey_id = {number});"
    )


SIBLINGS = "survey WHERE source_ticket_id = old.source_ticket_id AND id <> old.id"
OF_TICKET = "survey WHERE source_ticket_id = new.id"
THE_SURVEY = "survey WHERE id = new.{}"
MOVED = (
    "new.received_at <> old.received_at OR new.rating IS NOT old.rating OR new.ratings <> old.ratings "
    "OR new.source_ticket_id IS NOT old.source_ticket_id OR (new.headline = '') <> (old.headline = '')"
)
GROUPED = "group_id", "group_name", "organization_fields", "fields"

TRIGGERS = (
    f"CREATE TRIGGER recovery_survey_new AFTER INSERT ON survey BEGIN {stale(THE_SURVEY.format('id'))} END",
    f"CREATE TRIGGER recovery_survey_changed AFTER UPDATE ON survey WHEN {MOVED} BEGIN "
    f"{stale(THE_SURVEY.format('id'))} {stale(SIBLINGS)} END",
    f"CREATE TRIGGER recovery_survey_gone AFTER DELETE ON survey BEGIN {stale(SIBLINGS)} END",
    f"CREATE TRIGGER recovery_ticket_new AFTER INSERT ON ticket BEGIN {stale(OF_TICKET)} END",
    f"CREATE TRIGGER recovery_ticket_changed AFTER UPDATE ON ticket "
    f"WHEN {' OR '.join(f'new.{name} IS NOT old.{name}' for name in GROUPED)} BEGIN {stale(OF_TICKET)} END",
    *(
        f"CREATE TRIGGER {table}_tells AFTER INSERT ON {table} BEGIN {stale(THE_SURVEY.format('survey_id'))} END"
        for table in APPEND_ONLY
    ),
    "CREATE TRIGGER recovery_effect_moved AFTER UPDATE OF state ON outbox "
    "WHEN new.kind = 'recovery' AND new.state <> old.state BEGIN "
    f"{stale(THE_SURVEY.format('survey_id'))} END",
)


def upgrade() -> None:
    for statement in TABLES:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(APPEND_ONLY)
    for statement in TRIGGERS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
