"""What the person saw of a ticket beside each effect, and how far a walk of the view has come."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN seen TEXT")
    connection.exec_driver_sql("CREATE TABLE walked (ticket_id INTEGER PRIMARY KEY NOT NULL)")


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
