"""Recovery: damaged rows are found, and a damaged database is rebuilt from its ledger."""

from csat_tui.store.recovery import damage
from csat_tui.store.recovery.repairing import Repaired, open_repaired, repair, set_files_aside

__all__ = ["Repaired", "damage", "open_repaired", "repair", "set_files_aside"]
