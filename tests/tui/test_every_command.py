"""Every command, done on a full desk: none of them waits for the store or a file on the screen's thread."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from textual.actions import SkipAction
from textual.pilot import Pilot

from csat_tui.domain.case import Answer
from csat_tui.domain.composing import Reach
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreBusy
from csat_tui.sync.import_ticket import ImportedTicket
from csat_tui.tui.app import Workstation, all_scopes
from csat_tui.tui.base.commands import DECLARED, Commanded, chain, perform
from csat_tui.tui.base.session import Unsaved
from csat_tui.tui.triage.composer import pane as composer_pane
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.welcome import Welcome
from csat_tui.tui.windows import left_words
from csat_tui.tui.windows.prompts import ChoiceScreen, TextPrompt, YesNoScreen
from csat_tui.workflow.desk import Desk
from tests.tui import test_conflict
from tests.tui.desk_fixture import StillSync, a_low_survey, comes_about, filled_desk, put, settled, workstation
from tests.tui.outbox_fixture import decided, happen
from tests.tui.pane_host import shown
from tests.tui.screen_thread import Notes, screen_thread
from tests.tui.test_case_on_the_desk import elsewhere
from tests.tui.test_history import with_others
from tests.tui.test_mending import held
from tests.tui.test_shift_screen import LIST
from tests.tui.test_tracker_screen import rows

SIZE = (120, 40)

MOST = 30
"""Steps after which a command has come to an end, with those of its windows."""

LEAVING = frozenset({"app.quit", "welcome.leave", "welcome.take"})
"""The commands that end the app; they have a test of their own."""


class ImportingSync(StillSync):
    """Stands where the sync stands, and says that it has fetched what it was asked for."""

    async def import_ticket(self, number: int) -> ImportedTicket:
        return ImportedTicket(SurveyId(1), f"#{number} is on the desk.")


def open_window(app: Workstation) -> Any:
    """Return the window over the modes' screens; None where there is none."""
    return app.screen if len(app.screen_stack) > 1 else None


class Sweep:
    """Does the commands that can be reached, those of the windows they open too, and remembers which were done."""

    def __init__(self, app: Workstation, pilot: Pilot[None], notes: Notes) -> None:
        self.app, self.pilot, self.notes = app, pilot, notes
        self.done: set[str] = set()
        self.trail: list[str] = []
        self._window_has_more = False

    async def here(self, *ids: str, say: str = "") -> None:
        """Do these commands where the person is, or else every one that was not done; leave what they open."""
        for one in ids:
            await self.one(one, say)
            assert one in self.done, f"{one} cannot be done: {self._reason(one)}"
        for one in [] if ids else self._left():
            await self.one(one, say)

    def _reason(self, command_id: str) -> str:
        for node, command in chain(self.app.screen):
            if command.id == command_id:
                return command.unavailable(node)
        return f"it cannot be reached from {self.app.screen} with {self.app.screen.focused} in front"

    def _left(self) -> list[str]:
        gone = self.done | LEAVING
        return [one.id for node, one in chain(self.app.screen) if one.id not in gone and not one.unavailable(node)]

    async def one(self, command_id: str, say: str = "") -> None:
        """Do a command, then every command of the windows that it opens, and leave those."""
        for _ in range(MOST):
            before = len(self.done)
            if not await self._perform(command_id):
                return
            await self.windows(command_id, say)
            if len(self.done) == before or not self._window_has_more:
                return

    async def windows(self, command_id: str, say: str = "") -> None:
        """Do what the windows that are open have, and leave them."""
        for _ in range(MOST):
            if (window := open_window(self.app)) is None:
                return
            await self._go_on(window, say)
        raise AssertionError(f"{command_id} does not come to an end: {self.trail[-MOST:]}")

    async def _go_on(self, window: Any, say: str) -> None:
        """Do the next thing in a window; what is left when it closes is done when it is opened again."""
        left = [one for one in self._left() if isinstance(window, Commanded) and one in _own(window)]
        self._window_has_more = len(left) > 1
        if isinstance(window, YesNoScreen):
            self.trail.append("y")
            await self.pilot.press("y")
        elif isinstance(window, TextPrompt) and say and not window.area.text:
            window.area.load_text(say)
        elif left:
            await self._perform(min(left, key=_leaves))
            return
        else:
            self.trail.append("escape")
            await self.pilot.press("escape")
        await settled(self.pilot)

    async def _perform(self, command_id: str) -> bool:
        """Do a command where it can be reached and nothing stands in its way."""
        for node, command in chain(self.app.screen):
            if command.id == command_id and not command.unavailable(node):
                self.notes.doing = command_id
                self.done.add(command_id)
                self.trail.append(command_id)
                with suppress(SkipAction):  # the key goes on to whoever comes next
                    perform(node, command)
                await settled(self.pilot)
                return True
        return False


def _own(window: Commanded) -> set[str]:
    return {one.id for one in window.all_commands()}


def _leaves(command_id: str) -> tuple[int, str]:
    """Sort what closes a window behind what moves in it, and what changes something behind that."""
    name = command_id.rpartition(".")[2]
    moves = ("down", "up", "next", "previous", "mark", "offer", "turn", "page", "half", "open")
    return 0 if name.startswith(moves) else 1 if name.startswith(("leave", "later", "close")) else 2, command_id


def fill(database: Database) -> None:
    with_others(database)
    held(database)
    rows(database, 30)
    put(database, [a_low_survey(7, comment="Nobody called me back. " * 80)])


def say_more(app: Workstation, number: int) -> None:
    """Have a customer write on the source ticket of a case."""
    database = app.session.desk._database
    case = app.session.desk.case(SurveyId(number))
    assert case is not None
    assert case.source_ticket is not None
    source, now = case.source_ticket, app.session.desk.now + timedelta(minutes=1)
    said = Message(8_000, source.id, now, Author.CUSTOMER, source.requester_name, True, "Anybody there?", "email")
    with database.write(f"ticket:{source.id}") as connection:
        kept = tickets.messages(connection, source.id)
        tickets.put_transcripts(connection, [(source.id, [*kept, said], now)])
        tickets.put_tickets(connection, [replace(source, updated_at=now)], now)


def answer_all(app: Workstation, number: int) -> None:
    """Answer every check of a case."""
    case = app.session.desk.case(SurveyId(number))
    assert case is not None
    for check_id in case.path.checks:
        app.session.desk.answer(case.id, check_id, Answer.YES)


def furnish(app: Workstation) -> None:
    """Decide cases, and bring what was decided to every state in which a person can do something about it."""
    session = app.session
    desk, dispatch = session.desk, session.dispatch
    desk.reach = Reach(channels=frozenset({"qa"}))
    for number in (3, 11, 12):
        with patch.object(test_conflict, "DECIDED", SurveyId(number)):
            test_conflict.conflict(app, (Author.CUSTOMER, "Wait."))
    lost = (EffectEvent.CLAIMED, EffectEvent.LOST, EffectEvent.ABSENT)
    for number, outcome, events in (
        (2, "acknowledge", lost),
        (4, "acknowledge", lost),
        (5, "no-response", (EffectEvent.CLAIMED, EffectEvent.REFUSED)),
        (6, "no-response", ()),
    ):
        effect = decided(desk, dispatch, number, outcome)[0]
        happen(desk._database, effect, *events, sentence="for the test")
    case = desk.case(SurveyId(7))
    assert case is not None
    desk.decide(case, "ask-channel", {"ask": "Was the credit right?"})


@asynccontextmanager
async def swept(tmp_path: Path) -> AsyncIterator[Sweep]:
    with workstation(tmp_path, 12, fill=fill, sync=ImportingSync()) as app:
        furnish(app)
        with screen_thread() as notes:
            noted = Workstation(app.session)  # made anew while somebody takes notes
            async with noted.run_test(size=SIZE) as pilot:
                await settled(pilot)
                yield Sweep(noted, pilot, notes)


async def triage(sweep: Sweep) -> None:
    app, pilot = sweep.app, sweep.pilot
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    await pilot.press("j")
    await settled(pilot)
    moves = ("down", "up", "half-down", "half-up", "bottom", "top", "mark", "range", "clear")
    await sweep.here(*(f"queue.{one}" for one in moves))
    for command in ("queue.claim", "queue.snooze", "queue.sort", "queue.filter", "queue.open"):
        screen.go_to(screen.queue)
        await sweep.here(command)
    # A customer with other tickets.
    app.show_case(SurveyId(1))
    await settled(pilot)
    await sweep.here("case.history", say="They are two boxes.")
    app.show_case(SurveyId(1))
    await settled(pilot)
    await sweep.here("transcript.next-ticket", "transcript.previous-ticket", "transcript.next-ticket",
                     "transcript.own-ticket", "case.undo")  # fmt: skip
    screen.go_to(screen.transcript)
    screen.transcript.search()
    await pilot.press(*"charge", "enter")
    await settled(pilot)
    await sweep.here()
    # A survey that could not be read.
    app.show_case(SurveyId(13))
    await settled(pilot)
    await sweep.here("case.fix", "case.correct")
    # A question that waits.
    app.show_case(SurveyId(7))
    await settled(pilot)
    await sweep.here("case.answer", say="Yes.")
    # A long survey, and its checks.
    app.show_case(SurveyId(8))
    await settled(pilot)
    screen.go_to(screen.transcript)
    await settled(pilot)
    await sweep.here("transcript.unfold")
    screen.go_to(screen.checklist)
    await settled(pilot)
    await sweep.here("checklist.yes", "checklist.up", "checklist.clear", "checklist.no", "checklist.evidence")
    await sweep.here()
    await sweep.here("case.rest")


async def note(sweep: Sweep) -> None:
    app, pilot = sweep.app, sweep.pilot
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    app.show_case(SurveyId(9))
    await settled(pilot)
    screen.go_to(screen.checklist)
    await sweep.here("case.rest")
    await sweep.here("case.decide")
    app.show_case(SurveyId(9))
    await settled(pilot)
    await pilot.press("4")
    await settled(pilot)
    screen.decisions._write_for("follow-up")
    await settled(pilot)
    await sweep.windows("the outcome")
    screen.go_to(screen.composer)
    await settled(pilot)
    await sweep.here("case.missing", "composer.findings", "composer.saved", "composer.text", "composer.text")
    reply = screen.composer.replying
    assert reply is not None
    reply.focus()
    reply.load_text("teh box, Unfortunately, we can not help you!!")
    await settled(pilot)
    await sweep.here("composer.wording", "composer.fix-1", "composer.fix-2", "composer.fix-3")
    with patch.object(composer_pane, "edited", lambda text, _command: f"{text} more"):
        await sweep.here("composer.editor")
    await sweep.here("composer.next", "composer.previous")
    draft = app.session.desk.draft(SurveyId(9))
    name = next(one for one in draft.fields if draft.fields[one])
    other = elsewhere(app)
    other.save_draft(SurveyId(9), replace(draft, fields={**draft.fields, name: "Others' words."}), {name: ""})
    await comes_about(lambda: screen.composer.contested)
    await sweep.here("composer.versions")
    say_more(app, 9)
    await comes_about(lambda: screen.transcript.view.news.unread)
    await sweep.here("case.news")
    await sweep.here()
    # Words that a decision from elsewhere did not say.
    app.show_case(SurveyId(8))
    await settled(pilot)
    screen.decisions._write_for("ask-channel")
    await settled(pilot)
    next(iter(screen.composer._form.areas.values())).load_text("Was the credit right?")
    await settled(pilot)
    decided(elsewhere(app), app.session.dispatch, 8, "no-response")
    await comes_about(lambda: screen.composer.closed)
    screen.go_to(screen.composer)
    await sweep.here("composer.discard")
    screen.go_to(screen.composer)
    await settled(pilot)
    await sweep.here("composer.leave")
    # A decision, from the first key to its undoing.
    answer_all(app, 10)
    app.show_case(SurveyId(10))
    await settled(pilot)
    screen.decisions._write_for("no-response")
    screen.go_to(screen.composer)
    await settled(pilot)
    for area in screen.composer._form.areas.values():
        area.load_text("Two boxes, two charges.")
    await settled(pilot)
    await sweep.here("composer.send")
    await sweep.here("case.undo")
    app.show_case(SurveyId(10))
    await settled(pilot)
    await sweep.here("case.send", "case.send")


async def elsewhere_in_the_app(sweep: Sweep) -> None:
    app, pilot = sweep.app, sweep.pilot
    await sweep.here("app.outbox")
    await comes_about(lambda: app.screen.current)
    for command in ("outbox.settle", "outbox.seen", "outbox.retry", "outbox.withdraw"):
        screen = app.screen
        for _ in range(3 if command == "outbox.settle" else 1):
            places = [
                place for place, one in enumerate(screen.items.items)
                if not DECLARED[command].unavailable(_At(screen, one))
            ]  # fmt: skip
            if places:
                screen.go(places[0])
                await settled(pilot)
                await sweep.here(command)
                app.go_to_mode("outbox")
                await settled(pilot)
    await sweep.here()
    await sweep.here("app.shift")
    await comes_about(lambda: app.screen.state)
    await sweep.here("shift.import", say=LIST)
    await settled(pilot)
    await sweep.here("shift.missing")
    fetch = DECLARED["shift.fetch"]
    app.screen.go(
        next(at for at, one in enumerate(app.screen.items.items) if not fetch.unavailable(_At(app.screen, one)))
    )
    await sweep.here("shift.fetch")
    await sweep.here("shift.settle", say="Not ours.")
    await sweep.here("shift.save", "shift.preview", "shift.rename", "shift.send")
    app.screen.go(0)
    await sweep.here("shift.enter", "shift.leave", "shift.fresh", "shift.carry")
    await sweep.here()
    await sweep.here("app.tracker")
    await comes_about(lambda: app.screen.current)
    await sweep.here("tracker.correct", "tracker.filter", "tracker.export", "tracker.sheet")
    await sweep.here("tracker.sheet", "tracker.sheet", "tracker.first", "tracker.browse", "tracker.open")
    app.go_to_mode("tracker")
    await sweep.here()


class _At:
    """A list screen with its cursor on another item, for asking what could be done there."""

    def __init__(self, screen: Any, item: Any) -> None:
        self._screen, self.current = screen, item

    def __getattr__(self, name: str) -> Any:
        return getattr(self._screen, name)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EDITOR", "true")


PLACES: dict[str, tuple[Callable[[Sweep], Awaitable[None]], tuple[str, ...]]] = {
    "triage": (triage, ("case", "checklist", "evidence", "form", "history", "mending", "outcomes", "pane", "queue",
                        "screen", "search", "sync", "transcript", "words")),
    "note": (note, ("choice", "composer", "missing", "picker")),
    "elsewhere": (elsewhere_in_the_app, ("app", "conflict", "help", "outbox", "preview", "shift", "tracker")),
}  # fmt: skip
"""What is done, and how the names of the commands begin that are all done there."""

NOT_HERE = {
    "app.quit": "ends the app",
    "case.news": "done in the note",
    "case.send": "done in the note",
    "evidence.open": "a check of the builtin playbook names no article; opening one is tried in test_checklist.py",
}
"""The commands that are not done here, and why."""


def every_command() -> set[str]:
    """Return the ids of the workstation's commands: tests of its pieces declare commands of their own."""
    return {command.id for commands in all_scopes().values() for command in commands}


@pytest.mark.parametrize("place", PLACES)
async def test_no_command_waits_for_the_store_or_a_file_on_the_screens_thread(tmp_path: Path, place: str) -> None:
    do, owned = PLACES[place]
    async with swept(tmp_path) as sweep:
        await do(sweep)
    assert not sweep.notes.waited, str(sweep.notes)
    left = {one for one in every_command() if one.split(".")[0] in owned} - sweep.done - set(NOT_HERE)
    assert not left, f"these were not done: {sorted(left)}"


def test_every_command_is_done_in_one_of_the_places() -> None:
    begins = {one.split(".")[0] for one in every_command()} - {"welcome"}
    assert begins == {one for _, owned in PLACES.values() for one in owned}


async def test_the_first_start_looks_at_no_file_on_the_screens_thread(tmp_path: Path) -> None:
    app = Welcome()
    with screen_thread() as notes:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("i", *"/nowhere/at.csv", "enter")
            await comes_about(lambda: "does not exist" in shown(app))
    assert not notes.waited, str(notes)


async def test_words_that_the_store_does_not_take_are_written_to_a_file_beside_the_keys(tmp_path: Path) -> None:
    with workstation(tmp_path, 3) as app, screen_thread() as notes:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("e", "n", *"late")
            with patch.object(Desk, "save_draft", side_effect=StoreBusy("The database is in use by another program.")):
                await pilot.press("ctrl+q")
                await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
                await pilot.press("f")
                await comes_about(lambda: app.return_code is not None)
        assert [one for one in app.session.desk.folder.glob("words-*.txt") if "late" in one.read_text()]
    assert not notes.waited, str(notes)


def test_what_the_screens_own_functions_wait_for_is_noted_on_this_thread_and_on_no_other(tmp_path: Path) -> None:
    _, desk, _ = filled_desk(tmp_path, 1)
    with screen_thread() as notes:
        left_words._files(desk)
        left_words.write_words(tmp_path, [Unsaved("case 1", {"": "late"})], desk.now)
        here = len(notes.waited)
        beside = threading.Thread(target=left_words._files, args=(desk,))
        beside.start()
        beside.join()
    said = str(notes)
    assert "the store by tui.windows.left_words:_files > workflow.desk:Desk.habit" in said
    assert "tui.windows.left_words:write_words" in said
    assert len(notes.waited) == here
