"""Write to a ticket: one write is one audit, and all of it happens or nothing."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from csat_tui.demo import people, responses, tickets, wire
from csat_tui.demo.wire import Json
from csat_tui.demo.world import Record, World

COMMENT_LIMIT = 5_000
METADATA_LIMIT = 1_024
PLAIN = (
    "subject",
    "priority",
    "type",
    "external_id",
    "assignee_id",
    "group_id",
    "due_at",
    "ticket_form_id",
    "brand_id",
)
"""Fields that a write sets as they are."""
KNOWN = {*PLAIN, "comment", "status", "custom_status_id", "tags", "custom_fields", "fields", "metadata", "id", "url"}
KNOWN |= {"safe_update", "updated_stamp", "requester_id", "via_followup_source_id", "raw_subject", "is_public"}


@dataclass
class Change:
    """A write to a ticket: what it requests, and what it did."""

    world: World
    person: people.Staff
    asked: Json
    at: datetime
    audit_id: int
    events: list[Json] = field(default_factory=list)
    said: Json | None = None

    def event(self, name: str, before: object, after: object) -> None:
        """Note one changed field for the audit."""
        ident = self.audit_id + 2 + len(self.events)
        kind = {"id": ident, "type": "Change", "field_name": name}
        self.events.append(kind | {"value": after, "previous_value": before})

    @property
    def custom(self) -> Json:
        """Give the caller's metadata, which comes back in the audit."""
        found = self.asked.get("metadata") or {}
        return dict(found) if isinstance(found, dict) else {}


def ignored_keys(asked: Json) -> list[str]:
    """Name the keys that the desk does not know on a single ticket, such as additional_tags."""
    return [key for key in asked if key not in KNOWN]


def update(world: World, person: people.Staff, ticket_id: int, asked: Json) -> tuple[Json, Json]:
    """Write to a ticket; gives the ticket and the audit, or refuses and changes nothing."""
    record = writable(world, ticket_id, asked)
    check(world, person, record, asked)
    held = world.hold(ticket_id)
    if held is None:
        raise responses.not_found()
    return apply(Change(world, person, asked, world.now(), world.new_id()), held)


def writable(world: World, ticket_id: int, asked: Json) -> Json:
    """Find a ticket that may be written under the stamp that the caller saw, if one was given."""
    record = world.ticket(ticket_id)
    if record is None:
        raise responses.not_found()
    if record["status"] == "closed":
        raise responses.closed()
    if "safe_update" in asked:  # false acts as true on the real desk: only leaving it out forces a write
        try:
            seen = datetime.fromisoformat(str(asked.get("updated_stamp")))
        except ValueError as problem:
            raise responses.invalid_attribute("updated_stamp", "must be a timestamp") from problem
        if seen.tzinfo is None or datetime.fromisoformat(record["updated_at"]) > seen:
            raise responses.conflict()
    return record


def check(world: World, person: people.Staff, record: Json, asked: Json) -> None:
    """Refuse what cannot be written before anything is."""
    status, custom_status = asked.get("status"), asked.get("custom_status_id")
    if status is not None and status not in tickets.STATUS_IDS:
        raise responses.record_invalid("status", f"Status: {status} is not valid")
    if custom_status is not None and custom_status not in tickets.STATUS_IDS.values():
        raise responses.record_invalid("custom_status_id", "Custom status: is not valid")
    metadata = asked.get("metadata")
    if metadata is not None:
        if not isinstance(metadata, dict):
            raise responses.invalid_attribute("metadata", "must be an object")
        if len(json.dumps(metadata).encode()) > METADATA_LIMIT:
            raise responses.record_invalid("metadata", "Metadata: is too large (maximum is 1024 bytes)")
    fields = asked.get("custom_fields") or asked.get("fields") or []
    if not isinstance(fields, dict) and not (isinstance(fields, list) and all(isinstance(e, dict) for e in fields)):
        raise responses.invalid_attribute("custom_fields", "must be an array")
    comment = asked.get("comment")
    if comment is not None:
        _check_comment(world, person, record, comment)


def _check_comment(world: World, person: people.Staff, record: Json, comment: object) -> None:
    if not isinstance(comment, dict):
        raise responses.invalid_attribute("comment", "must be an object")
    if not str(_text_of(comment)).strip():
        raise responses.record_invalid("comment", "Comment: cannot be blank", error="BlankValue")
    public = _is_public(person, comment)
    if (public and person.only_private) or (not public and person.no_notes):
        raise responses.forbidden()
    if len(world.comments(record["id"])) >= COMMENT_LIMIT:
        raise responses.record_invalid("comment", f"Comment: ticket has reached the limit of {COMMENT_LIMIT} comments")


def _text_of(comment: Json) -> Any:
    return comment.get("html_body") or comment.get("body") or comment.get("value") or ""


def _is_public(person: people.Staff, comment: Json) -> bool:
    """Take a comment as public unless it says otherwise: the trap for which clients must always say it."""
    return bool(comment.get("public", not person.only_private))


def apply(change: Change, held: Record) -> tuple[Json, Json]:
    """Carry out a checked write on a held ticket."""
    ticket, asked = held.ticket, change.asked
    before = dict(ticket)
    for name in PLAIN:
        if name in asked:
            ticket[name] = asked[name]
    if "subject" in asked:
        ticket["raw_subject"] = asked["subject"]
    if asked.get("tags") is not None:
        ticket["tags"] = clean_tags(asked["tags"])
    _set_fields(ticket, asked.get("custom_fields") or asked.get("fields") or [])
    _set_status(change, ticket)
    if isinstance(asked.get("comment"), dict):
        change.said = _comment(change, ticket, asked["comment"])
        change.events.append(wire.comment_event(change.said))
    for name in (*PLAIN, "tags", "status", "custom_status_id"):
        if ticket[name] != before[name]:
            change.event(name, before[name], ticket[name])
    for old, new in zip(before["custom_fields"], ticket["custom_fields"], strict=True):
        if old != new:
            change.event(str(new["id"]), old["value"], new["value"])
    audit = wire.audit(change.audit_id, ticket["id"], change.person.id, change.at, change.events, change.custom)
    audit["via"] = wire.via("api")
    if change.events:
        ticket["updated_at"] = max(wire.stamp(change.at), ticket["updated_at"])
        held.audits.append(audit)
        if change.said:
            held.comments.append(change.said)
    change.world.settle(ticket["id"])
    return ticket, audit


def _set_status(change: Change, ticket: Json) -> None:
    status = change.asked.get("status")
    wanted = change.asked.get("custom_status_id")
    if status is None and wanted is not None:
        status = next(name for name, ident in tickets.STATUS_IDS.items() if ident == wanted)
    if status is None and ticket["status"] == "new" and ticket["assignee_id"] is not None:
        status = "open"  # what is somebody's is not new any more
    if status is None:
        return
    ticket["status"], ticket["custom_status_id"] = status, tickets.STATUS_IDS[status]
    if status in ("solved", "closed") and ticket["assignee_id"] is None:
        ticket["assignee_id"] = change.person.id


def _set_fields(ticket: Json, fields: Any) -> None:
    entries = fields.items() if isinstance(fields, dict) else ((e.get("id"), e.get("value")) for e in fields)
    for ident, value in entries:
        if str(ident).isdigit():
            tickets.set_field(ticket, int(ident), value)


def _comment(change: Change, ticket: Json, asked: Json) -> Json:
    public = _is_public(change.person, asked)
    html = asked.get("html_body")
    text = wire.cut(str(_text_of(asked)))
    if public:
        text = wire.expand(text, placeholders(change.world, ticket, change.person))
    author = asked.get("author_id") or change.person.id
    marked = wire.wrap(text) if html else wire.markdown(text)
    plain = wire.from_html(marked)
    return wire.comment(
        change.audit_id, author, plain if html else text, public, change.at,
        came=wire.via("api"), custom=change.custom, html=marked, plain=plain,
    )  # fmt: skip


def placeholders(world: World, ticket: Json, person: people.Staff) -> dict[str, str]:
    """Give what the desk fills into a public comment, wherever the words came from."""
    requester = world.user(ticket["requester_id"]) or {"name": "", "email": ""}
    return {
        "ticket.id": str(ticket["id"]),
        "ticket.title": ticket["subject"],
        "ticket.status": ticket["status"].capitalize(),
        "ticket.description": ticket["description"],
        "ticket.requester.name": requester["name"],
        "ticket.requester.first_name": requester["name"].partition(" ")[0],
        "ticket.requester.email": requester["email"],
        "current_user.name": person.name,
        "current_user.email": person.email,
    }


def clean_tags(tags: object) -> list[str]:
    """Keep tags the way the desk does: lower case, split at spaces and commas, each once, sorted."""
    items = tags if isinstance(tags, list) else [tags]
    words = (word for item in items for word in str(item).lower().replace(",", " ").split())
    return sorted(set(words))
