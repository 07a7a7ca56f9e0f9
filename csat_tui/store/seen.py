"""A ticket as the person saw it, as the outbox keeps it beside an effect."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from csat_tui.domain.conflict import Seen
from csat_tui.domain.ticket import Status


def write_seen(seen: Seen) -> dict[str, Any]:
    """Return it as JSON can hold it."""
    return {
        **asdict(seen),
        "stamp": seen.stamp.isoformat(),
        "last_at": None if seen.last_at is None else seen.last_at.isoformat(),
        "tags": list(seen.tags),
        "fields": {str(number): value for number, value in seen.fields.items()},
    }


def read_seen(kept: Mapping[str, Any] | None) -> Seen | None:
    """Read it back; None where nothing was kept."""
    if kept is None:
        return None
    return Seen(
        **{
            **kept,
            "stamp": datetime.fromisoformat(kept["stamp"]),
            "last_at": datetime.fromisoformat(kept["last_at"]) if kept.get("last_at") else None,
            "status": Status(kept["status"]),
            "tags": tuple(kept["tags"]),
            "fields": {int(number): value for number, value in kept["fields"].items()},
        }
    )
