"""The local store: one SQLite database, where the screen and the sync meet."""
