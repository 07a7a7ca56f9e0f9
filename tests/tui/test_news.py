"""A customer writes while their case is open: no decision is sent before the message is read."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.background_work import Changes
from csat_tui.tui.base.text import clock_time
from csat_tui.tui.triage import screen as triage_screen
from csat_tui.tui.triage.outcome_menu import ConfirmReply
from csat_tui.tui.triage.screen import TriageScreen
from tests.tui.desk_fixture import NOW, StillSync, asked, settled, told, workstation
from tests.tui.pane_host import HOSTILE, controls, shown
from tests.tui.test_case_on_the_desk import decide_elsewhere
from tests.tui.triage_steps import keep_answers

WROTE = NOW + timedelta(minutes=2)
HELD_UP = f"the customer wrote at {clock_time(WROTE, NOW)} after you opened this case"
NEW = "new since you opened"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Workstation]:
    with workstation(tmp_path, 2) as app:
        yield app


@asynccontextmanager
async def a_note_ready_to_send(app: Workstation, outcome: str = "n") -> AsyncIterator[Pilot[None]]:
    """Open the first case, answer everything and write its note, up to the last key."""
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        keep_answers(app, screen(app).case.id, "yyyyyn" if outcome == "n" else "yyyyyy")
        await settled(pilot)
        await pilot.press("e", outcome, *(["enter"] if outcome == "f" else []))
        await settled(pilot)
        for area in screen(app).composer._form.areas.values():
            area.insert("as promised")
        await settled(pilot)
        yield pilot


def screen(app: Workstation) -> TriageScreen:
    assert isinstance(app.screen, TriageScreen)
    return app.screen


async def write(
    app: Workstation,
    pilot: Pilot[None],
    body: str = "Please cancel it.",
    author: Author = Author.CUSTOMER,
    *,
    wait: bool = True,
) -> None:
    """Let a message come to the first case's ticket, as the sync would bring it."""
    ticket_id = app.screen_stack[0].transcript.ticket_id
    with app.session.desk._database.write(f"ticket:{ticket_id}") as connection:
        earlier = tickets.messages(connection, ticket_id)
        later = Message(5_000 + len(earlier), ticket_id, WROTE, author, "Dana W.", author is Author.CUSTOMER, body)
        tickets.put_transcripts(connection, [(ticket_id, [*earlier, later], WROTE)])
    await (settled(pilot) if wait else pilot.pause(0.2))


async def test_what_the_customer_wrote_meanwhile_is_marked_and_holds_the_decision_up(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        case_id = screen(app).case.id
        assert "ready" in shown(app)
        await write(app, pilot)
        assert "ready" not in shown(app)
        assert "the customer wrote at" in shown(app)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert HELD_UP in "\n".join(app.heard)
        assert app.session.desk.case(case_id).stage is Stage.OPEN


async def test_sending_goes_to_what_is_new_and_once_it_was_on_the_screen_the_note_goes(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        case_id = screen(app).case.id
        await write(app, pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert screen(app).front is screen(app).transcript
        assert NEW in shown(app)
        assert "Please cancel it." in shown(app)
        await pilot.press("4")
        await settled(pilot)
        assert "ready" in shown(app)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert app.session.desk.case(case_id).stage is Stage.DECIDED


async def test_a_key_goes_there_and_is_offered_only_where_something_is_new(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        assert "ctrl+r" not in shown(app)
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "the customer has written nothing since you opened this case" in told(app)
        await write(app, pilot)
        assert "ctrl+r read what is new" in shown(app)
        assert "1 new" in screen(app).transcript.state
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "1 new" not in screen(app).transcript.state
        assert NEW in shown(app)


async def test_a_long_message_is_read_only_when_all_of_it_was_on_the_screen(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        await write(app, pilot, "\n".join(f"line {number}" for number in range(60)))
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert "line 1" in shown(app)
        await pilot.press("G")
        await settled(pilot)
        assert "line 59" in shown(app)
        assert screen(app).opened.unread
        await pilot.press("K", *["ctrl+d"] * 8)
        await settled(pilot)
        assert not screen(app).opened.unread


async def test_what_is_merely_on_the_screen_while_the_person_writes_is_not_read(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        screen(app).transcript.view.scroll_end(animate=False)
        await write(app, pilot)
        screen(app).transcript.view.scroll_end(animate=False)
        await settled(pilot)
        assert "Please cancel it." in shown(app)
        assert screen(app).opened.unread


async def test_a_colleagues_message_is_marked_but_holds_nothing_up(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        await write(app, pilot, "I have this one.", Author.AGENT)
        assert "ready" in shown(app)
        await pilot.press("escape", "2", "G")
        await settled(pilot)
        assert NEW in shown(app)


async def test_a_case_opened_anew_holds_nothing_up(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        await write(app, pilot)
        await pilot.press("escape", "j")
        await settled(pilot)
        assert not screen(app).opened.unread
        await pilot.press("k")
        await settled(pilot)
        assert not screen(app).opened.unread
        await pilot.press("escape", "2", "G")
        await settled(pilot)
        assert "Please cancel it." in shown(app)
        assert NEW not in shown(app)


async def test_what_comes_while_the_reply_is_confirmed_stops_it(app: Workstation) -> None:
    async with a_note_ready_to_send(app, "f") as pilot:
        case_id = screen(app).case.id
        await pilot.press("ctrl+s")
        await asked(pilot)
        assert isinstance(app.screen, ConfirmReply)
        await write(app, pilot, wait=False)
        await pilot.press("y")
        await settled(pilot)
        assert HELD_UP in "\n".join(app.heard)
        assert app.session.desk.case(case_id).stage is Stage.OPEN


async def test_what_the_store_has_heard_with_the_last_key_stops_the_reply_before_the_screen_has_shown_it(
    app: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_note_ready_to_send(app, "f") as pilot:
        case_id = screen(app).case.id
        await pilot.press("ctrl+s")
        await asked(pilot)
        assert isinstance(app.screen, ConfirmReply)
        monkeypatch.setattr(Changes, "PAUSE", 600)
        await write(app, pilot, wait=False)
        await pilot.press("y")
        await settled(pilot)
        assert HELD_UP in "\n".join(app.heard)
        assert app.session.desk.case(case_id).stage is Stage.OPEN


async def test_a_case_that_is_decided_elsewhere_while_the_reply_is_confirmed_is_not_sent_again(
    app: Workstation,
) -> None:
    async with a_note_ready_to_send(app, "f") as pilot:
        case_id = screen(app).case.id
        await pilot.press("ctrl+s")
        await asked(pilot)
        assert isinstance(app.screen, ConfirmReply)
        decide_elsewhere(app, case_id)
        await pilot.press("y")
        await settled(pilot)
        assert "already decided" in told(app)
        assert app.session.desk.case(case_id).decided.outcome_id == "needs-evaluation"
        assert "as promised" in " ".join(app.session.desk.draft(case_id).fields.values())


async def test_the_outcome_menu_says_it_too(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        await write(app, pilot)
        await pilot.press("escape", "e")
        await settled(pilot)
        assert HELD_UP in " ".join(shown(app).replace("│", " ").split())


async def test_a_transcript_that_arrives_for_the_first_time_is_not_news(tmp_path: Path) -> None:
    def no_transcript(database) -> None:
        with database.write() as connection:
            tickets.put_transcripts(connection, [(TicketId(7_300_000), [], None)])

    with workstation(tmp_path, 1, fill=no_transcript) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await write(app, pilot, "Where is my box?")
            assert "Where is my box?" in shown(app)
            assert not screen(app).opened.unread


async def test_hostile_news_shows_as_symbols(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        await write(app, pilot, HOSTILE.replace("\ud83d", ""))
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert controls(app) == []


async def test_news_is_asked_for_while_a_note_is_being_written_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = StillSync()
    monkeypatch.setattr(triage_screen, "NEWS", 1)
    with workstation(tmp_path, 2, sync=sync) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            sync.wanted.clear()
            screen(app)._each_second()
            assert not sync.wanted
            await pilot.press("e", "n")
            await settled(pilot)
            sync.wanted.clear()
            screen(app)._each_second()
            case = screen(app).case
            assert case is not None
            assert set(sync.wanted) == {case.id}


async def test_a_sync_on_request_asks_for_what_was_said_in_the_case_on_the_screen(tmp_path: Path) -> None:
    sync = StillSync()
    with workstation(tmp_path, 2, sync=sync) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            sync.wanted.clear()
            await pilot.press("R")
            await settled(pilot)
            case = screen(app).case
            assert case is not None
            assert (sync.asked, sync.wanted) == (1, [case.id])


async def test_nothing_said_in_passing_stays_in_front_of_what_is_to_be_read(app: Workstation) -> None:
    async with a_note_ready_to_send(app) as pilot:
        await write(app, pilot)
        app.notify("The ticket's number is copied.", timeout=60)
        await pilot.press("ctrl+r")
        await settled(pilot)
        assert not told(app)
        app.clear_notifications()
        await pilot.press("4")
        await write(app, pilot, "And the other one.")
        await pilot.press("ctrl+s")
        await settled(pilot)
        said = list(app._notifications)
        assert not said or max(one.timeout for one in said) <= 2
