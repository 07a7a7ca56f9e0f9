"""The customer's other tickets in a window: what the rules say about each, and merging after a question."""

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
from csat_tui.domain.merge_plan import MergePlan, merge_sentences
from csat_tui.domain.merging import Advice
from csat_tui.domain.playbook import Playbook
from csat_tui.store.customers import CustomerHistory
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.lines import CursorList, Line, LinesView
from csat_tui.tui.triage.history_lines import detail_lines, list_lines
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.tui.windows.sure import Sure


@dataclass(frozen=True)
class Read:
    """A ticket is to be read in the transcript."""

    ticket_id: TicketId


@dataclass(frozen=True)
class MergeWanted:
    """A merge was confirmed, by what was shown."""

    known: CustomerHistory
    plan: MergePlan


@dataclass(frozen=True)
class ApartWanted:
    """Tickets are not to be merged, for a reason."""

    known: CustomerHistory
    tickets: tuple[TicketId, ...]
    reason: str


Builder = Callable[[int], Sequence[Line]]


class HistoryList(CursorList):
    """The tickets, one of them under the cursor."""

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        return self._builder(width)


class HistoryDetail(LinesView):
    """Everything about the ticket under the cursor."""

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
    if {advice.ticket.id, advice.beside.id} & screen.known.moving:
        return "something is still being sent to these tickets; wait until it has arrived"
    return "" if advice.plan is not None else f"it cannot be merged: {advice.reasons[0]}"


def _nothing_to_keep_apart(screen: "HistoryScreen") -> str:
    if screen.ticket_id is not None and not screen.going:
        return "the rules do not want this ticket merged, or it was said why it is not"
    return "" if screen.going else "no ticket is chosen"


def _nothing_to_read(screen: "HistoryScreen") -> str:
    return "" if screen.ticket_id is not None else "there are no other tickets"


class HistoryScreen(Commanded, ModalScreen[Read | MergeWanted | ApartWanted | None]):
    """Lists the tickets; comes back with what the person wants done."""

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

    known: reactive[CustomerHistory] = reactive(CustomerHistory(None), init=False)

    def __init__(
        self, known: CustomerHistory, playbook: Playbook, now: Callable[[], datetime], begin: TicketId | None = None
    ) -> None:
        super().__init__()
        self.set_reactive(HistoryScreen.known, known)
        self._playbook = playbook
        self.list = HistoryList(lambda width: list_lines(self.known, playbook, now(), width))
        self.detail = HistoryDetail(
            lambda width: detail_lines(
                self.known, self.list.cursor, playbook, now(), width, partial(with_keys, self.app)
            )
        )
        self.list.id, self.detail.id = "tickets", "advice"
        self.detail.can_focus = False
        ids = [one.ticket.id for one in known.others]
        self.list.set_reactive(LinesView.cursor, ids.index(begin) if begin in ids else 0 if ids else -1)

    def compose(self) -> ComposeResult:
        """Yield the list over the ticket under the cursor."""
        count = len(self.known.others)
        self.list.border_title = Content(f"{count} other ticket{'' if count == 1 else 's'} of this customer")
        said = "{history.read} reads it · {history.merge} merges · {history.apart} not to merge · "
        said += "{history.leave} goes back"
        self.detail.border_subtitle = Content(with_keys(self.app, said))
        with Vertical(id="history"):
            yield self.list
            yield self.detail

    def on_mount(self) -> None:
        """Begin in the list."""
        self.list.focus()

    def watch_known(self, before: CustomerHistory, after: CustomerHistory) -> None:
        """Show what has come meanwhile; the cursor stays on its ticket."""
        kept = before.others[self.list.cursor].ticket.id if 0 <= self.list.cursor < len(before.others) else None
        ids = [one.ticket.id for one in after.others]
        self.list.cursor = ids.index(kept) if kept in ids else 0 if ids else -1
        self.list.rebuild()
        self.detail.rebuild()

    @property
    def ticket_id(self) -> TicketId | None:
        """The ticket under the cursor."""
        others = self.known.others
        return others[self.list.cursor].ticket.id if 0 <= self.list.cursor < len(others) else None

    @property
    def advised(self) -> Advice | None:
        """What the rules say about it."""
        return None if self.ticket_id is None else self.known.advised(self.ticket_id)

    @property
    def going(self) -> tuple[TicketId, ...]:
        """The tickets that a merge of the one under the cursor would close, where the rules want it."""
        plan = None if self.advised is None else self.advised.plan
        return () if plan is None else tuple(one.id for one in plan.goes if one.id in self.known.merges)

    def go(self, by: int) -> None:
        """Go to a neighbour."""
        if self.known.others:
            self.list.cursor = max(0, min(self.list.cursor + by, len(self.known.others) - 1))
            self.detail.scroll_home(animate=False)
            self.detail.rebuild()

    @on(LinesView.Chosen)
    def _chosen(self, message: LinesView.Chosen) -> None:
        message.stop()
        if message.view is self.list:
            self.go(message.item - self.list.cursor)

    async def keep_apart(self) -> None:
        """Ask why these tickets are not to be merged."""
        known, going = self.known, self.going
        named = ", ".join(f"#{one}" for one in going)
        say = "The rules would merge it. Your reason is kept with the case."
        reason = await self.app.push_screen_wait(AskText(f"Why {named} is not to be merged", say))
        if reason is not None and reason.strip():
            self.dismiss(ApartWanted(known, going, reason))

    async def ask(self) -> None:
        """Ask before what cannot be undone; what was shown is what is merged."""
        known, advice = self.known, self.advised
        if advice is None or advice.plan is None:
            return
        sentence = "\n".join(merge_sentences(advice.plan, self._playbook))
        if advice.verdict != "merge":
            sentence = f"The rules say: {advice.verdict} ({advice.rule}).\n\n{sentence}"
        title = f"Merge {', '.join(f'#{one.id}' for one in advice.plan.goes)} into #{advice.plan.stays.id}?"
        if await self.app.push_screen_wait(Sure(title, sentence, "merges them")):
            self.dismiss(MergeWanted(known, advice.plan))
