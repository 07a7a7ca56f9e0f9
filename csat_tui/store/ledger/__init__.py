"""The ledger: a second file beside the database with everything that cannot be fetched again, and its daily copies."""

from csat_tui.store.ledger.file import Mark, attach, install_triggers, lags, ledger_file, mark, rebuild, settle

__all__ = [
    "Mark",
    "attach",
    "install_triggers",
    "lags",
    "ledger_file",
    "mark",
    "rebuild",
    "settle",
]
