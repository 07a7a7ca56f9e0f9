"""The window of what an agent is to work on: each item with its steps, and the forms that write the next one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.domain.review.coaching import CoachingDeed, CoachingItem, CoachingState, why_no_step, why_no_text
from csat_tui.domain.review.results import ScoresAround
from csat_tui.store.review import NoteInList
from csat_tui.tui.base.background_work import BackgroundWork, Changes, StoreChanged
from csat_tui.tui.base.commands import Command, Commanded, Guarded
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys, with_keys
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, LinesView, wrap
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.text import ago, safe, safe_line
from csat_tui.tui.windows.form import FormQuestion, FormScreen
from csat_tui.tui.windows.prompts import Take, TextPrompt
from csat_tui.workflow.coaching import COACHING_CHANGED, CoachingList, NotCoached

STATES: dict[CoachingState, tuple[str, str]] = {
    CoachingState.DUE: ("●", "bold $fair"),
    CoachingState.OPEN: ("○", "$foreground"),
    CoachingState.TALKED: ("◔", "$foreground"),
    CoachingState.AGREED: ("◑", "$foreground"),
    CoachingState.FOLLOWED_UP: ("◕", "$foreground"),
    CoachingState.CLOSED: ("✔", "$muted"),
}
"""Glyph and colour of each state."""

AGREED_FOR = timedelta(days=14)
"""How far off the day is that an agreement offers."""

EMPTY = "Nothing is marked yet: {coaching.mark} marks what the note under the cursor shows."
ASIDE = "{} more about ratings that are set aside."


@dataclass(frozen=True, slots=True)
class CoachingShown:
    """What the window shows: the items, and by their ids the agent's scores before and after the first talk."""

    listed: CoachingList = field(default_factory=lambda: CoachingList(()))
    scores: Mapping[str, ScoresAround] = field(default_factory=dict)

    @property
    def items(self) -> tuple[CoachingItem, ...]:
        """The items, in the order in which somebody works on them."""
        return self.listed.items


def coaching_lines(
    found: CoachingShown, today: date, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS
) -> list[Line]:
    """Return the items, each with where it stands, what it is about, every step, and the scores before and after."""
    if not found.items:
        lines = [Line(line) for line in wrap(safe(keys(EMPTY), "$muted"), width, indent=0)]
    else:
        lines = [
            line
            for index, item in enumerate(found.items)
            for line in _item_lines(item, found.scores.get(item.id), index, today, now, width)
        ]
    if found.listed.set_aside:
        lines.append(Line(Content.styled(ASIDE.format(found.listed.set_aside), "$muted")))
    return lines


def _item_lines(
    item: CoachingItem, scores: ScoresAround | None, index: int, today: date, now: datetime, width: int
) -> list[Line]:
    state = item.state(today)
    glyph, style = STATES[state]
    until = f" until {item.due_on.isoformat()}" if item.due_on is not None else ""
    by = "marked" if item.submission is None else "submitted"
    head = f"{state.value}{until} · {by} by {item.author or 'somebody'}, {ago(item.at, now)}"
    content = [
        *wrap(safe(item.what, "bold"), width, Content.styled(glyph, style)),
        *wrap(safe_line(head, "$muted"), width, "", 2),
    ]
    for step in item.steps:
        said = Content.styled(f"{step.day.isoformat()} {step.deed.value} ", "$muted") + safe(step.text)
        said += Content.styled(" · ", "$faint") + safe_line(step.author or "somebody", "$faint")
        content += wrap(said, width, "  ·", 4)
    for sentence in () if scores is None else scores.sentences:
        content += wrap(safe(sentence, "$muted"), width, Content.styled("  Δ", "$muted"), 4)
    return [Line(line, index) for line in [*content, Content("")]]


class CoachingItems(CursorList):
    """The items of an agent."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.found = CoachingShown()

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        desk = self._session.paperwork.coaching
        return coaching_lines(
            self.found, desk.today, self._session.desk.now, width, partial(with_keys, self.app)
        )  # fmt: skip


def read_day(text: str) -> date | None:
    """Return the day that was typed; None where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class StepWords:
    """How the form of a step is worded."""

    title: str
    say: str
    text: str
    day: str


WORDS: dict[CoachingDeed, StepWords] = {
    CoachingDeed.TALK: StepWords("A talk", "It stays with the item.", "What was said", "On"),
    CoachingDeed.AGREED: StepWords(
        "What was agreed", "On that day the item is due, and this screen says so.", "What was agreed", "Until"
    ),
    CoachingDeed.FOLLOW_UP: StepWords("Follow-up", "From then on the item is due no more.", "What became of it", "On"),
    CoachingDeed.CLOSED: StepWords("Close the item", "It stays readable and is listed no more.", "Why", "On"),
}
"""The words of each step's form."""


class StepForm(FormScreen[dict[str, str]]):
    """Asks for a step about an item."""

    NAME = "Coaching step"
    DEED = "writes it"

    def __init__(self, item: CoachingItem, deed: CoachingDeed, today: date, take: Take[dict[str, str]]) -> None:
        words = WORDS[deed]
        self.TITLE, self.SAY = words.title, words.say  # type: ignore[misc]  # of this step, and not of the class
        self.QUESTIONS = (  # type: ignore[misc]
            FormQuestion("text", words.text, "in your words", why_no_text),
            FormQuestion("day", words.day, "2026-11-30", partial(_no_day_for, item, deed, today)),
        )
        day = today + AGREED_FOR if deed is CoachingDeed.AGREED else today
        super().__init__({"day": day.isoformat()}, take=take)

    def result(self) -> dict[str, str]:
        """Return the answers."""
        return self.texts


def _no_day_for(item: CoachingItem, deed: CoachingDeed, today: date, text: str) -> str:
    day = read_day(text)
    return "write the day as 2026-11-30" if day is None else why_no_step(item, deed, day, "some", today)


def _cannot(deed: CoachingDeed, window: "CoachingWindow") -> str:
    item, today = window.current, window.session.paperwork.coaching.today
    if item is None:
        return "there is no item"
    day = today + AGREED_FOR if deed is CoachingDeed.AGREED else today
    return why_no_step(item, deed, day, "some", today)


class CoachingWindow(BackgroundWork, Commanded, ModalScreen[None]):
    """Lists what an agent is to work on, and writes the next step."""

    NAME = "Coaching"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("coaching.down", ("j", "down"), "down", "Next item.", lambda s: s.go(1), footer=True, hint="choose"),
        Command("coaching.up", ("k", "up"), "up", "Previous item.", lambda s: s.go(-1), footer=True, hint="choose"),
        Command("coaching.mark", ("n",), "new item", "Mark what the note shows that the agent is to work on.",
                lambda s: s.mark(), footer=True),
        Command("coaching.talk", ("t",), "talk", "Note a talk about the item.",
                lambda s: s.step(CoachingDeed.TALK), partial(_cannot, CoachingDeed.TALK), footer=True),
        Command("coaching.agree", ("a",), "agreed", "Note what was agreed, and by when it is followed up.",
                lambda s: s.step(CoachingDeed.AGREED), partial(_cannot, CoachingDeed.AGREED), footer=True),
        Command("coaching.follow-up", ("f",), "follow-up", "Note what became of the agreement.",
                lambda s: s.step(CoachingDeed.FOLLOW_UP), partial(_cannot, CoachingDeed.FOLLOW_UP), footer=True),
        Command("coaching.close", ("x",), "close", "Close the item, with a reason.",
                lambda s: s.step(CoachingDeed.CLOSED), partial(_cannot, CoachingDeed.CLOSED), footer=True),
        Command("coaching.leave", ("escape", "q", "K"), "back", "Go back to the note.",
                lambda s: s.dismiss(None), footer=True),
    )  # fmt: skip

    def __init__(self, session: Session, note: NoteInList) -> None:
        super().__init__()
        self.session = session
        self._note = note
        self._desk = session.paperwork.coaching
        self.list = CoachingItems(session)

    def compose(self) -> ComposeResult:
        """Lay out the list in its frame."""
        self.list.border_title = safe_line(f"What {self._note.author or 'somebody'} is to work on")
        keys = (
            "{coaching.mark} new · {coaching.talk} talk · {coaching.agree} agreed · {coaching.follow-up} follow-up · "
        )
        keys += "{coaching.close} close · {coaching.leave} back"
        self.list.border_subtitle = Content(with_keys(self.app, keys))
        with Vertical(id="coaching"):
            yield self.list

    def on_mount(self) -> None:
        """Read the items."""
        self.list.focus()
        self.reload()

    def reload(self) -> None:
        """Read the items again; the cursor stays on its item."""
        self.read_store("coaching", "What is to work on could not be read", self._read, self._show)

    def _read(self) -> CoachingShown:
        listed = self._desk.items(self._note.author, closed=True)
        return CoachingShown(listed, self._desk.scores(listed.items))

    def _show(self, found: CoachingShown) -> None:
        before = self.current
        self.list.found = found
        ids = [item.id for item in found.items]
        place = ids.index(before.id) if before is not None and before.id in ids else 0 if ids else NOTHING
        self.list.set_reactive(LinesView.cursor, place)
        self.list.rebuild()
        self.list.show_item(place)

    @property
    def current(self) -> CoachingItem | None:
        """The item under the cursor."""
        items, place = self.list.found.items, self.list.cursor
        return items[place] if 0 <= place < len(items) else None

    def go(self, by: int) -> None:
        """Move the cursor by a number of items."""
        if self.list.found.items:
            self.list.cursor = max(0, min(self.list.cursor + by, len(self.list.found.items) - 1))

    @on(LinesView.Chosen)
    def _chosen(self, message: LinesView.Chosen) -> None:
        message.stop()
        self.list.cursor = message.item

    async def mark(self) -> None:
        """Ask what the agent is to work on, and mark it on the note; what lost points is offered."""
        number = self._note.comment_id
        offered = await asyncio.to_thread(self._desk.offered, number)

        async def take(what: str) -> str:
            return await self._written(partial(self._desk.mark, number, what, line_ids=offered.line_ids))

        title = f"What {self._note.author or 'somebody'} is to work on"
        await self.app.push_screen_wait(TextPrompt(title, text=offered.what, hint="one thing", take=take))
        self.reload()

    async def step(self, deed: CoachingDeed) -> None:
        """Ask for a step about the item under the cursor, and write it."""
        item = self.current
        if item is None:
            return

        async def take(said: dict[str, str]) -> str:
            return await self._written(partial(self._desk.step, item.id, deed, said["text"], read_day(said["day"])))

        await self.app.push_screen_wait(StepForm(item, deed, self._desk.today, take))
        self.reload()

    async def _written(self, what: Callable[[], CoachingItem]) -> str:
        """Write something; returns why it was refused."""
        try:
            await self.session.writer.write(what)
        except NotCoached as error:
            return str(error)
        return ""


LOOKED_AGAIN = 600.0
"""Seconds after which it is asked again what is due: a day may have begun."""


class DueCoaching(BackgroundWork, Guarded, Static):
    """A line that names the agents with whom something is to be followed up now; hidden where there is none."""

    def __init__(self, session: Session) -> None:
        super().__init__("", id="due-coaching", markup=False)
        self._session = session
        self._changes: Changes | None = None
        self.display = False

    def on_mount(self) -> None:
        """Read what is due, and listen to the store."""
        self._changes = Changes(self, self._session.desk.listen)
        self.set_interval(LOOKED_AGAIN, self.reload)
        self.reload()

    def on_unmount(self) -> None:
        """Stop listening."""
        if self._changes is not None:
            self._changes.stop()

    def on_store_changed(self, message: StoreChanged) -> None:
        """Read again where coaching has changed."""
        message.stop()
        if self._changes is not None and COACHING_CHANGED in self._changes.take():
            self.reload()

    def reload(self) -> None:
        """Read what is due, and show it."""
        what = self._session.paperwork.coaching.due
        self.read_store("due coaching", "What is to be followed up could not be read", what, self._show_due)

    def _show_due(self, items: Sequence[CoachingItem]) -> None:
        self.display = bool(items)
        agents = ", ".join(dict.fromkeys(item.agent or "somebody" for item in items))
        count = f"● {len(items)} {'follow-up is' if len(items) == 1 else 'follow-ups are'} due: "
        keys = with_keys(self.app, "{review.coaching} on a note of theirs shows it")
        self.update(Content.styled(count, "bold $fair") + safe_line(agents) + Content.styled(f" · {keys}", "$muted"))
