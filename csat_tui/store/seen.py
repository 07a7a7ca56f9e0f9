"""A ticket as the person saw it, as the outbox keeps it beside an effect."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from csat_tui.domain.conflict import Seen
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Status

_SOURCES = "sources"
"""Under which name a merge keeps what was seen of the tickets that go."""


def write_seen(seen: Seen, sources: Mapping[TicketId, Seen] | None = None) -> dict[str, Any]:
    """Return it as JSON can hold it; a merge keeps its sources beside the ticket that stays."""
    beside = {_SOURCES: {str(number): write_seen(one) for number, one in sources.items()}} if sources else {}
    return {
        **beside,
        **asdict(seen),
        "stamp": seen.stamp.isoformat(),
        "last_at": None if seen.last_at is None else seen.last_at.isoformat(),
        "tags": list(seen.tags),
        "fields": {str(number): value for number, value in seen.fields.items()},
    }


def read_sources(kept: Mapping[str, Any] | None) -> dict[TicketId, Seen]:
    """Read back what was seen of a merge's sources; nothing for any other effect."""
    beside = (kept or {}).get(_SOURCES) or {}
    return {TicketId(int(number)): seen for number, one in beside.items() if (seen := read_seen(one)) is not None}


def read_seen(kept: Mapping[str, Any] | None) -> Seen | None:
    """Read it back; None where nothing was kept."""
    if kept is None:
        return None
    if not (isinstance(kept["tags"], list) and isinstance(kept["fields"], dict) and isinstance(kept["subject"], str)):
        raise ValueError("what was seen of a ticket is not as it was written")
    return Seen(
        **{
            **{name: value for name, value in kept.items() if name != _SOURCES},
            "stamp": datetime.fromisoformat(kept["stamp"]),
            "last_at": datetime.fromisoformat(kept["last_at"]) if kept.get("last_at") else None,
            "status": Status(kept["status"]),
            "tags": tuple(kept["tags"]),
            "fields": {int(number): value for number, value in kept["fields"].items()},
        }
    )
