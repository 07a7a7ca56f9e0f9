"""What the person saw of a ticket beside each effect, how far a walk has come, the ledger's mark, and retention."""

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
    connection.exec_driver_sql("CREATE TABLE purged (source TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL)")
    # Without these each survey that goes would be looked for in every case and every effect.
    for table, column in (("outbox", "survey_id"), ("tracker_row", "survey_id")):
        connection.exec_driver_sql(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
    for column in ("decision_id", "superseded_by"):
        connection.exec_driver_sql(f'CREATE INDEX ix_case_{column} ON "case" ({column}) WHERE {column} IS NOT NULL')


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
