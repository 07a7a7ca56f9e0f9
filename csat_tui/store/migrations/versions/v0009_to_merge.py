"""How many tickets of its customer a case has to merge, for the queue."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    'ALTER TABLE "case" ADD COLUMN to_merge INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX ix_case_merging_due ON "case" (stage, due_at, survey_id) WHERE to_merge > 0',
    'CREATE INDEX ix_case_merging_newest ON "case" (stage, received_at, survey_id) WHERE to_merge > 0',
    'CREATE INDEX ix_case_merging_worst ON "case" (stage, rank, due_at, survey_id) WHERE to_merge > 0',
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
