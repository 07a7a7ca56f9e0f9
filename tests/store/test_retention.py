"""What is old and settled goes, with every word of it in every file; what is not stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.drafting import DraftWrite
from csat_tui.domain.ids import SurveyId
from csat_tui.store import cases, tickets
from csat_tui.store.cases import drafts, surveys
from csat_tui.store.database import Database
from csat_tui.store.ledger import soundness
from csat_tui.store.retention import known_time
from csat_tui.store.retention.purging import CASES_PER_TRANSACTION, outlook, purge
from csat_tui.store.retention.removed import KEPT_FOR, delete_expired, removed_files
from tests.builders import NOON, a_message, a_ticket, an_account
from tests.store.shelf import arriving, new_database, put, value
from tests.store.test_ledger import in_line
from tests.sync.bench import REPLY, Bench, source_ticket, survey_ticket

HALF_A_YEAR = timedelta(days=180)
MUCH_LATER = NOON + timedelta(days=400)
SECRET = "zugunruhe"


def found_in(folder: Path) -> list[str]:
    """Return the files in which the word stands, as anybody with the disk could read it."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return sorted(file.name for file in files if SECRET.encode() in file.read_bytes().lower())


def set_stage(database: Database, survey_id: SurveyId, stage: Stage) -> None:
    with database.write() as connection:
        connection.exec_driver_sql('UPDATE "case" SET stage = ? WHERE survey_id = ?', (stage.value, survey_id))


async def settled_with_the_word_everywhere(bench: Bench) -> SurveyId:
    """Decide a case, with one word in everything that is kept of it, and deliver all of it."""
    email = f"{SECRET}@example.com"
    survey_id = bench.arrive(1)
    with bench.database.write() as connection:
        told = arriving(1, comment=f"Such {SECRET} again", customer=email, raw=f"{SECRET} whole", problem=SECRET)
        surveys.put_surveys(connection, [told])
        ticket = a_ticket(id=source_ticket(1), subject=SECRET, description=SECRET, requester_email=email)
        tickets.put_tickets(connection, [ticket], NOON)
        messages = [a_message(id=1, ticket_id=source_ticket(1), body=f"{SECRET} {number}") for number in range(3)]
        tickets.put_transcripts(connection, [(source_ticket(1), messages, NOON)])
        tickets.put_account(connection, email, an_account(name=SECRET, email=email), NOON)
    bench.desk.save_draft(survey_id, Draft("follow-up", {"summary": f"{SECRET} half"}))
    bench.follow_up(survey_id, {name: f"{words} {SECRET}" for name, words in REPLY.items()})
    await bench.after_grace()
    await bench.run_down()
    return survey_id


async def test_a_purged_word_is_in_no_file_any_more(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    database = bench.database
    survey_id = await settled_with_the_word_everywhere(bench)
    other = bench.arrive(2)
    soundness.back_up_ledger(database.file, NOON)
    (tmp_path / "csat-tui.db.schema-1").write_text(SECRET)
    (tmp_path / "csat-tui.db.aside-20260101-000000").write_text("kept by hand")
    assert {"csat-tui.db-wal", "ledger-2026-03-10"} <= set(found_in(tmp_path))

    purged = purge(database, HALF_A_YEAR, MUCH_LATER)

    [kept] = removed_files(database.file)
    assert found_in(tmp_path) == [kept.name]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert delete_expired(database.file, MUCH_LATER + KEPT_FOR - timedelta(seconds=1)) == 0
    assert delete_expired(database.file, MUCH_LATER + KEPT_FOR) == 1
    assert found_in(tmp_path) == []
    assert (purged.cases, purged.tickets, purged.complete) == (1, 2, True)
    assert [one.name for one in purged.left] == ["csat-tui.db.aside-20260101-000000"]
    with database.read() as connection:
        assert cases.stage(connection, survey_id) is None
        assert cases.stage(connection, other) is Stage.OPEN
    assert value(database, "PRAGMA integrity_check") == "ok"
    assert value(database, "SELECT count(*) FROM account") == 0
    assert value(database, "SELECT count(*) FROM sync_cursor WHERE name = 'retention'") == 0
    in_line(database)
    database.close()
    assert found_in(tmp_path) == []


async def test_a_decided_survey_that_went_does_not_come_in_as_a_new_one(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    await settled_with_the_word_everywhere(bench)
    purge(bench.database, HALF_A_YEAR, MUCH_LATER)
    with bench.database.write() as connection:
        assert surveys.put_surveys(connection, [arriving(1), arriving(2)]) != []
        assert surveys.sources_known(connection, [arriving(1).survey.source]) == {arriving(1).survey.source}
    assert value(bench.database, "SELECT group_concat(survey_ticket_id) FROM survey") == str(survey_ticket(2))
    bench.database.close()


@pytest.mark.parametrize("kind", ["open", "snoozed", "claimed", "drafted", "unsettled", "recent"])
async def test_what_somebody_may_still_need_is_never_touched(database: Database, kind: str) -> None:
    bench = Bench(database)
    survey_id = bench.arrive(1)
    age = HALF_A_YEAR
    match kind:
        case "snoozed":
            bench.desk.snooze(survey_id, timedelta(hours=1))
        case "claimed":
            bench.desk.claim(survey_id, mine=True)
        case "drafted":
            bench.desk.save_draft(survey_id, Draft("follow-up", {"summary": "still wanted"}))
            set_stage(database, survey_id, Stage.GONE)
        case "unsettled":
            bench.ask(survey_id)
        case "recent":
            set_stage(database, survey_id, Stage.GONE)
            age = timedelta(days=401)
    purged = purge(database, age, MUCH_LATER)
    assert (purged.cases, purged.held) == (0, (survey_id,) if kind == "drafted" else ())
    assert value(database, "SELECT count(*) FROM survey") == 1


async def test_words_that_a_decision_left_go_with_their_case_once_they_are_old(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    database = bench.database
    survey_id = await settled_with_the_word_everywhere(bench)
    left = DraftWrite(Draft("follow-up", {"summary": "Priya's, unsent"}), "Priya", "other-terminal", NOON)
    with database.write() as connection:
        drafts.save_draft(connection, survey_id, left)
        assert drafts.draft(connection, survey_id).fields == {"summary": "Priya's, unsent"}
    purged = purge(database, HALF_A_YEAR, MUCH_LATER)
    assert (purged.cases, purged.held) == (1, ())

    [kept] = removed_files(database.file)
    assert b"Priya's, unsent" in kept.read_bytes(), "for a week it can be put back"
    assert value(database, "SELECT count(*) FROM draft") == 0
    in_line(database)
    database.close()


async def test_words_that_somebody_wrote_lately_hold_a_decided_case_which_is_named(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    database = bench.database
    survey_id = await settled_with_the_word_everywhere(bench)
    lately = MUCH_LATER - HALF_A_YEAR + timedelta(seconds=1)
    with database.write() as connection:
        saving = DraftWrite(Draft("follow-up", {"summary": "Priya's, unsent"}), "Priya", "other-terminal", lately)
        drafts.save_draft(connection, survey_id, saving)

    ahead = purge(database, HALF_A_YEAR, MUCH_LATER, dry_run=True)
    assert (ahead.cases, ahead.held) == (0, (survey_id,))
    with database.write() as connection:
        known_time.believe(connection, MUCH_LATER)
    looked = outlook(database, HALF_A_YEAR, MUCH_LATER)
    assert (looked.cases, looked.held) == (0, (survey_id,))
    assert purge(database, HALF_A_YEAR, MUCH_LATER).cases == 0
    assert purge(database, HALF_A_YEAR, MUCH_LATER + timedelta(seconds=2)).cases == 1
    database.close()


def test_a_survey_that_a_newer_one_replaced_stays_while_it_has_words(database: Database) -> None:
    first, second = put(database, arriving(1, source_ticket_id=77), arriving(2, source_ticket_id=77))
    with database.write() as connection:
        drafts.put_draft(connection, first, Draft("follow-up", {"summary": "older words"}), NOON)
    assert purge(database, HALF_A_YEAR, MUCH_LATER).cases == 0
    with database.write() as connection:
        drafts.discard(connection, first)
    assert purge(database, HALF_A_YEAR, MUCH_LATER).cases == 1
    assert value(database, "SELECT group_concat(id) FROM survey") == str(second)


def test_a_ticket_that_another_survey_rates_too_stays(database: Database) -> None:
    gone, _ = put(database, arriving(1, source_ticket_id=77), arriving(2, source_ticket_id=78))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE survey SET source_ticket_id = 77")
        tickets.put_tickets(connection, [a_ticket(id=77)], NOON)
    set_stage(database, gone, Stage.GONE)
    assert (purge(database, HALF_A_YEAR, MUCH_LATER).tickets, value(database, "SELECT count(*) FROM ticket")) == (0, 1)


def test_a_dry_run_counts_and_touches_nothing(database: Database) -> None:
    [survey_id] = put(database, arriving(1))
    set_stage(database, survey_id, Stage.GONE)
    assert purge(database, HALF_A_YEAR, MUCH_LATER, dry_run=True).cases == 1
    assert value(database, "SELECT count(*) FROM survey") == 1


def test_no_transaction_removes_more_than_a_few_cases(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = put(database, *(arriving(number) for number in range(3 * CASES_PER_TRANSACTION)))
    for survey_id in arrived:
        set_stage(database, survey_id, Stage.GONE)
    left: list[Any] = []
    write = database.write

    def counting(*topics: str) -> Any:
        left.append(value(database, "SELECT count(*) FROM survey"))
        return write(*topics)

    monkeypatch.setattr(database, "write", counting)
    assert purge(database, HALF_A_YEAR, MUCH_LATER).cases == 3 * CASES_PER_TRANSACTION
    assert left[:4] == [3 * CASES_PER_TRANSACTION, 2 * CASES_PER_TRANSACTION, CASES_PER_TRANSACTION, 0]


def test_a_purge_says_where_another_reader_keeps_the_log(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1))
    set_stage(database, survey_id, Stage.GONE)
    other = Database.open(database.file)
    with other.read() as connection:
        connection.exec_driver_sql("SELECT 1 FROM survey").all()
        with database.read() as ours:
            ours.exec_driver_sql("PRAGMA busy_timeout = 0")
        purged = purge(database, HALF_A_YEAR, MUCH_LATER)
    assert (purged.cases, purged.complete) == (1, False)
    other.close()
    database.close()
