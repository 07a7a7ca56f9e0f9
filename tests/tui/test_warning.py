"""Warnings of the start are shown once: what expires soon, and what was repaired."""

from pathlib import Path

from tests.tui.desk_fixture import settled, told, workstation


async def test_a_warning_is_said_once_and_as_it_is(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        app.warning = "API tokens [b]stop[/b] on 2027-04-30."
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert told(app) == "API tokens [b]stop[/b] on 2027-04-30."


async def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert told(app) == ""


async def test_that_the_database_was_mended_is_said_inside_as_well(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        app.repaired = "The database was damaged and is mended from its ledger."
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert told(app) == "The database was damaged and is mended from its ledger."
