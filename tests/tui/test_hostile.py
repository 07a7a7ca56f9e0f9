"""No control character from outside reaches the terminal, on any screen."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.events import Paste

from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.ticket import Agent, Attachment, Author, Message
from csat_tui.store.database import Database
from csat_tui.store.tickets import put_tickets, put_transcripts
from csat_tui.store.tickets import ticket as kept_ticket
from csat_tui.sync.status import Link, SyncStatus
from tests.tui.desk_fixture import NOW, StillSync, a_low_survey, put, settled, told, workstation
from tests.tui.pane_host import shown

EVIL = (
    "\x1b]0;owned\x07\x1b[31mred\x1b[2J \x9b2J\x90q [bold]b[/] [/] [@click=app.quit]q[/] [LINK=x] \u202egnp.exe "
    "\u2066i \x00\x08\x7f\x85 \u2028 \ufeff \r\n\t 表表 عربي \x0b\x0c\x1b\\ end"
)
STEERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def fill(database: Database) -> None:
    """Put the same text into everything that has a text."""
    ticket_id = TicketId(7_300_000)
    put(database, [
        a_low_survey(0, comment=EVIL, customer=EVIL, agent=EVIL),
        a_low_survey(1, comment="", problem=EVIL, raw=EVIL, rating=None, ratings={}, customer=EVIL, agent=EVIL),
    ])  # fmt: skip
    messages = [
        Message(index, ticket_id, NOW, author, EVIL, public, EVIL, EVIL, (Attachment(EVIL, 3, EVIL),))
        for index, (author, public) in enumerate(
            [(Author.CUSTOMER, True), (Author.AGENT, True), (Author.AGENT, False), (Author.SYSTEM, True)]
        )
    ]
    with database.write() as connection:
        ticket = kept_ticket(connection, ticket_id)
        assert ticket is not None
        changed = replace(ticket, subject=EVIL, channel=EVIL, requester_name=EVIL, assignee_name=EVIL)
        put_tickets(connection, [changed], NOW)
        put_transcripts(connection, [(ticket_id, messages, NOW)])


def assert_harmless(app: App) -> None:
    """Look at every character that would be written, and at the shape of what is drawn."""
    for strip in app.screen._compositor.render_strips():
        assert strip.cell_length == app.size.width
        for character in strip.text:
            assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), (hex(ord(character)), strip.text)
            assert unicodedata.bidirectional(character) not in STEERING, (hex(ord(character)), strip.text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_pane_of_the_triage_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    agent = Agent(UserId(1), EVIL, EVIL)
    sync = StillSync(SyncStatus(Link.REFUSED, problem=EVIL, agent=agent))
    with workstation(tmp_path, 2, fill=fill, sync=sync) as app:
        app.session.desk.agent = ""
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            assert_harmless(app)
            assert "␛" in shown(app)
            for keys in (
                ["j"], ["2"], ["J", "J"], ["G"], ["1", "c"], ["k"], ["3"], ["enter"], ["escape"], ["z"], ["escape"],
                ["4"], ["escape", "1", "f"], ["escape", "b"], ["escape", "question_mark"], ["escape", "ctrl+p"],
            ):  # fmt: skip
                await pilot.press(*keys)
                await settled(pilot)
                assert_harmless(app)


async def test_what_is_said_in_passing(tmp_path: Path) -> None:
    with workstation(tmp_path, 1) as app:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await settled(pilot)
            app.notify(EVIL, title=EVIL, markup=True)
            app.screen.notify(EVIL, title=EVIL, severity="error")
            await settled(pilot)
            assert_harmless(app)
            assert "[bold]b[/]" in told(app)
            assert "␛" in shown(app)


async def test_what_is_pasted_into_a_search(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=fill) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            for key in ("slash", "ctrl+p"):
                await pilot.press(key)
                await settled(pilot)
                app.post_message(Paste(EVIL))
                await settled(pilot)
                assert "␛[31mred" in app.focused.value
                assert_harmless(app)


async def test_a_keymap_with_text_from_anywhere(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, keys={EVIL: (EVIL,), "queue.down": (EVIL,)}) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert_harmless(app)
            assert "there is no command" in shown(app)
