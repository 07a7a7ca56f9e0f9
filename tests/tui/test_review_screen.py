"""The review screen: the notes that were delivered, the risky first, each beside what the machine says of it."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csat_tui.config.settings import ReviewConfig
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.review.delivered_note import delivered_notes
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.review import NoteInList, NoteOrder, put_delivered_notes
from csat_tui.sync.note_audit import audit_notes
from csat_tui.tui.review.screen import ReviewScreen
from tests.builders import the_playbook
from tests.store.shelf import sign_in_reviewer
from tests.tui.desk_fixture import NOW, comes_about, settled, still, workstation
from tests.tui.pane_host import HOSTILE, controls, shown

SIZE = (120, 40)
NRN = "NRN\nSummary: Charged twice for one box.\nWhy: The second charge was given back the same day."
HOSTILE_NOTE = f"NRN\nSummary: {HOSTILE}".replace("\ud83d", "")  # which no adapter lets in


def put_notes(database: Database) -> None:
    """Put notes on the first three survey tickets: one in order but for its tag, a free one, a hostile one."""
    told = []
    with database.write("notes") as connection:
        for number, text in enumerate((NRN, "Nothing to do here.", HOSTILE_NOTE)):
            ticket_id = TicketId(9_900_000 + number)
            ticket = tickets.ticket(connection, ticket_id)
            assert ticket is not None
            message = Message(
                90_000 + number, ticket_id, NOW - timedelta(hours=number), Author.AGENT, f"Mei {number}", False, text,
                author_id=UserId(7),
            )  # fmt: skip
            tickets.put_transcripts(connection, [(ticket_id, [message], ticket.updated_at)])
            told.append((ticket_id, delivered_notes(ticket, [message], the_playbook())))
        put_delivered_notes(connection, told)


async def fill(database: Database) -> None:
    """Put notes on survey tickets, and audit them."""
    put_notes(database)
    await audit_notes(database, the_playbook())


def screen(app) -> ReviewScreen:
    assert isinstance(app.screen, ReviewScreen)
    return app.screen


def listed(app) -> list[NoteInList]:
    return screen(app).notes.list.window.rows


async def test_the_risky_notes_stand_first_and_each_says_what_it_fails(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            risks = [note.risk for note in listed(app)]
            assert len(risks) == 3
            assert risks == sorted(risks, reverse=True)
            text = shown(app)
            assert "▌! Right outcome by the records" in text
            assert "The records speak against the" in text
            assert not controls(app)


async def test_moving_shows_the_note_as_it_was_delivered(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            await pilot.press("s")
            await settled(pilot)
            assert screen(app).notes.view.order is NoteOrder.NEWEST
            assert [note.comment_id for note in listed(app)] == [90_000, 90_001, 90_002]
            assert "▎ Summary: Charged twice for one box." in shown(app)
            await pilot.press("j")
            await settled(pilot)
            assert "▎ Nothing to do here." in shown(app)
            assert "! Note in its format  (no)" in shown(app)


async def test_the_filters_choose_free_notes_and_an_author(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            for key in ("f", "o", "f"):
                await pilot.press(key)
                await settled(pilot)
            assert [note.author for note in listed(app)] == ["Mei 1"]
            for key in ("f", "x", "f", "g"):
                await pilot.press(key)
                await settled(pilot)
            assert [note.author for note in listed(app)] == ["Mei 2"]
            assert "by Mei 2" in shown(app)


@pytest.mark.parametrize(("keys", "stays"), [((), False), (("j", "k"), True)])
async def test_while_notes_are_being_checked_the_cursor_is_on_the_first_until_the_person_moves(
    tmp_path: Path, keys: tuple[str, ...], stays: bool
) -> None:
    with workstation(tmp_path, 12) as app:
        put_notes(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            newest = screen(app).current
            assert newest is not None
            assert newest.risk is None
            await pilot.press(*keys)
            await audit_notes(app.session.desk._database, the_playbook())
            screen(app).reload()
            await settled(pilot)
            now = screen(app).current
            assert now is not None
            assert (now.comment_id == newest.comment_id) == stays
            assert (screen(app).notes.list.window.index == 0) != stays


async def test_without_a_view_it_says_what_to_configure_and_with_one_what_to_do(tmp_path: Path) -> None:
    with workstation(tmp_path, 3) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            assert "review.view" in shown(app)
            object.__setattr__(app.session.config, "review", ReviewConfig("Finished"))
            screen(app).reload()
            await settled(pilot)
            assert "No notes match." in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert not isinstance(app.screen, ReviewScreen)


async def test_notes_that_come_meanwhile_appear_and_the_cursor_stays_on_its_note(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        database = app.session.desk._database
        await fill(database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r", "s")
            await settled(pilot)
            await pilot.press("j")
            await settled(pilot)
            assert screen(app).current.comment_id == 90_001
            ticket_id = TicketId(9_900_003)
            with database.write("notes") as connection:
                ticket = tickets.ticket(connection, ticket_id)
                assert ticket is not None
                message = Message(
                    90_009, ticket_id, NOW + timedelta(minutes=1), Author.AGENT, "Noor", False, NRN, author_id=UserId(8)
                )
                tickets.put_transcripts(connection, [(ticket_id, [message], ticket.updated_at)])
                put_delivered_notes(connection, [(ticket_id, delivered_notes(ticket, [message], the_playbook()))])
            await comes_about(lambda: len(listed(app)) == 4)
            await settled(pilot)
            assert listed(app)[0].comment_id == 90_009
            assert screen(app).current.comment_id == 90_001


PICTURES = {
    "usual": (["j"], SIZE, "dark"),
    "small-light": (["j"], (80, 24), "light"),
    "scoring-wide": (["l", "n", "b", "2", "y"], (200, 60), "light"),
    "scoring-small": (["l", "n"], (80, 24), "contrast"),
    "accepting": (["l", "y", "y", "y", "escape", "a"], SIZE, "dark"),
    "accepting-ansi": (["l", "y", "y", "y", "a"], (80, 24), "ansi"),
}
"""The keys that lead to each, in how much room it stands, and its colours."""


@pytest.mark.parametrize("name", PICTURES)
def test_the_review_screen_looks_like_this(snap_compare: Any, tmp_path: Path, name: str) -> None:
    keys, size, theme = PICTURES[name]
    with workstation(tmp_path, 12, theme=theme) as app:
        asyncio.run(fill(app.session.desk._database))
        if keys != ["j"]:  # in the first ones nobody knows yet who reviews
            sign_in_reviewer(app.session.desk._database)

        async def prepare(pilot: Any) -> None:
            await settled(pilot)
            for key in ("g", "r", *keys):
                await pilot.press(key)
                await still(pilot)

        assert snap_compare(app, terminal_size=size, run_before=prepare)
