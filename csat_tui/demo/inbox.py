"""What was sent to the demo's forms and channel, in order of arrival, each thing once for its idempotency key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from csat_tui.demo.errors import Refusal
from csat_tui.demo.wire import Json, stamp

SECRET = ("authorization", "cookie")
"""Headers that are never shown again."""


@dataclass(frozen=True)
class Entry:
    """One thing that came in."""

    number: int
    at: datetime
    content: Json
    headers: dict[str, str]


@dataclass
class Inbox:
    """Everything that came in under one name; a key that comes again gets the entry that it made."""

    entries: list[Entry] = field(default_factory=list)
    keys: dict[str, Entry] = field(default_factory=dict)

    def take(self, content: Json, headers: Mapping[str, str], at: datetime) -> tuple[Entry, bool]:
        """Keep something, and tell whether it is new; a key that comes with other content is refused."""
        key = headers.get("idempotency-key", "")
        known = self.keys.get(key) if key else None
        if known is not None:
            if known.content != content:
                raise unprocessable(f"The key {key!r} has come before with other content; nothing was added.")
            return known, False
        shown = {name: value for name, value in headers.items() if name.lower() not in SECRET}
        entry = Entry(len(self.entries) + 1, at, content, shown)
        self.entries.append(entry)
        if key:
            self.keys[key] = entry
        return entry, True


def unprocessable(sentence: str) -> Refusal:
    """Say in one sentence why something is not taken."""
    return Refusal(422, {"error": "unprocessable", "message": sentence})


def receipt(name: str, entry: Entry) -> Json:
    """Confirm that something was taken."""
    return {"id": f"{name}-{entry.number}", "received_at": stamp(entry.at)}
