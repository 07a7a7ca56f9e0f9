"""An independent look at the help desk after the soak, past the bad line: was anything lost, was anything doubled?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from csat_tui.demo.server import DemoServer

MARK = re.compile(r"\[soak-\d{6}-[0-9a-f]{32}\]")
"""By which a text of the soak is known, and known to be whole up to here."""
EXAMPLES = 5
"""How many of each kind of failure are told in full."""


@dataclass
class Finding:
    """What was found: texts that are on no ticket, and those that are on one more than once, or on two."""

    looked_for: int = 0
    tickets: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong_eyes: list[str] = field(default_factory=list)
    """Private texts that are public, or the other way round."""
    tags_lost: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Operations at the help desk that nobody decided, or twice."""

    @property
    def good(self) -> bool:
        """Whether everything is there once, and for the right eyes."""
        return not (self.lost or self.doubled or self.wrong_eyes or self.tags_lost or self.unknown)

    def __str__(self) -> str:
        """Tell it in one line, with examples of what is wrong."""
        line = f"{self.looked_for} texts on {self.tickets} tickets: {len(self.lost)} lost, {len(self.doubled)} doubled"
        for name in ("lost", "doubled", "wrong_eyes", "tags_lost", "unknown"):
            if found := getattr(self, name):
                line += f"\n  {name} ({len(found)}): " + "; ".join(found[:EXAMPLES])
        return line


class Witness:
    """Reads tickets, comments and audits over the wire, with no code of the program that wrote them."""

    def __init__(self, demo: DemoServer, who: str = "agent") -> None:
        self._demo = demo
        email, token = demo.world.credentials[who]
        self._web = httpx.Client(
            base_url=f"{demo.url}/api/v2", auth=(f"{email}/token", token), trust_env=False, timeout=30
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._web.close()

    def bears(self, ticket_id: int, op_id: str) -> bool:
        """Tell whether a ticket's audits name an operation."""
        return op_id in self._operations(ticket_id)

    def tag(self, ticket_id: int, tag: str) -> None:
        """Put a tag on a ticket, as somebody else who works there."""
        self._web.put(f"/tickets/{ticket_id}/tags", json={"tags": [tag]}).raise_for_status()

    def look(self, private: Sequence[str], public: Sequence[str], ops: Iterable[str], tags: dict[int, str]) -> Finding:
        """Look for every text on every ticket that was ever written to, and for everybody's tags."""
        touched = sorted(self._demo.world.held)
        found = Finding(len(private) + len(public), len(touched))
        seen: Counter[str] = Counter()
        wanted = dict.fromkeys(private, False) | dict.fromkeys(public, True)
        operations: Counter[str] = Counter()
        for ticket_id in touched:
            for comment in self._listed(ticket_id, "comments"):
                for text in MARK.findall(comment["body"]):
                    seen[text] += 1
                    if comment["public"] is not wanted.get(text):
                        found.wrong_eyes.append(f"#{ticket_id} {text}")
            operations.update(self._operations(ticket_id))
        found.lost = [text for text in wanted if not seen[text]]
        found.doubled = [f"{text} x{count}" for text, count in seen.items() if count > 1]
        known = set(ops)
        found.unknown = [f"{op} x{count}" for op, count in operations.items() if op not in known or count > 1]
        found.tags_lost = [f"#{ticket_id} {tag}" for ticket_id, tag in tags.items() if tag not in self._tags(ticket_id)]
        return found

    def _tags(self, ticket_id: int) -> list[str]:
        found: list[str] = self._web.get(f"/tickets/{ticket_id}").json()["ticket"]["tags"]
        return found

    def _operations(self, ticket_id: int) -> list[str]:
        customs = (audit["metadata"]["custom"] for audit in self._listed(ticket_id, "audits"))
        return [custom["op_id"] for custom in customs if "op_id" in custom]

    def _listed(self, ticket_id: int, what: str) -> Iterator[dict[str, Any]]:
        path: str | None = f"/tickets/{ticket_id}/{what}?page[size]=100"
        while path:
            answer = self._web.get(path).raise_for_status().json()
            yield from answer[what]
            path = answer["links"]["next"] if answer["meta"]["has_more"] else None
