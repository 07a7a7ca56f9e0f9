"""Web forms over HTTP: fill in a form's fields, send them in one request, and judge the answer."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from csat_tui.config import Encoding, FormConfig
from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError, Limited, Refused, Uncertain, Unreachable
from csat_tui.domain.ids import OpId
from csat_tui.effects.form_entry import FormEntry
from csat_tui.secrets import NoCredential, Revealed
from csat_tui.targets.port import LOOK_THERE_FIRST, Delivered, blocking_call
from csat_tui.transport.authorizer import Fixed
from csat_tui.transport.faults import detail, looks_like_html, printable, retry_after
from csat_tui.transport.session import Body, HttpSession, RawResponse, Service
from csat_tui.transport.shapes import encodable, parse_json

_PLACE = re.compile(r"\{([^{}]+)\}")
OP_ID_PLACE = "op"
"""The place of the operation's id, by which the form's owner can tell a second copy."""


def filled_fields(fields: Mapping[str, str], cells: Mapping[str, str], op_id: OpId) -> dict[str, str]:
    """Return the form's fields with their places filled once; a cell that this entry lacks is empty.

    Without a mapping every cell goes under its own name.
    """
    words = {**cells, OP_ID_PLACE: str(op_id)}
    wanted = fields or {name: f"{{{name}}}" for name in cells}
    return {
        name: _sendable(_PLACE.sub(lambda place: words.get(place[1].strip(), ""), text))
        for name, text in wanted.items()
    }


def field_places(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells that a mapping asks for, in order."""
    found = (place.strip() for text in fields.values() for place in _PLACE.findall(text))
    return tuple(dict.fromkeys(place for place in found if place != OP_ID_PLACE))


def unknown_places(fields: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
    """Return the places that no cell of the playbook can fill: they are misspelt."""
    return tuple(place for place in field_places(fields) if place not in known)


def fills_no_place(fields: Mapping[str, str], cells: Iterable[str]) -> bool:
    """Return whether a mapping asks for cells of which this entry has none: the form would be empty."""
    wanted = field_places(fields)
    return bool(wanted) and not set(wanted) & set(cells)


def _sendable(text: str) -> str:
    """Return a text without characters that no form takes: NUL, and halves of characters."""
    return encodable(text).replace("\0", "")


LONGEST_REFERENCE = 200
"""Characters of a form's own name for an entry."""
_SHOWN_ELSEWHERE = (302, 303)
"""Redirects by which forms for browsers confirm an entry: to a page that says thanks."""
_MOVED = (300, 301, 307, 308)
_SIGN_IN = re.compile(r"(?<![a-z])(?:log[-_]?in|sign[-_]?in|servicelogin|sso|oauth2?|auth)(?![a-z])", re.IGNORECASE)


def form_receipt(answer: RawResponse, name: str, config: FormConfig, address: str, now: datetime) -> Delivered:
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
    """Check that the answer confirms the entry. Raises Uncertain."""
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
    """Return the error for an answer other than a success."""
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
    """Return the form's reference for the entry, or the status if there is none."""
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
    """Return whether an answer points to a page at the form's host; a bare path does."""
    try:
        to, own = urlsplit(place), urlsplit(url)
        return bool(place) and to.hostname in (None, own.hostname) and to.scheme in ("", own.scheme)
    except ValueError:
        return False


LARGEST_ENTRY = 256 * 1024
"""Characters of a whole entry; no form takes more, so the person learns it before sending."""
FORM_TIMEOUT = 40.0
"""Seconds for a token: a command has thirty of its own."""

Token = Callable[[], Revealed]
"""Gives a form's token, empty where it needs none; may block. Raises NoCredential."""


class WebForms:
    """Submits entries to the configured forms, one request each; a token is read when needed."""

    def __init__(self, forms: Mapping[str, FormConfig], tokens: Mapping[str, Token], clock: Clock) -> None:
        self._forms = forms
        self._tokens = tokens
        self._clock = clock
        self._sessions: dict[str, tuple[str, HttpSession]] = {}

    async def submit(self, entry: FormEntry, op_id: OpId) -> Delivered:
        """Hand in an entry; Refused where no form of that name is configured."""
        config = self._forms.get(entry.form)
        if config is None:
            raise Refused(
                f"no form “{entry.form}” is configured, so nothing was submitted; name it in config.toml under "
                f"[forms.{entry.form}]"
            )
        if fills_no_place(config.fields, entry.cells):
            raise Refused(
                f"the form “{entry.form}” has no field for what this entry has ({', '.join(entry.cells)}); nothing was "
                f"handed in. Correct forms.{entry.form}.fields in config.toml"
            )
        fields = filled_fields(config.fields, entry.cells, op_id)
        if sum(map(len, fields.values())) > LARGEST_ENTRY:
            raise Refused(f"the entry is longer than {LARGEST_ENTRY:,} characters; nothing was submitted")
        session = await self._session(entry.form, config)
        parts = urlsplit(config.url)
        path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        body = Body(json=fields) if config.encoding is Encoding.JSON else Body(form=fields)
        headers = {"Idempotency-Key": str(op_id), "Accept": "*/*"}
        try:
            answer = await session.hand_in(path, body, headers, called=f"form {entry.form}")
        except Limited as error:
            # A form's limit is its own: it holds nothing else back.
            raise Limited(str(error), error.retry_after, ticket_only=True) from error
        return form_receipt(answer, entry.form, config, session.service.address, self._clock.now())

    async def close(self) -> None:
        """Let go of connections."""
        for _, session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def _session(self, name: str, config: FormConfig) -> HttpSession:
        """Return the form's session with its present token; a session with an earlier token is closed."""
        read = self._tokens.get(name)
        try:
            token = "" if read is None else (await blocking_call(read, FORM_TIMEOUT)).text
        except NoCredential as error:
            raise Unreachable(f"{error}; nothing was submitted, and it is submitted once there is a token") from error
        except TimeoutError as error:
            raise Unreachable(f"the token of form “{name}” did not come in time; nothing was submitted") from error
        if token and not (token.isascii() and token.isprintable()):
            raise Refused(f"the token of form “{name}” has characters that no token has; nothing was submitted")
        known = self._sessions.get(name)
        if known is not None and known[0] == token:
            return known[1]
        parts = urlsplit(config.url)
        authorizer = Fixed(f"Bearer {token}" if token else "")
        service = Service(f"{parts.scheme}://{parts.netloc}", f"the form “{name}”", authorizer, then=LOOK_THERE_FIRST)
        session = HttpSession(service, clock=self._clock)
        self._sessions[name] = token, session
        if known is not None:
            await known[1].close()
        return session
