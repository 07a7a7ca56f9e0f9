"""What else a customer has written, as the store knows it, and how long it stays."""

from datetime import timedelta
from pathlib import Path

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.ticket import Author
from csat_tui.store import customers, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.retention.purging import purge
from tests.builders import NOON, a_message, a_ticket
from tests.store.shelf import arriving, ids, new_database, value
from tests.sync.bench import source_ticket

PAT, LEE = UserId(11), UserId(12)


def put(database: Database, number: int, requester: UserId, age: int = 0) -> None:
    at = NOON - timedelta(hours=age)
    ticket = a_ticket(id=TicketId(number), requester_id=requester, created_at=at, updated_at=at)
    with database.write() as connection:
        tickets.put_tickets(connection, [ticket], NOON)
        message = a_message(id=number, ticket_id=ticket.id, author=Author.CUSTOMER)
        tickets.put_transcripts(connection, [(ticket.id, [message], NOON)])


def test_a_customers_tickets_come_newest_first(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    for number, age in ((1, 5), (2, 0), (3, 9)):
        put(database, number, PAT, age)
    put(database, 4, LEE)
    with database.read() as connection:
        assert [one.id for one in customers.tickets_of(connection, PAT)] == [2, 1, 3]
        assert customers.tickets_of(connection, UserId(404)) == ()


def test_it_is_remembered_when_all_of_them_were_told(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    with database.write() as connection:
        assert customers.history_fetched_at(connection, PAT) is None
        customers.put_history_fetched(connection, PAT, NOON)
        customers.put_history_fetched(connection, PAT, NOON + timedelta(hours=1))
    with database.read() as connection:
        assert customers.history_fetched_at(connection, PAT) == NOON + timedelta(hours=1)


def test_a_history_goes_with_the_customers_last_survey(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    for number in (1, 2):
        arrived = arriving(number)
        put(database, source_ticket(number), PAT)
        with database.write() as connection:
            surveys.put_surveys(connection, [arrived])
            customers.put_history_fetched(connection, PAT, NOON)
    put(database, 5, PAT)
    put(database, 6, LEE)
    first, second = (_survey(database, number) for number in (1, 2))
    _close(database, first)
    assert purge(database, timedelta(days=180), NOON + timedelta(days=400)).tickets == 1
    assert value(database, "SELECT count(*) FROM ticket") == 3, "another survey of hers is here"
    _close(database, second)
    assert purge(database, timedelta(days=180), NOON + timedelta(days=400)).tickets == 2
    assert value(database, "SELECT group_concat(id) FROM ticket") == "6"
    assert value(database, "SELECT group_concat(ticket_id) FROM message") == "6"
    assert value(database, "SELECT count(*) FROM requester") == 0


def _survey(database: Database, number: int) -> int:
    with database.read() as connection:
        return ids(connection, [arriving(number).survey.source])[0]


def _close(database: Database, survey_id: int) -> None:
    with database.write() as connection:
        connection.exec_driver_sql('UPDATE "case" SET stage = ? WHERE survey_id = ?', (Stage.GONE.value, survey_id))
