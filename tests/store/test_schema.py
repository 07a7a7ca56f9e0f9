"""The migrations make exactly the tables that the models describe."""

import sqlite3
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import Connection, Table, create_engine
from sqlmodel import SQLModel

from csat_tui.store import migrations, tables
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreDamaged, StoreNewer
from csat_tui.store.migrations import versions

MODELS: list[Table] = sorted(
    (
        model.__table__  # type: ignore[attr-defined]
        for model in vars(tables).values()
        if isinstance(model, type) and issubclass(model, SQLModel) and model is not SQLModel
    ),
    key=lambda table: table.name,
)

RELEASED = 3
"""An older schema that databases really have."""

BESIDES = {"alembic_version", "sqlite_sequence", "sqlite_stat1"}
"""Tables that serve the file itself."""


def rows(connection: Connection, pragma: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.exec_driver_sql(f"PRAGMA {pragma}").mappings()]


@pytest.mark.parametrize("table", MODELS, ids=lambda table: table.name)
class TestATable:
    def test_has_the_columns_of_its_model(self, database: Database, table: Table) -> None:
        with database.read() as connection:
            made = {row["name"]: row for row in rows(connection, f'table_info("{table.name}")')}
        assert set(made) == {column.name for column in table.columns}
        for column in table.columns:
            row = made[column.name]
            assert bool(row["pk"]) is column.primary_key, column.name
            if not (column.primary_key and row["type"] == "INTEGER"):  # a row's number is never null anyhow
                assert bool(row["notnull"]) is not column.nullable, f"{column.name} may be null in one of the two"

    def test_keeps_each_column_as_the_model_reads_it(self, database: Database, table: Table) -> None:
        kinds = {"INTEGER": "INTEGER", "BOOLEAN": "INTEGER", "FLOAT": "REAL", "TEXT": "TEXT", "VARCHAR": "TEXT"}
        with database.read() as connection:
            made = {row["name"]: row["type"] for row in rows(connection, f'table_info("{table.name}")')}
            wanted = {column.name: kinds[str(column.type.compile(connection.dialect))] for column in table.columns}
        assert made == wanted

    def test_refers_to_what_its_model_refers_to(self, database: Database, table: Table) -> None:
        with database.read() as connection:
            made = {
                (row["from"], row["table"], row["to"]) for row in rows(connection, f'foreign_key_list("{table.name}")')
            }
        assert made == {(key.parent.name, *key.target_fullname.split(".")) for key in table.foreign_keys}

    def test_has_the_indexes_and_the_uniqueness_of_its_model(self, database: Database, table: Table) -> None:
        with database.read() as connection:
            made = {
                tuple(part["name"] for part in rows(connection, f'index_info("{index["name"]}")')): index
                for index in rows(connection, f'index_list("{table.name}")')
            }
        unique = {columns for columns, index in made.items() if index["unique"] and index["origin"] == "u"}
        assert unique == {(column.name,) for column in table.columns if column.unique}
        for column in table.columns:
            if column.index:
                assert (column.name,) in made, f"{column.name} has no index of its own"


def test_there_are_no_tables_that_no_model_knows(database: Database) -> None:
    with database.read() as connection:
        made = {row["name"] for row in rows(connection, "table_list") if row["schema"] == "main"}
    made -= {"sqlite_schema"} | BESIDES
    made = {name for name in made if not name.startswith(("survey_text", "message_text"))}
    assert made == {table.name for table in MODELS}


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "newer.db"
    Database.open(file).close()
    with sqlite3.connect(file) as raw:
        raw.execute(f"PRAGMA user_version = {migrations.LATEST_SCHEMA + 1}")
    raw.close()
    with pytest.raises(StoreNewer, match=r"newer csat-tui .*update csat-tui"):
        Database.open(file)
    with sqlite3.connect(file) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (migrations.LATEST_SCHEMA + 1,)
    raw.close()


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE survey (mine TEXT)")
        raw.execute("INSERT INTO survey VALUES ('precious')")
    raw.close()
    with pytest.raises(StoreDamaged, match="another program"):
        Database.open(file)
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("survey",)]
        assert raw.execute("SELECT * FROM survey").fetchall() == [("precious",)]
    raw.close()


def test_opening_a_present_database_needs_no_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "present.db"
    Database.open(file).close()
    monkeypatch.setattr(migrations, "migrate", lambda *_: pytest.fail("migrated again"))
    Database.open(file).close()
    assert not list(tmp_path.glob("*.schema-*"))


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from csat_tui.store.migrations.versions import v0001_first

    file = tmp_path / "half.db"
    monkeypatch.setattr(migrations, "LATEST_SCHEMA", "no number")
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever breaks, the file must be whole
        Database.open(file)
    monkeypatch.undo()
    Database.open(file).close()
    with sqlite3.connect(file) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (migrations.LATEST_SCHEMA,)
    raw.close()
    assert v0001_first.statements("CREATE TRIGGER a\n    x;\nEND;\nCREATE TABLE b (\n);") == [
        "CREATE TRIGGER a\n    x;\nEND",
        "CREATE TABLE b (\n)",
    ]


def test_an_older_schema_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    old = create_engine(f"sqlite:///{file}")
    migrations.migrate(old, file, RELEASED)
    old.dispose()
    with sqlite3.connect(file) as raw:
        raw.execute("INSERT INTO sync_cursor VALUES ('kept', 'yes', 0)")
    raw.close()
    Database.open(file).close()
    copy = tmp_path / f"old.db.schema-{RELEASED}"
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as raw:
        assert raw.execute("SELECT value FROM sync_cursor WHERE name = 'kept'").fetchone() == ("yes",)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


def test_each_change_of_the_schema_has_a_number_of_its_own_and_follows_the_one_before() -> None:
    found = [import_module(f"{versions.__name__}.{one.name}") for one in iter_modules(versions.__path__)]
    followed = sorted((module.revision, module.down_revision) for module in found)
    assert [before for _, before in followed] == [None, *(number for number, _ in followed[:-1])]
    assert followed[-1][0] == f"{migrations.LATEST_SCHEMA:04d}"
    assert all(module.__name__.rpartition(".")[2].startswith(f"v{module.revision}_") for module in found)
