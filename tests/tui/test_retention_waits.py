"""The banner shows why the store does not remove old cases, until the reason is gone."""

from pathlib import Path

from csat_tui.store.retention import wait_for_person
from tests.tui.desk_fixture import NOW, comes_about, settled, workstation
from tests.tui.pane_host import shown

WHY = "This computer's clock is 400 days ahead of the help desk's time, so that nothing old is removed."


async def test_it_is_said_as_soon_as_it_is_known_and_no_longer_than_it_is_so(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        database = app.session.desk._database
        async with app.run_test(size=(140, 40)) as pilot:
            await settled(pilot)
            assert "clock is 400 days ahead" not in shown(app)
            wait_for_person(database, WHY, NOW)
            await comes_about(lambda: "clock is 400 days ahead" in shown(app))
            wait_for_person(database, "", NOW)
            await comes_about(lambda: "clock is 400 days ahead" not in shown(app))


async def test_it_is_said_at_the_start_where_it_was_so_before(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        wait_for_person(app.session.desk._database, WHY, NOW)
        async with app.run_test(size=(140, 40)):
            await comes_about(lambda: "clock is 400 days ahead" in shown(app))
