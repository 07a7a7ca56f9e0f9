"""Zendesk's JSON to the domain's words; what is not as documented raises Malformed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from csat_tui.domain.ids import OpId, TicketId, UserId, ViewId
from csat_tui.domain.ticket import MERGED_TAG, RULE_CHANNEL, Agent, Attachment, Author, Message, Receipt, Status, Ticket
from csat_tui.helpdesk.port import View
from csat_tui.helpdesk.zendesk.text import incoming
from csat_tui.transport.shapes import LARGEST_INTEGER, JsonShape, encodable

VOICE = ("VoiceComment", "TpeVoiceComment")
"""The types of a comment that is a call; the second is of a partner's telephony."""
CLOSED_BY_MERGE = "closed_by_merge"
"""The tag that Zendesk leaves on a ticket whose conversation went into another one."""
LIGHT_AGENT = 1
"""The `role_type` of an agent who writes internal notes only."""
CHANNELS: Mapping[str, str] = {
    "mail": "email",
    "chat_transcript": "chat",
    "native_messaging": "chat",
    "messaging": "chat",
    "phone": "voice",
    "voicemail": "voice",
    "web_service": "api",
    "trigger": RULE_CHANNEL,
    "automation": RULE_CHANNEL,
    "mobile_sdk": "mobile",
}
"""Zendesk's several names for one way of writing in; other names stay as they are."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """A user as far as a transcript needs one."""

    name: str
    email: str
    role: str


def people(rows: "list[JsonShape]") -> dict[int, Person]:
    """Return users by id."""
    return {row.whole("id"): Person(row.text("name"), row.text("email"), row.text("role")) for row in rows}


def agent(user: JsonShape) -> Agent:
    """Return whom a credential belongs to and what they may write."""
    return Agent(
        id=UserId(user.whole("id")),
        name=user.text("name"),
        email=user.text("email"),
        may_reply=not user.flag("only_private_comments") and user.maybe_whole("role_type") != LIGHT_AGENT,
        role=user.text("role"),
        time_zone=user.text("iana_time_zone"),
    )


def view(row: JsonShape) -> View:
    """Return a view."""
    return View(ViewId(row.whole("id")), row.text("title"))


def named(row: JsonShape) -> set[int]:
    """Return the ids of the people whom a ticket names; the help desk's own machinery has none or a negative one."""
    ids = (row.value.get("requester_id"), row.value.get("assignee_id"))
    return {person for person in ids if type(person) is int and 0 < person <= LARGEST_INTEGER}


@dataclass(frozen=True, slots=True)
class Beside:
    """What comes beside tickets: the names of groups, and the fields of organisations, by number."""

    groups: Mapping[int, str] = field(default_factory=dict)
    organizations: Mapping[int, Mapping[str, object]] = field(default_factory=dict)


def beside(page: JsonShape) -> Beside:
    """Return the groups and organisations that a page brought along."""
    organizations = {row.whole("id"): row.part("organization_fields").value for row in page.maybe_rows("organizations")}
    return Beside(group_names(page), organizations)


def group_names(page: JsonShape) -> dict[int, str]:
    """Return the groups of a page by number."""
    return {row.whole("id"): row.text("name") for row in page.maybe_rows("groups")}


def ticket(row: JsonShape, known: Mapping[int, Person], there: Beside | None = None) -> Ticket:
    """Return a ticket, with the names of the people, group and organisation that came along."""
    there = there or Beside()
    group, organization = row.maybe_whole("group_id"), row.maybe_whole("organization_id")
    requester, assignee = row.maybe_whole("requester_id"), row.maybe_whole("assignee_id")
    nobody = Person("", "", "")
    asking = known.get(requester, nobody) if requester is not None else nobody
    return Ticket(
        id=TicketId(row.whole("id")),
        subject=row.text("subject") or row.text("raw_subject"),
        status=_status(row.text("status")),
        created_at=row.moment("created_at"),
        updated_at=row.moment("updated_at"),
        channel=_channel(row),
        description=row.text("description"),
        requester_id=None if requester is None else UserId(requester),
        requester_name=asking.name,
        requester_email=asking.email,
        assignee_id=None if assignee is None else UserId(assignee),
        assignee_name=known.get(assignee, nobody).name if assignee is not None else "",
        tags=tuple(MERGED_TAG if tag == CLOSED_BY_MERGE else tag for tag in row.texts("tags")),
        fields={part.whole("id"): part.value.get("value") for part in row.maybe_rows("custom_fields")},
        group_id=group,
        group_name="" if group is None else there.groups.get(group, ""),
        organization_fields={} if organization is None else there.organizations.get(organization, {}),
    )


def message(row: JsonShape, ticket_id: TicketId, known: Mapping[int, Person]) -> Message:
    """Return a comment as a message of the transcript."""
    writer = row.maybe_whole("author_id")
    public = row.flag("public")
    person = known.get(writer) if writer is not None else None
    return Message(
        id=row.whole("id"),
        ticket_id=ticket_id,
        created_at=row.moment("created_at"),
        author=_author(writer, person, public=public),
        author_name=person.name if person else "",
        public=public,
        body=incoming(row.text("html_body"), row.text("plain_body"), row.text("body"), names=_names(row)),
        channel="voice" if row.text("type") in VOICE else _channel(row),
        attachments=tuple(_attachment(file) for file in row.maybe_rows("attachments")),
        op_id=_op_id(row),
        author_id=None if writer is None else UserId(writer),
        author_email=person.email if person else "",
        author_role=person.role if person else "",
    )


def _names(row: JsonShape) -> dict[str, str]:
    """Return the names of a comment's files by the addresses under which its HTML shows them."""
    return {
        url: file.text("file_name")
        for file in row.maybe_rows("attachments")
        for url in (file.text("content_url"), file.text("mapped_content_url"))
        if url
    }


def _attachment(file: JsonShape) -> Attachment:
    """Return a file; of one that is deleted or harmful there is nothing to open."""
    name, size, url = file.text("file_name"), file.maybe_whole("size") or 0, file.text("content_url")
    if file.flag("deleted"):
        return Attachment(name, size, "", "deleted at the help desk")
    if file.text("malware_scan_result") == "malware_found":
        return Attachment(name, size, "", "harmful: malware was found in it")
    return Attachment(name, size, url)


def receipt(audit: JsonShape, ticket_id: TicketId, op_id: OpId, changed: Ticket | None = None) -> Receipt:
    """Return the receipt that an audit is."""
    return Receipt(
        op_id=op_id,
        ticket_id=ticket_id,
        reference=str(audit.whole("id")),
        landed_at=audit.moment("created_at"),
        stamp=None if changed is None else changed.updated_at,
        tags=None if changed is None else changed.tags,
        public=comment_public(audit),
    )


def carries(audit: JsonShape, op_id: OpId) -> bool:
    """Whether an audit is the record of an operation."""
    return _op_id(audit) == op_id


def comment_public(audit: JsonShape) -> bool | None:
    """Return whether the comment that an audit records can be seen by the customer; None where it has no comment."""
    for event in audit.maybe_rows("events"):
        if event.text("type") == "Comment":
            return event.flag("public")
    return None


def _op_id(row: JsonShape) -> OpId | None:
    """Return the operation id in a record's custom metadata, which anybody may have filled with anything."""
    metadata = row.value.get("metadata")
    custom = metadata.get("custom") if isinstance(metadata, dict) else None
    op_id = custom.get("op_id") if isinstance(custom, dict) else None
    return OpId(encodable(op_id)) if isinstance(op_id, str) else None


def _status(name: str) -> Status:
    try:
        return Status(name)
    except ValueError:
        log.warning("a ticket has the status %.40r, which is taken for open", name)
        return Status.OPEN


def _channel(row: JsonShape) -> str:
    via = row.value.get("via")
    channel = via.get("channel") if isinstance(via, dict) else None
    return CHANNELS.get(channel, encodable(channel)) if isinstance(channel, str) else ""


def _author(writer: int | None, person: Person | None, *, public: bool) -> Author:
    """Say who wrote: Zendesk's own events have no user or a negative one, and customers write no internal notes."""
    if writer is None or writer <= 0:
        return Author.SYSTEM
    if person is not None and person.role:
        return Author.CUSTOMER if person.role == "end-user" else Author.AGENT
    return Author.CUSTOMER if public else Author.AGENT
