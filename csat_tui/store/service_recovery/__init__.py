"""Service recovery: where surveys belong, what was set by hand, recovery notes, and their lists."""

from csat_tui.store.service_recovery.placement import PLACES_CHANGED, fixes_of, keep_places, place_surveys, put_fix

__all__ = [
    "PLACES_CHANGED",
    "fixes_of",
    "keep_places",
    "place_surveys",
    "put_fix",
]
