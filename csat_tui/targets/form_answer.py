"""What a form's answer says: it took the entry, it did not, or nobody knows."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from csat_tui.config import Encoding, FormConfig
from csat_tui.domain.change import HelpDeskError, Limited, Refused, Uncertain
from csat_tui.targets.port import LOOK_THERE_FIRST, Delivered
from csat_tui.transport.faults import detail, looks_like_html, printable, retry_after
from csat_tui.transport.session import RawResponse
from csat_tui.transport.shapes import parse_json

LONGEST_REFERENCE = 200
"""Characters of a form's own name for an entry."""
_SHOWN_ELSEWHERE = (302, 303)
"""How forms for browsers answer what they took: by pointing to a page that says thanks."""
_MOVED = (300, 301, 307, 308)
_SIGN_IN = re.compile(r"(?<![a-z])(?:log[-_]?in|sign[-_]?in|servicelogin|sso|oauth2?|auth)(?![a-z])", re.IGNORECASE)


def receipt(answer: RawResponse, name: str, config: FormConfig, address: str, now: datetime) -> Delivered:
    """Return the receipt that an answer is. Raises Refused, Limited, Uncertain."""
    if 200 <= answer.status < 300:
        _confirm(answer, name, config, address)
        return Delivered(_reference(answer), now)
    if answer.status in _SHOWN_ELSEWHERE:
        place = answer.headers.get("location", "")
        if _same_host(place, config.url) and not _SIGN_IN.search(place):
            return Delivered(f"answered {answer.status}", now)
        raise Refused(
            f"{address} wants a sign-in or points elsewhere ({printable(place) or 'nowhere'}) instead of taking the "
            f"entry; nothing was submitted. Check forms.{name}.url in config.toml"
        )
    raise _turned_down(answer, name, address, now)


def _confirm(answer: RawResponse, name: str, config: FormConfig, address: str) -> None:
    """See that the answer is the form's own word that it took the entry. Raises Uncertain."""
    if config.confirms:
        if config.confirms not in answer.content.decode("utf-8", "replace"):
            raise Uncertain(
                f"{address} answered without the words that form “{name}” confirms with, so it may or may not "
                f"have been taken; {LOOK_THERE_FIRST}"
            )
    elif config.encoding is Encoding.JSON and looks_like_html(answer.content, answer.headers):
        raise Uncertain(
            f"{address} answered JSON with a web page, perhaps one to sign in at, so it may or may not have been "
            f"taken; {LOOK_THERE_FIRST}"
        )


def _turned_down(answer: RawResponse, name: str, address: str, now: datetime) -> HelpDeskError:
    """Return the error that an answer other than a success stands for."""
    said = detail(answer.content, answer.headers)
    because = f": {said}" if said else ""
    match answer.status:
        case 429:
            wait = retry_after(answer.headers, now)
            return Limited(f"{address} asks us to wait {wait:.0f} s before the next entry", wait, ticket_only=True)
        case 401 | 403:
            return Refused(
                f"{address} does not let us submit anything ({answer.status}){because}; nothing was submitted. "
                f"Check the token of form “{name}” (forms.{name}.token_command in config.toml)"
            )
        case 404 | 410:
            return Refused(f"there is no form at forms.{name}.url ({answer.status}); nothing was submitted")
        case status if status in _MOVED:
            place = printable(answer.headers.get("location", "")) or "another address"
            return Refused(
                f"{address} points to {place} instead of taking the entry; nothing was submitted. "
                f"Correct forms.{name}.url in config.toml"
            )
        case status if 400 <= status < 500 and status not in (408, 409):
            return Refused(f"{address} refused the entry ({status}){because}; nothing was submitted")
        case status:
            # A conflict (409) may be our own earlier, unanswered attempt under the same key.
            return Uncertain(
                f"{address} answered with status {status}{because}, so it may or may not have been taken; "
                f"{LOOK_THERE_FIRST}"
            )


def _reference(answer: RawResponse) -> str:
    """Return what the form calls the entry, or its status where it calls it nothing."""
    try:
        value = parse_json(answer.content)
    except ValueError:
        value = None
    if isinstance(value, dict):
        for key in ("id", "reference", "entry_id", "key"):
            found = value.get(key)
            if isinstance(found, str | int) and not isinstance(found, bool):
                return printable(str(found)[:LONGEST_REFERENCE]) or f"answered {answer.status}"
    return f"answered {answer.status}"


def _same_host(place: str, url: str) -> bool:
    """Whether an answer points to a page at the form's own host; a bare path does."""
    try:
        to, own = urlsplit(place), urlsplit(url)
        return bool(place) and to.hostname in (None, own.hostname) and to.scheme in ("", own.scheme)
    except ValueError:
        return False
