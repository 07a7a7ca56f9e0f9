"""The local store: SQLite, migrations, windows and the outbox."""
