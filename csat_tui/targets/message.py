"""A mail as it is written: headers that nobody's text can break out of, plain text, and HTML beside it."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from csat_tui.config.mailbox import is_mailbox
from csat_tui.domain.change import Refused
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId
from csat_tui.transport.shapes import encodable

LONGEST_SUBJECT = 400
"""Characters; what is longer is cut, for the body says it all."""
LONGEST_BODY = 2_000_000
"""Characters of text and HTML together; mail servers refuse some ten megabytes."""
MOST_RECIPIENTS = 50


def recipients(mail: Mail) -> tuple[Address, ...]:
    """Return whom a mail goes to, each once; Refused where one of them is no address."""
    found: dict[str, Address] = {}
    for written in mail.to:
        address = _address(written)
        found.setdefault(address.addr_spec.casefold(), address)
    if not found:
        raise Refused("the mail names nobody to go to; nothing was sent")
    if len(found) > MOST_RECIPIENTS:
        raise Refused(f"the mail names more than {MOST_RECIPIENTS} recipients; nothing was sent")
    return tuple(found.values())


def message(mail: Mail, sender: str, op_id: OpId, now: datetime) -> EmailMessage:
    """Return the mail as a message under an id made of the operation's; Refused where it cannot be one."""
    to = recipients(mail)
    if len(mail.body) + len(mail.html) > LONGEST_BODY:
        raise Refused(f"the mail is longer than {LONGEST_BODY:,} characters; nothing was sent")
    whole = EmailMessage(policy=SMTP)
    whole["From"] = Address(addr_spec=sender)
    whole["To"] = to
    whole["Subject"] = one_line(mail.subject)
    whole["Date"] = format_datetime(now)
    whole["Message-ID"] = message_id(op_id, sender)
    whole.set_content(_text(mail.body), charset="utf-8")
    if mail.html:
        whole.add_alternative(_text(mail.html), subtype="html", charset="utf-8")
    return whole


def message_id(op_id: OpId, sender: str) -> str:
    """Return the id under which a mail can be found again, and a second copy told from the first."""
    return f"<{op_id}@{sender.rpartition('@')[2]}>"


def one_line(text: str) -> str:
    """Return a text as a header holds it: one line, no controls, no more than fits."""
    line = " ".join("".join(char if char.isprintable() else " " for char in encodable(text)).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def _address(written: str) -> Address:
    """Read one address, with or without a name before it; Refused for anything else."""
    name, spec = parseaddr(written) if written.isprintable() else ("", "")
    whole = "<" in written or spec == written.strip()
    local, _, domain = spec.rpartition("@")
    try:
        spec = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        whole = False
    if not whole or not is_mailbox(spec):
        shown = one_line(written)[:80] or "nothing"
        raise Refused(f"“{shown}” is no mail address; nothing was sent, nor is before it is corrected")
    return Address(one_line(name), addr_spec=spec)


def _text(text: str) -> str:
    """Return a body without what no mail holds: NUL, halves of characters, other systems' line ends."""
    return encodable(text).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
