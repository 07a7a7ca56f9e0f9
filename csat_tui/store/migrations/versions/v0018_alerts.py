"""Alerts of unhappy customers: periods, messages that are kept before they are sent, and what became of each."""

from alembic import op

from csat_tui.store.migrations.append_only import make_append_only

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE recovery_period (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    planned_at INTEGER NOT NULL,
    surveys TEXT NOT NULL
)""",
    "CREATE UNIQUE INDEX ix_recovery_period_ends ON recovery_period (ends)",
    """CREATE TABLE recovery_alert (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    period_id INTEGER NOT NULL REFERENCES recovery_period (id),
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,
    part TEXT NOT NULL,
    op_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    surveys TEXT NOT NULL,
    customers INTEGER NOT NULL,
    survey_count INTEGER NOT NULL,
    due_at INTEGER NOT NULL
)""",
    "CREATE UNIQUE INDEX ix_recovery_alert_once ON recovery_alert (period_id, recipient, kind, part)",
    """CREATE TABLE recovery_alert_step (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    alert_id INTEGER NOT NULL REFERENCES recovery_alert (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    sentence TEXT NOT NULL,
    reference TEXT NOT NULL,
    author TEXT NOT NULL
)""",
    "CREATE UNIQUE INDEX ix_recovery_alert_step_alert_id ON recovery_alert_step (alert_id, number)",
)
TESTIMONY = ("recovery_period", "recovery_alert", "recovery_alert_step")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    make_append_only(TESTIMONY)


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
