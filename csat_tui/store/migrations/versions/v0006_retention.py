"""What retention and a damaged outbox need: indexes, shells of rows, what is to be forgotten, what is set aside."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Without these two, each address that goes would be looked for in every survey and every ticket.
    "CREATE INDEX ix_survey_customer ON survey (lower(customer))",
    "CREATE INDEX ix_ticket_requester_email ON ticket (lower(requester_email))",
    # A tracker row outlives its survey as a shell, so that it refers to none and holds what the shell says itself.
    """CREATE TABLE tracker_row_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id TEXT NOT NULL UNIQUE,
    survey_id INTEGER NOT NULL,
    cells TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    ticket_id INTEGER,
    agent TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    outcome_id TEXT NOT NULL
)""",
    "INSERT INTO tracker_row_new SELECT id, op_id, survey_id, cells, written_at, NULL, '', '', '' FROM tracker_row",
    # No number is given twice, also where the last rows have gone.
    "DELETE FROM sqlite_sequence WHERE name = 'tracker_row_new'",
    "INSERT INTO sqlite_sequence SELECT 'tracker_row_new', seq FROM sqlite_sequence WHERE name = 'tracker_row'",
    "DROP TABLE tracker_row",
    "ALTER TABLE tracker_row_new RENAME TO tracker_row",
    "CREATE INDEX ix_tracker_row_survey_id ON tracker_row (survey_id)",
    "CREATE INDEX ix_tracker_row_written_at ON tracker_row (written_at)",
    "CREATE TABLE forgotten (kind TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID",
    """CREATE TABLE spoiled (
    outbox_id INTEGER PRIMARY KEY NOT NULL,
    decision_id INTEGER,
    sentence TEXT NOT NULL,
    at INTEGER NOT NULL
)""",
    "CREATE INDEX ix_spoiled_decision_id ON spoiled (decision_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
