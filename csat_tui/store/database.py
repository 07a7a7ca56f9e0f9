"""The database file: one writer at a time, short readers beside it, and word of what changed, here or elsewhere."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from csat_tui.key_priority import wait_for_keys, yield_to_keys
from csat_tui.store import ledger
from csat_tui.store.errors import StoreDamaged, StoreFull, raised_as_store_errors
from csat_tui.store.files import DatabaseLock, make_private
from csat_tui.store.ledger import soundness
from csat_tui.store.migrations import bring_up_to_date

log = logging.getLogger(__name__)


BUSY_SECONDS = 5
"""How long a writer waits for another process before it says so."""

Listener = Callable[[frozenset[str]], None]
"""Hears which topics a committed transaction touched: queue, case:ID, outbox, sync."""


class Database:
    """The open database. Readers and the writer may be on any thread."""

    def __init__(self, engine: Engine, file: Path, hold: DatabaseLock) -> None:
        self._engine = engine
        self._file = file
        self._hold = hold
        self._ledger_lags = False
        self._writing = threading.Lock()
        self._listeners: list[Listener] = []

    @classmethod
    def open(cls, file: Path) -> "Database":
        """Open the file, making and migrating it where needed; private to its owner. Raises StoreError.

        StoreDamaged also where the file is gone and its ledger is still there: `store.recovery.repairing` puts it back.
        """
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            soundness.refuse_empty(file)
            make_private(file)
        except OSError as error:
            raise StoreFull(
                f"The database {file} cannot be opened ({error.strerror}). Nothing was changed; "
                "check the folder's owner, its permissions and the free disk space."
            ) from error
        engine = create_engine(
            URL.create("sqlite", database=str(file)),
            connect_args={"timeout": BUSY_SECONDS},
            pool_size=4,
            hide_parameters=True,  # errors are logged, and parameters are customers' words
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "before_cursor_execute", lambda *_: wait_for_keys())
        hold = DatabaseLock.shared(file)
        database = cls(engine, file, hold)
        try:
            bring_up_to_date(engine, file)
            database._settle()
        except BaseException:
            database.close()
            raise
        return database

    @property
    def file(self) -> Path:
        """The path of the database."""
        return self._file

    @contextmanager
    def read(self, *, ledger: bool = False) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state, on request also of the `ledger`; keep the block short."""
        with self._translated(), self._engine.connect() as connection:
            driven = self._attach(connection) if ledger else _driven(connection)
            # Begun and ended past SQLAlchemy, which takes longer for it than most of what is read takes.
            driven.execute("BEGIN")
            try:
                yield connection
            finally:
                # A failing disk ends the transaction by itself; there is then nothing left to roll back.
                with suppress(sqlite3.Error):
                    driven.execute("ROLLBACK")

    @contextmanager
    def write(self, *topics: str) -> Iterator[Connection]:
        """Yield a connection inside one transaction: all of it is saved or none; listeners then hear the topics."""
        with self._translated(), self._writing, self._engine.connect() as connection:
            self._watch(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                self._commit(connection)
            except BaseException:
                # A full disk ends the transaction by itself; there is then nothing left to roll back.
                with suppress(SQLAlchemyError):
                    connection.exec_driver_sql("ROLLBACK")
                raise
        if topics:
            self.announce(*topics)

    def announce(self, *topics: str) -> None:
        """Tell the listeners what changed; a listener that fails neither undoes the change nor silences the others."""
        for listener in tuple(self._listeners):
            try:
                listener(frozenset(topics))
            except Exception:
                log.exception("a listener failed at %s", ", ".join(topics))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener after each change, on the writer's thread; returns how to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            with suppress(ValueError):  # stopped already
                self._listeners.remove(listener)

        return stop

    def empty_log(self) -> bool:
        """Move the logs' contents into the files and empty the logs; False if a reader prevents it."""
        with self._translated(), self._writing, self._engine.connect() as connection:
            driven = self._attach(connection)
            ended = [
                driven.execute(f"PRAGMA {name}.wal_checkpoint(TRUNCATE)").fetchone() for name in ("main", "ledger")
            ]
        return not any(busy for busy, *_ in ended)

    def close(self) -> None:
        """Close the database and release its lock."""
        self._engine.dispose()
        self._hold.release()

    def _settle(self) -> None:
        """Bring the ledger in line with the database."""
        with self._translated(), self._engine.connect() as connection:
            ledger.settle(self._attach(connection), self._file)

    def _watch(self, connection: Connection) -> None:
        """Let this connection keep the ledger; done once for each, outside a transaction."""
        about = connection.connection.info
        if self._ledger_lags:
            ledger.settle(self._attach(connection), self._file)
            self._ledger_lags = False
        if "watched" not in about:
            ledger.install_triggers(self._attach(connection))
            about["watched"] = True

    def _attach(self, connection: Connection) -> sqlite3.Connection:
        """Return the driver's connection, with the ledger attached."""
        driven = _driven(connection)
        about = connection.connection.info
        if "ledger" not in about:
            try:
                ledger.attach(driven, ledger.ledger_file(self._file))
            except BaseException:
                connection.invalidate()  # half attached it would be of no use to the next
                raise
            about["ledger"] = True
        return driven

    def _commit(self, connection: Connection) -> None:
        """Commit in both files; the database's word counts where the disk fails between the two."""
        try:
            connection.exec_driver_sql("COMMIT")
        except SQLAlchemyError as error:
            with suppress(SQLAlchemyError):
                connection.exec_driver_sql("ROLLBACK")
            if not ledger.lags(self._attach(connection)):
                raise
            log.warning("the ledger could not take a change and is brought in line later: %s", type(error).__name__)
            self._ledger_lags = True

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raise the driver's errors as sentences, and note damage for the next start."""
        try:
            with raised_as_store_errors(self._file):
                yield
        except StoreDamaged:
            soundness.write_down(self._file)
            raise


def _driven(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _prepare(connection: Any, _record: Any) -> None:
    """Set what every connection needs; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    # One byte that a damaged disk has altered must not hide every row that is read with it.
    connection.text_factory = _as_text
    _write_ahead(connection)
    for pragma in (
        # A decision must survive a power cut before its first byte leaves, or it could be sent twice.
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        # Without this a row that is replaced goes without its delete triggers: past append-only, and out of step
        # with the full-text index.
        "recursive_triggers = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _as_text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _write_ahead(connection: Any) -> None:
    """Keep the log beside the file, so that readers and the writer do not wait for each other.

    SQLite does not wait when two processes make this change to a new file at once, so the waiting is done here.
    """
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= last:
                raise
            time.sleep(0.02)


CHECK_INTERVAL = 1.0
"""Seconds between two checks; a check takes a few microseconds."""

ELSEWHERE = "elsewhere"
"""The topic of a change by another process; it is announced with every topic that may have changed."""

CHANGED_TOPICS = ("queue", "outbox", "case")
"""The topics that another process may have changed; SQLite does not say which case."""


class OutsideChanges:
    """Announces commits of other processes; begin it before the first read of the store.

    What this process commits is announced once more, at most once a second: SQLite does not tell the two apart here.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        address = f"{database.file.absolute().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._seen: int | None = None

    def __enter__(self) -> "OutsideChanges":
        with suppress(sqlite3.Error):  # then the first look finds out that there is something new
            self._seen = self._version()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._connection.close()

    def check(self) -> None:
        """Announce what was committed since the last check. Raises sqlite3.Error."""
        version = self._version()
        if version != self._seen:
            self._seen = version
            self._database.announce(ELSEWHERE, *CHANGED_TOPICS)

    def _version(self) -> int:
        """Return a number that changes with every commit of another connection."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _run(self) -> None:
        yield_to_keys()
        while not self._stopping.wait(CHECK_INTERVAL):
            try:
                self.check()
            except sqlite3.Error as error:
                # Whoever needs the store itself tells the person what is the matter with it.
                log.warning("the database could not be looked at: %s", type(error).__name__)
