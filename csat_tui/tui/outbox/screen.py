"""The outbox screen: the effects of decisions with their states, and the actions on them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual.content import Content

from csat_tui.domain.effect import EffectState, ImpossibleStep, OutboxSummary
from csat_tui.domain.ids import SurveyId
from csat_tui.store.errors import StoreError
from csat_tui.store.outbox import OutboxItem
from csat_tui.store.outbox.attempts import Attempt
from csat_tui.tui.base.commands import NEWER_WORDS, Command, with_reason
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.list_screen import ItemList, ListScreen, moves
from csat_tui.tui.base.session import Navigation, Session
from csat_tui.tui.outbox.conflict import ConflictChoice, ConflictScreen
from csat_tui.tui.outbox.lines import LOOKS, arranged, detail_lines, held, list_lines, named, summary_line
from csat_tui.tui.windows.prompts import ConfirmScreen

RECENT = 100
"""The number of the latest settled effects that are listed."""

AGES = 30
"""Seconds between two updates of the effects' ages."""

NOT_RETRIED = "It could not be sent again"
"""Shown if sending again fails."""

COMES_BACK = frozenset({EffectState.QUEUED, EffectState.CONFLICT, EffectState.REJECTED, EffectState.WITHDRAWN})
"""If all effects of a decision are in these states, withdrawing one puts the case back into the queue."""


class OutboxList(ItemList[OutboxItem]):
    """The effects, grouped."""

    def __init__(self) -> None:
        super().__init__()
        self.more = ""
        """A sentence about the effects that the list omits."""
        self.now: Callable[[], datetime] = datetime.now

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the list."""
        return list_lines(self.items, width, self.now(), more=self.more)


class OutboxDetail(LinesView):
    """The details of one effect."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.item: OutboxItem | None = None
        self.history: Sequence[Attempt] = ()
        self.blocked_by: OutboxItem | None = None
        self.now: Callable[[], datetime] = datetime.now

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the effect."""
        if self.item is None:
            return ()
        return detail_lines(
            self.item, self.history, width, self.now(), blocked_by=self.blocked_by, keys=partial(with_keys, self.app)
        )


def _nothing(screen: "OutboxScreen") -> str:
    return "" if screen.current else "the outbox is empty"


def _only_in(*states: EffectState) -> Callable[["OutboxScreen"], str]:
    """Return a function that gives a reason if the current effect is in none of these states."""

    def reason(screen: "OutboxScreen") -> str:
        item = screen.current
        if item is None:
            return "the outbox is empty"
        if item.state in states:
            return ""
        wanted = " or ".join(dict.fromkeys(LOOKS[state][1] for state in states))
        return f"this effect is {LOOKS[item.state][1]}; it must be {wanted}"

    return reason


WITHDRAWABLE = (EffectState.QUEUED, EffectState.DAMAGED, EffectState.CONFLICT, EffectState.REJECTED, EffectState.ASKING)


class OutboxScreen(ListScreen[OutboxItem, tuple[Sequence[OutboxItem], OutboxSummary]]):
    """Lists the effects; the person retries, withdraws or settles them."""

    NAME = "Outbox"
    KIND = "outbox"
    TOPICS = frozenset({"outbox"})
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *moves("outbox", "effect", _nothing),
        Command(
            "outbox.settle", ("enter",), "settle conflict", "Compare both sides of a conflict and choose.",
            lambda s: s.settle(), _only_in(EffectState.CONFLICT), footer=True, hint="settle",
        ),
        Command(
            "outbox.retry", ("r",), "send again", "Send it again after a refusal or a lost answer.",
            lambda s: s.retry(), _only_in(EffectState.REJECTED, EffectState.ASKING), footer=True,
        ),
        Command(
            "outbox.seen", ("s",), "seen there",
            "You have seen it there and corrected what was wrong: mark it as delivered.",
            lambda s: s.seen(), _only_in(EffectState.ASKING, EffectState.MISDELIVERED), footer=True,
        ),
        Command(
            "outbox.withdraw", ("w",), "withdraw", "Remove it from the outbox; it will not be sent.",
            lambda s: s.withdraw(), _only_in(*WITHDRAWABLE), footer=True,
        ),
        Command("outbox.page-down", ("ctrl+d",), "scroll down", "Scroll the details down.", lambda s: s.scroll(10)),
        Command("outbox.page-up", ("ctrl+u",), "scroll up", "Scroll the details up.", lambda s: s.scroll(-10)),
        Command("outbox.leave", ("escape",), "back", "Go back to the queue.", lambda s: s.leave(), footer=True),
    )  # fmt: skip

    def __init__(self, session: Session, navigation: Navigation) -> None:
        self._list, self._detail = OutboxList(), OutboxDetail()
        super().__init__(session, self._list, self._detail)
        self._list.border_title = Content("Outbox")
        self._detail.border_title = Content("Effect")
        self._navigation = navigation
        self._dispatch = session.dispatch
        self._arriving, self._away = False, True
        """Whether the person has just come to this screen, and whether they are on another one."""
        self._shown: int | None = None

    def on_mount(self) -> None:
        """Update the ages of the effects regularly."""
        self._list.now = self._detail.now = lambda: self.session.desk.now
        self.set_interval(AGES, self._list.rebuild)

    def on_screen_suspend(self) -> None:
        """Note whether the person leaves the screen; a question or the help only covers it, and the cursor stays."""
        self._away = self not in self.app.screen_stack

    def on_screen_resume(self) -> None:
        """Note that the person comes to the screen: the cursor then goes to the first effect that needs them."""
        self._arriving, self._away = self._arriving or self._away, False

    # Contents

    def fetch(self) -> tuple[Sequence[OutboxItem], OutboxSummary]:
        """Read the open effects, the latest settled ones, and the number in each state."""
        return [*self._dispatch.unsettled(), *self._dispatch.recent(RECENT + 1)], self._dispatch.summary()

    def take(self, found: tuple[Sequence[OutboxItem], OutboxSummary]) -> Sequence[OutboxItem]:
        """Show the number of effects in each state, and return the effects group by group."""
        items, summary = found
        self.head.update(summary_line(summary))
        settled = [item for item in items if item.state.settled]
        self._list.more = _OLDER if len(settled) > RECENT else ""
        return arranged([item for item in items if item not in settled[RECENT:]])

    def key_of(self, item: OutboxItem) -> int:
        """Return the effect's id."""
        return item.id

    def place_of(self, previous: OutboxItem | None, items: Sequence[OutboxItem]) -> int:
        """Return the cursor's index; if the person has just come here, that of the first effect that needs them."""
        place = super().place_of(previous, items)
        arriving, self._arriving = self._arriving, False
        if arriving and not items[place].state.needs_person:
            return next((at for at, item in enumerate(items) if item.state.needs_person), place)
        return place

    def show_detail(self) -> None:
        """Read the effect's history and show the details."""
        item = self.current
        if item is None:
            self._fill(None, ())
        else:
            self.read_store(
                "detail",
                "The history of the effect could not be read",
                partial(self._dispatch.history, item.id),
                partial(self._fill, item),
            )

    def _fill(self, item: OutboxItem | None, history: Sequence[Attempt]) -> None:
        if item is not self.current:
            return
        self._detail.item, self._detail.history = item, history
        self._detail.blocked_by = None if item is None else held(self._list.items).get(item.id)
        self._detail.set_class(item is not None and item.public, "-public")
        self._detail.rebuild()
        if item is None or item.id != self._shown:
            self._detail.scroll_home(animate=False)
        self._shown = None if item is None else item.id

    def scroll(self, lines: int) -> None:
        """Scroll the details."""
        self._detail.scroll_relative(y=lines, animate=False)

    # Actions

    async def retry(self) -> None:
        """Send an effect again; confirm first if it might arrive twice."""
        item = self.current
        if item is None:
            return
        name = await self._named(item)
        if item.state is EffectState.ASKING and not await self._confirmed(
            "Send again", name, _TWICE if item.public else _TWICE_NOTE, "sends it again", public=item.public
        ):
            return
        await self._write(NOT_RETRIED, self._dispatch.retry, item, f"It is being sent again.\n{_was(name)}")

    async def seen(self) -> None:
        """Mark an effect as delivered because the person has seen it."""
        if (item := self.current) is not None:
            name = await self._named(item)
            sentence = f"Marked as delivered.\n{_was(name)}"
            await self._write("It could not be marked as delivered", self._dispatch.accept_as_sent, item, sentence)

    async def withdraw(self) -> None:
        """Withdraw an effect; confirm first if its text does not come back."""
        if (item := self.current) is not None and await self._may_withdraw(item):
            await self._give_up(item)

    async def settle(self) -> None:
        """Show a conflict and carry out the person's choice."""
        item = self.current
        conflict = await asyncio.to_thread(self._dispatch.conflict, item.id) if item is not None else None
        if item is None or conflict is None:
            return
        returns, name = await self._comes_back(item), await self._named(item)
        choice = await self.app.push_screen_wait(
            ConflictScreen(conflict, self.session.desk.now, comes_back=returns, named=name)
        )
        if choice is ConflictChoice.MINE:
            if item.public and not await self._confirmed(
                "The customer will see this", name, _ON_TOP, "sends it", public=True
            ):
                return
            over = partial(self._dispatch.retry, seen=conflict.ticket)
            await self._write(NOT_RETRIED, over, item, f"It is sent after what is there now.\n{_was(name)}")
        elif choice is ConflictChoice.THEIRS:
            await self._give_up(item)
        elif choice is ConflictChoice.EDIT and (survey_id := await self._give_up(item)) is not None:
            self._open(survey_id)

    async def _may_withdraw(self, item: OutboxItem) -> bool:
        if item.state is not EffectState.ASKING and await self._comes_back(item):
            return True
        sentence = _MAYBE_THERE if item.state is EffectState.ASKING else _PARTLY_THERE
        return await self._confirmed("Withdraw", await self._named(item), sentence, "withdraws it")

    async def _named(self, item: OutboxItem) -> str:
        """Return a phrase that names the effect, with the customer's name."""
        return named(item, await asyncio.to_thread(self._dispatch.customer, item))

    async def _confirmed(self, title: str, name: str, sentence: str, deed: str, *, public: bool = False) -> bool:
        """Ask the person to confirm an action on a named effect."""
        question = ConfirmScreen(title, f"{name[0].upper()}{name[1:]}.\n\n{sentence}", deed, public=public)
        sure = await self.app.push_screen_wait(question)
        return bool(sure)

    async def _comes_back(self, item: OutboxItem) -> bool:
        family = await asyncio.to_thread(self._dispatch.of_decision, item.decision_id)
        return all(effect.state in COMES_BACK for effect in family)

    async def _give_up(self, item: OutboxItem) -> SurveyId | None:
        before, name = await asyncio.to_thread(self.session.desk.draft, item.survey_id), await self._named(item)
        survey_id = await self._write("It could not be withdrawn", self._dispatch.give_up, item, "")
        if isinstance(survey_id, int):
            stayed = before.typed and before == await asyncio.to_thread(self.session.desk.draft, item.survey_id)
            words = f"on the desk. {NEWER_WORDS}" if stayed else "on the desk with its words."
            self.notify(f"Withdrawn. The case is back {words}\n{_was(name)}", markup=False)
            return SurveyId(survey_id)
        if survey_id is not _FAILED:
            self.notify(f"Withdrawn. The other parts of its decision stay as they are.\n{_was(name)}", markup=False)
        return None

    async def _write(self, failure: str, what: Callable[..., Any], item: OutboxItem, sentence: str) -> Any:
        """Write a change of the effect in the state that the person saw; show a sentence if the state has changed."""
        try:
            result = await self.session.writer.write(partial(what, was=item.state), item.id)
        except (StoreError, ImpossibleStep, LookupError) as error:
            why = with_reason(failure, str(error))
            sentence = why if isinstance(error, StoreError) else f"{why}. Nothing was changed."
            self.notify(sentence, severity="warning", markup=False, timeout=8)
            self.reload()
            return _FAILED
        if sentence:
            self.notify(sentence, markup=False, timeout=4)
        self.reload()
        return result

    def _open(self, survey_id: SurveyId) -> None:
        """Show the case in the queue and focus its note."""
        self._navigation.open_case(survey_id)


def _was(name: str) -> str:
    """Return a sentence that names the effect of an action."""
    return f"It was {name}."


_FAILED = object()

_OLDER = f"More than these {RECENT}: `csat-tui outbox --all --settled N`."

_TWICE = (
    "It is not known whether the customer has this reply. If the customer has it, they will read it twice. "
    "Look at the ticket first."
)
_TWICE_NOTE = "It is not known whether this has arrived. If it has, it will be there twice. Look at the ticket first."
_ON_TOP = "Your reply goes to the customer unchanged, after all messages that were written meanwhile."
_MAYBE_THERE = "It is not known whether this has arrived, and withdrawing it here does not remove it there."
_PARTLY_THERE = (
    "Other parts of this decision have already been sent, so the case stays decided, and this part is never sent."
)
