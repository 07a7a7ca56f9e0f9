"""Lists of low scores and shifts quote customers: what is settled and old goes, with every word in every file."""

from datetime import timedelta
from pathlib import Path

from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.shift import RecapState
from csat_tui.store import low_score_lists, shifts
from csat_tui.store.database import Database
from csat_tui.store.ledger import soundness
from csat_tui.store.low_score_lists import NewLine
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import delete_expired
from tests.builders import NOON
from tests.store.shelf import new_database, value
from tests.store.test_ledger import in_line
from tests.store.test_retention import HALF_A_YEAR, MUCH_LATER, SECRET, found_in


def a_list(database: Database, fingerprint: str, *, accounted: bool) -> None:
    with database.write() as connection:
        number = low_score_lists.put_list(connection, SECRET, fingerprint, [NewLine(TicketId(7), SECRET, SECRET)], NOON)
        if accounted:
            low_score_lists.set_reconciled(connection, number, NOON)


def a_shift(database: Database, *, ended: bool) -> int:
    with database.write() as connection:
        number = shifts.begin(connection, "Ana", "AM", NOON)
        shifts.put_text(connection, number, "trends", SECRET)
        shifts.claim_recap(connection, number, OpId("op"), Mail(("a@example.com",), SECRET, SECRET), NOON)
        shifts.recap_is(connection, number, RecapState.SENT, SECRET, NOON)
        if ended:
            shifts.end(connection, number, NOON)
    return number


def test_what_is_settled_and_old_goes_from_every_file(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    a_list(database, "one", accounted=True)
    a_shift(database, ended=True)
    soundness.back_up_ledger(database.file, NOON)
    assert found_in(tmp_path)
    assert purge(database, HALF_A_YEAR, MUCH_LATER, dry_run=True).papers == 2
    assert purge(database, HALF_A_YEAR, MUCH_LATER).papers == 2
    assert delete_expired(database.file, MUCH_LATER, all_of_them=True) == 1
    assert found_in(tmp_path) == []
    in_line(database)
    database.close()


def test_what_is_not_settled_stays_however_old(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    a_list(database, "one", accounted=False)
    a_shift(database, ended=False)
    in_doubt = a_shift(database, ended=True)
    with database.write() as connection:
        shifts.recap_is(connection, in_doubt, RecapState.UNKNOWN, "", NOON)
    assert purge(database, HALF_A_YEAR, MUCH_LATER).papers == 0
    assert value(database, "SELECT count(*) FROM report_line") == 1
    assert value(database, "SELECT count(*) FROM shift") == 2
    database.close()


def test_what_is_young_stays(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    a_list(database, "one", accounted=True)
    assert purge(database, HALF_A_YEAR, NOON + timedelta(days=1)).papers == 0
    database.close()
