"""One effect in the outbox, with the tickets as the person saw them: what everything that carries or shows it reads."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId, UserId
from csat_tui.domain.ticket import Status, TicketChange, TicketMerge
from csat_tui.effects.kind import DeliveryMethod, EffectKind, status_in
from csat_tui.effects.registry import kind_named
from csat_tui.store.types import as_json


def payload_hash(op_id: str, kind: str, ticket_id: int | None, payload: Mapping[str, Any]) -> str:
    """Return what tells an effect that was altered on the disk from the one that was decided."""
    return hashlib.sha256(as_json([op_id, kind, ticket_id, payload]).encode()).hexdigest()


_SOURCES = "sources"
"""Under which name a merge keeps what was seen of the tickets that go."""


def write_seen(seen: SeenTicket, sources: Mapping[TicketId, SeenTicket] | None = None) -> dict[str, Any]:
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


def read_sources(kept: Mapping[str, Any] | None) -> dict[TicketId, SeenTicket]:
    """Read back what was seen of a merge's sources; nothing for any other effect."""
    beside = (kept or {}).get(_SOURCES) or {}
    return {TicketId(int(number)): seen for number, one in beside.items() if (seen := read_seen(one)) is not None}


def read_seen(kept: Mapping[str, Any] | None) -> SeenTicket | None:
    """Read it back; None where nothing was kept."""
    if kept is None:
        return None
    if not (isinstance(kept["tags"], list) and isinstance(kept["fields"], dict) and isinstance(kept["subject"], str)):
        raise ValueError("what was seen of a ticket is not as it was written")
    return SeenTicket(
        **{
            **{name: value for name, value in kept.items() if name != _SOURCES},
            "stamp": datetime.fromisoformat(kept["stamp"]),
            "last_at": datetime.fromisoformat(kept["last_at"]) if kept.get("last_at") else None,
            "status": Status(kept["status"]),
            "tags": tuple(kept["tags"]),
            "fields": {int(number): value for number, value in kept["fields"].items()},
        }
    )


_STORED = frozenset(state.value for state in EffectState if state is not EffectState.DAMAGED)
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for a moment that cannot be read."""


UNSETTLED = text("outbox.state NOT IN ('confirmed', 'withdrawn')")
"""The condition of the index of unsettled effects, in its own words: finding them costs nothing at any history."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One effect in the outbox.

    `body` is the note's or reply's text, `cells` a tracker row's; `base` the stamp under which it is written;
    `read_from` the moment from which a read-back must look; `seen` the ticket as the person saw it when deciding;
    `agent_id` whose credential was in use then, None where that was not known.
    """

    id: int
    decision_id: DecisionId
    survey_id: SurveyId
    position: int
    kind: str
    op_id: OpId
    ticket_id: TicketId | None
    body: str
    cells: Mapping[str, str]
    status: Status | None
    add_tags: tuple[str, ...]
    base: datetime | None
    tags: tuple[str, ...] | None
    state: EffectState
    not_before: datetime
    read_from: datetime | None
    attempt: int
    reason: str
    reference: str
    landed_at: datetime | None
    changed_at: datetime
    seen: SeenTicket | None = None
    agent_id: UserId | None = None
    seen_sources: Mapping[TicketId, SeenTicket] = field(default_factory=dict)
    """A merge's sources as the person saw them."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """The whole payload, for what only one kind of effect has: a mail's subject, a form's name, a merge's tickets."""

    damage: str = ""
    """Which columns of its row cannot be believed; empty where the row is whole, or nothing happens to it any more."""

    @property
    def declaration(self) -> EffectKind[Any]:
        """What its kind declares: how it is carried, and its words."""
        return kind_named(self.kind)

    @property
    def public(self) -> bool:
        """Whether the customer sees it."""
        return self.declaration.public

    @property
    def merges(self) -> bool:
        """Whether it merges tickets instead of writing to one."""
        return self.declaration.method is DeliveryMethod.TICKET_MERGE

    @property
    def asks(self) -> bool:
        """Whether the person is asked before it goes once more after its answer was lost."""
        return self.declaration.asks

    @property
    def text(self) -> str:
        """What it says, as a person reads it: its words, or its cells line by line."""
        return self.body or "\n".join(f"{heading}: {cell}" for heading, cell in self.cells.items())

    def change(self) -> TicketChange:
        """Return it as the one write that it is at the help desk."""
        if self.ticket_id is None:
            raise ValueError(f"effect {self.id} is not a write to a ticket")
        return TicketChange(
            self.op_id, self.ticket_id, self.base, self.body, self.public, self.status, self.tags,
            self.details.get("assignee_id"),
        )  # fmt: skip

    def merge(self) -> TicketMerge:
        """Return it as the merge that it is at the help desk."""
        if self.ticket_id is None or not self.merges:
            raise ValueError(f"effect {self.id} is not a merge")
        said = [str(self.details.get(key, "")) for key in ("target_comment", "source_comment")]
        return TicketMerge(self.op_id, self.ticket_id, self.sources, *said)

    @property
    def sources(self) -> tuple[TicketId, ...]:
        """The tickets that a merge puts into its own; nothing for any other effect."""
        return tuple(TicketId(number) for number in self.details.get("sources") or ())


def read_item(row: Any) -> OutboxItem:
    """Read a row, whatever a damaged disk has made of it: `damage` says what of it cannot be believed.

    What is lacking is left empty; nothing of a damaged effect is sent, and its row is not written to.
    """
    read = _Reading(row)
    payload: Mapping[str, Any] = row["payload"]
    add_tags, cells = payload.get("add_tags"), payload.get("cells")
    tags, seen = read.structure("tags", list), read.structure("seen", dict)
    item = OutboxItem(
        id=row["id"], decision_id=DecisionId(read.number("decision_id")), survey_id=SurveyId(read.number("survey_id")),
        position=read.number("position"), kind=read.text("kind"), op_id=OpId(read.text("op_id")),
        ticket_id=None if row["ticket_id"] is None else TicketId(read.number("ticket_id")),
        body=str(payload.get("body", "")), cells=cells if isinstance(cells, dict) else {},
        status=status_in(payload),
        add_tags=tuple(map(str, add_tags)) if isinstance(add_tags, list) else (), base=read.moment_or_none("base"),
        tags=None if tags is None else tuple(map(str, tags)), state=read.state(),
        not_before=read.moment("not_before"), read_from=read.moment_or_none("read_from"),
        attempt=read.number("attempt"), reason=read.text("reason"), reference=read.text("reference"),
        landed_at=read.moment_or_none("landed_at"), changed_at=read.moment("changed_at"),
        seen=read.part("seen", lambda: read_seen(seen), None),
        seen_sources=read.part("seen", lambda: read_sources(seen), {}),
        agent_id=None if row["agent_id"] is None else UserId(read.number("agent_id")),
        details=payload,
    )  # fmt: skip
    if payload_hash(item.op_id, item.kind, item.ticket_id, payload) != row["payload_hash"]:
        read.broken["its words, or where they go,"] = None
    if not read.broken or item.state.settled:
        return item
    # Whoever shows it reads its text; nobody goes by details of which nothing is certain.
    told = damage_sentence(read.broken)
    return replace(item, state=EffectState.DAMAGED, reason=told, damage=", ".join(read.broken), details={})


def known_state(stored: Any) -> EffectState:
    """Return the state that a row tells; what is none is damaged."""
    return EffectState(stored) if isinstance(stored, str) and stored in _STORED else EffectState.DAMAGED


def damage_sentence(parts: Iterable[str]) -> str:
    """Say what is wrong with an effect's row, what is safe and what to do."""
    return (
        f"the disk has altered {', '.join(parts)} in its row of the outbox. Nothing of it is sent; "
        "end csat-tui and run “csat-tui doctor --repair”, which takes it from the ledger"
    )


class _Reading:
    """Reads a row's columns, and gathers in `broken` those that cannot be read."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self.broken: dict[str, None] = {}

    def part(self, name: str, read: Callable[[], Any], otherwise: Any) -> Any:
        """Return what reading gives; what goes wrong is the row's fault."""
        try:
            return read()
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            self.broken[name] = None
            return otherwise

    def number(self, name: str) -> int:
        found = self._row[name]
        return int(self._sound(name, found, isinstance(found, int) and found >= 0, 0))

    def text(self, name: str) -> str:
        found = self._row[name]
        return str(self._sound(name, found, isinstance(found, str), ""))

    def moment(self, name: str) -> datetime:
        found = self._row[name]
        moment: datetime = self._sound(name, found, isinstance(found, datetime), NO_TIME)
        return moment

    def moment_or_none(self, name: str) -> datetime | None:
        return None if self._row[name] is None else self.moment(name)

    def structure(self, name: str, kind: type) -> Any:
        found = self._row[name]
        return self._sound(name, found, found is None or isinstance(found, kind), None)

    def state(self) -> EffectState:
        found = self._row["state"]
        self._sound("state", found, isinstance(found, str) and found in _STORED, None)
        return known_state(found)

    def _sound(self, name: str, found: Any, good: bool, otherwise: Any) -> Any:
        if good:
            return found
        self.broken[name] = None
        return otherwise
