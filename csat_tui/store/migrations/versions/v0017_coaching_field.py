"""What the author of a delivered note says in it for the coaching of the agent who was rated."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE delivered_note ADD COLUMN coaching TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX ix_delivered_note_coaching ON delivered_note (survey_id) WHERE coaching <> ''",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
