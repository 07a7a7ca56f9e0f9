"""The ledger: a second file beside the database with everything that cannot be fetched again, and its daily copies."""

from csat_tui.store.ledger.file import (
    Mark,
    attach,
    lags,
    ledger_file,
    mark,
    rebuild,
    settle,
    watch,
)

__all__ = [
    "Mark",
    "attach",
    "lags",
    "ledger_file",
    "mark",
    "rebuild",
    "settle",
    "watch",
]
