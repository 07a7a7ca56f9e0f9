"""The screen of service recovery: unhappy customers, what each of them wrote, and the notes about what was done."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.link import RecoveryTarget
from csat_tui.store.service_recovery import RecoveryDraft, RecoveryList, RecoverySurvey
from csat_tui.tui.base.background_work import FollowsStore
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.drafts import KeptDrafts
from csat_tui.tui.base.keybar import KeyBar
from csat_tui.tui.base.keymap import key_for
from csat_tui.tui.base.list_pane import ListKeyGate
from csat_tui.tui.base.panes import PanedScreen
from csat_tui.tui.base.session import Navigation, Session, Unsaved
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.recovery.filters import choose_customers
from csat_tui.tui.recovery.note import RecoveryNotePane
from csat_tui.tui.recovery.surveys import RecoverySurveysPane
from csat_tui.tui.transcript.pane import SurveyTranscript
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt
from csat_tui.workflow.recovery import RecoveryReading, SavedNote
from csat_tui.workflow.recovery_lists import NotRecovered

PAGE = 10
"""Lines that a page scrolls."""

NO_CUSTOMER_NEEDED = ("recovery.top", "recovery.bottom", "recovery.filter")
"""The beginnings of the ids of commands that concern no customer."""

NOT_SHOWN = "The customer that this was typed for is not shown yet. What you typed was not used; type it again."
NOT_SAVED = "The note could not be saved"


@dataclass(frozen=True)
class CustomerReading:
    """A customer with the notes, and the case with its transcript."""

    recovery: RecoveryReading
    case: Case | None


class NoteDrafts(KeptDrafts[RecoveryDraft]):
    """The notes that were begun in this session, by the numbers of the surveys."""

    FAILURE = "What you write could not be saved; it is still on the screen"

    def texts(self, draft: RecoveryDraft) -> Mapping[str, str]:
        """Return the words of a note."""
        return {"Author": draft.author, "Notes": draft.text} if draft.text.strip() else {}

    def name(self, number: int) -> str:
        """Return what the words are about."""
        return f"the recovery note about survey {number}"


def _nobody(screen: "RecoveryScreen") -> str:
    return "" if screen.customers.current else "no customer here"


class RecoveryScreen(FollowsStore, PanedScreen):
    """Lays out the customers, the survey and the notes, and brings each what it shows."""

    NAME = "Recovery"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("recovery.filter", ("f",), "filter", "Choose which customers to show.", lambda s: s.choose(),
                footer=True),
        Command("recovery.reassign", ("R",), "another group", "Let another support group answer for this customer.",
                lambda s: s.reassign(), _nobody),
        Command("recovery.undo", ("u",), "take back", "Take back the last note while nothing has been sent.",
                lambda s: s.undo(), lambda s: "" if len(s.grace) else "you have not saved a note in this session"),
        Command("recovery.browse", ("o",), "open in browser", "Open the ticket of this customer in a browser.",
                lambda s: s.browse(), _nobody),
        Command("recovery.find", ("slash",), "find", "Find words in the transcript.", lambda s: s.find(), _nobody),
        Command("recovery.page-down", ("ctrl+d",), "page down",
                "Scroll the survey down by a page; in the notes, the log.", lambda s: s.scroll(PAGE)),
        Command("recovery.page-up", ("ctrl+u",), "page up",
                "Scroll the survey up by a page; in the notes, the log.", lambda s: s.scroll(-PAGE)),
    )  # fmt: skip

    def __init__(self, session: Session, navigation: Navigation) -> None:
        del navigation
        super().__init__()
        self.session = session
        desk = session.desk
        self._recovery = session.paperwork.recovery
        self.customers = RecoverySurveysPane(self._recovery, lambda: desk.now)
        self.survey = SurveyTranscript(desk.playbook, lambda: desk.now, id="survey")
        self.note = RecoveryNotePane(lambda: desk.now, self.customers.beside)
        self.hold(self.customers, self.survey, self.note)
        self.key_bar = KeyBar()
        self._dialog = Dialog(self)
        self.drafts = NoteDrafts(self._save_draft, session.writer, self.do)
        self.grace = UndoCountdown()
        self._saved: dict[str, SavedNote] = {}
        """The notes of this session, by the numbers of their decisions."""
        self._saving: set[int] = set()
        """The customers whose notes are being saved."""
        self._shown: SurveyId | None = None
        self._stale = True
        """Whether the customer on the screen is to be read again."""
        self._playbook = desk.playbook
        self.key_gate = ListKeyGate(
            self.customers, shown=self._customer_shown, harmless=NO_CUSTOMER_NEEDED, not_shown=NOT_SHOWN,
            front=lambda: self.front, command_id=self.command_of,
        )  # fmt: skip

    def compose(self) -> ComposeResult:
        """Lay out the panes: the customers, the survey over the notes."""
        yield self.pane_bar
        with Container(id="recovery"):
            yield self.customers
            with Container(id="recovered"):
                yield self.survey
                yield self.note
        yield self.key_bar

    def on_mount(self) -> None:
        """Listen to the store, place the surveys that are new, and focus the list."""
        self.follow_store(self.session.desk.listen)
        self.go_to(self.customers)
        self.set_interval(1, self._count_down)
        self._place_surveys()

    def on_screen_resume(self) -> None:
        """Follow a playbook that has changed, and bring the ages up to date."""
        if self._playbook is not self.session.desk.playbook:
            self.reload()
        self.customers.list.redraw()

    def _place_surveys(self) -> None:
        self.do("The customers could not be brought up to date", self._bring_up_to_date(), "places")

    async def _bring_up_to_date(self) -> None:
        await self.session.writer.write(self._recovery.bring_up_to_date)

    def store_changed(self, topics: frozenset[str]) -> None:
        """Read again what has changed."""
        self._count_down()
        if any(topic.startswith("recovery") for topic in topics):
            self._stale = True
            self.customers.list.reread()
        elif "queue" in topics:
            self._place_surveys()

    def _count_down(self) -> None:
        """Show how long the last note can be taken back."""
        last = self.grace.last
        saved = None if last is None else self._saved.get(str(last.decision_id))
        label = "" if saved is None else f"Note by {saved.note.author}"
        key = key_for(self.app, "recovery.undo")
        if self.note.writes:
            key = f"{key_for(self.app, 'screen.back')} {key}"
        self.key_bar.notice(self.grace.countdown(self.session.desk.now, label, key))

    def _customer_shown(self) -> bool:
        current = self.customers.current
        return self._shown == (None if current is None else current.survey_id)

    def command_of(self, key: str) -> str:
        """Return the id of the command that a key would perform now; empty if none, or in words."""
        return "" if self.note.writes else super().command_of(key)

    async def save_words(self) -> None:
        """Save the notes that are begun. Raises StoreError."""
        await self.drafts.save()

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the words that the store does not have."""
        return self.drafts.unsaved()

    def _save_draft(self, number: int, draft: RecoveryDraft) -> None:
        self._recovery.save_draft(SurveyId(number), draft)

    def reload(self) -> None:
        """Read the list and the customer again; the cursor stays."""
        self._playbook = self.session.desk.playbook
        self.survey.view.follow(self._playbook)
        self._stale = True
        self._place_surveys()
        self.customers.list.reread()

    # The customer under the cursor

    def on_list_pane_highlighted(self) -> None:
        """Show the customer under the cursor."""
        row = self.customers.current
        if row is None:
            self._show(None, None)
            return
        if row.survey_id == self._shown and not self._stale:
            return
        self._stale = False
        self.read_store(
            "customer", "The customer could not be read", partial(self._read, row.survey_id), partial(self._fill, row),
            row.survey_id,
        )  # fmt: skip

    def _read(self, survey_id: SurveyId) -> CustomerReading | None:
        recovery = self._recovery.reading(survey_id)
        return None if recovery is None else CustomerReading(recovery, self.session.desk.case(recovery.place.survey_id))

    def _fill(self, row: RecoverySurvey, reading: CustomerReading | None) -> None:
        current = self.customers.current
        if current is None or current.survey_id != row.survey_id:
            return  # another customer is read by now
        if self._stale:
            self.on_list_pane_highlighted()  # it has changed meanwhile
            return
        self._show(row.survey_id, reading)
        if self.session.sync is not None:
            self.session.sync.prioritize([row.survey_id])

    def _show(self, survey_id: SurveyId | None, reading: CustomerReading | None) -> None:
        self._shown = survey_id
        self.survey.case = None if reading is None else reading.case
        recovery = None if reading is None else reading.recovery
        draft = None
        if recovery is not None:
            draft = self.drafts.of(recovery.place.survey_id) or recovery.draft
        self.note.show(recovery, draft)
        self.key_bar.show_keys()

    def on_list_pane_opened(self) -> None:
        """Go to the words of a note."""
        self.go_to(self.note)

    # Writing

    def on_recovery_note_pane_draft_changed(self, message: RecoveryNotePane.DraftChanged) -> None:
        """Keep what is typed."""
        if message.survey_id not in self._saving:
            self.drafts.keep(message.survey_id, message.draft)
        self.key_bar.show_keys()

    def on_recovery_note_pane_save_wanted(self, message: RecoveryNotePane.SaveWanted) -> None:
        """Save the note, and go on to the next customer or the previous one; the words are empty for another note."""
        reading, draft = self.note.reading, self.note.draft
        if reading is None:
            return
        survey_id = reading.place.survey_id
        self._saving.add(survey_id)
        saving = self._save(survey_id, draft)
        self.note.fill_again(None)
        if message.step:
            self.customers.list.move(message.step)
            self.on_list_pane_highlighted()
        else:
            self.go_to(self.customers)
        self.do(NOT_SAVED, saving)

    async def _save(self, survey_id: SurveyId, draft: RecoveryDraft) -> None:
        try:
            saved = await self.session.writer.write(
                self._recovery.save, survey_id, draft.author, draft.spoken, draft.text
            )
        except Exception:
            self.drafts.keep(survey_id, draft)
            if self.note.survey_id == survey_id and not self.note.draft.text.strip():
                self.note.fill_again(draft)
            raise
        finally:
            self._saving.discard(survey_id)
        self.drafts.forget(survey_id)
        self._stale = True
        self.customers.list.reread()
        if saved.taken is not None:
            self.grace.add(saved.taken)
            self._saved[str(saved.taken.decision_id)] = saved
        else:
            self._dialog.notify(f"Saved here: {saved.stays_here}.", timeout=5)

    async def undo(self) -> None:
        """Take back the last note; its words are a draft again. Raises TooLate, StoreError."""
        taken = self.grace.last
        if taken is None:
            return
        saved = self._saved[str(taken.decision_id)]
        await self.session.writer.write(self._recovery.undo, saved)
        self.grace.drop(taken)
        del self._saved[str(taken.decision_id)]
        self.drafts.forget(saved.survey_id)
        self._show(None, None)  # keys wait until its words are here again
        self._stale = True
        await self.customers.list.go_to(saved.survey_id)
        self.on_list_pane_highlighted()
        self._dialog.notify("Taken back: nothing was sent. The words are a draft again.", timeout=5)

    # Commands

    def back(self) -> None:
        """Go to the list, and from there to the queue; what is typed stays as a draft."""
        if not self.zoomed and self.front is self.customers:
            self.app.switch_mode(self.app.DEFAULT_MODE)
        else:
            super().back()

    async def choose(self) -> None:
        """Ask which customers to show."""
        pane, notes = self.customers, self.customers.list.shows_notes
        chosen = await choose_customers(self._dialog, pane.view, self._recovery, self.session.desk.now, notes=notes)
        if chosen is None:
            return
        view, shows_notes = chosen
        if shows_notes != notes:
            pane.show_notes(shown=shows_notes)
        if view != pane.view:
            await pane.show_at_once(view)

    async def reassign(self) -> None:
        """Ask which group answers for the customer from now on, and why."""
        row = self.customers.current
        if row is None:
            return
        others = [one for one in self._recovery.rules.groups if one.id != row.group]
        if not others:
            self._dialog.notify("The playbook has no other support group.", timeout=4)
            return
        choices = [Choice(str(place), one.label, one.id) for place, one in enumerate(others[:9], 1)]
        group = await self._dialog.ask(ChoiceScreen("Which support group answers for this customer", choices))
        if group is None:
            return

        async def take(reason: str) -> str:
            try:
                await self.session.writer.write(self._recovery.reassign, [row.survey_id], group, reason)
            except NotRecovered as error:
                return str(error)
            return ""

        window = TextPrompt("Another support group: why", hint="who sees it in the log reads this", take=take)
        if await self._dialog.ask(window) is not None:
            self._stale = True
            self.customers.list.reread()
            self._dialog.notify(f"{self._recovery.group_label(group)} answers for this customer now.", timeout=5)

    async def browse(self) -> None:
        """Open the ticket of the customer in a browser."""
        row, link = self.customers.current, self.session.link
        ticket = None if row is None else row.ticket_id or row.survey_ticket_id
        if ticket is None or link is None:
            self._dialog.notify("The ticket cannot be opened: there is none, or no help desk is configured.")
            return
        await self._dialog.show_page(link(TicketId(ticket)))

    def open_target(self, target: RecoveryTarget) -> None:
        """Show what a link or a bookmark names: one customer, or those of a group's day, from the first on."""
        self.do("What the link names could not be shown", self._open_target(target), "command:link")

    async def _open_target(self, target: RecoveryTarget) -> None:
        try:
            found = await asyncio.to_thread(self._recovery.find, target.ticket, target.group, target.day)
        except NotRecovered as error:
            self._dialog.notify(str(error), severity="warning", timeout=12)
            return
        if found.why:
            self._dialog.notify(found.why, severity="warning", timeout=12)
        first = found.surveys[0] if found.surveys else found.replacement
        if first is None:
            return
        if target.day is not None and target.ticket is None:
            since, until = self._recovery.day(target.day)
            view = RecoveryList(RecoveryFilter.NEEDING, target.group, since, until, oldest_first=True)
            self.customers.show(view)
        await self.customers.list.go_to(first)
        self.go_to(self.note)

    def find(self) -> None:
        """Open the search line of the transcript."""
        self.bring_to_front(self.survey)
        self.survey.search()

    def scroll(self, lines: int) -> None:
        """Scroll the survey; in the notes, the log."""
        self.customers.list.touched = True
        view = self.note.log_view if self.front is self.note else self.survey.view
        view.scroll_relative(y=lines, animate=False)
