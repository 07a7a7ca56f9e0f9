"""The outbox: effects that are decided, the tickets as the person saw them, and everything that happens to them."""

from csat_tui.store.outbox import attempts, changes_since_seen, damaged_effects, delivery_turns
from csat_tui.store.outbox.effects import (
    follow_on,
    item,
    move,
    move_base,
    of_decision,
    put_effects,
    rebase,
    recent,
    settled,
    summary,
    unsettled,
)
from csat_tui.store.outbox.items import (
    UNSETTLED,
    OutboxItem,
    known_state,
    read_item,
)

__all__ = [
    "UNSETTLED",
    "OutboxItem",
    "attempts",
    "changes_since_seen",
    "damaged_effects",
    "delivery_turns",
    "follow_on",
    "item",
    "known_state",
    "move",
    "move_base",
    "of_decision",
    "put_effects",
    "read_item",
    "rebase",
    "recent",
    "settled",
    "summary",
    "unsettled",
]
