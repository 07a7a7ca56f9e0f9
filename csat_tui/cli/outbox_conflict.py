"""A conflict as the plain values of its JSON document, and as lines of text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from csat_tui.cli.outbox_document import quoted
from csat_tui.cli.printing import moment, one_line

if TYPE_CHECKING:
    from csat_tui.domain.conflict import SeenTicket
    from csat_tui.domain.ticket import Ticket
    from csat_tui.workflow.dispatch import Conflict


def conflict_document(conflict: "Conflict | None") -> dict[str, Any]:
    """Return what was seen, what is there now and what came since; nothing of it where there is no conflict.

    `read` is the number that says that everything by the customer was read; 0 where they wrote nothing.
    """
    if conflict is None:
        return {"saw": None, "there": None, "differences": [], "since": [], "read": 0}
    ticket, seen = conflict.ticket, conflict.seen
    return {
        "saw": None if seen is None else {"stamp": seen.stamp} | _side(seen),
        "there": None if ticket is None else {"stamp": ticket.updated_at} | _side(ticket),
        "differences": [
            {"what": one.what.value, "sentence": one.sentence, "harmless": one.harmless}
            for one in conflict.differences
        ],
        "since": [
            {"id": one.id, "created_at": one.created_at, "author": one.author.value, "author_name": one.author_name,
             "public": one.public, "body": one.body}
            for one in conflict.since
        ],
        "read": max((message.id for message in conflict.to_read), default=0),
    }  # fmt: skip


def conflict_lines(document: dict[str, Any]) -> Iterator[str]:
    """Yield a conflict as text: what moved, both sides, each new message whole, and how to send it anyway."""
    if document["state"] != "conflict":
        return
    for one in document["differences"]:
        yield f"  {'·' if one['harmless'] else '!'} {one_line(one['sentence'])}"
    for title, side in (("you saw", document["saw"]), ("there now", document["there"])):
        if side is not None:
            said = (
                f"{side['status']}, assignee {side['assignee_name'] or 'nobody'}, tags {' '.join(side['tags']) or '—'}"
            )
            yield f"  {title:<9}  {moment(side['stamp'])}  {one_line(said)}"
    for message in document["since"]:
        kind = "public" if message["public"] else "internal note"
        who = "customer" if message["author"] == "customer" else kind
        yield f"  since then, {moment(message['created_at'])}, {one_line(message['author_name'])}, {who}:"
        yield from quoted(message["body"])
    read = f" --read {document['read']}" if document["read"] else ""
    yield f"  To send it anyway: csat-tui outbox retry {document['id']}{read}"


def _side(side: "SeenTicket | Ticket") -> dict[str, Any]:
    return {
        "status": side.status.value,
        "subject": side.subject,
        "assignee_id": side.assignee_id,
        "assignee_name": side.assignee_name,
        "tags": list(side.tags),
        "fields": {str(number): value for number, value in side.fields.items()},
    }
