"""The review screen: the notes that were delivered, the risky ones first, and each beside what the machine says."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import partial
from typing import ClassVar

from textual.content import Content

from csat_tui.store.review import FREE, NoteFilter, NoteInList, NoteOrder
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog, show_page
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.list_screen import ItemList, ListScreen, moves
from csat_tui.tui.base.session import Navigation, Session
from csat_tui.tui.review.coaching import CoachingWindow, DueCoaching
from csat_tui.tui.review.lines import detail_lines, list_lines, notes_summary
from csat_tui.tui.review.sampling import SampleActions
from csat_tui.tui.review.set_aside import RatingActions
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen
from csat_tui.workflow.review import NoteToReview

LISTED = 500
"""Notes that are listed at most; the filter finds the others."""

NO_VIEW = (
    "There is nothing to review.",
    "",
    "Name the view of finished surveys as review.view in config.toml; the sync then fetches the notes on its tickets.",
)
NO_NOTES = ("No notes match.", "", "{review.filter} chooses others; {sync.now} asks the help desk for new ones.")
MORE = "There are more notes: {review.filter} chooses among them."


class NoteList(ItemList[NoteInList]):
    """The notes, two lines each."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.more = False

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the list."""
        keys = partial(with_keys, self.app)
        empty = NO_NOTES if self._session.config.review.view else NO_VIEW
        desk = self._session.desk
        return list_lines(
            self.items, desk.playbook, width, desk.now, empty=[keys(text) for text in empty],
            more=keys(MORE) if self.more else "",
        )  # fmt: skip


class NoteDetail(LinesView):
    """One note with everything beside it."""

    can_focus = False

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.found: NoteToReview | None = None

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the note."""
        desk = self._session.desk
        return () if self.found is None else detail_lines(self.found, desk.playbook, width, desk.now)


def _nothing(screen: "ReviewScreen") -> str:
    return "" if screen.current else "no note here"


def _not_sampled(screen: "ReviewScreen") -> str:
    return "" if screen.current and screen.current.due else "this note is in no sample that waits for its review"


class ReviewScreen(ListScreen[NoteInList, list[NoteInList]]):
    """Lists the notes; the reviewer reads each beside the machine's verdicts."""

    NAME = "Review"
    KIND = "review"
    TOPICS = frozenset({"notes"})
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *moves("review", "note", _nothing),
        Command(
            "review.sort", ("s",), "order", "Show the risky notes first, or the newest.",
            lambda s: s.sort(), footer=True,
        ),
        Command("review.filter", ("f",), "filter", "Choose which notes to show.", lambda s: s.choose(), footer=True),
        Command(
            "review.browse", ("o",), "open in browser", "Open the survey ticket in a browser.",
            lambda s: s.browse(), _nothing,
        ),
        Command(
            "review.sample", ("S",), "draw a sample", "Draw notes to review, after a preview; they stand first.",
            lambda s: s.draw_sample(),
        ),
        Command(
            "review.replace", ("R",), "replace in the sample",
            "Replace this note of a sample by the next of its kind, with a reason.",
            lambda s: s.replace_in_sample(), _not_sampled,
        ),
        Command(
            "review.set-aside", ("X",), "set the rating aside",
            "Take a rating that is not the agent's out of the figures, give it to another agent, or restore it.",
            lambda s: s.set_aside(), _nothing,
        ),
        Command(
            "review.coaching", ("K",), "coaching", "See and mark what the note's author is to work on.",
            lambda s: s.coach(), _nothing,
        ),
        Command("review.page-down", ("ctrl+d",), "scroll down", "Scroll the note down.", lambda s: s.scroll(10)),
        Command("review.page-up", ("ctrl+u",), "scroll up", "Scroll the note up.", lambda s: s.scroll(-10)),
        Command("review.leave", ("escape",), "back", "Go back to the queue.", lambda s: s.leave(), footer=True),
    )  # fmt: skip

    def __init__(self, session: Session, navigation: Navigation) -> None:
        del navigation
        self._list, self._detail = NoteList(session), NoteDetail(session)
        super().__init__(session, self._list, self._detail)
        self._detail.border_title = Content("Note")
        self._review = session.paperwork.review
        self.view = NoteFilter(order=NoteOrder.RISK)
        self._asked = "everybody"
        self._shown: int | None = None
        self._from_the_top = True
        """Whether the cursor is on the first note, whichever that is: the person has not moved since asking for them.

        Notes are checked again as transcripts and accounts come, so that the riskiest is not known at once.
        """

    def on_mount(self) -> None:
        """Show what is to be followed up under the head."""
        super().on_mount()
        self.mount(DueCoaching(self.session), after=self.head)

    # Contents

    @property
    def wanted(self) -> NoteFilter:
        """Which notes are wanted: results for others are dropped."""
        return self.view

    def fetch(self) -> list[NoteInList]:
        """Read the notes; of those that fail nothing, the newest follow the risky ones."""
        found = self._review.notes(self.view, None, LISTED + 1)
        if self.view.order is NoteOrder.RISK and self.view.sampled_by is None and len(found) <= LISTED:
            risky = {note.id for note in found}
            newest = self._review.notes(replace(self.view, order=NoteOrder.NEWEST), None, LISTED + 1)
            found += [note for note in newest if note.id not in risky]
        return found

    def take(self, found: list[NoteInList]) -> Sequence[NoteInList]:
        """Show how many notes there are, and return those that are listed."""
        self._list.more = len(found) > LISTED
        shown = found[:LISTED]
        self._list.border_title = Content(f"Notes · {self._order_words()}")
        self.head.update(notes_summary(shown, self._asked, more=self._list.more))
        return shown

    def _order_words(self) -> str:
        return "risky first" if self.view.order is NoteOrder.RISK else "newest first"

    def key_of(self, item: NoteInList) -> int:
        """Return the number of the note's comment."""
        return item.comment_id

    def place_of(self, previous: NoteInList | None, items: Sequence[NoteInList]) -> int:
        """Return the cursor's index: the first note until the person moves, and then that of the same note."""
        return 0 if self._from_the_top else super().place_of(previous, items)

    def go(self, place: int) -> None:
        """Put the cursor on the note at an index, where it stays."""
        self._from_the_top = False
        super().go(place)

    def show_detail(self) -> None:
        """Read the note under the cursor and show it."""
        item = self.current
        if item is None:
            self._fill(None, None)
            return
        self.read_store(
            "detail", "The note could not be read", partial(self._review.note, item.comment_id),
            partial(self._fill, item), item.comment_id,
        )  # fmt: skip

    def _fill(self, item: NoteInList | None, found: NoteToReview | None) -> None:
        if item is not self.current:
            return
        self._detail.found = found
        self._detail.rebuild()
        if item is not None and self.session.sync is not None:
            self.session.sync.prioritize([item.survey_id])  # its account and transcript, as they are now
        number = None if item is None else item.comment_id
        if number != self._shown:
            self._detail.scroll_home(animate=False)
        self._shown = number

    # Commands

    def sort(self) -> None:
        """Show the risky notes first, or the newest."""
        risky = self.view.order is NoteOrder.RISK
        self._show(replace(self.view, order=NoteOrder.NEWEST if risky else NoteOrder.RISK), self._asked)

    async def choose(self) -> None:
        """Ask which notes to show."""
        desk, order, note = self.session.desk, self.view.order, self.current
        today = datetime.combine(desk.now.astimezone().date(), time()).astimezone()
        choices = [
            Choice("a", "everybody", NoteFilter(order=order)),
            Choice("t", "today", NoteFilter(since=today, order=order)),
            Choice("f", "free notes", NoteFilter(outcome=FREE, order=order)),
        ]
        reviewer = await asyncio.to_thread(self.session.paperwork.samples.reviewer_id)
        if reviewer is not None:
            choices.append(Choice("m", "my sample", NoteFilter(order=order, sampled_by=reviewer)))
        if note is not None and note.author:
            choices.append(Choice("g", f"by {note.author}", NoteFilter(note.author, order=order)))
        choices += [
            Choice(outcome.key.upper(), outcome.label, NoteFilter(outcome=outcome.id, order=order))
            for outcome in desk.playbook.outcomes
        ]
        begin = next((place for place, choice in enumerate(choices) if choice.value == self.view), 0)
        chosen = await self.app.push_screen_wait(ChoiceScreen("Show notes", choices, begin=begin))
        if chosen is not None:
            self._show(chosen, next(choice.label for choice in choices if choice.value == chosen))

    def _show(self, view: NoteFilter, asked: str) -> None:
        self.view, self._asked, self._from_the_top = view, asked, True
        self.reload()

    async def browse(self) -> None:
        """Open the survey ticket of the note in a browser."""
        note, link = self.current, self.session.link
        if note is None or link is None:
            self.notify("The ticket cannot be opened: no help desk is configured.", markup=False)
            return
        await show_page(self, link(note.ticket_id))

    async def set_aside(self) -> None:
        """Ask about the rating of the note's case."""
        if (note := self.current) is not None and await RatingActions(self.session, Dialog(self)).ask(note.survey_id):
            self.show_detail()

    async def draw_sample(self) -> None:
        """Ask what to draw, and show the notes from the first of the sample on."""
        if await SampleActions(self.session, Dialog(self)).draw():
            self._show(NoteFilter(order=NoteOrder.RISK), "everybody")

    async def replace_in_sample(self) -> None:
        """Ask why the note is replaced."""
        if (note := self.current) is not None and await SampleActions(self.session, Dialog(self)).replace(note):
            self.reload()

    async def coach(self) -> None:
        """Show what the note's author is to work on."""
        if (note := self.current) is not None:
            await self.app.push_screen_wait(CoachingWindow(self.session, note))

    def scroll(self, lines: int) -> None:
        """Scroll the note, which stays under the cursor."""
        self._from_the_top = False
        self._detail.scroll_relative(y=lines, animate=False)
