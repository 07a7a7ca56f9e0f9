"""A mail as it is written: headers that nobody's text can break out of, plain text, and HTML beside it."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from csat_tui.domain.change import Refused
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId
from csat_tui.domain.mailbox import mailbox
from csat_tui.domain.safe_text import visible_line
from csat_tui.transport.shapes import encodable

LONGEST_SUBJECT = 400
"""Characters; what is longer is cut, for the body says it all."""
LONGEST_BODY = 2_000_000
"""Characters of text and HTML together; mail servers refuse some ten megabytes."""
MOST_RECIPIENTS = 50

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>]*)>")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9'-]{1,20}(?: [A-Za-z0-9'-]{1,20}){0,3}")
"""A name that stands in a header as it is.

What would have to be quoted is read differently by different programs, and what would have to be encoded makes the mail
library encode the comma behind the address as well, so that the next recipient is lost: such a name is left out.
"""


def recipients(mail: Mail) -> tuple[Address, ...]:
    """Return whom a mail goes to, each once; Refused where one of them is no address."""
    found: dict[str, Address] = {}
    for written in mail.to:
        address = _address(written)
        found.setdefault(address.addr_spec.casefold(), address)
    if not found:
        raise Refused("the mail has no recipient; nothing was sent")
    if len(found) > MOST_RECIPIENTS:
        raise Refused(f"the mail names more than {MOST_RECIPIENTS} recipients; nothing was sent")
    return tuple(found.values())


def message(mail: Mail, sender: str, op_id: OpId, now: datetime) -> EmailMessage:
    """Return the mail as a message under an id made of the operation's; Refused where it cannot be one."""
    to, sender_address = recipients(mail), _address(sender)
    if len(mail.body) + len(mail.html) > LONGEST_BODY:
        raise Refused(f"the mail is longer than {LONGEST_BODY:,} characters; nothing was sent")
    whole = EmailMessage(policy=SMTP)
    whole["From"] = sender_address
    whole["To"] = to
    whole["Subject"] = header_line(mail.subject)
    whole["Date"] = format_datetime(now)
    whole["Message-ID"] = message_id(op_id, sender)
    whole.set_content(_text(mail.body), charset="utf-8")
    if mail.html:
        whole.add_alternative(_text(mail.html), subtype="html", charset="utf-8")
    return whole


def message_id(op_id: OpId, sender: str) -> str:
    """Return the id under which a mail can be found again, and a second copy told from the first."""
    return f"<{op_id}@{sender.rpartition('@')[2]}>"


def header_line(text: str) -> str:
    """Return a text as a header holds it: one line, nothing hidden, nothing encoded, no more than fits.

    What looks like an encoded word (“=?utf-8?q?…?=”) is decoded by whoever reads a header, the mail library before all
    others, and may hold line breaks then: it is taken apart.
    """
    line = visible_line(encodable(text)).replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def _address(written: str) -> Address:
    """Read one address, with or without a name before it; Refused for anything else."""
    found = _NAMED.fullmatch(written.strip()) if written.isprintable() else None
    name, spec = (found["name"], found["spec"]) if found else ("", written.strip())
    address = mailbox(spec)
    if address is None:
        shown = header_line(written)[:80] or "nothing"
        raise Refused(f"“{shown}” is not a mail address; nothing was sent. Correct it first")
    return Address(name.strip() if _PLAIN_NAME.fullmatch(name.strip()) else "", addr_spec=address)


def _text(text: str) -> str:
    """Return a body without what no mail holds: NUL, halves of characters, other systems' line ends."""
    return encodable(text).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
