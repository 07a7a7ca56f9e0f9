"""When each customer was first contacted, found once in what is here; and which escalation each case has had."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATEMENTS = (
    'ALTER TABLE "case" ADD COLUMN contacted_at INTEGER',
    "ALTER TABLE \"case\" ADD COLUMN contacted_by TEXT NOT NULL DEFAULT ''",
    """UPDATE "case" SET contacted_by = 'message', contacted_at = found.at
    FROM (
        SELECT survey.id AS id, min(message.created_at) AS at
        FROM survey JOIN message ON message.ticket_id = survey.source_ticket_id
        WHERE message.public = 1 AND message.author = 'agent' AND message.channel <> 'rule'
        AND message.created_at >= survey.received_at
        GROUP BY survey.id
    ) AS found
    WHERE "case".survey_id = found.id""",
    """UPDATE "case" SET contacted_by = 'reply', contacted_at = found.at
    FROM (
        SELECT survey_id AS id, min(landed_at) AS at FROM outbox
        WHERE kind = 'reply' AND state = 'confirmed' AND landed_at IS NOT NULL GROUP BY survey_id
    ) AS found
    WHERE "case".survey_id = found.id AND found.at >= "case".received_at
    AND ("case".contacted_at IS NULL OR "case".contacted_at > found.at)""",
    'CREATE INDEX ix_case_not_contacted ON "case" (stage, due_at, survey_id) WHERE contacted_at IS NULL',
    'CREATE INDEX ix_case_contacted ON "case" (stage, due_at, survey_id, contacted_at) WHERE contacted_at IS NOT NULL',
    """CREATE TABLE escalation (
    survey_id INTEGER NOT NULL REFERENCES survey (id),
    step TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (survey_id, step)
) WITHOUT ROWID""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("what was told to whom is not downgraded: restore the backup made before the migration")
