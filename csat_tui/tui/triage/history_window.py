"""The window with the customer's other tickets: it shows the advice about each, and asks before a merge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen

from csat_tui.domain.ids import TicketId
from csat_tui.domain.merge_plan import MergePlan, merge_sentences, status_word
from csat_tui.domain.merging import Advice, MergeVerdict
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Ticket
from csat_tui.store.customers import CustomerHistory
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys, with_keys
from csat_tui.tui.base.lines import CursorList, Line, LinesView, wrap
from csat_tui.tui.base.text import age, ago, safe, safe_line
from csat_tui.tui.transcript.lines import VERDICTS, state_words
from csat_tui.tui.windows.prompts import ConfirmScreen, TextPrompt

WIDE = 90
"""Cells from which a ticket takes one line of the list instead of two."""


def list_lines(history: CustomerHistory, playbook: Playbook, now: datetime, width: int) -> list[Line]:
    """Return the lines of the list: the case's own ticket as a heading, then an item for each other ticket."""
    lines = [Line(line) for line in _own(history, playbook, now, width)]
    for index, conversation in enumerate(history.others):
        lines += [Line(line, index) for line in _row(conversation.ticket, history, playbook, now, width)]
    if not history.others:
        nothing = "No other tickets of this customer." if history.asked_at else "The help desk was not asked yet."
        lines.append(Line(Content.styled(nothing, "$muted")))
    if history.asked_at is not None:
        lines.append(Line(Content.styled(f"from the help desk, {ago(history.asked_at, now)}", "$faint")))
    return lines


def detail_lines(
    history: CustomerHistory, index: int, playbook: Playbook, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS
) -> list[Line]:
    """Return the details of one ticket: its state, the advice with its reasons, and the effect of a merge."""
    if not 0 <= index < len(history.others):
        return []
    ticket = history.others[index].ticket
    blocks = [
        wrap(safe_line(f"#{ticket.id} {ticket.subject}", "bold"), width, indent=0),
        wrap(safe_line(state_words(ticket, playbook, now), "$muted"), width, indent=0),
    ]
    if ticket.requester_email:
        blocks.append(wrap(safe_line(f"{ticket.requester_name} <{ticket.requester_email}>", "$muted"), width, indent=0))
    if ticket.id in history.moving:
        blocks.append(
            wrap(
                Content.styled(keys("Something is being sent to it; the outbox ({app.outbox}) has it."), "$fair"), width
            )
        )
    advice = history.advised(ticket.id)
    if advice is None:
        blocks.append([Content.styled("The playbook has no rules for merging.", "$muted")])
    else:
        blocks += _advised(advice, playbook, width)
    return [Line(line) for block in blocks for line in block]


def _advised(advice: Advice, playbook: Playbook, width: int) -> list[list[Content]]:
    glyph, words, style = VERDICTS[advice.verdict]
    heading = Content.assemble((words.capitalize(), style), (f" · {advice.rule}", "$muted"))
    blocks = [[Content("")], wrap(heading, width, Content.styled(glyph, style))]
    blocks += [wrap(safe(_sentence(reason)), width, Content.styled("·", "$muted")) for reason in advice.reasons]
    if advice.plan is not None:
        would = "A merge does this:" if advice.verdict is MergeVerdict.MERGE else "If you merge them anyway:"
        blocks += [[Content("")], [Content.styled(would, "$muted")]]
        blocks += [
            wrap(safe(line), width, Content.styled("→", "$muted")) for line in merge_sentences(advice.plan, playbook)
        ]
    return blocks


def _own(history: CustomerHistory, playbook: Playbook, now: datetime, width: int) -> list[Content]:
    if history.hand is None:
        return [Content.styled("No ticket of this case is here yet.", "$muted")]
    ticket = history.hand.ticket
    state = f"{status_word(ticket.status, playbook)} · {age(ticket.created_at, now)}"
    return wrap(safe_line(f"The case's own: #{ticket.id} {state} · {ticket.subject}", "$muted", width), width)[:1]


def _row(ticket: Ticket, history: CustomerHistory, playbook: Playbook, now: datetime, width: int) -> Sequence[Content]:
    advice = history.advised(ticket.id)
    glyph, words, style = VERDICTS[advice.verdict] if advice is not None else (" ", "", "$muted")
    state = status_word(ticket.status, playbook)
    owner = ticket.assignee_name or ("—" if ticket.assignee_id is None else "somebody")
    head = Content.styled(f"{glyph} ", style) + Content(f"#{ticket.id:<9} ")
    head += _column(state, 15, "") + Content.styled(f"{age(ticket.created_at, now):>4}  ", "$muted")
    head += _column(owner, 16, "$muted")
    verdict = Content.styled(words, style)
    if width < WIDE:
        first = (head + verdict).truncate(width, ellipsis=True)
        return [first, Content("  ") + safe_line(ticket.subject, "$muted", width - 2)]
    room = max(width - head.cell_length - 18, 8)
    subject = safe_line(ticket.subject, "", room)
    line = head + Content(" ") + subject + Content(" " * max(room - subject.cell_length + 1, 1)) + verdict
    return [line.truncate(width, ellipsis=True)]


def _column(text: str, width: int, style: str) -> Content:
    """Return a text cut or padded to a column."""
    shown = safe_line(text, style, width - 1)
    return shown.pad_right(width - shown.cell_length)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


@dataclass(frozen=True)
class Read:
    """The person wants to read a ticket in the transcript."""

    ticket_id: TicketId


@dataclass(frozen=True)
class MergeWanted:
    """The person confirmed a merge, as planned from the shown history."""

    history: CustomerHistory
    plan: MergePlan


@dataclass(frozen=True)
class ApartWanted:
    """The person gave a reason not to merge tickets."""

    history: CustomerHistory
    tickets: tuple[TicketId, ...]
    reason: str


Builder = Callable[[int], Sequence[Line]]


class HistoryList(CursorList):
    """The list of tickets."""

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        return self._builder(width)


class HistoryDetail(LinesView):
    """The details of the ticket under the cursor."""

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        return self._builder(width)


def _nothing_to_merge(screen: "HistoryScreen") -> str:
    advice = screen.advised
    if advice is None:
        return "no ticket is chosen" if screen.ticket_id is None else "the playbook has no rules for merging"
    if {advice.ticket.id, advice.beside.id} & screen.history.moving:
        return "something is still being sent to these tickets; wait until it has arrived"
    return "" if advice.plan is not None else f"it cannot be merged: {advice.reasons[0]}"


def _nothing_to_keep_apart(screen: "HistoryScreen") -> str:
    if screen.ticket_id is not None and not screen.going:
        return "the rules do not merge this ticket, or it has a reason not to be merged"
    return "" if screen.going else "no ticket is chosen"


def _nothing_to_read(screen: "HistoryScreen") -> str:
    return "" if screen.ticket_id is not None else "there are no other tickets"


class HistoryScreen(Commanded, ModalScreen[Read | MergeWanted | ApartWanted | None]):
    """Lists the tickets and returns the person's choice; None if they leave."""

    NAME = "Ticket history"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]  # noqa: RUF012
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("history.down", ("j", "down"), "down", "Next ticket.", lambda s: s.go(1), footer=True, hint="choose"),
        Command("history.up", ("k", "up"), "up", "Previous ticket.", lambda s: s.go(-1), footer=True, hint="choose"),
        Command("history.read", ("enter",), "read", "Read the ticket in the transcript.",
                lambda s: s.dismiss(Read(s.ticket_id)), _nothing_to_read, footer=True),
        Command("history.merge", ("M",), "merge", "Merge it as described below; you are asked first.",
                lambda s: s.ask(), _nothing_to_merge, footer=True),
        Command("history.apart", ("n",), "not to merge", "Say why it is not to be merged, and keep that with the case.",
                lambda s: s.keep_apart(), _nothing_to_keep_apart, footer=True),
        Command("history.page-down", ("ctrl+d",), "page down", "Scroll the description down.",
                lambda s: s.detail.scroll_relative(y=6, animate=False)),
        Command("history.page-up", ("ctrl+u",), "page up", "Scroll the description up.",
                lambda s: s.detail.scroll_relative(y=-6, animate=False)),
        Command("history.leave", ("escape", "q", "H"), "back", "Go back to the case.",
                lambda s: s.dismiss(None), footer=True),
    )  # fmt: skip

    history: reactive[CustomerHistory] = reactive(CustomerHistory(None), init=False)

    def __init__(
        self, history: CustomerHistory, playbook: Playbook, now: Callable[[], datetime], begin: TicketId | None = None
    ) -> None:
        super().__init__()
        self.set_reactive(HistoryScreen.history, history)
        self._playbook = playbook
        self.list = HistoryList(lambda width: list_lines(self.history, playbook, now(), width))
        self.detail = HistoryDetail(
            lambda width: detail_lines(
                self.history, self.list.cursor, playbook, now(), width, partial(with_keys, self.app)
            )
        )
        self.list.id, self.detail.id = "tickets", "advice"
        self.detail.can_focus = False
        ids = [conversation.ticket.id for conversation in history.others]
        self.list.set_reactive(LinesView.cursor, ids.index(begin) if begin in ids else 0 if ids else -1)

    def compose(self) -> ComposeResult:
        """Lay out the list above the details."""
        count = len(self.history.others)
        self.list.border_title = Content(f"{count} other ticket{'' if count == 1 else 's'} of this customer")
        keys = "{history.read} reads it · {history.merge} merges · {history.apart} not to merge · "
        keys += "{history.leave} goes back"
        self.detail.border_subtitle = Content(with_keys(self.app, keys))
        with Vertical(id="history"):
            yield self.list
            yield self.detail

    def on_mount(self) -> None:
        """Focus the list."""
        self.list.focus()

    def watch_history(self, before: CustomerHistory, after: CustomerHistory) -> None:
        """Show a newer history; the cursor stays on its ticket."""
        kept = before.others[self.list.cursor].ticket.id if 0 <= self.list.cursor < len(before.others) else None
        ids = [conversation.ticket.id for conversation in after.others]
        self.list.cursor = ids.index(kept) if kept in ids else 0 if ids else -1
        self.list.rebuild()
        self.detail.rebuild()

    @property
    def ticket_id(self) -> TicketId | None:
        """The ticket under the cursor."""
        others = self.history.others
        return others[self.list.cursor].ticket.id if 0 <= self.list.cursor < len(others) else None

    @property
    def advised(self) -> Advice | None:
        """The advice about the ticket under the cursor."""
        return None if self.ticket_id is None else self.history.advised(self.ticket_id)

    @property
    def going(self) -> tuple[TicketId, ...]:
        """The tickets that the advised merge of the ticket under the cursor would close."""
        plan = None if self.advised is None else self.advised.plan
        return () if plan is None else tuple(ticket.id for ticket in plan.goes if ticket.id in self.history.merges)

    def go(self, by: int) -> None:
        """Move the cursor by a number of tickets."""
        if self.history.others:
            self.list.cursor = max(0, min(self.list.cursor + by, len(self.history.others) - 1))
            self.detail.scroll_home(animate=False)
            self.detail.rebuild()

    @on(LinesView.Chosen)
    def _chosen(self, message: LinesView.Chosen) -> None:
        message.stop()
        if message.view is self.list:
            self.go(message.item - self.list.cursor)

    async def keep_apart(self) -> None:
        """Ask for the reason not to merge the ticket."""
        history, going = self.history, self.going
        named = ", ".join(f"#{ticket_id}" for ticket_id in going)
        say = "The rules would merge it. Your reason is kept with the case."
        reason = await self.app.push_screen_wait(TextPrompt(f"Why {named} is not to be merged", say))
        if reason is not None and reason.strip():
            self.dismiss(ApartWanted(history, going, reason))

    async def ask(self) -> None:
        """Ask for confirmation of the merge that is shown."""
        history, advice = self.history, self.advised
        if advice is None or advice.plan is None:
            return
        sentence = "\n".join(merge_sentences(advice.plan, self._playbook))
        if advice.verdict != "merge":
            sentence = f"The rules say: {advice.verdict} ({advice.rule}).\n\n{sentence}"
        title = f"Merge {', '.join(f'#{ticket.id}' for ticket in advice.plan.goes)} into #{advice.plan.stays.id}?"
        if await self.app.push_screen_wait(ConfirmScreen(title, sentence, "merges them")):
            self.dismiss(MergeWanted(history, advice.plan))
