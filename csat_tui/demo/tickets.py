"""The tickets of a story on the wire: of the survey, of the source, and the one into which a source was merged."""

from datetime import datetime, timedelta

from csat_tui.demo import people, plan, wire
from csat_tui.demo.names import BRAND
from csat_tui.demo.story import Case, Message, Story
from csat_tui.demo.wire import Json

SURVEY_TAG, MERGED_TAG = "csat_survey", "closed_by_merge"
BRAND_ID, MARKET_BRAND_ID, FORM_ID = 7_230_114_000_011, 7_230_114_000_044, 7_230_114_000_222
INBOX = "help@larder-lane.example.com"
ORDER_FIELD, REASON_FIELD, OUTCOME_FIELD = 7_230_114_010_433, 7_230_114_010_644, 7_230_114_010_855
FIELD_IDS = (ORDER_FIELD, REASON_FIELD, OUTCOME_FIELD)
STATUS_IDS = {
    "new": 7_230_114_020_011,
    "open": 7_230_114_020_022,
    "pending": 7_230_114_020_033,
    "hold": 7_230_114_020_044,
    "solved": 7_230_114_020_055,
    "closed": 7_230_114_020_055,
}
AUDIT_BASE = 8_000_000_000_000


def ticket(
    ident: int, subject: str, description: str, status: str, requester: int, created: datetime, updated: datetime
) -> Json:
    """Describe a ticket with every field the desk sends; callers fill in what is particular."""
    return {
        "url": f"/api/v2/tickets/{ident}.json",
        "id": ident,
        "external_id": None,
        "via": wire.via("api"),
        "created_at": wire.stamp(created),
        "updated_at": wire.stamp(updated),
        "generated_timestamp": int(updated.timestamp()),
        "type": None,
        "subject": subject,
        "raw_subject": subject,
        "description": description,
        "priority": None,
        "status": status,
        "recipient": None,
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": None,
        "organization_id": None,
        "group_id": people.CARE_GROUP,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": [],
        "custom_fields": [{"id": field, "value": None} for field in FIELD_IDS],
        "satisfaction_rating": {"score": "unoffered"},
        "sharing_agreement_ids": [],
        "custom_status_id": STATUS_IDS[status],
        "encoded_id": f"LL{ident:X}-{ident % 9973:04d}",
        "fields": [{"id": field, "value": None} for field in FIELD_IDS],
        "followup_ids": [],
        "ticket_form_id": FORM_ID,
        "brand_id": BRAND_ID,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }


def set_field(record: Json, field: int, value: object) -> None:
    """Set a custom field in both places where the desk shows it."""
    for name in ("custom_fields", "fields"):
        record[name] = [dict(entry, value=value) if entry["id"] == field else entry for entry in record[name]]


def survey_ticket(told: Story) -> Json:
    """Describe the ticket that carries a survey."""
    who = told.case.customer
    subject = f"CSAT survey response for ticket #{told.source_ticket_id}"
    status = "open" if told.index % 7 == 3 else "new"
    record = ticket(told.survey_ticket_id, subject, wire.squeeze(told.body), status, who.id, told.created, told.created)
    record["tags"] = [SURVEY_TAG, "qualtrics"]
    record["group_id"] = people.STRIKE_GROUP
    return record


def source_ticket(case: Case) -> Json:
    """Describe the ticket that the customer rated."""
    first = case.messages[0]
    subject = case.fill(case.plot.subject[case.index % len(case.plot.subject)])
    record = ticket(
        case.ticket, subject, wire.squeeze(first.text), case.status, case.customer.id, case.created, case.solved
    )
    to = {"name": BRAND, "address": INBOX}
    record["via"] = wire.via(first.channel, {"name": case.customer.name, "address": case.customer.email}, to)
    record["assignee_id"] = case.agent.id
    record["satisfaction_rating"] = {"score": "offered"}
    record["tags"] = sorted({first.channel, "care", *(issue.category for issue in case.plot.logged)})
    if case.merged_into:
        record["tags"] = sorted([*record["tags"], MERGED_TAG])
    record["group_id"] = group_of(case.index)
    set_field(record, ORDER_FIELD, case.facts["order"])
    set_field(record, REASON_FIELD, case.plot.logged[0].category if case.plot.logged else None)
    return record


NO_GROUP, UNKNOWN_GROUP = 6, 9
"""Whose tickets belong to no group, and to one that answers for nobody: their surveys are to be fixed by hand."""


def group_of(index: int) -> int | None:
    """Tell which group answers for the source ticket of a story."""
    if index in (NO_GROUP, UNKNOWN_GROUP):
        return None if index == NO_GROUP else people.CAMPAIGN_GROUP
    return (people.CARE_GROUP, people.CARE_GROUP, people.ORDERS_GROUP, people.BILLING_GROUP)[index % 4]


def target_ticket(case: Case) -> Json:
    """Describe the ticket that a merged source went into."""
    ident = plan.ticket_number("target", case.index)
    created = case.created - timedelta(hours=5)
    text = f"Hello, one more thing about order {case.facts['order']}: please answer here.\n\n{case.customer.first}"
    subject = f"Order {case.facts['order']}, continued"
    record = ticket(ident, subject, wire.squeeze(text), "open", case.customer.id, created, case.solved)
    record["assignee_id"] = case.agent.id
    record["tags"] = ["care", "email"]
    return record


def author_id(case: Case, said: Message) -> int:
    """Tell the user id of who wrote a message."""
    staff = {"agent": case.agent.id, "lead": people.LEAD.id, "warehouse": people.WAREHOUSE.id}
    return staff.get(said.author, case.customer.id)


def audit_id(ticket_id: int, ordinal: int) -> int:
    """Number the audits of a story's ticket, far beyond 32 bits."""
    return AUDIT_BASE + ticket_id * 100_000 + ordinal * 1_000


def survey_comments(told: Story) -> list[Json]:
    """Give the one comment that carries the survey."""
    ident = audit_id(told.survey_ticket_id, 0)
    said = wire.comment(ident, told.case.customer.id, told.body, True, told.created, came=wire.via("api"))
    return [said]


def source_comments(case: Case) -> list[Json]:
    """Give the transcript of a source ticket, and the note that a merge leaves."""
    messages = list(case.messages)
    if case.merged_into:
        text = f'This request was closed and merged into request #{case.merged_into} "Order {case.facts["order"]}".'
        messages.append(Message("agent", case.solved, text, public=False))
    return [
        wire.message_comment(audit_id(case.ticket, place), author_id(case, said), said)
        for place, said in enumerate(messages)
    ]


def target_comments(case: Case) -> list[Json]:
    """Give the transcript of the ticket that a merged source went into."""
    record = target_ticket(case)
    created = case.created - timedelta(hours=5)
    merged = (
        f"Request #{case.ticket} was closed and merged into this request. Last comment:\n\n{case.messages[-1].text}"
    )
    said = (
        Message("customer", created, record["description"]),
        Message("agent", case.solved, merged, public=False),
    )
    return [
        wire.message_comment(audit_id(record["id"], place), author_id(case, one), one) for place, one in enumerate(said)
    ]


def audits(record: Json, comments: list[Json]) -> list[Json]:
    """Derive the audits that must have made a ticket: one for each comment, the first of which created it."""
    made = []
    for place, said in enumerate(comments):
        ident = said["audit_id"]
        events = [wire.comment_event(said)]
        if place == 0:
            values = (
                ("subject", record["subject"]),
                ("requester_id", record["requester_id"]),
                ("tags", record["tags"]),
            )
            events += [
                {"id": ident + 2 + step, "type": "Create", "field_name": name, "value": value}
                for step, (name, value) in enumerate(values)
            ]
        elif place == len(comments) - 1 and record["status"] in ("solved", "closed"):
            change = {"type": "Change", "field_name": "status", "value": record["status"], "previous_value": "open"}
            events.append({"id": ident + 2, **change})
        entry = wire.audit(ident, record["id"], said["author_id"], _read(said["created_at"]), events, {})
        made.append(entry)
    return made


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
