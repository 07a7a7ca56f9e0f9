"""The shift screen: the parts of the recap to edit, the lines of the lists of low scores, and the obstacles."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import ClassVar

from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from csat_tui.domain.playbook import Field
from csat_tui.domain.reconciliation import LineState, ReconciledLine
from csat_tui.domain.shift import RecapState
from csat_tui.reports.recap import RecapPart
from csat_tui.tui.base.commands import Command, report_failure
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.list_screen import ItemList, ListScreen, moves
from csat_tui.tui.base.session import Navigation, Session, Unsaved
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.shift.actions import ShiftActions
from csat_tui.tui.shift.lines import Item, Listed, detail_lines, head_line, key_of, list_lines, listed
from csat_tui.tui.shift.recap import RecapActions, RecapSaver
from csat_tui.workflow.shift import ShiftState

KEEP_AFTER = 0.3
"""Seconds after the last key until the text is saved."""

NOT_SAVED = "The words of the recap could not be saved"
"""Shown if saving fails."""

RETRY_DELAY = 3.0
"""Seconds before saving is tried again."""


class ShiftList(ItemList[Item]):
    """The list of parts, lines and obstacles."""

    shown: Listed | None = None

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the list."""
        return () if self.shown is None else list_lines(self.shown, width, partial(with_keys, self.app))


class LineDetail(LinesView):
    """The details of one line of a list."""

    can_focus = False
    lines: Callable[[int], Sequence[Line]] = staticmethod(lambda _width: ())

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the details."""
        return self.lines(width)


class PartEditor(FieldArea):
    """The text of one part."""


def _accounted(item: Item) -> bool:
    return isinstance(item, ReconciledLine) and item.standing.accounted


def _no_part(screen: "ShiftScreen") -> str:
    return "" if isinstance(screen.current, RecapPart) else "the cursor is not on a part of the recap"


def _no_line(screen: "ShiftScreen") -> str:
    return "" if isinstance(screen.current, ReconciledLine) else "the cursor is not on a line of a list"


def _nothing_to_fetch(screen: "ShiftScreen") -> str:
    item = screen.current
    if not isinstance(item, ReconciledLine) or item.line.ticket_id is None:
        return _no_line(screen) or "this line names no ticket"
    return "" if item.standing.fetchable else f"there is nothing to fetch: {item.sentence}"


def _none_left(screen: "ShiftScreen") -> str:
    return "" if screen.left else "every ticket of the lists is accounted for"


def _settled_otherwise(screen: "ShiftScreen") -> str:
    item = screen.current
    if isinstance(item, ReconciledLine) and item.standing.accounted and item.standing is not LineState.SETTLED:
        return f"it is accounted for already: {item.sentence}"
    return _no_line(screen)


def _nowhere(screen: "ShiftScreen") -> str:
    if screen.state is None:
        return "the shift is still loading"
    if screen.state.sent is RecapState.SENDING:
        return "it is being sent"
    nobody = "the playbook's [recap] has no addresses; {shift.save} saves the recap as a file"
    return "" if screen.state.recap.to else with_keys(screen.app, nobody)


class ShiftScreen(ListScreen[Item, ShiftState]):
    """Shows the shift under way."""

    NAME = "Shift"
    KIND = "shift"
    TOPICS = frozenset({"shift", "report", "outbox", "queue"})
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *moves("shift", "part or line"),
        Command("shift.page-down", ("ctrl+d", "pagedown"), "page down", "Go a page further.", lambda s: s.move(s.page)),
        Command("shift.page-up", ("ctrl+u", "pageup"), "page up", "Go a page back.", lambda s: s.move(-s.page)),
        Command("shift.enter", ("enter",), "edit, open", "Edit the part, or go to the line's case.",
                lambda s: s.enter(), lambda s: s.reason_not_to_enter, footer=True, hint="edit, open"),
        Command("shift.fresh", ("r",), "fill in again", "Replace your text by the one from the database.",
                lambda s: s.fresh(), _no_part),
        Command("shift.settle", ("s",), "explain in words", "Say why a ticket of the list needs no case.",
                lambda s: s.with_line(s.actions.settle), _settled_otherwise, footer=True, hint="settle"),
        Command("shift.fetch", ("f",), "fetch the ticket", "Fetch a missing ticket from the help desk as a case.",
                lambda s: s.with_line(s.actions.fetch), _nothing_to_fetch),
        Command("shift.import", ("i",), "add a list", "Add a list of low scores: a file, or pasted text.",
                lambda s: s.actions.take_in(), footer=True, hint="list"),
        Command("shift.preview", ("p",), "preview", "Show the recap as the mail will look.",
                lambda s: s.preview(), footer=True),
        Command("shift.send", ("ctrl+s", "f12"), "send the recap", "Send the recap mail, after a last question.",
                lambda s: s.with_state(s.recap.send), _nowhere, footer=True, hint="send"),
        Command("shift.save", ("w",), "save the recap", "Save the recap as a file: Markdown, HTML or a mail.",
                lambda s: s.with_state(s.recap.save), footer=True, hint="save"),
        Command("shift.rename", ("n",), "name the shift", "Choose the shift's name: AM, PM or another one.",
                lambda s: s.with_state(s.actions.rename)),
        Command("shift.complete", ("C",), "complete the shift", "End the shift, once every list is accounted for.",
                lambda s: s.with_state(s.actions.complete), footer=True, hint="complete"),
        Command("shift.carry", ("O",), "carry over, complete",
                "End the shift and pass the tickets that are not accounted for to the next one.",
                lambda s: s.with_state(s.actions.carry_over), _none_left),
        Command("shift.missing", ("m",), "next ticket left", "Go to the next ticket that is not accounted for.",
                lambda s: s.go_to_left(), _none_left, footer=True, hint="next left"),
        Command("shift.leave", ("escape",), "back", "Leave the editor, or go back to the queue.",
                lambda s: s.leave(), footer=True),
    )  # fmt: skip

    def __init__(self, session: Session, navigation: Navigation) -> None:
        self._list, self._detail = ShiftList(), LineDetail()
        self._editor = PartEditor(Field("part", "Part", multiline=True, hint="nothing yet"))
        super().__init__(session, self._list, self._editor, self._detail)
        self._list.border_title = Content("Shift")
        self._detail.display = False
        self.paperwork = session.paperwork
        self._navigation = navigation
        dialog = Dialog(self)
        self.recap = RecapActions(session, dialog, reload=self.reload)
        self.actions = ShiftActions(session, dialog, reload=self.reload, settled=self.line_settled)
        self.state: ShiftState | None = None
        self._part: RecapPart | None = None
        """The part whose text is in the editor."""
        self._loaded = ""
        self._words = RecapSaver(lambda *what: self.paperwork.shifts.write_over(*what))
        self._keeping: Timer | None = None
        self._settled: Hashable = None
        """The key of the line that has just been explained: it moves down, and the next line takes its place."""

    @property
    def under_way(self) -> str:
        """Say that the recap is being sent, which delays quitting; empty if it is not."""
        return self.recap.under_way

    async def finished(self) -> None:
        """Wait until the sending has ended."""
        await self.recap.finished()

    async def on_screen_suspend(self) -> None:
        """Save the text before another screen is shown."""
        await self.keep_words()

    # Contents

    def fetch(self) -> ShiftState:
        """Read the shift."""
        return self.paperwork.shifts.state()

    def take(self, found: ShiftState) -> Sequence[Item]:
        """Show the state of the shift, and return its parts and lines."""
        self.state = found
        self._list.shown = listed(found)
        self.head.update(head_line(found, self.session.desk.now))
        return self._list.shown.items

    def key_of(self, item: Item) -> str:
        """Return the key of a part or line."""
        return key_of(item)

    def place_of(self, previous: Item | None, items: Sequence[Item]) -> int:
        """Return the cursor's index; when a line was just explained and moves down, the cursor does not follow it."""
        shown = {self.key_of(item) for item in items if _accounted(item)}
        if previous is not None and self.key_of(previous) == self._settled and self._settled in shown:
            self._settled = None
            return super().place_of(None, items)
        return super().place_of(previous, items)

    def show_detail(self) -> None:
        """Show the part or line under the cursor; a text that is being typed stays."""
        item, state = self.current, self.state
        line = isinstance(item, ReconciledLine)
        self._detail.display, self._editor.display = line, not line
        if isinstance(item, ReconciledLine) and state is not None:
            now = self.session.desk.now
            self._detail.lines = lambda width: detail_lines(item, state, width, now, partial(with_keys, self.app))
            self._detail.border_title = safe_line(f"Ticket #{item.line.ticket_id}" if item.line.ticket_id else "Line")
            self._detail.rebuild()
        elif isinstance(item, RecapPart):
            same = self._part is not None and self._part.id == item.id
            self._part = item
            self._editor.border_title = safe_line(item.label)
            yours, filled = "yours · {shift.leave}, then {shift.fresh} fills it in again", "filled in from the database"
            origin = yours if item.edited else filled + " · {shift.enter} edits"
            self._editor.border_subtitle = Content(with_keys(self.app, origin))
            if not same or not (self._editor.has_focus or self._dirty):
                self._load(self._words.text_of(item))

    def _load(self, text: str) -> None:
        if text != self._loaded or text != self._editor.text:
            self._editor.load_text(text)
            self._editor.move_cursor((0, 0))
        self._loaded = self._editor.text

    @property
    def left(self) -> Sequence[int]:
        """The indexes of the lines that are not accounted for."""
        items = self._list.items
        return [
            place
            for place, item in enumerate(items)
            if isinstance(item, ReconciledLine) and not item.standing.accounted
        ]

    def go_to_left(self) -> None:
        """Go to the next line that is not accounted for; after the last, to the first."""
        left = self.left
        self._list.focus()
        self.go(next((place for place in left if place > self._list.cursor), left[0]))

    def go(self, place: int) -> None:
        """Put the cursor on a part or line; save the text first."""
        self._keep_now()
        super().go(place)

    # Saving the text

    @property
    def _dirty(self) -> bool:
        return self._part is not None and self._editor.text != self._loaded

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Save the text a moment after the last key."""
        message.stop()
        if self._keeping is not None:
            self._keeping.stop()
            self._keeping = None
        if self._dirty:
            self._keeping = self.set_timer(KEEP_AFTER, self._keep_now)

    def _keep_now(self) -> None:
        if self._dirty or self._words.waiting:
            self.do(NOT_SAVED, self.keep_words())

    async def keep_words(self) -> None:
        """Save the typed text; if that fails, show it and try again soon."""
        try:
            await self.save_words()
        except Exception as error:
            self._keeping = self.set_timer(RETRY_DELAY, self._keep_now)
            if not report_failure(self, NOT_SAVED, error):
                raise

    async def save_words(self) -> None:
        """Save the typed text. Raises StoreError; the text is saved with the next one then."""
        part, state = self._part, self.state
        if part is not None and state is not None and self._dirty:
            self._loaded = self._editor.text
            self._words.note(state.shift.id, part, self._loaded)
        await self._words.flush(self.session.writer)

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the unsaved texts of the recap."""
        return self._words.unsaved()

    # Actions

    @property
    def reason_not_to_enter(self) -> str:
        """Why Enter has no effect now."""
        return with_keys(self.app, "you are editing its words; {shift.leave} stops") if self._editor.has_focus else ""

    def enter(self) -> None:
        """Edit the part, or show the line's case."""
        item = self.current
        if isinstance(item, RecapPart):
            self._editor.focus()
        elif isinstance(item, ReconciledLine) and item.survey_id is not None:
            self._navigation.show_case(item.survey_id)
        elif item is not None:
            self.notify(
                with_keys(
                    self.app,
                    "It has no case here; {shift.fetch} fetches its ticket, {shift.settle} explains it in your words.",
                ),
                markup=False,
            )

    async def fresh(self) -> None:
        """Replace the part's text by the generated one."""
        item, state = self.current, self.state
        if isinstance(item, RecapPart) and state is not None:
            self._loaded = self._editor.text  # the unsaved text is dropped
            self._words.forget(item.id)
            await self.session.writer.write(self.paperwork.shifts.write_over, state.shift.id, item.id, None)
            self.reload()

    async def preview(self) -> None:
        """Show the recap as the mail will look."""
        from csat_tui.tui.shift.recap import RecapPreview

        await self.keep_words()
        state = await asyncio.to_thread(self.paperwork.shifts.state)
        self.app.push_screen(RecapPreview(state.recap))

    async def with_state(self, act: Callable[[ShiftState], Awaitable[None]]) -> None:
        """Save the text, read the shift, and run an action on it."""
        await self.keep_words()
        self.state = await asyncio.to_thread(self.paperwork.shifts.state)
        await act(self.state)

    def line_settled(self, item: ReconciledLine) -> None:
        """Remember an explained line, so that the cursor goes to the line that takes its place."""
        self._settled = self.key_of(item)

    async def with_line(self, act: Callable[[ReconciledLine], Awaitable[None]]) -> None:
        """Run an action on the line under the cursor."""
        if isinstance(item := self.current, ReconciledLine):
            await act(item)

    def leave(self) -> None:
        """Leave the editor; from the list, go back to the queue."""
        if self._editor.has_focus:
            self._keep_now()
            self._list.focus()
            self.reload()
        else:
            super().leave()
