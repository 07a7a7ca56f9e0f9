"""Draw the messages of a transcript, and the head of another ticket of the customer; and tell which are new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.merge_plan import status_word
from csat_tui.domain.merging import Advice, MergeVerdict
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Author, Message, Ticket
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import hang
from csat_tui.tui.base.text import age, day, safe, safe_line, stamp
from csat_tui.tui.triage.transcript.survey_lines import barred

FOLD = 40
"""Lines shown of a long message until it is unfolded."""

UNFOLD = 2_000
"""Lines shown of a message at most; what is longer is read at the help desk."""

_CHANNELS = {
    "email": "e-mail", "mail": "e-mail", "native_messaging": "messaging", "chat": "chat", "web": "web form",
    "voice": "call", "phone": "call", "api": "", "system": "",
}  # fmt: skip


def message_lines(
    message: Message, now: datetime, width: int, *, unfolded: bool, current: bool, keys: InKeys = DEFAULT_KEYS
) -> list[Content]:
    """Return a message's lines, cut to the width and folded where it is long."""
    if message.author is Author.SYSTEM:
        return [_header(message, now, width, current)]
    lines = [_header(message, now, width, current)]
    limit = UNFOLD if unfolded else FOLD
    body = message.body.strip("\r\n ")
    # No more is wrapped than can be shown.
    head = "\n".join(body.split("\n", limit)[:limit])[: limit * width]
    shown = safe(head) if head else Content.styled("(no words)", "$muted")
    wrapped = shown.wrap(width) if message.public else barred(shown, width, "$internal")
    more = len(wrapped) - limit + _lines_of(body[len(head) :], width, begun=True)
    lines += wrapped[:limit]
    if more > 0:
        hint = "the rest is at the help desk, {case.open} opens it" if unfolded else "{transcript.unfold} to unfold"
        lines.append(Content.styled(f"… {more:,} more lines, {keys(hint)}", "$accent"))
    for attachment in message.attachments:
        name = safe_line(f"⎘ {attachment.name}", "$attachment", max(8, width - 10))
        size = Content.styled(f" {_size(attachment.size)}", "$attachment")
        lines.append(name + size)
        if attachment.remark:
            lines.append(safe_line(f"  {attachment.remark}", "$bad", width))
    return lines


def is_long(message: Message, width: int) -> bool:
    """Whether a message is folded until the person wants it whole."""
    return _lines_of(message.body.strip("\r\n "), max(width, 1)) > FOLD


def _header(message: Message, now: datetime, width: int, current: bool) -> Content:
    quiet = "$accent" if current else "$faint"
    rule = "$accent" if current else "$hairline"
    author, kind, ink = _who(message)
    room = max(8, width - 22)
    parts: list[Content | tuple[str, str]] = [
        (stamp(message.created_at, now), quiet),
        (" ── ", rule),
        safe_line(author, ink, room),
        (" ", ""),
        safe_line(kind, "$internal" if not message.public else "$muted", max(4, room - 4)),
        (" ", ""),
    ]
    header = Content.assemble(*parts)
    rest = width - header.cell_length
    return header + Content.styled("─" * rest, rule) if rest > 0 else header.truncate(width, ellipsis=True)


def _who(message: Message) -> tuple[str, str, str]:
    """Return the author's name, what kind of entry it is, and the name's style."""
    channel = _CHANNELS.get(message.channel, message.channel)
    through = f" · {channel}" if channel else ""
    match message.author:
        case Author.SYSTEM:
            return message.author_name, message.body or "an event", "bold"
        case Author.CUSTOMER:
            return message.author_name or "Customer", f"customer{through}", "bold"
        case Author.AGENT if message.public:
            return message.author_name or "Agent", f"public{through}", "bold $accent"
        case _:
            return message.author_name or "Agent", "internal note", "bold $internal"


def _lines_of(text: str, width: int, *, begun: bool = False) -> int:
    """Return about how many lines a text takes, without wrapping it; less the first one where that has begun."""
    return sum(1 + len(line) // width for line in text.split("\n")) - begun if text else 0


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


VERDICTS = {
    MergeVerdict.MERGE: ("⇥", "merge", "bold $good"),
    MergeVerdict.LOOK: ("?", "look yourself", "$fair"),
    MergeVerdict.APART: ("·", "do not merge", "$muted"),
    MergeVerdict.MERGED: ("✔", "already merged", "$muted"),
}
"""Glyph, words and colour of each verdict."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another ticket of a case's customer, the `number`th of `of`; `messages` is empty until it is here."""

    ticket: Ticket
    messages: Sequence[Message]
    number: int
    of: int
    advice: Advice | None = None


def beside_lines(
    beside: Beside, playbook: Playbook, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS
) -> list[Content]:
    """Return the head of another ticket: that it is one, its state, and what the rules say about it."""
    ticket = beside.ticket
    count = f" ({beside.number} of {beside.of})" if beside.of > 1 else ""
    title = Content.assemble(
        (" Another ticket of this customer ", "bold $background on $accent"), (f"{count} read only · ", "$muted"),
        (keys("{transcript.own-ticket}"), "bold $accent"), (" goes back", "$muted"),
    )  # fmt: skip
    lines = hang(title, width, indent=0)
    lines += hang(safe_line(f"#{ticket.id} {ticket.subject}", "bold"), width, indent=0)
    lines += hang(safe_line(state_words(ticket, playbook, now), "$muted"), width, indent=0)
    if beside.advice is not None:
        glyph, words, style = VERDICTS[beside.advice.verdict]
        other = f" with #{beside.advice.beside.id}" if beside.advice.verdict is MergeVerdict.MERGE else ""
        reasons = "; ".join(beside.advice.reasons)
        said = Content.assemble((f"{words}{other}", style), ("  ", ""), safe_line(reasons, "$muted"))
        lines += hang(said, width, Content.styled(glyph, style))
    return lines


def state_words(ticket: Ticket, playbook: Playbook, now: datetime) -> str:
    """Return a ticket's status in the organisation's word, its age, owner and channel."""
    parts = [
        status_word(ticket.status, playbook), f"{age(ticket.created_at, now)} old, of {day(ticket.created_at, now)}",
        ticket.assignee_name or ("somebody's" if ticket.assignee_id else "nobody's"), ticket.channel.replace("_", " "),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


class News:
    """The messages that came while one case was open; another case, or the same one opened anew, begins afresh."""

    def __init__(self) -> None:
        self._survey_id: SurveyId | None = None
        self._known: frozenset[int] | None = None
        """The messages that were here when the case was opened; None until its transcript is."""
        self._read: set[int] = set()
        self._came: tuple[Message, ...] = ()

    def take(self, case: Case | None) -> None:
        """Take the case as it is now."""
        if case is None or case.id != self._survey_id:
            self._survey_id = None if case is None else case.id
            self._known = None
            self._read.clear()
        messages = () if case is None else case.messages
        if self._known is None and messages:
            self._known = frozenset(message.id for message in messages)
        self._came = tuple(one for one in messages if self._known is not None and one.id not in self._known)

    @property
    def first(self) -> int | None:
        """The number of the first message that came, also once it is read."""
        return self._came[0].id if self._came else None

    @property
    def unread(self) -> tuple[Message, ...]:
        """What the customer wrote meanwhile that nobody has read yet."""
        return tuple(one for one in self._came if one.author is Author.CUSTOMER and one.id not in self._read)

    def read(self, ids: Iterable[int]) -> None:
        """Count messages as read."""
        self._read.update(ids)
