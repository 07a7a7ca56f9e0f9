"""The outbox: what was decided and where it is, what needs a person, and what a person can do about it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.outbox import ImpossibleStep, State
from csat_tui.store.errors import StoreError
from csat_tui.store.outbox import OutboxItem
from csat_tui.store.outbox.attempts import Attempt
from csat_tui.tui.base.changes import Changes, StoreChanged
from csat_tui.tui.base.commands import Command, Commanded, tell
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, LinesView
from csat_tui.tui.base.sentences import NEWER_WORDS
from csat_tui.tui.outbox.conflict import Choice, ConflictScreen
from csat_tui.tui.outbox.lines import LOOKS, arranged, detail_lines, held, list_lines, named, summary_line
from csat_tui.tui.windows.sure import Sure
from csat_tui.workflow.dispatch import Dispatch

RECENT = 100
"""How many settled effects are listed, the latest."""

AGES = 30
"""Seconds between two looks at how old the effects are."""

COMES_BACK = frozenset({State.QUEUED, State.CONFLICT, State.REJECTED, State.WITHDRAWN})
"""States of a decision's effects in which withdrawing one puts the whole case back on the desk."""


class OutboxList(CursorList):
    """The effects, grouped."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[OutboxItem] = ()
        self.more = ""
        """What the list leaves out, as a sentence."""
        self.now: Callable[[], datetime] = datetime.now

    def build(self, width: int) -> Sequence[Line]:
        """Return the list's lines."""
        return list_lines(self.items, width, self.now(), more=self.more)


class OutboxDetail(LinesView):
    """Everything about one effect."""

    def __init__(self) -> None:
        super().__init__()
        self.item: OutboxItem | None = None
        self.history: Sequence[Attempt] = ()
        self.behind: OutboxItem | None = None
        self.now: Callable[[], datetime] = datetime.now

    def build(self, width: int) -> Sequence[Line]:
        """Return the effect's lines."""
        if self.item is None:
            return ()
        return detail_lines(
            self.item, self.history, width, self.now(), behind=self.behind, keys=partial(with_keys, self.app)
        )


def _nothing(screen: "OutboxScreen") -> str:
    return "" if screen.current else "the outbox is empty"


def _only_in(*states: State) -> Callable[["OutboxScreen"], str]:
    """Return a reason for every effect that is in none of these states."""

    def reason(screen: "OutboxScreen") -> str:
        item = screen.current
        if item is None:
            return "the outbox is empty"
        if item.state in states:
            return ""
        wanted = " or ".join(dict.fromkeys(LOOKS[state][1] for state in states))
        return f"this one is {LOOKS[item.state][1]}; only what is {wanted} can be"

    return reason


WITHDRAWABLE = (State.QUEUED, State.DAMAGED, State.CONFLICT, State.REJECTED, State.ASKING)


class OutboxScreen(Commanded, Screen[None]):
    """Lists the effects and carries out what the person decides about them."""

    NAME = "Outbox"
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [  # type: ignore[misc]
        (0, "-narrow"),
        (100, "-normal"),
    ]
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("outbox.down", ("j", "down"), "next", "Go to the next effect.", lambda s: s.move(1), _nothing),
        Command("outbox.up", ("k", "up"), "previous", "Go to the previous effect.", lambda s: s.move(-1), _nothing),
        Command(
            "outbox.settle", ("enter",), "settle conflict", "Compare both sides of a conflict and choose.",
            lambda s: s.settle(), _only_in(State.CONFLICT), footer=True, hint="settle",
        ),
        Command(
            "outbox.retry", ("r",), "send again", "Send it again after a refusal or a lost answer.",
            lambda s: s.retry(), _only_in(State.REJECTED, State.ASKING), footer=True,
        ),
        Command(
            "outbox.seen", ("s",), "seen there",
            "You have seen it there and corrected what was wrong: mark it as delivered.",
            lambda s: s.seen(), _only_in(State.ASKING, State.MISDELIVERED), footer=True,
        ),
        Command(
            "outbox.withdraw", ("w",), "withdraw", "Remove it from the outbox; it will not be sent.",
            lambda s: s.withdraw(), _only_in(*WITHDRAWABLE), footer=True,
        ),
        Command("outbox.page-down", ("ctrl+d",), "scroll down", "Scroll the details down.", lambda s: s.scroll(10)),
        Command("outbox.page-up", ("ctrl+u",), "scroll up", "Scroll the details up.", lambda s: s.scroll(-10)),
        Command("outbox.leave", ("escape",), "back", "Go back to the queue.", lambda s: s.leave(), footer=True),
    )  # fmt: skip
    app: Any

    def __init__(self, dispatch: Dispatch) -> None:
        super().__init__()
        self._dispatch = dispatch
        self._list = OutboxList()
        self._detail = OutboxDetail()
        self._head = Static("", id="outbox-head", markup=False)
        self._key_bar = KeyBar()
        self._changes: Changes | None = None
        self._arriving, self._away = False, True
        """Whether the person has just come here, and whether they are elsewhere."""
        self._shown: int | None = None

    def compose(self) -> ComposeResult:
        """Lay the list beside the detail, or above it where there is no room beside."""
        self._list.border_title = Content("Outbox")
        self._detail.border_title = Content("Effect")
        yield self._head
        with Horizontal(id="outbox"):
            yield self._list
            yield self._detail
        yield self._key_bar

    def on_mount(self) -> None:
        """Listen to the store."""
        self._list.now = self._detail.now = lambda: self.app.desk.now
        self._detail.can_focus = False
        self._changes = Changes(self, self.app.desk.listen)
        self._list.focus()
        self.look()
        self.set_interval(AGES, self._list.rebuild)

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._changes is not None:
            self._changes.stop()

    def on_screen_suspend(self) -> None:
        """Note whether the person goes away; a question or the help only covers the list, and its cursor stays."""
        self._away = self not in self.app.screen_stack

    def on_screen_resume(self) -> None:
        """Look again, after having been away at what needs the person."""
        self._arriving, self._away = self._arriving or self._away, False
        self.look()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Look again, a moment later and once for all that has changed until then."""
        self.set_timer(message.pause, self._look_again)

    def _look_again(self) -> None:
        if self._changes is not None and "outbox" in self._changes.take() and self.is_current:
            self.look()

    # What is shown

    @property
    def current(self) -> OutboxItem | None:
        """The effect under the cursor."""
        index = self._list.cursor
        return self._list.items[index] if 0 <= index < len(self._list.items) else None

    @work(group="look", exclusive=True, exit_on_error=False)
    async def look(self) -> None:
        """Read the outbox beside the screen and show it; the cursor stays on its effect."""
        try:
            items = await asyncio.to_thread(lambda: [*self._dispatch.unsettled(), *self._dispatch.recent(RECENT + 1)])
            summary = await asyncio.to_thread(self._dispatch.summary)
        except StoreError as error:
            tell(self, error)
            return
        self._head.update(summary_line(summary))
        settled = [item for item in items if item.state.settled]
        self._list.more = _OLDER if len(settled) > RECENT else ""
        await self._show([item for item in items if item not in settled[RECENT:]])

    async def _show(self, items: Sequence[OutboxItem]) -> None:
        stood = self.current
        self._list.items = arranged(items)
        ids = [item.id for item in self._list.items]
        place = ids.index(stood.id) if stood is not None and stood.id in ids else min(self._list.cursor, len(ids) - 1)
        needing = [item.state.needs_person for item in self._list.items]
        if self._arriving and any(needing) and not needing[place]:
            place = needing.index(True)
        self._arriving = False
        self._list.set_reactive(LinesView.cursor, max(place, 0) if ids else NOTHING)
        self._list.rebuild()
        await self._show_detail()

    async def _show_detail(self) -> None:
        item = self.current
        history = await asyncio.to_thread(self._dispatch.history, item.id) if item is not None else ()
        if item is not self.current:
            return
        self._detail.item, self._detail.history = item, history
        self._detail.behind = None if item is None else held(self._list.items).get(item.id)
        self._detail.set_class(item is not None and item.public, "-public")
        self._detail.rebuild()
        if item is None or item.id != self._shown:
            self._detail.scroll_home(animate=False)
        self._shown = None if item is None else item.id
        self._key_bar.tell()

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        self._go(max(0, min(self._list.cursor + step, len(self._list.items) - 1)))

    def _go(self, index: int) -> None:
        self._list.cursor = index
        self._look_at()

    @work(group="look", exclusive=True, exit_on_error=False)
    async def _look_at(self) -> None:
        await self._show_detail()

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Go to the effect that was clicked."""
        message.stop()
        if message.view is self._list:
            self._go(message.item)

    def scroll(self, lines: int) -> None:
        """Scroll the details."""
        self._detail.scroll_relative(y=lines, animate=False)

    def leave(self) -> None:
        """Go back to the queue."""
        self.app.switch_mode("triage")

    # What the person does

    async def retry(self) -> None:
        """Send an effect again; where the customer might see it twice, ask once more."""
        item = self.current
        if item is None:
            return
        name = await self._named(item)
        if item.state is State.ASKING and not await self._sure(
            "Send again", name, _TWICE if item.public else _TWICE_NOTE, "sends it again", public=item.public
        ):
            return
        await self._write(self._dispatch.retry, item, f"It is being sent again.\n{_was(name)}")

    async def seen(self) -> None:
        """Take the person's word that it has arrived."""
        if (item := self.current) is not None:
            name = await self._named(item)
            await self._write(self._dispatch.accept_as_sent, item, f"Marked as delivered.\n{_was(name)}")

    async def withdraw(self) -> None:
        """Withdraw an effect; where its words do not come back, ask once more."""
        if (item := self.current) is not None and await self._may_withdraw(item):
            await self._give_up(item)

    async def settle(self) -> None:
        """Show both sides of a conflict and do what the person chooses."""
        item = self.current
        conflict = await asyncio.to_thread(self._dispatch.conflict, item.id) if item is not None else None
        if item is None or conflict is None:
            return
        whole, name = await self._comes_back(item), await self._named(item)
        choice = await self.app.push_screen_wait(
            ConflictScreen(conflict, self.app.desk.now, comes_back=whole, named=name)
        )
        if choice is Choice.MINE:
            if item.public and not await self._sure(
                "The customer will see this", name, _ON_TOP, "sends it", public=True
            ):
                return
            over = partial(self._dispatch.retry, seen=conflict.ticket)
            await self._write(over, item, f"It is sent after what is there now.\n{_was(name)}")
        elif choice is Choice.THEIRS:
            await self._give_up(item)
        elif choice is Choice.EDIT and (survey_id := await self._give_up(item)) is not None:
            self._open(survey_id)

    async def _may_withdraw(self, item: OutboxItem) -> bool:
        if item.state is not State.ASKING and await self._comes_back(item):
            return True
        sentence = _MAYBE_THERE if item.state is State.ASKING else _PARTLY_THERE
        return await self._sure("Withdraw", await self._named(item), sentence, "withdraws it")

    async def _named(self, item: OutboxItem) -> str:
        """Say which effect it is, with the customer's name."""
        return named(item, await asyncio.to_thread(self._dispatch.customer, item))

    async def _sure(self, title: str, name: str, sentence: str, deed: str, *, public: bool = False) -> bool:
        """Ask about one effect by its name."""
        question = Sure(title, f"{name[0].upper()}{name[1:]}.\n\n{sentence}", deed, public=public)
        return bool(await self.app.push_screen_wait(question))

    async def _comes_back(self, item: OutboxItem) -> bool:
        family = await asyncio.to_thread(self._dispatch.of_decision, item.decision_id)
        return all(one.state in COMES_BACK for one in family)

    async def _give_up(self, item: OutboxItem) -> SurveyId | None:
        before, name = await asyncio.to_thread(self.app.desk.draft, item.survey_id), await self._named(item)
        survey_id = await self._write(self._dispatch.give_up, item, "")
        if isinstance(survey_id, int):
            stayed = before.typed and before == await asyncio.to_thread(self.app.desk.draft, item.survey_id)
            words = f"on the desk. {NEWER_WORDS}" if stayed else "on the desk with its words."
            self.notify(f"Withdrawn. The case is back {words}\n{_was(name)}", markup=False)
            return SurveyId(survey_id)
        if survey_id is not _FAILED:
            self.notify(f"Withdrawn. The other parts of its decision stay as they are.\n{_was(name)}", markup=False)
        return None

    async def _write(self, what: Callable[..., Any], item: OutboxItem, said: str) -> Any:
        """Have it written in its turn, for the effect as the person saw it; what has changed since is a sentence."""
        try:
            result = await self.app.writer.write(partial(what, was=item.state), item.id)
        except (StoreError, ImpossibleStep, LookupError) as error:
            self.notify(f"Nothing was changed: {error}.", severity="warning", markup=False, timeout=8)
            self.look()
            return _FAILED
        if said:
            self.notify(said, markup=False, timeout=4)
        self.look()
        return result

    def _open(self, survey_id: SurveyId) -> None:
        """Go to the case on the desk, into its note."""
        self.app.open_case(survey_id)


def _was(name: str) -> str:
    """Name the effect that something was done to."""
    return f"It was {name}."


_FAILED = object()

_OLDER = f"More than these {RECENT}: `csat-tui outbox --all --settled N`."

_TWICE = (
    "Whether the customer has this reply is not known. If it has arrived after all, the customer reads it twice. "
    "Look at the ticket first."
)
_TWICE_NOTE = "Whether this has arrived is not known. If it has, it will be there twice. Look at the ticket first."
_ON_TOP = "Your reply goes to the customer as it is, after everything that was written there meanwhile."
_MAYBE_THERE = "Whether this has arrived is not known, and withdrawing it here does not remove it there."
_PARTLY_THERE = (
    "Other parts of this decision have already been sent, so the case stays decided, and this part is never sent."
)
