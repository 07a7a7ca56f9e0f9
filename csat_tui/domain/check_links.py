"""The pages that help with a check: articles that the playbook names, and what a field of the ticket names.

What stands in a ticket was written by others: only an address that says plainly where it leads is taken for one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from csat_tui.domain.case import Case
from csat_tui.domain.playbook import Check, Playbook
from csat_tui.domain.safe_text import UNSAFE

LONGEST_ADDRESS = 2_000
"""Characters of an address; browsers take no longer ones."""

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CheckLink:
    """A page to open, and what it is; without an address `label` says why it cannot be opened."""

    label: str
    address: str = ""


def why_no_link(text: str) -> str:
    """Return why a text is no address that is opened, as a clause; empty if it is one."""
    if len(text) > LONGEST_ADDRESS:
        return "is too long for an address"
    if UNSAFE.search(text) or any(character.isspace() or character in "\\<>\"'" for character in text):
        return "has characters that no address has"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme != "https":
        return "does not begin with https://"
    if parts.username is not None or parts.password is not None:
        return "hides where it leads behind a name"
    return "" if host and _HOST.fullmatch(host) else "names no host that can be read"


def links_of(check: Check, case: Case, playbook: Playbook) -> Iterator[CheckLink]:
    """Yield what can be opened for a check: its article, its step's, and what the ticket's field names."""
    step = next((one for one in playbook.steps if one.id == check.step), None)
    if check.link:
        yield CheckLink("article", check.link)
    if step is not None and step.link:
        yield CheckLink(f"article on “{step.label}”", step.link)
    if check.link_field is not None:
        yield _of_ticket(check.link_field, case)


def _of_ticket(number: int, case: Case) -> CheckLink:
    ticket = case.source_ticket
    if ticket is None:
        return CheckLink("the ticket is not here yet, so that nothing is known of its link")
    said = ticket.fields.get(number)
    text = said.strip() if isinstance(said, str) else ""
    if not text:
        return CheckLink(f"ticket #{ticket.id} has no link in its field {number}")
    if why := why_no_link(text):
        return CheckLink(f"what ticket #{ticket.id} has in its field {number} {why}: {text[:80]}")
    return CheckLink(f"from ticket #{ticket.id}", text)
