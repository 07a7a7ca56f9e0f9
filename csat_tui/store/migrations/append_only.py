"""The triggers of tables whose rows are testimony.

Changes of the schema use them that were released, so that they stay as they are.
"""

from collections.abc import Iterable

from alembic import op


def make_append_only(tables: Iterable[str]) -> None:
    """Have the database refuse to change rows of these tables, and to remove them unless retention does."""
    for table in tables:
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} "
            "WHEN NOT EXISTS (SELECT 1 FROM sync_cursor WHERE name = 'retention') BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
