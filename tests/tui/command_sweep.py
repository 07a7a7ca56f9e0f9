"""Does commands on a full desk, with those of the windows that they open, and records which were done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.actions import SkipAction
from textual.pilot import Pilot

from csat_tui.domain.case import Answer
from csat_tui.domain.composing import Reach
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.coaching import CoachingDeed
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.sync.import_ticket import ImportedTicket
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.commands import Commanded, chain, perform
from csat_tui.tui.windows.prompts import TextPrompt, YesNoScreen
from tests.store.shelf import sign_in_reviewer
from tests.tui import test_conflict
from tests.tui.desk_fixture import StillSync, a_low_survey, put, settled, workstation
from tests.tui.outbox_fixture import decided, happen
from tests.tui.screen_thread import Notes, screen_thread
from tests.tui.test_history import with_others
from tests.tui.test_mending import held
from tests.tui.test_review_screen import put_notes
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
    proposes = name in (*"01234", "yes", "no", "na")
    return 0 if proposes or name.startswith(moves) else 1 if name.startswith(
        ("leave", "later", "close")
    ) else 2, command_id


def fill(database: Database) -> None:
    with_others(database)
    held(database)
    rows(database, 30)
    put_notes(database)
    put(database, [a_low_survey(number, comment="Nobody called me back. " * 80) for number in (2, 7)])


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


def coach(app: Workstation) -> None:
    """Agree something with whoever wrote a note."""
    sign_in_reviewer(app.session.desk._database)
    desk = app.session.paperwork.coaching
    for note in (90_000, 90_001, 90_002):
        item = desk.mark(note, "Say what was done.")
        desk.step(item.id, CoachingDeed.TALK, "So.")
        desk.step(item.id, CoachingDeed.AGREED, "So.", desk.today)


@asynccontextmanager
async def swept(tmp_path: Path) -> AsyncIterator[Sweep]:
    with workstation(tmp_path, 12, fill=fill, sync=ImportingSync()) as app:
        furnish(app)
        with screen_thread() as notes:
            noted = Workstation(app.session)  # made anew while somebody takes notes
            async with noted.run_test(size=SIZE) as pilot:
                await settled(pilot)
                yield Sweep(noted, pilot, notes)
