"""Draw a conflict: what was seen, what is there now and what is to be written, side by side where there is room."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from textual.content import Content

from csat_tui.domain.conflict import ChangedPart, SeenTicket
from csat_tui.domain.ticket import Author, Message, Ticket
from csat_tui.tui.base.lines import NOTHING, Line, hang
from csat_tui.tui.base.text import safe, safe_line, stamp
from csat_tui.workflow.dispatch import Conflict

BESIDE = 96
"""Cells from which on three columns stand side by side."""

GAP = " │ "
"""What is between two columns."""

LABEL = 10
"""Cells of the word that says what a row is about."""

OTHERS_SHOWN = 2_000
"""Characters of a colleague's message; the whole of it is in the transcript. The customer's is shown whole."""

LAST_SHOWN = 400
"""Characters of the last message that was seen, which is only there to be recognised."""

TITLES = ("What you saw", "What is there now", "What you want to write")
"""What the three columns are called."""

KEPT = "left as it is"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing about a ticket in its three readings; `moved` where the first two differ."""

    about: str
    seen: str
    now: str
    mine: str
    moved: bool


def conflict_lines(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return both sides and the own words, what moved first; a line's item is the new message that it shows."""
    lines = _lines(_moved(conflict, width))
    if conflict.ticket is None:
        lines += _lines(hang(Content.styled("the ticket is not here", "$fair"), width))
    if width >= BESIDE:
        return [*lines, Line(Content("")), *_beside(conflict, width, now)]
    return lines + _stacked(conflict, width, now)


def rows(conflict: Conflict) -> list[Row]:
    """Return what there is to compare, what moved before what did not."""
    seen, ticket, effect = conflict.seen, conflict.ticket, conflict.effect
    if ticket is None:
        return []
    what = {one.what for one in conflict.differences}
    status = f"set to {effect.status}" if effect.status else KEPT
    tags = f"adds {' '.join(effect.add_tags)}" if effect.add_tags else KEPT
    found = [
        Row("status", seen.status if seen else "", ticket.status, status, ChangedPart.STATUS in what),
        Row("assignee", _assignee(seen), _assignee(ticket), KEPT,
            bool({ChangedPart.ASSIGNEE, ChangedPart.ASSIGNEE_NAME} & what)),
        Row("tags", " ".join(seen.tags) or "none" if seen else "", " ".join(ticket.tags) or "none", tags,
            bool({ChangedPart.TAGS, ChangedPart.MERGED} & what)),
    ]  # fmt: skip
    if seen is not None and ChangedPart.SUBJECT in what:
        found.append(Row("subject", seen.subject, ticket.subject, KEPT, moved=True))
    if seen is not None and ChangedPart.REQUESTER in what:
        was = "nobody" if seen.requester_id is None else f"user {seen.requester_id}"
        found.append(Row("customer", was, ticket.requester_name or f"user {ticket.requester_id}", KEPT, moved=True))
    if seen is not None and ChangedPart.FIELDS in what:
        for number in sorted({*seen.fields, *ticket.fields}):
            was, then = _value(seen.fields.get(number)), _value(ticket.fields.get(number))
            if was != then:
                found.append(Row(f"{number}", was, then, KEPT, moved=True))
    return sorted(found, key=lambda row: not row.moved)


def _beside(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return three columns, row by row."""
    narrow = (width - 2 * len(GAP)) // 3
    widths = (narrow, narrow, width - 2 * len(GAP) - 2 * narrow)
    heads = [safe_line(title, "bold").truncate(room, pad=True) for title, room in zip(TITLES, widths)]  # noqa: B905
    gap, cross = Content.styled(GAP, "$hairline"), Content.styled("─┼─", "$hairline")
    lines = [
        Line(gap.join(heads)),
        Line(cross.join([Content.styled("─" * room, "$hairline") for room in widths])),
    ]

    def put(left: Sequence[Content], middle: Sequence[Line], right: Sequence[Content]) -> None:
        for one, two, three in zip_longest(left, middle, right):
            cells = (one or Content(""), two.content if two else Content(""), three or Content(""))
            drawn = [cell.truncate(room, pad=True) for cell, room in zip(cells, widths)]  # noqa: B905
            lines.append(Line(gap.join(drawn), two.item if two else NOTHING))

    for row in rows(conflict):
        left = hang(safe(row.seen, "" if row.moved else "$muted"), widths[0], _label(row.about), indent=LABEL)
        put(left, _lines(_now(row, widths[1])), hang(safe(row.mine, _ink(row.mine)), widths[2], indent=0))
    put([Content("")], [Line(Content(""))], [Content("")])
    put(_seen_before(conflict, widths[0], now), _since(conflict, widths[1], now), _own(conflict, widths[2]))
    return lines


def _stacked(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return the three one under the other, for a terminal that has no room for them side by side."""
    saw, there, mine = TITLES
    compared = rows(conflict)
    lines = _lines(_heading(saw, width))
    if conflict.seen is not None:
        said = " · ".join(f"{row.about} {row.seen}" for row in compared)
        lines += _lines(hang(safe_line(said), width))
    lines += _lines(_seen_before(conflict, width, now))
    lines += _lines(_heading(there, width))
    for row in compared:
        lines += _lines(hang(_said_now(row), width, _label(f"{'≠' if row.moved else ' '} {row.about}"), LABEL + 2))
    lines += _since(conflict, width, now)
    lines += _lines(_heading(mine, width))
    lines += _lines(_own(conflict, width))
    does = " · ".join(f"{row.about} {row.mine}" for row in compared if row.mine != KEPT)
    return lines + _lines(hang(safe_line(does, "$muted"), width) if does else [])


def _moved(conflict: Conflict, width: int) -> list[Content]:
    """Return what moved in sentences: what matters, then what does not."""
    lines: list[Content] = []
    for harmless, mark, ink in ((False, Content.styled("!", "bold $fair"), ""), (True, "·", "$muted")):
        said = [one.sentence for one in conflict.differences if one.harmless is harmless]
        if said:
            text = "; ".join(said)
            lines += hang(safe(text[:1].upper() + text[1:], ink), width, mark)
    return lines


def _now(row: Row, width: int) -> list[Content]:
    return hang(_said_now(row), width, Content.styled("≠", "bold $fair") if row.moved else "")


def _said_now(row: Row) -> Content:
    return safe(row.now, "bold $fair" if row.moved else "$muted")


def _ink(mine: str) -> str:
    return "$muted" if mine == KEPT else ""


def _label(about: str) -> Content:
    return safe_line(about, "$muted", LABEL)


def _assignee(side: SeenTicket | Ticket | None) -> str:
    if side is None:
        return ""
    return side.assignee_name or ("nobody" if side.assignee_id is None else f"user {side.assignee_id}")


def _value(value: object) -> str:
    return "—" if value in (None, "", []) else str(value)


def _seen_before(conflict: Conflict, width: int, now: datetime) -> list[Content]:
    """Return up to where the conversation was known, with its last words."""
    seen, base = conflict.seen, conflict.effect.base
    if seen is None:
        said = "" if base is None else f"the ticket as it was {stamp(base, now)}; its earlier state was not kept"
        return hang(safe(said or "never fetched here", "$muted"), width, indent=0)
    lines = hang(safe(f"as it was {stamp(seen.stamp, now)}", "$muted"), width, indent=0)
    if conflict.last is not None:
        lines += [line.content for line in _message(conflict.last, NOTHING, width, now, LAST_SHOWN)]
    return lines


def _since(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return the new messages, the customer's whole."""
    if not conflict.since:
        return _lines(hang(Content.styled("no message since", "$muted"), width, indent=0))
    lines: list[Line] = []
    for index, message in enumerate(conflict.since):
        customer = message.author is Author.CUSTOMER
        lines += _message(message, index, width, now, len(message.body) if customer else OTHERS_SHOWN)
    return lines


def _message(message: Message, item: int, width: int, now: datetime, limit: int) -> list[Line]:
    new = item != NOTHING
    kind = "customer" if message.author is Author.CUSTOMER else "public" if message.public else "internal note"
    head = Content.assemble(
        (stamp(message.created_at, now), "$muted"), "  ", safe_line(message.author_name, "bold" if new else "", 30),
        (f"  {kind}", "$muted" if message.public else "$internal"),
    )  # fmt: skip
    body = message.body if len(message.body) <= limit else message.body[:limit] + "…"
    bar = Content.styled("▎ ", "$fair" if new else "$hairline")
    words = [bar + line for line in safe(body, "" if new else "$muted").wrap(max(width - 2, 4))]
    return [Line(line, item) for line in [*head.wrap(width), *words]]


def _own(conflict: Conflict, width: int) -> list[Content]:
    effect = conflict.effect
    ink = "$public" if effect.public else "$internal"
    label = effect.declaration.words.label
    kind = f"{label}, the customer sees it" if effect.public else label
    bar = Content.styled("▌ ", ink)
    return [
        *hang(Content.styled(kind, ink), width, indent=0),
        *(bar + line for line in safe(effect.body).wrap(max(width - 2, 4))),
    ]


def _heading(text: str, width: int) -> list[Content]:
    title = safe_line(text, "bold")
    rule = Content.styled(" " + "─" * max(width - title.cell_length - 1, 0), "$hairline")
    return [Content(""), title + rule]


def _lines(contents: Sequence[Content]) -> list[Line]:
    return [Line(content) for content in contents]


def to_read(conflict: Conflict) -> Iterator[int]:
    """Yield the items of the messages that have to be read before mine is sent."""
    return (index for index, message in enumerate(conflict.since) if message.author is Author.CUSTOMER)
