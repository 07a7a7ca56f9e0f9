"""Tickets, transcripts and accounts as last seen: the cache that makes the workstation work offline."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money, Order
from csat_tui.domain.ids import OpId, TicketId, UserId
from csat_tui.domain.ticket import Attachment, Author, Message, Status, Ticket
from csat_tui.store import contact, rows
from csat_tui.store.tables import AccountRow, MessageRow, TicketRow
from csat_tui.store.types import Moment


def write_account(account: Account) -> dict[str, Any]:
    """Return the account as plain JSON values."""
    return {
        "id": account.id, "email": account.email, "name": account.name, "plan": account.plan,
        "subscription_status": account.subscription_status, "next_delivery": account.next_delivery,
        "orders": [
            {"id": order.id, "placed_at": order.placed_at.isoformat(), "items": list(order.items),
             "total": _write_money(order.total), "status": order.status, "skus": list(order.skus), "store": order.store}
            for order in account.orders
        ],
        "issues": [
            {"id": issue.id, "category": issue.category, "logged_by": issue.logged_by,
             "logged_at": issue.logged_at.isoformat(), "order_id": issue.order_id, "ticket_id": issue.ticket_id,
             "text": issue.text}
            for issue in account.issues
        ],
        "accommodations": [
            {"id": one.id, "kind": one.kind, "given_at": one.given_at.isoformat(), "amount": _write_money(one.amount),
             "reason": one.reason, "given_by": one.given_by, "order_id": one.order_id, "issue_id": one.issue_id}
            for one in account.accommodations
        ],
    }  # fmt: skip


def read_account(stored: dict[str, Any]) -> Account:
    """Return the account that `write_account` wrote."""
    rest = {key: value for key, value in stored.items() if key not in ("orders", "issues", "accommodations")}
    return Account(
        **rest,
        orders=tuple(
            Order(
                id=order["id"], placed_at=datetime.fromisoformat(order["placed_at"]), items=tuple(order["items"]),
                total=_read_money(order["total"]), status=order["status"],
                skus=tuple(order.get("skus", ())), store=order.get("store", ""),  # not kept by earlier versions
            )
            for order in stored["orders"]
        ),
        issues=tuple(
            LoggedIssue(**{
                **issue,
                "logged_at": datetime.fromisoformat(issue["logged_at"]),
                "ticket_id": None if issue["ticket_id"] is None else TicketId(issue["ticket_id"]),
            })
            for issue in stored["issues"]
        ),
        accommodations=tuple(
            Accommodation(**{
                **one, "given_at": datetime.fromisoformat(one["given_at"]), "amount": _read_money(one["amount"]),
            })
            for one in stored["accommodations"]
        ),
    )  # fmt: skip


def _write_money(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": str(money.amount), "currency": money.currency}


def _read_money(stored: dict[str, str] | None) -> Money | None:
    return None if stored is None else Money(Decimal(stored["amount"]), stored["currency"])


def _newer_replaces() -> Any:
    statement = insert(TicketRow)
    names = [name for name in TicketRow.model_fields if name not in ("id", "messages_stamp", "notes_stamp")]
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: statement.excluded[name] for name in names},
        where=(col(TicketRow.updated_at) <= statement.excluded.updated_at)
        | (col(TicketRow.status) == Status.DELETED.value),
    )


def _deleted() -> Any:
    statement = insert(TicketRow)
    kept = {name: statement.excluded[name] for name in ("status", "fetched_at")}
    return statement.on_conflict_do_update(index_elements=["id"], set_=kept)


# Made once: building a statement costs more than running it, and they run for every ticket that is fetched.
_KEEP = _newer_replaces()
_MARK_DELETED = _deleted()
_ONE = select(TicketRow).where(col(TicketRow.id) == bindparam("known"))
_SOME = select(TicketRow).where(col(TicketRow.id).in_(bindparam("wanted", expanding=True)))
_STAMPS = select(col(TicketRow.id), col(TicketRow.updated_at), col(TicketRow.messages_stamp)).where(
    col(TicketRow.id).in_(bindparam("wanted", expanding=True))
)
_TRANSCRIPT = (
    select(MessageRow)
    .where(col(MessageRow.ticket_id) == bindparam("known"))
    .order_by(col(MessageRow.created_at), col(MessageRow.id))
)
_DROP_MESSAGES = delete(MessageRow).where(col(MessageRow.ticket_id) == bindparam("known"))
# A message that was merged away from another ticket comes with its number: the newest owner keeps it.
_PUT_MESSAGES = insert(MessageRow).prefix_with("OR REPLACE")
_STAMP = (
    update(TicketRow)
    .where(col(TicketRow.id) == bindparam("known"))
    .values(messages_stamp=bindparam("stamp", type_=Moment))
)
_NOTES_UNREAD = select(col(TicketRow.id)).where(
    col(TicketRow.id).in_(bindparam("wanted", expanding=True)),
    col(TicketRow.messages_stamp).is_not(None),
    col(TicketRow.notes_stamp).is_distinct_from(col(TicketRow.messages_stamp)),
)
_NOTES_READ = (
    update(TicketRow)
    .where(col(TicketRow.id).in_(bindparam("wanted", expanding=True)))
    .values(notes_stamp=col(TicketRow.messages_stamp))
)
_NEW_ACCOUNT = insert(AccountRow)
_PUT_ACCOUNT = _NEW_ACCOUNT.on_conflict_do_update(
    index_elements=["email"],
    set_={name: _NEW_ACCOUNT.excluded[name] for name in ("account", "fetched_at")},
)


def put_tickets(connection: Connection, tickets: Iterable[Ticket], at: datetime) -> None:
    """Save tickets as the help desk gave them at a moment; an older stamp never replaces a newer one.

    A ticket that counted as deleted is replaced in any case: the help desk has it again.
    """
    rows = [
        {
            "id": ticket.id, "subject": ticket.subject, "status": ticket.status.value,
            "created_at": ticket.created_at, "updated_at": ticket.updated_at, "channel": ticket.channel,
            "description": ticket.description, "requester_id": ticket.requester_id,
            "requester_name": ticket.requester_name, "requester_email": ticket.requester_email,
            "assignee_id": ticket.assignee_id, "assignee_name": ticket.assignee_name,
            "tags": list(ticket.tags), "fields": {str(key): value for key, value in ticket.fields.items()},
            "fetched_at": at, "group_id": ticket.group_id, "group_name": ticket.group_name,
            "organization_fields": dict(ticket.organization_fields),
        }
        for ticket in tickets
    ]  # fmt: skip
    if rows:
        connection.execute(_KEEP, rows)


def mark_deleted(connection: Connection, ids: Sequence[TicketId], at: datetime) -> None:
    """Mark tickets that the help desk no longer has; the rest of what is known of them stays."""
    rows: list[dict[str, Any]] = [
        {
            "id": ticket_id, "subject": "", "status": Status.DELETED.value, "created_at": at, "updated_at": at,
            "channel": "", "description": "", "requester_id": None, "requester_name": "", "requester_email": "",
            "assignee_id": None, "assignee_name": "", "tags": [], "fields": {}, "fetched_at": at,
            "group_id": None, "group_name": "", "organization_fields": {},
        }
        for ticket_id in ids
    ]  # fmt: skip
    if rows:
        connection.execute(_MARK_DELETED, rows)


def ticket(connection: Connection, ticket_id: TicketId | None) -> Ticket | None:
    """Return one ticket as last seen, or None."""
    if ticket_id is None:
        return None
    row = connection.execute(_ONE, {"known": ticket_id}).mappings().first()
    return None if row is None else _ticket(row)


def kept(connection: Connection, ids: Sequence[TicketId]) -> dict[TicketId, Ticket]:
    """Return those of the tickets that are here, as last seen."""
    rows = connection.execute(_SOME, {"wanted": ids}).mappings()
    return {TicketId(row["id"]): _ticket(row) for row in rows}


def stamps(connection: Connection, ids: Sequence[TicketId]) -> dict[TicketId, tuple[datetime, datetime | None]]:
    """Return, for those of the tickets that are here, their stamp and the stamp their messages belong to."""
    rows = connection.execute(_STAMPS, {"wanted": ids})
    return {TicketId(row[0]): (row[1], row[2]) for row in rows}


def put_transcripts(
    connection: Connection, told: Sequence[tuple[TicketId, Sequence[Message], datetime | None]]
) -> None:
    """Replace several tickets' transcripts, each with the stamp that it belongs to."""
    if not told:
        return
    connection.execute(_DROP_MESSAGES, [{"known": ticket_id} for ticket_id, _, _ in told])
    rows = [
        {
            "id": message.id, "ticket_id": ticket_id, "created_at": message.created_at,
            "author": message.author.value, "author_name": message.author_name, "public": message.public,
            "body": message.body, "channel": message.channel,
            "attachments": [asdict(attachment) for attachment in message.attachments], "op_id": message.op_id,
            "author_id": message.author_id, "author_email": message.author_email, "author_role": message.author_role,
        }
        for ticket_id, messages, _ in told
        for message in messages
    ]  # fmt: skip
    if rows:
        connection.execute(_PUT_MESSAGES, rows)
    connection.execute(_STAMP, [{"known": ticket_id, "stamp": stamp} for ticket_id, _, stamp in told])
    contact.find_on_tickets(connection, [ticket_id for ticket_id, _, _ in told])


def messages(connection: Connection, ticket_id: TicketId | None) -> tuple[Message, ...]:
    """Return a ticket's transcript as last seen, oldest first."""
    if ticket_id is None:
        return ()
    rows = connection.execute(_TRANSCRIPT, {"known": ticket_id}).mappings()
    return tuple(_message(row) for row in rows)


def notes_unread(connection: Connection, ids: Sequence[TicketId]) -> set[TicketId]:
    """Return those of the tickets whose transcript is here without its notes having been read."""
    return {TicketId(row[0]) for row in connection.execute(_NOTES_UNREAD, {"wanted": ids})}


def mark_notes_read(connection: Connection, ids: Sequence[TicketId]) -> None:
    """Remember that the notes in these tickets' transcripts were read, as they are here."""
    connection.execute(_NOTES_READ, {"wanted": ids})


def put_account(connection: Connection, email: str, account: Account | None, at: datetime) -> None:
    """Save the admin system's answer about an address, even if it knows no such account."""
    row = {"email": email.casefold(), "account": None if account is None else write_account(account), "fetched_at": at}
    connection.execute(_PUT_ACCOUNT, row)


def account(connection: Connection, email: str) -> tuple[Account | None, datetime | None]:
    """Return the account of an address and since when it is known as it is; the moment is None if it never was."""
    row = rows.get(connection, AccountRow, email.casefold())
    if row is None:
        return None, None
    return (None if row.account is None else read_account(row.account)), row.fetched_at


def _ticket(row: Any) -> Ticket:
    return Ticket(
        id=TicketId(row["id"]), subject=row["subject"], status=Status(row["status"]), created_at=row["created_at"],
        updated_at=row["updated_at"], channel=row["channel"], description=row["description"],
        requester_id=None if row["requester_id"] is None else UserId(row["requester_id"]),
        requester_name=row["requester_name"], requester_email=row["requester_email"],
        assignee_id=None if row["assignee_id"] is None else UserId(row["assignee_id"]),
        assignee_name=row["assignee_name"], tags=tuple(row["tags"]),
        fields={int(key): value for key, value in row["fields"].items()}, group_id=row["group_id"],
        group_name=row["group_name"], organization_fields=row["organization_fields"],
    )  # fmt: skip


def _message(row: Any) -> Message:
    return Message(
        id=row["id"], ticket_id=TicketId(row["ticket_id"]), created_at=row["created_at"], author=Author(row["author"]),
        author_name=row["author_name"], public=bool(row["public"]), body=row["body"], channel=row["channel"],
        attachments=tuple(Attachment(**attachment) for attachment in row["attachments"]),
        op_id=None if row["op_id"] is None else OpId(row["op_id"]),
        author_id=None if row["author_id"] is None else UserId(row["author_id"]),
        author_email=row["author_email"],
        author_role=row["author_role"],
    )  # fmt: skip
