"""The transcript pane: the survey and its conversation."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import MERGED_TAG, Author, Message, Status
from csat_tui.store.database import Database
from csat_tui.store.tickets import mark_deleted, put_tickets
from csat_tui.store.tickets import ticket as kept_ticket
from tests.tui.desk_fixture import NOW, a_low_survey, put, put_conversation, settled, workstation
from tests.tui.pane_host import shown

SIZE = (120, 60)


def said(number: int, count: int, body: str = "message {}") -> list[Message]:
    return [
        Message(number * 10_000 + index, TicketId(7_300_000 + number), NOW + timedelta(minutes=index),
                Author.CUSTOMER if index % 2 else Author.AGENT, "Pat" if index % 2 else "Sol", True, body.format(index))
        for index in range(count)
    ]  # fmt: skip


async def test_the_survey_stands_on_top_and_the_messages_below(tmp_path: Path) -> None:
    with workstation(tmp_path, 1) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            text = shown(app)
            for words in (
                "Survey", "1.3", "team 1", "valued 2", "▎ Ledger sent, question not answered.",
                "Dana W. customer · chat", "Ron public · chat", "⎘ ledger.png 48 kB", "Ron internal note",
                "▎ Double charge", "Dana W. left the chat", "#7300000 · chat · solved by Ron · 4 messages",
            ):  # fmt: skip
                assert words in text, words


async def test_internal_notes_can_be_left_out(tmp_path: Path) -> None:
    with workstation(tmp_path, 1) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("2", "i")
            await settled(pilot)
            assert "Double charge" not in shown(app)
            assert "internal notes hidden" in shown(app)
            await pilot.press("i")
            await settled(pilot)
            assert "Double charge" in shown(app)


async def test_a_long_message_is_folded_until_it_is_wanted(tmp_path: Path) -> None:
    body = "\n".join(f"line {number}" for number in range(900))
    with workstation(tmp_path, 1, fill=lambda base: put_conversation(base, 0, said(0, 1, body))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("2", "G")
            await settled(pilot)
            assert "… 860 more lines, enter to unfold" in shown(app)
            await pilot.press("enter", "G")
            await settled(pilot)
            assert "line 899" in shown(app)


async def test_sixty_kilobytes_in_one_line_are_folded_too(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=lambda base: put_conversation(base, 0, said(0, 1, "word " * 12_000))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("2", "G")
            await settled(pilot)
            assert "more lines, enter to unfold" in shown(app)


async def test_of_thousands_of_messages_the_newest_are_shown_first(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=lambda base: put_conversation(base, 0, said(0, 3_000))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert "2,800 earlier messages, K shows them" in shown(app)
            await pilot.press("2", "K")
            await settled(pilot)
            assert app.screen.transcript.view.hidden == 2_600
            await pilot.press("G")
            await settled(pilot)
            assert "message 2999" in shown(app)


async def test_stepping_from_message_to_message(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=lambda base: put_conversation(base, 0, said(0, 50))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            view = app.screen.transcript.view
            await pilot.press("2", "J", "J", "J")
            await settled(pilot)
            assert view.current == 2
            await pilot.press("K")
            await settled(pilot)
            assert view.current == 1


async def test_words_are_found_and_gone_to(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=lambda base: put_conversation(base, 0, said(0, 120))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("2", "slash", *"message 7", "enter")
            await settled(pilot)
            assert "message 7" in shown(app)
            await pilot.press("n")
            await settled(pilot)
            assert "message 70" in shown(app)
            await pilot.press("N")
            await settled(pilot)
            assert "message 7 " in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert not app.screen.transcript.view.words


async def test_a_ticket_that_is_gone_closed_or_merged_is_said_in_words(tmp_path: Path) -> None:
    def fill(database: Database) -> None:
        with database.write() as connection:
            closed = kept_ticket(connection, TicketId(7_300_001))
            merged = kept_ticket(connection, TicketId(7_300_002))
            assert closed
            assert merged
            put_tickets(connection, [replace(closed, status=Status.CLOSED), replace(merged, tags=(MERGED_TAG,))], NOW)
            mark_deleted(connection, [TicketId(7_300_003)], NOW)
        put(database, [a_low_survey(4, source_ticket_id=None)])

    with workstation(tmp_path, 4, fill=fill) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for words in (
                "the survey does not name a ticket", "was deleted at the help desk", "was merged into another ticket",
                "is closed, so notes",
            ):  # fmt: skip
                assert words in shown(app), words
                await pilot.press("j")
                await settled(pilot)


async def test_a_survey_that_needs_fixing_shows_what_it_was_read_from(tmp_path: Path) -> None:
    broken = a_low_survey(9, problem="no rating could be read", rating=None, ratings={}, comment="", raw="Ticket ???")
    with workstation(tmp_path, 0, fill=lambda base: put(base, [broken])) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert "This survey needs fixing: no rating could be read" in shown(app)
            assert "▎ Ticket ???" in shown(app)


async def test_wide_and_right_to_left_letters_keep_the_frame_straight(tmp_path: Path) -> None:
    body = "価格が表示と違います。" * 30 + "\nالطلب لم يصل حتى الآن " * 10 + "👩‍👩‍👧 é" * 40
    with workstation(tmp_path, 1, fill=lambda base: put_conversation(base, 0, said(0, 3, body))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for strip in app.screen._compositor.render_strips():
                assert strip.cell_length == SIZE[0]


async def test_another_case_begins_at_its_survey_and_the_same_one_keeps_its_place(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=lambda base: put_conversation(base, 1, said(1, 80))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            view = app.screen.transcript.view
            await pilot.press("2", "ctrl+d")
            await settled(pilot)
            assert (place := view.scroll_offset.y) > 0
            put_conversation(app.session.desk._database, 1, said(1, 81))
            await settled(pilot)
            assert view.scroll_offset.y == place
            await pilot.press("1", "j")
            await settled(pilot)
            assert view.scroll_offset.y == 0


async def test_a_long_comment_is_folded_so_that_the_conversation_stays_in_sight(tmp_path: Path) -> None:
    wordy = a_low_survey(0, comment="\n".join(f"grievance {number}" for number in range(40)))
    with workstation(tmp_path, 0, fill=lambda base: (put(base, [wordy]), put_conversation(base, 0))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            text = shown(app)
            assert "grievance 7" in text
            assert "grievance 8" not in text
            assert "… 32 more lines, enter to unfold" in text
            assert "Dana W. customer · chat" in text
            await pilot.press("2", "enter")
            await settled(pilot)
            assert "grievance 20" in shown(app)
            await pilot.press("space")
            await settled(pilot)
            assert "grievance 20" not in shown(app)


async def test_words_in_the_folded_part_of_a_comment_are_found(tmp_path: Path) -> None:
    wordy = a_low_survey(0, comment="\n".join(f"grievance {number}" for number in range(40)))
    with workstation(tmp_path, 0, fill=lambda base: (put(base, [wordy]), put_conversation(base, 0))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("2", "slash", *"vance 39", "enter")
            await settled(pilot)
            assert "grievance 39" in shown(app)


async def test_of_a_deleted_ticket_nobody_is_told_to_wait_for_messages(tmp_path: Path) -> None:
    def fill(database: Database) -> None:
        put_conversation(database, 0, [])
        with database.write() as connection:
            mark_deleted(connection, [TicketId(7_300_000)], NOW)

    with workstation(tmp_path, 0, fill=lambda base: (put(base, [a_low_survey(0)]), fill(base))) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert "This ticket has no earlier messages here." in shown(app)
            assert "are here yet" not in shown(app)
