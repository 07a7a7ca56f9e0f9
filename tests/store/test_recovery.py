"""A damaged database is mended: all that a person did is back, row for row, and nothing is sent twice."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csat_tui.domain.case import Answer, Draft, Stage
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.store import cases, named_values
from csat_tui.store.cases import drafts
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreBusy, StoreDamaged
from csat_tui.store.files import DatabaseLock, lock_file
from csat_tui.store.ledger import ledger_file, soundness
from csat_tui.store.ledger.file import KEYS, work
from csat_tui.store.ledger.soundness import suspicion_file
from csat_tui.store.outbox import attempts
from csat_tui.store.recovery import open_repaired, repair
from csat_tui.store.recovery.repairing import LOOKED_FOR
from tests.builders import NOON
from tests.store.shelf import arriving, new_database, put, value
from tests.sync.bench import QUESTION, Bench, source_ticket

LATER = NOON + timedelta(days=1)


def kept_rows(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that must survive, by table."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            table: connection.execute(
                f'SELECT * FROM main."{table}" {work(table)} ORDER BY {", ".join(KEYS[table])}'
            ).fetchall()
            for table in KEYS
        }


async def a_shift(folder: Path) -> Bench:
    """Work for a while: drafts, answers, a delivered decision, an undone one; everything decided is settled."""
    bench = Bench(new_database(folder))
    with bench.database.write() as connection:
        named_values.remember(connection, "helpdesk", "https://example.zendesk.com", NOON)
    delivered, drafted, undone, claimed = (bench.arrive(number) for number in range(1, 5))
    put(bench.database, *(arriving(number, comment="x" * 500) for number in range(50, 250)))
    bench.follow_up(delivered)
    await bench.after_grace()
    await bench.run_down()
    bench.desk.undo(bench.ask(undone).decision_id)
    with bench.database.write() as connection:
        drafts.put_draft(connection, drafted, Draft("follow-up", {"summary": "half a thought"}), NOON)
        cases.set_claim(connection, claimed, "Ana")
    return bench


def truncate(file: Path, chance: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: chance.randrange(100, len(content) // 2)])


def overwrite_header(file: Path, chance: random.Random) -> None:
    file.write_bytes(chance.randbytes(100) + file.read_bytes()[100:])


def empty(file: Path, chance: random.Random) -> None:
    file.write_bytes(b"")


def delete(file: Path, chance: random.Random) -> None:
    file.unlink()


def zero_pages(file: Path, chance: random.Random) -> None:
    content = bytearray(file.read_bytes())
    pages = len(content) // 4096
    for page in chance.sample(range(1, pages), max(3, pages // 10)):
        content[page * 4096 : (page + 1) * 4096] = bytes(4096)
    file.write_bytes(bytes(content))


def disorder_an_index(file: Path, chance: random.Random) -> None:
    with closing(sqlite3.connect(file)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_case_due'").fetchone()[0]
    content = bytearray(file.read_bytes())
    content[root * 4096 - 2000 : root * 4096] = chance.randbytes(2000)
    file.write_bytes(bytes(content))


DAMAGES: list[tuple[Callable[[Path, random.Random], None], int]] = [
    (truncate, 1), (truncate, 2), (overwrite_header, 1), (empty, 1), (delete, 1), (disorder_an_index, 1),
    *((zero_pages, seed) for seed in range(6)),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "seed"), DAMAGES)
async def test_whatever_the_damage_all_that_a_person_did_is_back(
    tmp_path: Path, damage: Callable[[Path, random.Random], None], seed: int
) -> None:
    bench = await a_shift(tmp_path)
    file = bench.database.file
    bench.database.close()
    before = kept_rows(file)
    damage(file, random.Random(seed))
    harmed = file.read_bytes() if file.exists() else None
    # What a session that met the damage leaves behind; a file that cannot even be opened needs no such sign.
    suspicion_file(file).touch()

    database, repaired = open_repaired(file, LATER)

    assert repaired is not None
    assert "all back" in repaired.sentence
    assert kept_rows(file) == before
    assert value(database, "PRAGMA integrity_check") == "ok"
    assert value(database, "PRAGMA foreign_key_check") is None
    assert value(database, "SELECT sum(cases) FROM tally") == value(database, 'SELECT count(*) FROM "case"')
    assert value(database, "SELECT count(*) FROM survey_text WHERE survey_text MATCH 'late'") == 4
    assert not suspicion_file(file).exists()
    if harmed is not None:
        (aside,) = (one for one in repaired.aside if ".damaged-" in one.name)
        assert aside.read_bytes() == harmed, "nothing is deleted"
        assert str(aside) in repaired.sentence
    assert file.stat().st_mode & 0o777 == 0o600
    [fresh] = put(database, arriving(900))
    assert fresh > 204, "no number is given a second time"
    database.close()
    _, again = open_repaired(file, LATER)
    assert again is None


async def test_a_log_that_was_lost_is_noticed_and_its_changes_are_put_back(tmp_path: Path) -> None:
    bench = await a_shift(tmp_path)
    file = bench.database.file
    with bench.database.read() as connection:
        connection.exec_driver_sql("SELECT 1 FROM survey")  # keeps the log from going at the end
        before = kept_rows(file)
        copy = tmp_path / "after a crash"
        copy.mkdir()
        for part in tmp_path.glob("csat-tui.db*"):
            (copy / part.name).write_bytes(part.read_bytes())
    bench.database.close()
    log = copy / "csat-tui.db-wal"
    log.write_bytes(log.read_bytes()[:1000] + bytes(len(log.read_bytes()) - 1000))
    database, repaired = open_repaired(copy / "csat-tui.db", LATER)
    assert repaired is not None
    assert kept_rows(database.file) == before
    database.close()


@pytest.mark.parametrize("landed", [True, False])
async def test_what_was_on_its_way_is_looked_for_before_it_is_sent(tmp_path: Path, *, landed: bool) -> None:
    bench = Bench(new_database(tmp_path))
    taken = bench.ask(bench.arrive())
    file = bench.database.file
    bench.database.close()
    behind = ledger_file(file).read_bytes()
    bench = Bench(Database.open(file), bench.memory, bench.clock)
    if landed:
        await bench.after_grace()
        await bench.run_down()
        assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.CONFIRMED]
    bench.database.close()
    # The worst of all: the ledger did not live to hear of the sending either.
    ledger_file(file).write_bytes(behind)
    file.write_bytes(b"no database any more " * 1000)

    database, _ = open_repaired(file, bench.clock.now())
    bench = Bench(database, bench.memory, bench.clock)
    note, row = bench.effects(taken)
    assert (note.state, note.reason, row.state) == (EffectState.UNKNOWN, LOOKED_FOR, EffectState.QUEUED)
    with database.read() as connection:
        assert [step.event for step in attempts.history(connection, note.id)] == [EffectEvent.LOST]
    await bench.run_down()
    assert bench.states(taken) == [EffectState.CONFIRMED, EffectState.CONFIRMED]
    assert bench.bodies(source_ticket(1)) + bench.bodies(9_900_001) == [note.body.splitlines()[0]]
    assert value(database, "SELECT count(*) FROM tracker_row") == 1
    database.close()


async def test_a_public_reply_that_is_not_found_is_the_persons_to_decide(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    taken = bench.follow_up(bench.arrive())
    bench.database.close()
    bench.database.file.unlink()
    database, _ = open_repaired(bench.database.file, bench.clock.now())
    bench = Bench(database, bench.memory, bench.clock)
    await bench.run_down()
    assert bench.states(taken)[0] is EffectState.ASKING
    assert bench.bodies(source_ticket(1)) == []
    database.close()


async def test_a_question_that_may_have_left_is_the_persons_and_a_record_is_simply_written(tmp_path: Path) -> None:
    bench = Bench(new_database(tmp_path))
    asked, coached = bench.arrive(1), bench.arrive(2)
    question = bench.reaching.decide(bench.case(asked), "ask-channel", {"ask": "Is it within the guide?"})
    bench.desk.answer(coached, "coaching-needed", Answer.YES)
    note = bench.ask(coached, QUESTION | {"coaching": "Read the whole mail."})
    bench.database.close()
    bench.database.file.unlink()
    database, _ = open_repaired(bench.database.file, bench.clock.now())
    bench = Bench(database, bench.memory, bench.clock)
    case = bench.case(asked)
    assert (case.stage, len(case.questions)) == (Stage.PARKED, 1)
    await bench.run_down()
    bench.clock.forward(10)
    await bench.errands.run_once()
    assert (bench.states(question), bench.elsewhere.went) == ([EffectState.ASKING], [])
    assert [effect.kind for effect in bench.effects(note)] == ["note", "tracker", "record"]
    assert bench.states(note) == [EffectState.CONFIRMED] * 3
    database.close()


def test_a_damaged_ledger_is_set_aside_and_made_anew_from_the_database(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1))
    with database.write() as connection:
        drafts.put_draft(connection, survey_id, Draft("follow-up", {"summary": "mine"}), NOON)
    database.close()
    ledger_file(database.file).write_bytes(b"no ledger at all " * 500)
    opened, repaired = open_repaired(database.file, NOON)
    assert repaired is not None
    assert "nothing is lost" in repaired.sentence
    with closing(sqlite3.connect(ledger_file(database.file))) as ledger:
        assert "mine" in ledger.execute("SELECT fields FROM kept_draft").fetchone()[0]
    opened.close()


def test_where_both_are_damaged_the_newest_whole_copy_counts_and_its_day_is_told(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    [survey_id] = put(database, arriving(1))
    for day, words in enumerate(("one", "two", "three")):
        with database.write() as connection:
            drafts.put_draft(connection, survey_id, Draft("follow-up", {"summary": words}), NOON)
        soundness.back_up_ledger(database.file, NOON + timedelta(days=day))
    database.close()
    for file in (database.file, ledger_file(database.file), soundness.backups_of(database.file)[0]):
        file.write_bytes(b"broken " * 1000)
    opened, repaired = open_repaired(database.file, LATER)
    assert repaired is not None
    assert "as of 2026-03-11" in repaired.sentence
    with opened.read() as connection:
        assert drafts.draft(connection, survey_id).fields == {"summary": "two"}
    opened.close()


def test_nothing_is_begun_anew_where_there_is_nothing_to_rebuild_from(tmp_path: Path) -> None:
    file = tmp_path / "csat-tui.db"
    file.write_bytes(b"a letter to nobody " * 500)
    with pytest.raises(StoreDamaged, match=r"nothing to rebuild it from.*--set-aside"):
        open_repaired(file, NOON)
    assert file.read_bytes() == b"a letter to nobody " * 500


def test_a_repair_waits_for_nobody_and_touches_nothing_that_is_open(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    with pytest.raises(StoreBusy, match="Close the other one first"):
        repair(database.file, NOON)
    database.close()
    assert "is undamaged" in repair(database.file, NOON).sentence


def test_nothing_is_opened_while_a_repair_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from csat_tui.store import files

    monkeypatch.setattr(files, "REPAIR_WAIT", 0.0)
    new_database(tmp_path).close()
    alone = DatabaseLock.alone(tmp_path / "csat-tui.db")
    with pytest.raises(StoreBusy, match="being repaired"):
        Database.open(tmp_path / "csat-tui.db")
    alone.release()
    Database.open(tmp_path / "csat-tui.db").close()
    assert lock_file(tmp_path / "csat-tui.db").stat().st_mode & 0o777 == 0o600


def test_damage_that_shows_in_mid_session_is_mended_at_the_next_start(tmp_path: Path) -> None:
    database = new_database(tmp_path)
    survey_ids = put(database, *(arriving(number, comment="x" * 3000) for number in range(300)))
    with database.write() as connection:
        drafts.put_draft(connection, survey_ids[0], Draft("follow-up", {"summary": "mine"}), NOON)
    database.close()
    content = bytearray(database.file.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    database.file.write_bytes(bytes(content))
    database = Database.open(database.file)
    with pytest.raises(StoreDamaged, match="doctor --repair"), database.read() as connection:
        connection.exec_driver_sql("SELECT sum(length(raw || comment)) FROM survey").all()
    database.close()
    opened, repaired = open_repaired(database.file, NOON)
    assert repaired is not None
    with opened.read() as connection:
        assert drafts.draft(connection, survey_ids[0]).fields == {"summary": "mine"}
    opened.close()


async def test_the_way_by_hand_that_the_documents_give_leads_to_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "lost").mkdir()
    (tmp_path / "new").mkdir()
    bench = await a_shift(tmp_path / "lost")
    bench.database.close()
    before = kept_rows(bench.database.file)
    fresh = new_database(tmp_path / "new")
    fresh.close()
    fresh.file.replace(bench.database.file)
    document = (Path(__file__).parents[2] / "docs" / "recovery.md").read_text(encoding="utf-8")
    script = document.split("<<'SQL'\n")[1].split("\nSQL\n")[0]
    assert [table for table in KEYS if f"FROM ledger.kept_{table};" not in script] == []
    with closing(sqlite3.connect(bench.database.file)) as connection:
        connection.executescript(script.replace("csat-tui.db.ledger", str(ledger_file(bench.database.file))))
    assert kept_rows(bench.database.file) == before
    database = Database.open(bench.database.file)
    [number] = put(database, arriving(900))
    assert number > 1_000
    database.close()
