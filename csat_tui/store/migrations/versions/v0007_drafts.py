"""What drafts keep besides their words: by field, who wrote it, when and from which process."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE draft ADD COLUMN written TEXT NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    raise NotImplementedError("a cache is not downgraded: restore the backup made before the migration")
