"""The shapes of users, comments and audits on the wire, and how the help desk changes the text of a message."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from html.parser import HTMLParser
from typing import Any

from csat_tui.demo import people
from csat_tui.demo.story import Message

BODY_LIMIT = 65_536
"""Bytes of UTF-8 after which a body is cut without a word."""

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def cut(text: str) -> str:
    """Cut a body at the limit, as the real desk does, silently."""
    return text.encode("utf-8", "replace")[:BODY_LIMIT].decode("utf-8", "ignore")


def squeeze(text: str) -> str:
    """Collapse runs of blank lines, which is what the `body` of a comment has lost and its `html_body` has not."""
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n")).strip("\n")


def markdown(text: str) -> str:
    """Render a comment's body the way the desk does, which takes it for Markdown; single line breaks stay."""
    from markdown_it import MarkdownIt

    return wrap(str(MarkdownIt("commonmark", {"html": False, "breaks": True}).render(text)).strip())


def to_html(text: str) -> str:
    """Turn plain text into the markup that the desk keeps: paragraphs, with breaks inside them."""
    parts = re.split(r"\n\n", text.replace("\r\n", "\n").strip("\n"))
    inner = "".join(f'<p dir="auto">{escape(part, quote=False).replace(chr(10), "<br>")}</p>' for part in parts)
    return wrap(inner)


def wrap(inner: str) -> str:
    """Put the desk's own element around a comment's markup."""
    return f'<div class="zd-comment" dir="auto">{inner}</div>'


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - fixed by the parser
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li", "ul", "ol", "h1", "h2", "h3"):
            self.parts.append("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def from_html(markup: str) -> str:
    """Read the text out of a comment's markup."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return squeeze("".join(reader.parts).replace("\u00a0", " "))


def expand(text: str, values: Mapping[str, str]) -> str:
    """Fill placeholders such as {{ticket.id}}; unknown ones become nothing, as in a real public comment."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


Json = dict[str, Any]

FILES_HOST = "https://files.example.net"
SYSTEM: Json = {
    "client": "Mozilla/5.0",
    "ip_address": "203.0.113.7",
    "location": "Alder Falls",
    "latitude": 44.98,
    "longitude": -93.27,
}


def stamp(at: datetime) -> str:
    """Write a time as the desk does: UTC, whole seconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def via(channel: str, source: Mapping[str, str] | None = None, to: Mapping[str, str] | None = None) -> Json:
    """Say which way something came in."""
    return {"channel": channel, "source": {"from": dict(source or {}), "to": dict(to or {}), "rel": None}}


def attachment(ident: int, name: str) -> Json:
    """Describe a file; it lives on another host than the desk, which must never see a credential."""
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    url = f"{FILES_HOST}/attachments/token/t{ident}/?name={name}"
    return {
        "url": f"/api/v2/attachments/{ident}.json",
        "id": ident,
        "file_name": name,
        "content_url": url,
        "mapped_content_url": url,
        "content_type": kind,
        "size": 20_000 + ident % 400_000,
        "width": 1200,
        "height": 900,
        "inline": False,
        "deleted": False,
        "malware_access_override": False,
        "malware_scan_result": "malware_not_found",
        "thumbnails": [],
    }


def comment(
    audit_id: int,
    author_id: int,
    text: str,
    public: bool,
    at: datetime,
    *,
    came: Json | None = None,
    files: tuple[str, ...] = (),
    custom: Json | None = None,
    html: str | None = None,
    plain: str | None = None,
) -> Json:
    """Describe one comment; its id follows its audit's."""
    return {
        "id": audit_id + 1,
        "type": "Comment",
        "author_id": author_id,
        "body": squeeze(text),
        "html_body": html or to_html(text),
        "plain_body": squeeze(text if plain is None else plain),
        "public": public,
        "attachments": [attachment(audit_id + 500 + place, name) for place, name in enumerate(files)],
        "audit_id": audit_id,
        "via": came or via("web"),
        "created_at": stamp(at),
        "metadata": {"system": SYSTEM, "custom": custom or {}},
    }


def message_comment(audit_id: int, author_id: int, said: Message) -> Json:
    """Describe one message of a story as a comment."""
    channel = said.channel if said.author == "customer" else "web"
    return comment(audit_id, author_id, said.text, said.public, said.at, came=via(channel), files=said.files)


def audit(ident: int, ticket_id: int, author_id: int, at: datetime, events: list[Json], custom: Json) -> Json:
    """Describe one audit, which is everything that one write did."""
    return {
        "id": ident,
        "ticket_id": ticket_id,
        "created_at": stamp(at),
        "author_id": author_id,
        "metadata": {"system": SYSTEM, "custom": custom},
        "events": events,
        "via": via("web"),
    }


def comment_event(said: Json) -> Json:
    """Describe a comment as it stands among an audit's events."""
    keys = ("id", "type", "author_id", "body", "html_body", "plain_body", "public", "attachments", "audit_id")
    return {key: said[key] for key in keys}


def _user(ident: int, name: str, email: str, role: str, created: datetime) -> Json:
    return {
        "id": ident,
        "url": f"/api/v2/users/{ident}.json",
        "name": name,
        "email": email,
        "created_at": stamp(created),
        "updated_at": stamp(created),
        "time_zone": "Central Time (US & Canada)",
        "iana_time_zone": "America/Chicago",
        "phone": None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": None,
        "role": role,
        "verified": True,
        "external_id": None,
        "tags": [],
        "alias": "",
        "active": True,
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": None,
        "signature": None,
        "details": "",
        "notes": "",
        "role_type": None,
        "custom_role_id": None,
        "moderator": False,
        "ticket_restriction": "requested",
        "only_private_comments": False,
        "restricted_agent": True,
        "suspended": False,
        "default_group_id": None,
        "report_csv": False,
        "user_fields": {},
    }


def staff_user(person: people.Staff, created: datetime) -> Json:
    """Describe a member of staff; the role fields tell what the person may do."""
    return _user(person.id, person.name, person.email, person.role, created) | {
        "role_type": person.role_type,
        "custom_role_id": None if person.role_type is None else 360_000_210_000 + person.role_type,
        "moderator": not person.only_private,
        "ticket_restriction": None,
        "only_private_comments": person.only_private,
        "restricted_agent": person.role != "admin",
        "default_group_id": person.group,
    }


def customer_user(person: people.Customer, created: datetime) -> Json:
    """Describe a customer."""
    return _user(person.id, person.name, person.email, "end-user", created)


def anonymous_user() -> Json:
    """Describe who you are with bad credentials at /users/me: nobody, politely, with a 200."""
    return {
        "id": None,
        "url": "/api/v2/users/.json",
        "name": "Anonymous user",
        "email": "invalid@example.com",
        "created_at": None,
        "updated_at": None,
        "time_zone": "Central Time (US & Canada)",
        "role": "end-user",
        "role_type": None,
        "verified": False,
        "active": None,
        "locale": "en-US",
        "only_private_comments": False,
        "ticket_restriction": "requested",
        "user_fields": {},
    }
