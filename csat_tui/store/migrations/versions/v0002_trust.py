"""What the person saw of a ticket beside each effect, how far a walk of the view has come, and the ledger's mark."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN seen TEXT")
    connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN agent_id INTEGER")
    connection.exec_driver_sql("CREATE INDEX ix_outbox_ticket_id ON outbox (ticket_id)")
    connection.exec_driver_sql("CREATE TABLE walked (ticket_id INTEGER PRIMARY KEY NOT NULL)")
    connection.exec_driver_sql("CREATE TABLE mark (identity TEXT PRIMARY KEY NOT NULL, generation INTEGER NOT NULL)")
    connection.exec_driver_sql("INSERT INTO mark VALUES (lower(hex(randomblob(16))), 0)")


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
