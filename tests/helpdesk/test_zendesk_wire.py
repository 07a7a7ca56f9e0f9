"""Zendesk's JSON, as documented and as it should never be."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.errors import Malformed
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author, Status
from csat_tui.helpdesk.zendesk import wire
from csat_tui.helpdesk.zendesk.text import escaped_html, incoming, outgoing
from csat_tui.transport.shapes import JsonShape, parse_json

STAMP = "2026-01-31T09:12:00Z"
TICKET: dict[str, Any] = {
    "id": 6130907993114,
    "subject": "Survey",
    "raw_subject": "{{dc.survey}}",
    "status": "open",
    "created_at": STAMP,
    "updated_at": STAMP,
    "via": {"channel": "mail", "source": {}},
    "requester_id": 7,
    "assignee_id": None,
    "tags": ["a"],
    "custom_fields": [{"id": 5, "value": None}, {"id": 6, "value": ["x"]}],
}
COMMENT: dict[str, Any] = {
    "id": 9,
    "type": "Comment",
    "author_id": 7,
    "body": "Hi",
    "html_body": "<div><p>Hi</p></div>",
    "public": True,
    "created_at": STAMP,
    "via": {"channel": "chat"},
    "attachments": [{"file_name": "a.png", "size": 3, "content_url": "https://files.example.net/a"}],
    "metadata": {"custom": {"op_id": "op"}},
}
USERS: dict[str, Any] = {"users": [{"id": 7, "name": "Lea", "email": "lea@example.com", "role": "end-user"}]}
AUDIT: dict[str, Any] = {"id": 1, "created_at": STAMP, "events": [{"type": "Comment", "public": True}], "metadata": {}}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def damaged(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """Draw a record of which some values are anything at all, or are missing, at any depth."""

    def harm(value: Any) -> Any:
        choice = draw(st.integers(0, 5))
        if choice == 0:
            return draw(anything)
        if isinstance(value, dict):
            return {key: harm(inner) for key, inner in value.items() if draw(st.integers(0, 9))}
        return [harm(inner) for inner in value] if isinstance(value, list) else value

    return {key: harm(value) for key, value in whole.items() if draw(st.integers(0, 9))}


@given(damaged(TICKET), damaged(USERS))
def test_a_ticket_is_read_or_malformed_and_nothing_else(row: dict[str, Any], users: dict[str, Any]) -> None:
    with contextlib.suppress(Malformed):
        known = wire.people(list(JsonShape(users, "users").maybe_rows("users")))
        wire.ticket(JsonShape(row, "ticket"), known).subject.encode()


@given(damaged(COMMENT), damaged(AUDIT), damaged(USERS["users"][0]))
def test_messages_audits_and_people_are_read_or_malformed(
    comment: dict[str, Any], audit: dict[str, Any], user: dict[str, Any]
) -> None:
    for read in (
        lambda: wire.message(JsonShape(comment, "comment"), TicketId(1), {}).body.encode(),
        lambda: wire.receipt(JsonShape(audit, "audit"), TicketId(1), wire.OpId("op")),
        lambda: wire.comment_public(JsonShape(audit, "audit")),
        lambda: wire.agent(JsonShape(user, "user")),
        lambda: wire.view(JsonShape(user, "view")),
    ):
        with contextlib.suppress(Malformed):
            read()


def test_a_ticket_as_documented() -> None:
    ticket = wire.ticket(JsonShape(TICKET, "ticket"), wire.people([JsonShape(USERS["users"][0], "user")]))
    assert (ticket.id, ticket.subject, ticket.status) == (6130907993114, "Survey", Status.OPEN)
    assert (ticket.channel, ticket.requester_name, ticket.assignee_name) == ("email", "Lea", "")
    assert ticket.fields == {5: None, 6: ["x"]}


def test_a_status_that_is_new_to_us_is_taken_for_open() -> None:
    assert wire.ticket(JsonShape({**TICKET, "status": "waiting"}, "ticket"), {}).status is Status.OPEN


def test_a_comment_as_documented() -> None:
    message = wire.message(
        JsonShape(COMMENT, "comment"), TicketId(1), wire.people([JsonShape(USERS["users"][0], "user")])
    )
    assert (message.author, message.author_name, message.body) == (Author.CUSTOMER, "Lea", "Hi")
    assert (message.channel, message.public, message.op_id) == ("chat", True, "op")
    assert message.attachments[0].url == "https://files.example.net/a"


@pytest.mark.parametrize(
    ("writer", "role", "public", "author"),
    [
        (7, "end-user", True, Author.CUSTOMER),
        (7, "agent", True, Author.AGENT),
        (7, "admin", False, Author.AGENT),
        (7, None, True, Author.CUSTOMER),
        (7, None, False, Author.AGENT),
        (-1, None, True, Author.SYSTEM),
        (None, None, False, Author.SYSTEM),
    ],
)
def test_who_wrote_a_message(writer: int | None, role: str | None, public: bool, author: Author) -> None:
    known = {7: wire.Person("Somebody", "", role)} if role else {}
    row = {**COMMENT, "author_id": writer, "public": public}
    assert wire.message(JsonShape(row, "comment"), TicketId(1), known).author is author


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("mail", "email"),
        ("native_messaging", "chat"),
        ("voicemail", "voice"),
        ("sms", "sms"),
        (3, ""),
        ("\ud800", "\ufffd"),
    ],
)
def test_channels_have_one_name_each(channel: object, name: str) -> None:
    row = {**COMMENT, "via": {"channel": channel}}
    assert wire.message(JsonShape(row, "comment"), TicketId(1), {}).channel == name


@pytest.mark.parametrize(
    ("more", "url", "remark"),
    [
        ({"deleted": True}, "", "deleted"),
        ({"malware_scan_result": "malware_found"}, "", "malware was found"),
        ({"malware_scan_result": "malware_not_found", "deleted": False}, "https://files.example.net/a", ""),
        ({"malware_scan_result": None}, "https://files.example.net/a", ""),
    ],
)
def test_a_file_that_is_deleted_or_harmful_says_so_and_opens_nothing(
    more: dict[str, Any], url: str, remark: str
) -> None:
    row = {**COMMENT, "attachments": [{**COMMENT["attachments"][0], **more}]}
    (file,) = wire.message(JsonShape(row, "comment"), TicketId(1), {}).attachments
    assert (file.name, file.url, remark in file.remark) == ("a.png", url, True)
    assert bool(file.remark) is bool(remark)


@pytest.mark.parametrize("sort", ["VoiceComment", "TpeVoiceComment"])
def test_a_call_is_a_voice_message(sort: str) -> None:
    row = {**COMMENT, "type": sort, "html_body": "", "body": "Call from +1 202 555 0100"}
    message = wire.message(JsonShape(row, "comment"), TicketId(1), {})
    assert (message.channel, message.body) == ("voice", "Call from +1 202 555 0100")


@pytest.mark.parametrize(
    ("html", "plain", "text"),
    [
        ("<p>One<br>Two</p><p>Three</p>", "", "One\nTwo\n\nThree"),
        ("One<br><br />Two", "", "One\n\nTwo"),
        ("<p>5 &lt; 6 &amp; [b]</p>", "", "5 < 6 & [b]"),
        ("<script>alert(1)</script><p>Hi</p><style>p{}</style>", "", "Hi"),
        ("<ul><li>a</li><li>b</li></ul>", "", "a\nb"),
        ("", "plain", "plain"),
        ("  ", "plain", "plain"),
        ("Look: <img src='https://example.com/i?name=x.png'> there", "", "Look: [image x.png] there"),
        ("<img src='https://example.com/a/box%20one.jpg'>", "picture", "[image box one.jpg]"),
        ("<img src='https://files.example.net/a' alt='no'>", "", "[image torn box.png]"),
        ("<img src='data:image/png;base64,AAAA'><img alt='a  box'>", "", "[image][image a box]"),
        ("Hi<img src='https://example.com/open.gif' width='1' height='1'>", "", "Hi"),
        ("Go <a href='https://example.com/a?b=1&amp;c'>here</a>.", "", "Go here (https://example.com/a?b=1&c)."),
        (
            "<a href='https://example.com/'>example.com</a> <a href='mailto:a@b.example'>a@b.example</a>",
            "",
            "example.com a@b.example",
        ),
        ("<a href='javascript:alert(1)'>x</a><a name='y'>z</a>", "", "xz"),
        ("<a href='https://example.com/1'><img alt='logo'></a>", "", "[image logo] (https://example.com/1)"),
        ("<p>a</p><p>&nbsp;</p><p>b</p>", "", "a\n\nb"),
        ("<div>a</div><div><br></div><div>b<br></div><div>c</div>", "", "a\n\nb\nc"),
        ("<ol><li>a</li><li>b</li></ol><ol start='7'><li>c</li></ol>", "", "1. a\n2. b\n\n7. c"),
        ("<pre>\n  a\n\n b</pre>", "", "  a\n\n b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "", "a b\nc"),
        ("<p>\x1b[31m</p>", "", "\x1b[31m"),
        ("<!-- nothing -->", "", ""),
    ],
)
def test_html_becomes_text(html: str, plain: str, text: str) -> None:
    assert incoming(html, plain, names={"https://files.example.net/a": "torn box.png"}) == text


LINES = st.text(alphabet=st.sampled_from("*_#1.)>+-=~`|<&[]()!\\{}% ab\u202e\u05d0"), max_size=12)


@given(st.lists(LINES, min_size=1, max_size=6).map("\n".join))
def test_what_is_typed_arrives_as_typed_though_the_server_knows_markdown_and_placeholders(text: str) -> None:
    kept = "\n".join(line if line.strip(" ") else "" for line in text.split("\n")).strip("\n")
    html = escaped_html(text)
    assert incoming(f'<div class="zd-comment" dir="auto">{html}</div>', "") == kept
    assert "{{" not in html
    assert "{%" not in html


@pytest.mark.parametrize(("depth", "text"), [(1_000, "before\n\ndeep\n\nafter"), (50_000, "the plain form")])
def test_no_word_is_lost_however_deep_a_mail_is_nested(depth: int, text: str) -> None:
    html = "<p>before</p>" + "<div>" * depth + "deep" + "</div>" * depth + "<p>after</p>"
    assert incoming(html, "the plain form") == text


@given(st.text())
def test_any_html_is_converted_or_passed_over(html: str) -> None:
    incoming(html, "plain").encode("utf-8", "surrogatepass")


@given(st.text(alphabet="{}% a\ud800\0"))
def test_nothing_that_goes_out_can_be_expanded(text: str) -> None:
    sent = outgoing(text)
    assert "{{" not in sent
    assert "{%" not in sent
    assert outgoing(sent) == sent
    sent.encode()


def test_half_characters_in_json_do_not_reach_the_store() -> None:
    row = {**TICKET, **dict(parse_json(b'{"subject": "a\\ud800b \\ud83d\\ude00", "tags": ["\\udfff"]}'))}  # type: ignore[call-overload]
    ticket = wire.ticket(JsonShape(row, "ticket"), {})
    assert ticket.subject.encode().decode() == "a\ufffdb 😀"
    assert ticket.tags == ("\ufffd",)
    comment = {**COMMENT, "metadata": {"custom": {"op_id": "\udfff"}}}
    assert wire.message(JsonShape(comment, "comment"), TicketId(1), {}).op_id == "\ufffd"


@pytest.mark.parametrize("stamp", ["2026-01-31T09:12:00Z", "2026-01-31T10:12:00+01:00", "2026-01-31T09:12:00"])
def test_times_are_in_utc(stamp: str) -> None:
    ticket = wire.ticket(JsonShape({**TICKET, "updated_at": stamp}, "ticket"), {})
    assert ticket.updated_at.isoformat() == "2026-01-31T09:12:00+00:00"


@pytest.mark.parametrize("stamp", [None, 5, "", "now", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_what_is_no_time_is_malformed(stamp: object) -> None:
    with pytest.raises(Malformed, match=r"ticket\.updated_at should be a time such as"):
        wire.ticket(JsonShape({**TICKET, "updated_at": stamp}, "ticket"), {})


def test_the_group_and_the_organisations_fields_come_beside_the_tickets() -> None:
    page = {
        "groups": [{"id": 7, "name": "Billing"}],
        "organizations": [{"id": 9, "name": "Corner shop", "organization_fields": {"tier": "wholesale"}}],
    }
    there = wire.beside(JsonShape(page, "page"))
    row = {**TICKET, "group_id": 7, "organization_id": 9}
    ticket = wire.ticket(JsonShape(row, "ticket"), {}, there)
    assert (ticket.group_id, ticket.group_name, ticket.organization_fields) == (7, "Billing", {"tier": "wholesale"})
    gone = wire.ticket(JsonShape({**row, "group_id": 8, "organization_id": None}, "ticket"), {}, there)
    assert (gone.group_id, gone.group_name, gone.organization_fields) == (8, "", {})
