"""Lists of delivered notes in windows: an index for each order, alone and for what is asked for most.

Two of them hold everything else that is filtered by, so that a rare combination reads the index and not every note.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP INDEX ix_delivered_note_at",
    "DROP INDEX ix_delivered_note_risk",
    "CREATE INDEX ix_delivered_note_at ON delivered_note "
    "(at, id, review_state, author, outcome_ids, reviewer, coalesce(risk, 0))",
    "CREATE INDEX ix_delivered_note_risk ON delivered_note "
    "(coalesce(risk, 0), at, id, review_state, author, outcome_ids, reviewer)",
    "CREATE INDEX ix_delivered_note_state_risk ON delivered_note (review_state, coalesce(risk, 0), at, id)",
    "CREATE INDEX ix_delivered_note_turn_risk ON delivered_note (turn, coalesce(risk, 0), at, id) WHERE turn <> ''",
    "CREATE INDEX ix_delivered_note_author_risk ON delivered_note (author, coalesce(risk, 0), at, id)",
    "CREATE INDEX ix_delivered_note_outcome_at ON delivered_note (outcome_ids, at, id)",
    "CREATE INDEX ix_delivered_note_outcome_risk ON delivered_note (outcome_ids, coalesce(risk, 0), at, id)",
    "CREATE INDEX ix_delivered_note_reviewer_at ON delivered_note (reviewer, at, id) WHERE reviewer <> ''",
    "CREATE INDEX ix_delivered_note_reviewer_risk ON delivered_note "
    "(reviewer, coalesce(risk, 0), at, id) WHERE reviewer <> ''",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
