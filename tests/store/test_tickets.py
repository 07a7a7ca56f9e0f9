"""Tickets, transcripts and accounts as last seen."""

from datetime import timedelta

from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Attachment, Author, Status
from csat_tui.store import tickets
from csat_tui.store.cases import queue
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.database import Database
from tests.builders import NOON, SOURCE_TICKET, a_message, a_ticket, an_account
from tests.store.shelf import arriving, put

LATER = NOON + timedelta(minutes=1)
OTHER = TicketId(7_300_777)


class TestTickets:
    def test_come_back_as_the_help_desk_told_them(self, database: Database) -> None:
        told = a_ticket(tags=("b", "a"), fields={6130907993114: "x", 7: None}, description="Where is\nmy box? 漢字")
        with database.write() as connection:
            tickets.put_tickets(connection, [told], NOON)
            assert tickets.ticket(connection, told.id) == told
            assert tickets.ticket(connection, None) is None
            assert tickets.ticket(connection, OTHER) is None

    def test_never_go_back_to_an_older_stamp(self, database: Database) -> None:
        new, old = a_ticket(updated_at=LATER, subject="new"), a_ticket(updated_at=NOON, subject="old")
        with database.write() as connection:
            for told in (old, new, old):
                tickets.put_tickets(connection, [told], LATER)
            assert tickets.ticket(connection, new.id) == new

    def test_told_again_under_the_same_stamp_are_renewed(self, database: Database) -> None:
        with database.write() as connection:
            tickets.put_tickets(connection, [a_ticket(tags=("a",))], NOON)
            tickets.put_tickets(connection, [a_ticket(tags=("a", "b"))], LATER)
            seen = tickets.ticket(connection, SOURCE_TICKET)
        assert seen is not None
        assert seen.tags == ("a", "b")

    def test_that_are_deleted_keep_what_was_known_of_them(self, database: Database) -> None:
        with database.write() as connection:
            tickets.put_tickets(connection, [a_ticket(subject="known")], NOON)
            tickets.mark_deleted(connection, [SOURCE_TICKET, OTHER], LATER)
            known, unknown = tickets.ticket(connection, SOURCE_TICKET), tickets.ticket(connection, OTHER)
        assert known == a_ticket(subject="known", status=Status.DELETED)
        assert unknown is not None
        assert (unknown.status, unknown.takes_updates) == (Status.DELETED, False)

    def test_that_are_restored_live_again_under_the_stamp_they_had(self, database: Database) -> None:
        with database.write() as connection:
            tickets.mark_deleted(connection, [SOURCE_TICKET], LATER)
            tickets.put_tickets(connection, [a_ticket()], LATER)
            assert tickets.ticket(connection, SOURCE_TICKET) == a_ticket()


class TestTranscripts:
    def test_come_back_in_order_and_belong_to_a_stamp(self, database: Database) -> None:
        late = a_message(id=1, created_at=LATER, author=Author.AGENT, public=False)
        early = a_message(id=2, attachments=(Attachment("box.png", 7, "https://x.example/1"),))
        with database.write() as connection:
            tickets.put_tickets(connection, [a_ticket()], NOON)
            tickets.put_transcripts(connection, [(SOURCE_TICKET, [late, early], NOON)])
            assert tickets.messages(connection, SOURCE_TICKET) == (early, late)
            assert tickets.stamps(connection, [SOURCE_TICKET, OTHER]) == {SOURCE_TICKET: (NOON, NOON)}
            tickets.put_transcripts(connection, [(SOURCE_TICKET, [late], LATER)])
            assert tickets.messages(connection, SOURCE_TICKET) == (late,)

    def test_that_move_to_another_ticket_are_found_there_and_by_their_new_words_only(self, database: Database) -> None:
        survey_id = put(database, arriving(1))[0]
        elsewhere = put(database, arriving(777))[0]
        before = a_message(ticket_id=SOURCE_TICKET, body="aubergine")
        after = a_message(ticket_id=OTHER, body="broccoli")
        with database.write() as connection:
            tickets.put_transcripts(connection, [(SOURCE_TICKET, [before], NOON)])
            tickets.put_transcripts(connection, [(OTHER, [after], NOON)])
        with database.read() as connection:
            assert tickets.messages(connection, SOURCE_TICKET) == ()
            found = {
                word: [row.id for row in queue.after(connection, QueueView(search=word), None, 9)]
                for word in ("aubergine", "broccoli")
            }
        assert found == {"aubergine": [], "broccoli": [elsewhere]}
        assert survey_id != elsewhere
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)")
            connection.exec_driver_sql("INSERT INTO survey_text (survey_text, rank) VALUES ('integrity-check', 1)")


class TestAccounts:
    def test_come_back_under_any_spelling_of_their_address(self, database: Database) -> None:
        with database.write() as connection:
            tickets.put_account(connection, "Pat@Example.com", an_account(), NOON)
            assert tickets.account(connection, "pat@example.COM") == (an_account(), NOON)

    def test_that_are_not_known_there_are_remembered_as_such(self, database: Database) -> None:
        with database.write() as connection:
            assert tickets.account(connection, "pat@example.com") == (None, None)
            tickets.put_account(connection, "pat@example.com", None, NOON)
            assert tickets.account(connection, "pat@example.com") == (None, NOON)
