"""The conflict window: it compares the ticket that the person saw with the ticket now and the planned effect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message as Posted
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.domain.conflict import ChangedPart, SeenTicket
from csat_tui.domain.ticket import Author, Message, Ticket
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import key_for
from csat_tui.tui.base.lines import NOTHING, Line, LinesSeen, LinesView, wrap
from csat_tui.tui.base.text import safe, safe_line, stamp
from csat_tui.workflow.dispatch import Conflict

COLUMNS_FROM = 96
"""Cells from which the window shows three columns side by side."""

GAP = " │ "
"""The separator of columns."""

LABEL = 10
"""Cells for the name of a row."""

OTHERS_SHOWN = 2_000
"""Characters shown of a colleague's message, which is complete in the transcript; a customer's is shown in full."""

LAST_SHOWN = 400
"""Characters shown of the last message that was seen; it is only shown to be recognised."""

TITLES = ("What you saw", "What is there now", "What you want to write")
"""The headings of the three columns."""

UNCHANGED = "left as it is"


@dataclass(frozen=True, slots=True)
class Row:
    """One property of a ticket as seen, as it is now, and as the effect sets it; `changed` if the first two differ."""

    about: str
    seen: str
    now: str
    mine: str
    changed: bool


def conflict_lines(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return the comparison, changes first; the item of a line is the index of the new message that it shows."""
    lines = _lines(_changes(conflict, width))
    if conflict.ticket is None:
        lines += _lines(wrap(Content.styled("the ticket is not here", "$fair"), width))
    if width >= COLUMNS_FROM:
        return [*lines, Line(Content("")), *_beside(conflict, width, now)]
    return lines + _stacked(conflict, width, now)


def rows(conflict: Conflict) -> list[Row]:
    """Return the compared properties; changed ones come first."""
    seen, ticket, effect = conflict.seen, conflict.ticket, conflict.effect
    if ticket is None:
        return []
    what = {difference.what for difference in conflict.differences}
    status = f"set to {effect.status}" if effect.status else UNCHANGED
    tags = f"adds {' '.join(effect.add_tags)}" if effect.add_tags else UNCHANGED
    found = [
        Row("status", seen.status if seen else "", ticket.status, status, ChangedPart.STATUS in what),
        Row("assignee", _assignee(seen), _assignee(ticket), UNCHANGED,
            bool({ChangedPart.ASSIGNEE, ChangedPart.ASSIGNEE_NAME} & what)),
        Row("tags", " ".join(seen.tags) or "none" if seen else "", " ".join(ticket.tags) or "none", tags,
            bool({ChangedPart.TAGS, ChangedPart.MERGED} & what)),
    ]  # fmt: skip
    if seen is not None and ChangedPart.SUBJECT in what:
        found.append(Row("subject", seen.subject, ticket.subject, UNCHANGED, changed=True))
    if seen is not None and ChangedPart.REQUESTER in what:
        before = "nobody" if seen.requester_id is None else f"user {seen.requester_id}"
        found.append(
            Row("customer", before, ticket.requester_name or f"user {ticket.requester_id}", UNCHANGED, changed=True)
        )
    if seen is not None and ChangedPart.FIELDS in what:
        for number in sorted({*seen.fields, *ticket.fields}):
            before, after = _value(seen.fields.get(number)), _value(ticket.fields.get(number))
            if before != after:
                found.append(Row(f"{number}", before, after, UNCHANGED, changed=True))
    return sorted(found, key=lambda row: not row.changed)


def _beside(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return the comparison in three columns."""
    narrow = (width - 2 * len(GAP)) // 3
    widths = (narrow, narrow, width - 2 * len(GAP) - 2 * narrow)
    heads = [safe_line(title, "bold").truncate(room, pad=True) for title, room in zip(TITLES, widths)]  # noqa: B905
    gap, cross = Content.styled(GAP, "$hairline"), Content.styled("─┼─", "$hairline")
    lines = [
        Line(gap.join(heads)),
        Line(cross.join([Content.styled("─" * room, "$hairline") for room in widths])),
    ]

    def put(left: Sequence[Content], middle: Sequence[Line], right: Sequence[Content]) -> None:
        for before, current, own in zip_longest(left, middle, right):
            cells = (before or Content(""), current.content if current else Content(""), own or Content(""))
            drawn = [cell.truncate(room, pad=True) for cell, room in zip(cells, widths)]  # noqa: B905
            lines.append(Line(gap.join(drawn), current.item if current else NOTHING))

    for row in rows(conflict):
        left = wrap(safe(row.seen, "" if row.changed else "$muted"), widths[0], _label(row.about), indent=LABEL)
        put(left, _lines(_now(row, widths[1])), wrap(safe(row.mine, _ink(row.mine)), widths[2], indent=0))
    put([Content("")], [Line(Content(""))], [Content("")])
    put(_seen_before(conflict, widths[0], now), _since(conflict, widths[1], now), _own(conflict, widths[2]))
    return lines


def _stacked(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return the comparison in three sections, for a terminal that is too narrow for columns."""
    saw, there, mine = TITLES
    compared = rows(conflict)
    lines = _lines(_heading(saw, width))
    if conflict.seen is not None:
        summary = " · ".join(f"{row.about} {row.seen}" for row in compared)
        lines += _lines(wrap(safe_line(summary), width))
    lines += _lines(_seen_before(conflict, width, now))
    lines += _lines(_heading(there, width))
    for row in compared:
        lines += _lines(wrap(_said_now(row), width, _label(f"{'≠' if row.changed else ' '} {row.about}"), LABEL + 2))
    lines += _since(conflict, width, now)
    lines += _lines(_heading(mine, width))
    lines += _lines(_own(conflict, width))
    does = " · ".join(f"{row.about} {row.mine}" for row in compared if row.mine != UNCHANGED)
    return lines + _lines(wrap(safe_line(does, "$muted"), width) if does else [])


def _changes(conflict: Conflict, width: int) -> list[Content]:
    """Return the changes in sentences; harmless changes come last."""
    lines: list[Content] = []
    for harmless, mark, ink in ((False, Content.styled("!", "bold $fair"), ""), (True, "·", "$muted")):
        sentences = [difference.sentence for difference in conflict.differences if difference.harmless is harmless]
        if sentences:
            text = "; ".join(sentences)
            lines += wrap(safe(text[:1].upper() + text[1:], ink), width, mark)
    return lines


def _now(row: Row, width: int) -> list[Content]:
    return wrap(_said_now(row), width, Content.styled("≠", "bold $fair") if row.changed else "")


def _said_now(row: Row) -> Content:
    return safe(row.now, "bold $fair" if row.changed else "$muted")


def _ink(mine: str) -> str:
    return "$muted" if mine == UNCHANGED else ""


def _label(about: str) -> Content:
    return safe_line(about, "$muted", LABEL)


def _assignee(side: SeenTicket | Ticket | None) -> str:
    if side is None:
        return ""
    return side.assignee_name or ("nobody" if side.assignee_id is None else f"user {side.assignee_id}")


def _value(value: object) -> str:
    return "—" if value in (None, "", []) else str(value)


def _seen_before(conflict: Conflict, width: int, now: datetime) -> list[Content]:
    """Return the state of the ticket that the person saw, with its last message."""
    seen, base = conflict.seen, conflict.effect.base
    if seen is None:
        state = "" if base is None else f"the ticket as it was {stamp(base, now)}; its earlier state was not kept"
        return wrap(safe(state or "never fetched here", "$muted"), width, indent=0)
    lines = wrap(safe(f"as it was {stamp(seen.stamp, now)}", "$muted"), width, indent=0)
    if conflict.last is not None:
        lines += [line.content for line in _message(conflict.last, NOTHING, width, now, LAST_SHOWN)]
    return lines


def _since(conflict: Conflict, width: int, now: datetime) -> list[Line]:
    """Return the new messages; the customer's are not cut."""
    if not conflict.since:
        return _lines(wrap(Content.styled("no message since", "$muted"), width, indent=0))
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
        *wrap(Content.styled(kind, ink), width, indent=0),
        *(bar + line for line in safe(effect.body).wrap(max(width - 2, 4))),
    ]


def _heading(text: str, width: int) -> list[Content]:
    title = safe_line(text, "bold")
    rule = Content.styled(" " + "─" * max(width - title.cell_length - 1, 0), "$hairline")
    return [Content(""), title + rule]


def _lines(contents: Sequence[Content]) -> list[Line]:
    return [Line(content) for content in contents]


def to_read(conflict: Conflict) -> Iterator[int]:
    """Yield the items of the messages that must be read before the effect is sent."""
    return (index for index, message in enumerate(conflict.since) if message.author is Author.CUSTOMER)


READ_FIRST = "read the customer's new message first"
"""Why the effect cannot be sent yet."""


class ConflictChoice(StrEnum):
    """The person's choice about a conflict."""

    MINE = "mine"
    THEIRS = "theirs"
    EDIT = "edit"


class ConflictText(LinesView):
    """Shows the comparison, and records which of the customer's new messages have been on the screen in full."""

    class Read(Posted):
        """All of the customer's new messages have been on the screen."""

    def __init__(self, conflict: Conflict, now: datetime) -> None:
        super().__init__()
        self._conflict = conflict
        self._now = now
        self._seen = LinesSeen()
        self._unread = set(to_read(conflict))

    @property
    def unread(self) -> bool:
        """Whether part of the customer's new messages has not been on the screen yet."""
        return bool(self._unread)

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        self._seen.forget()
        return conflict_lines(self._conflict, width, self._now)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Record the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self.record_visible()

    def record_visible(self) -> None:
        """Record the visible lines, and post `Read` once all that must be read were visible."""
        if not self._unread or not self._lines:
            return
        top = int(self.scroll_offset.y)
        window = range(top, top + self.size.height)
        self._unread = {item for item in self._unread if not self._seen.record(item, self.item_lines(item), window)}
        if not self._unread:
            self.call_later(lambda: self.post_message(self.Read()))


def _unread(screen: "ConflictScreen") -> str:
    return READ_FIRST if screen.text.unread else ""


def _not_alone(screen: "ConflictScreen") -> str:
    return "" if screen.comes_back else "other parts of this decision have been sent, so its words cannot come back"


class ConflictScreen(Commanded, ModalScreen["ConflictChoice | None"]):
    """Shows a conflict and returns the person's choice; None to decide later."""

    NAME = "Conflict"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command(
            "conflict.mine", ("m",), "send mine", "Send mine after what is there now.",
            lambda s: s.choose(ConflictChoice.MINE), _unread, footer=True,
        ),
        Command(
            "conflict.theirs", ("t",), "take theirs", "Withdraw mine.",
            lambda s: s.choose(ConflictChoice.THEIRS), footer=True,
        ),
        Command(
            "conflict.edit", ("e",), "edit", "Withdraw mine and open it in the note.",
            lambda s: s.choose(ConflictChoice.EDIT), _not_alone, footer=True,
        ),
        Command("conflict.later", ("escape", "q"), "later", "Decide later.", lambda s: s.choose(None), footer=True),
        Command("conflict.down", ("j", "down"), "scroll down", "Scroll down.", lambda s: s.scroll(1)),
        Command("conflict.up", ("k", "up"), "scroll up", "Scroll up.", lambda s: s.scroll(-1)),
        Command("conflict.page-down", ("ctrl+d", "pagedown"), "page down", "Scroll down half a screen.",
                lambda s: s.scroll(max(s.text.size.height // 2, 1))),
        Command("conflict.page-up", ("ctrl+u", "pageup"), "page up", "Scroll up half a screen.",
                lambda s: s.scroll(-max(s.text.size.height // 2, 1))),
    )  # fmt: skip

    def __init__(self, conflict: Conflict, now: datetime, *, comes_back: bool, named: str = "") -> None:
        super().__init__()
        self._named = named
        self.comes_back = comes_back
        self.text = ConflictText(conflict, now)
        self._choices = Static("", id="choices", markup=False)
        self._frame = Vertical(self.text, self._choices, id="conflict")
        self._ticket_id = conflict.effect.ticket_id
        self._public = conflict.effect.public

    def compose(self) -> ComposeResult:
        """Lay out the comparison and, below it, the choices, which do not scroll."""
        title = f"Ticket #{self._ticket_id} has changed since you looked at it"
        self._frame.border_title = safe_line(f"{title} · {self._named}" if self._named else title)
        self._frame.set_class(self._public, "-public")
        yield self._frame

    def on_mount(self) -> None:
        """Focus the text."""
        self.text.focus()

    def on_resize(self) -> None:
        """Draw the choices for the new width."""
        self.call_after_refresh(self.draw_choices)

    @on(ConflictText.Read)
    def draw_choices(self) -> None:
        """Draw the choices."""
        width = max(self._choices.content_size.width, 20)
        reader = ", the customer will see it" if self._public else ""
        back = "the case comes back with its words" if self.comes_back else "the rest of the decision stays sent"
        mine = f"send mine after what is there now{reader}"

        def key(name: str) -> str:
            return key_for(self.app, f"conflict.{name}")

        choices = [
            (key("mine"), f"{READ_FIRST}: {key('down')} scrolls to it" if self.text.unread else mine, self.text.unread),
            (key("theirs"), f"take theirs: mine is withdrawn, {back}", False),
            *([(key("edit"), "edit: mine is withdrawn and opens in the note", False)] if self.comes_back else []),
            (key("later"), "later", False),
        ]
        lines = [
            line
            for key, words, barred in choices
            for line in wrap(
                safe_line(words, "$fair" if barred else ""),
                width,
                Content.styled(key, "$muted" if barred else "bold $accent"),
                indent=5,
            )
        ]
        self._choices.update(Content("\n").join(lines))
        # The visible part of the text is known only after this.
        self.call_after_refresh(self.text.record_visible)

    def choose(self, choice: ConflictChoice | None) -> None:
        """Close the window with a choice."""
        self.dismiss(choice)

    def scroll(self, lines: int) -> None:
        """Scroll the comparison."""
        self.text.scroll_relative(y=lines, animate=False, immediate=True)
