"""The queue pane: moving, marking, sorting, filtering and searching."""

import re
from asyncio import sleep
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from csat_tui.domain.case import Stage
from csat_tui.domain.contact_clock import ContactWay
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.store import contact
from csat_tui.store.cases import surveys
from csat_tui.store.cases.queue import QueueView, Sort
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.tui.triage.screen import TriageScreen
from tests.tui.desk_fixture import CONCERNS, NOW, StillSync, a_low_survey, comes_about, put, settled, workstation
from tests.tui.pane_host import shown

SIZE = (120, 40)


def triage(app) -> TriageScreen:
    assert isinstance(app.screen, TriageScreen)
    return app.screen


def cursor(app) -> int | None:
    """The number of the survey under the cursor, as the fixture numbers them."""
    row = triage(app).queue.list.window.cursor
    return None if row is None else int(row.source_ticket_id) - 7_300_000


async def test_the_most_urgent_case_is_first_and_its_row_says_who_and_how_late(tmp_path: Path) -> None:
    with workstation(tmp_path, 24) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            lines = shown(app).splitlines()
            assert cursor(app) == 23
            assert "1 ⌀2.0  45h! Credit promised, no…" in lines[2]
            assert "overdue · Kit N. · …" in lines[3]
            assert "24 open · 11 overdue · 2 soon" in lines[-2]


async def test_keys_walk_through_the_queue(tmp_path: Path) -> None:
    with workstation(tmp_path, 60) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for keys, expected in (
                (["j", "j", "k"], 58), (["G"], 0), (["g", "g"], 59), (["ctrl+d"], 50), (["ctrl+u"], 59),
                (["down", "up", "end", "home"], 59),
            ):  # fmt: skip
                await pilot.press(*keys)
                await pilot.pause()
                assert cursor(app) == expected, keys


async def test_a_refresh_never_moves_the_cursor(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("j", "j", "j")
            await settled(pilot)
            assert cursor(app) == 8
            put(app.session.desk._database, [a_low_survey(number) for number in range(30, 40)])
            await settled(pilot)
            assert cursor(app) == 8
            assert "22 open" in shown(app)


async def test_new_cases_push_in_at_the_top_only_until_the_person_moves(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            put(app.session.desk._database, [a_low_survey(30)])
            await settled(pilot)
            assert cursor(app) == 30


async def test_a_case_that_leaves_gives_its_place_to_the_next(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("j", "b", "1")
            await settled(pilot)
            assert cursor(app) == 9
            assert app.session.desk.counts().by_stage[Stage.SNOOZED] == 1


async def test_marked_cases_are_claimed_together_and_given_back_together(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("space", "space")
            await settled(pilot)
            assert "2 marked" in shown(app)
            await pilot.press("c")
            await comes_about(lambda: shown(app).count("yours") == 2)
            assert "marked" not in shown(app)
            await pilot.press("g", "g", "v", "j", "v", "c")
            await comes_about(lambda: "yours" not in shown(app))


async def test_marked_cases_are_put_away_or_claimed_in_one_transaction(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            changes: list[frozenset[str]] = []
            stop = app.session.desk.listen(changes.append)
            await pilot.press("space", "space", "space", "c")
            await comes_about(lambda: shown(app).count("yours") == 3)
            claims = [one for one in changes if "queue" in one]
            assert [len([topic for topic in one if topic.startswith("case:")]) for one in claims] == [3]
            await pilot.press("g", "g", "space", "space", "space", "b", "1")
            await comes_about(lambda: app.session.desk.counts().by_stage[Stage.SNOOZED] == 3)
            stop()
            moved = [one for one in changes if "queue" in one][1:]
            assert [len([topic for topic in one if topic.startswith("case:")]) for one in moved] == [3]


async def test_a_range_marks_what_the_cursor_passes_and_escape_takes_it_back(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("v", "j", "j")
            await settled(pilot)
            assert "3 marked · range" in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert not triage(app).queue.marked
            assert cursor(app) == 9


async def test_sorting_goes_round(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("s")
            assert triage(app).queue.view.sort is Sort.WORST
            await settled(pilot)
            assert "worst first · 12 open" in shown(app)
            await pilot.press("s")
            await pilot.pause()
            assert cursor(app) == 0
            await pilot.press("s")
            assert triage(app).queue.view == QueueView()


async def test_searching_narrows_the_queue_and_escape_brings_it_back(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("slash", *"promo")
            await settled(pilot)
            assert [row.customer for row in triage(app).queue.list.window.rows] == ["Lucia F."]
            await pilot.press("enter")
            await settled(pilot)
            assert triage(app).case is not None
            assert triage(app).case.survey.customer == "Lucia F."
            await pilot.press("escape")
            await settled(pilot)
            assert len(triage(app).queue.list.window.rows) == 12
            assert not app.screen.query(Input).first().display


async def test_letters_typed_into_the_search_are_no_commands(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("slash", *"jzeuq1?")
            await settled(pilot)
            assert app.screen is triage(app)
            assert app.screen.query(Input).first().value == "jzeuq1?"
            assert "Nothing matches the search." in shown(app)


async def test_filters_are_chosen_by_a_letter(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("f")
            await settled(pilot)
            assert re.search(r"Low, no comment +1 ", shown(app))
            await pilot.press("2")
            await settled(pilot)
            assert [row.customer for row in triage(app).queue.list.window.rows] == ["Bea L."]
            await pilot.press("f")
            await pilot.pause()
            await pilot.press("d")
            await settled(pilot)
            assert "No case matches this filter." in shown(app)


async def test_the_contact_clock_has_a_word_in_each_row_and_a_filter_for_each(tmp_path: Path) -> None:
    with workstation(tmp_path, 24) as app:
        database = app.session.desk._database
        with database.write("queue") as connection:
            contact.note_contact(connection, SurveyId(24), NOW - timedelta(hours=17), ContactWay.CONVERSATION)
            contact.note_contact(connection, SurveyId(23), NOW - timedelta(hours=42), ContactWay.CONVERSATION)
        async with app.run_test(size=(180, 40)) as pilot:
            await settled(pilot)
            assert "24 open · 9 overdue · 2 due soon" in shown(app)
            for key, numbers, word in (
                ("o", set(range(14, 23)) - {13}, "overdue"), ("s", {13, 12}, "due soon"), ("c", {23}, "met"),
                ("l", {24}, "contacted 4 h late"),
            ):  # fmt: skip
                await pilot.press("f")
                await pilot.pause()
                await pilot.press(key)
                await settled(pilot)
                rows = triage(app).queue.list.window.rows
                assert {row.id for row in rows} == numbers, word
                assert word in shown(app)


async def test_a_finished_case_has_no_sign_of_an_overdue_one(tmp_path: Path) -> None:
    with workstation(tmp_path, 24) as app:
        with app.session.desk._database.write("queue") as connection:
            surveys.put_away(connection, [TicketId(9_900_023)])
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("f")
            await pilot.pause()
            await pilot.press("g")
            await settled(pilot)
            lines = shown(app).splitlines()
            assert "45h  Credit" in lines[2]
            assert "overdue" not in lines[3]


async def test_an_empty_queue_says_what_it_is_waiting_for(tmp_path: Path) -> None:
    sync = StillSync(SyncStatus(Link.CONNECTING))
    with workstation(tmp_path, 0, sync=sync) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert "Fetching the first surveys…" in shown(app)
            sync.now = SyncStatus(Link.ONLINE, synced_at=NOW)
            app.session.desk._database.announce("sync")
            await settled(pilot)
            assert "Every case is decided." in shown(app)


async def test_a_queue_is_empty_only_where_it_was_read_since_the_surveys_came(tmp_path: Path) -> None:
    sync = StillSync(SyncStatus(Link.CONNECTING))
    with workstation(tmp_path, 0, sync=sync) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            listed = triage(app).queue.list
            sync.now = SyncStatus(Link.ONLINE, synced_at=NOW)
            put(app.session.desk._database, [a_low_survey(1)])
            app.session.desk._database.announce("sync")
            while listed.survey_id is None:
                assert "Every case is decided." not in listed.empty
                await sleep(0)


async def test_the_mouse_chooses_and_opens(tmp_path: Path) -> None:
    with workstation(tmp_path, 40) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.click("QueueList", offset=(5, 6))
            await settled(pilot)
            assert cursor(app) == 36
            await pilot.click("QueueList", offset=(5, 6), times=2)
            await settled(pilot)
            assert triage(app).front is triage(app).transcript


async def test_rows_of_every_kind_say_so_without_colour(tmp_path: Path) -> None:
    def fill(database) -> None:
        put(database, [
            a_low_survey(50, problem="no rating could be read", rating=None, ratings={}, comment=""),
            a_low_survey(51, comment="表示 の 価格 عربي " * 9),
        ])  # fmt: skip

    with workstation(tmp_path, 4, fill=fill) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            text = shown(app)
            assert "?       97h! — no comment —" in text
            assert "! no rating could" in text
            assert all(len(strip) == 120 for strip in [line for line in text.splitlines() if line.isascii()])


async def test_under_a_filter_only_what_it_shows_is_counted_and_the_menu_knows_which_holds(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("f", "2")
            await settled(pilot)
            edge = shown(app).splitlines()[-2]
            assert f"─ low, no comment · {sum(not one for one, _ in CONCERNS)} ─" in edge
            await pilot.press("f", "enter")
            await settled(pilot)
            assert triage(app).queue.view.path == "low-without-comment"
            await pilot.press("slash", *"promo", "enter")
            await settled(pilot)
            assert "open" not in shown(app).splitlines()[-2]


async def test_a_refresh_draws_only_the_rows_that_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("j", "j")
            await settled(pilot)
            queue = triage(app).queue.list
            drawn: list[int] = []
            draw = queue._refresh_row
            monkeypatch.setattr(queue, "_refresh_row", lambda place: (drawn.append(place), draw(place)))
            queue.reread()
            await settled(pilot)
            assert drawn == []
            claimed = queue.window.rows[1]
            with app.session.desk._database.write() as connection:
                connection.exec_driver_sql("UPDATE [case] SET claimed_by = 'Mei' WHERE survey_id = ?", (claimed.id,))
            queue.reread()
            await settled(pilot)
            assert drawn == [1]
            await pilot.pause()
            assert "@Mei" in shown(app)


async def test_the_filter_menu_takes_the_keys_that_were_typed_before_it_was_there(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            desk = triage(app)
            for key in "fd":
                app._driver.send_message(events.Key(key, key))
            await comes_about(lambda: desk.queue.view.stage is Stage.DECIDED)
            assert app.screen is desk
