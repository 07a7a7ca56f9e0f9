"""Each table says in one place what the ledger and retention do with its rows, and that is all it takes."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Table
from sqlmodel import SQLModel

from csat_tui.store.tables.lifetime import InLedger, WhenOld, all_tables, in_ledger, kept_tables, when_old

GO_WITH = {
    "survey_id": (WhenOld.WITH_SURVEY, WhenOld.LEAVES_SHELL),
    "outbox_id": (WhenOld.WITH_EFFECT,),
    "report_id": (WhenOld.WITH_LIST,),
}
"""By the column that says to what a row belongs, how it goes with that."""

WITHOUT_WORDS = {
    "sync_cursor", "walked", "lease", "tally", "mark", "purged", "forgotten", "watched",
    "scorecard_version", "calibration", "blind_score", "calibration_closing", "sample",
    "recovery_period", "recovery_alert", "recovery_alert_step",
}  # fmt: skip
"""Tables that retention passes over: they hold numbers, names of files and addresses of pages, nobody's words."""


@pytest.mark.parametrize("table", all_tables(), ids=lambda table: table.name)
class TestATable:
    def test_says_what_the_ledger_and_retention_do_with_it(self, table: Table) -> None:
        assert in_ledger(table) in InLedger
        assert when_old(table) in WhenOld

    def test_goes_with_what_its_rows_belong_to(self, table: Table) -> None:
        for column, fates in GO_WITH.items():
            assert (column in table.columns) is (when_old(table) in fates), column

    def test_is_passed_over_by_retention_only_where_it_holds_no_words(self, table: Table) -> None:
        assert (when_old(table) is WhenOld.STAYS) is (table.name in WITHOUT_WORDS)

    def test_is_fetched_again_or_kept_in_the_ledger(self, table: Table) -> None:
        if when_old(table) is WhenOld.CUSTOMER:
            assert in_ledger(table) is InLedger.NOTHING


def test_a_table_that_says_nothing_is_named() -> None:
    with pytest.raises(TypeError, match="table “silent” does not say what the ledger and retention do with its rows"):
        in_ledger(Table("silent", SQLModel.metadata.__class__()))


def test_only_what_has_triggers_of_its_own_is_kept_in_part() -> None:
    assert set(kept_tables(InLedger.WORKED_ON)) == {"survey", "case"}
    assert kept_tables(InLedger.BY_NAME) == ("sync_cursor",)


def test_a_new_table_is_repaired_removed_and_put_back_with_nothing_said_but_in_its_class(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.a_new_table", str(tmp_path)], capture_output=True, text=True
    )
    assert (done.stdout.splitlines(), done.returncode) == (["['a refund']", "[]", "['a refund']"], 0), done.stderr
