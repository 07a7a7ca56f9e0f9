"""Draw one message of a transcript: a rule with time, author and kind, then the words."""

from datetime import datetime

from textual.content import Content

from csat_tui.domain.ticket import Author, Message
from csat_tui.tui.base.keys import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.base.time_text import stamp
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
