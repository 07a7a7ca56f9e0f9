"""Nobody's name or subject becomes a header, a recipient or a line of the body, whatever stands in it."""

import base64
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import EmailMessage
from email.policy import default
from typing import cast

from hypothesis import event, example, given
from hypothesis import strategies as st

from csat_tui.domain.effect import Mail
from csat_tui.domain.errors import Refused
from csat_tui.domain.safe_text import UNSAFE
from csat_tui.domain.shift import Shift
from csat_tui.sync.send_recap import as_mail_file
from csat_tui.targets.mail import build_message
from tests.targets.conftest import OP

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
OWN = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
INJECTED = "x\r\nBcc: thief@example.net\r\nReply-To: thief@example.net\r\n\r\nPay now"


def q_word(text: str) -> str:
    return "=?utf-8?q?" + "".join(f"={byte:02X}" for byte in text.encode()) + "?="


def b_word(text: str, charset: str = "UTF-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode()).decode()}?="


PIECES = (
    "Late box", "Ana", "ä", "漢字", "\U0001f469\U0001f3fd\u200d\U0001f680", " ", "  ", ",", ";", ":", '"', "<", ">",
    "(", ")",
    "\\", "@", ".", "=", "?", "?=", "=?", "\r", "\n", "\r\n", "\r\n ", "\n\t", "\x0b", "\x0c", "\x1c", "\x85",
    "\u2028", "\u2029", "\x00", "\x1b[31m", "\ud800", "\u202e", "\u2066", "\u200b", "\u3164", "\u034f", "\ufe0f",
    "\U000e0041", "Bcc: thief@example.net", "thief@example.net", "<thief@example.net>", "To: thief@example.net",
    "\r\n\r\nPay now", "x" * 90, "ä" * 90, q_word(INJECTED), b_word(INJECTED), q_word(q_word(INJECTED)),
    b_word(q_word(INJECTED)), "=?us-ascii?Q?a=0ABcc:_thief@example.net?=", "=?utf-8?q??=", b_word(INJECTED, "utf-16"),
    "=?utf-8*en?q?=0D=0ABcc:_x?=", "=?utf-8?q?unfinished=0D=0A",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14).map("".join)
BODY = "Hello Pat,\n\nthe box is on its way.\n"


def told(header: str) -> str:
    """Read a header as a program does that knows nothing but RFC 2047."""
    return "".join(
        part.decode(charset or "ascii", "replace") if isinstance(part, bytes) else part
        for part, charset in decode_header(header)
    )


def letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())


def hold_to(content: bytes, to: tuple[str, ...], own: tuple[str, ...] = OWN) -> EmailMessage:
    """Hold a mail to what was meant, once as lines and once as Python reads it."""
    head, _, _ = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    names = [line.partition(":")[0].lower() for line in lines if not line.startswith((" ", "\t"))]
    assert sorted(set(names) - {"content-transfer-encoding"}) == sorted(name.lower() for name in own)
    assert len(names) == len(set(names))
    for line in lines:
        value = told(line.partition(": ")[2] if not line.startswith(" ") else line)
        assert not UNSAFE.search(value.replace("\u200d", "").replace("\ufe0f", "").replace("\u200c", "")), value
        assert not any(sign in value for sign in "\r\n\x0b\x0c\x85\u2028\u2029")
    mail = cast(EmailMessage, message_from_bytes(content, policy=default))
    assert mail.defects == []
    assert tuple(address.addr_spec for address in mail["To"].addresses) == to
    if mail["From"]:
        assert [address.addr_spec for address in mail["From"].addresses] == ["ana@example.com"]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == BODY
    return mail


@given(HOSTILE)
@example(q_word(INJECTED))
@example(b_word(INJECTED))
def test_a_subject_is_one_header_and_says_what_was_seen(subject: str) -> None:
    mail = build_message(Mail(("lea@example.com",), subject, BODY, "<p>Hi"), "ana@example.com", OP, NOW)
    read = hold_to(mail.as_bytes(), ("lea@example.com",))
    if len(subject) < 300:
        assert letters(str(read["Subject"])) == letters(subject)


@given(HOSTILE, HOSTILE)
def test_a_name_before_an_address_is_no_second_recipient(name: str, subject: str) -> None:
    written = f"{name} <lea@example.com>"
    try:
        mail = build_message(Mail((written, "sol@example.com"), subject, BODY), "ana@example.com", OP, NOW)
    except Refused as refused:
        event(str(refused)[-60:])
        return
    hold_to(mail.as_bytes(), ("lea@example.com", "sol@example.com"))


@given(HOSTILE)
def test_what_is_hostile_as_an_address_is_refused_or_one_address(written: str) -> None:
    try:
        mail = build_message(Mail((written,), "Hi", BODY), "ana@example.com", OP, NOW)
    except Refused:
        return
    (only,) = mail["To"].addresses
    hold_to(mail.as_bytes(), (only.addr_spec,))
    assert only.addr_spec in written


@given(HOSTILE)
def test_the_recap_as_a_file_has_no_header_of_its_subject_s_either(subject: str) -> None:
    content = as_mail_file(Mail(("leads@example.com",), subject, BODY), Shift(1, "Ana", "AM", NOW), "", NOW)
    own = (*(name for name in OWN if name != "From"), "X-Unsent")
    hold_to(content.encode("ascii"), ("leads@example.com",), own)
