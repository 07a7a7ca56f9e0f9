"""Lists that are picked up where they arrive, and rows of the tracker that correct others."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE watched (
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    stamp TEXT NOT NULL,
    digest TEXT NOT NULL,
    problem TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (place, name)
) WITHOUT ROWID""",
    "ALTER TABLE tracker_row ADD COLUMN corrects INTEGER",
    "ALTER TABLE tracker_row ADD COLUMN corrected_by TEXT NOT NULL DEFAULT ''",
    # A row is corrected by one other at most: whoever corrects it again corrects that one.
    "CREATE UNIQUE INDEX ix_tracker_row_corrects ON tracker_row (corrects) WHERE corrects IS NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
