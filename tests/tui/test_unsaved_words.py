"""Words that the store does not accept: they stay on the screen or go to a file, and the person is told."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from csat_tui.domain.case import AskedQuestion
from csat_tui.store.errors import StoreBusy, StoreFull
from csat_tui.tui.app import Workstation
from csat_tui.tui.shift import screen as shift
from csat_tui.tui.shift.screen import ShiftScreen
from csat_tui.tui.triage.survey_mending import MendForm
from csat_tui.tui.windows.prompts import ChoiceScreen, TextPrompt
from tests.tui.desk_fixture import comes_about, settled, told, workstation
from tests.tui.outbox_fixture import decided
from tests.tui.pane_host import shown
from tests.tui.test_mending import held
from tests.tui.test_shift_screen import come

SIZE = (120, 40)


def full(*_: object, **__: object) -> None:
    """Stand for a disk that takes nothing more."""
    raise StoreFull("The disk is full. Nothing was changed.")


def busy(*_: object, **__: object) -> None:
    """Stand for a database that another program holds."""
    raise StoreBusy("The database is in use by another program. Nothing was changed.")


async def cannot_be_saved() -> None:
    """Stand for a screen that cannot save and does not say what."""
    full()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Workstation]:
    with workstation(tmp_path) as app, patch.object(shift, "RETRY_DELAY", 60.0):
        decided(app.session.desk, app.session.dispatch, 1, "no-response")
        yield app


async def test_a_recap_that_could_not_be_saved_is_in_the_file_that_is_named_at_the_end(app: Workstation) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await come(pilot)
        app.session.paperwork.shifts.write_over = full
        await pilot.press("j", "enter", *"Couriers late")
        await settled(pilot)
        await pilot.press("ctrl+q")
        await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
        await settled(pilot)
        assert "Trends" in shown(app), "it says which words are meant"
        await pilot.press("f")
        await comes_about(lambda: app.return_code is not None)
    (file,) = app.session.desk.folder.glob("words-*.txt")
    assert "Couriers late" in file.read_text(encoding="utf-8")
    assert "Trends" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_part_of_the_recap_that_was_left_unsaved_comes_back_and_is_tried_again(app: Workstation) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await come(pilot)
        assert isinstance(screen, ShiftScreen)
        write, app.session.paperwork.shifts.write_over = app.session.paperwork.shifts.write_over, full
        await pilot.press("j", "enter", *"Couriers late", "escape", "k")
        await settled(pilot)
        await pilot.press("j")
        await settled(pilot)
        assert "Couriers late" in shown(app), "what the store has does not replace it"
        await pilot.press("k")
        app.session.paperwork.shifts.write_over = write
        await screen.save_words()
        assert app.session.paperwork.shifts.current().texts["trends"].startswith("Couriers late")


async def test_words_in_a_window_are_in_the_file_where_the_store_does_not_take_them(app: Workstation) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await come(pilot)
        await pilot.press("i")
        await comes_about(lambda: isinstance(app.screen, TextPrompt))
        await pilot.press(*"#7300003 rating 1")
        app.session.desk.recovered_text.keep = full
        await pilot.press("ctrl+q")
        await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
        await pilot.press("f")
        await comes_about(lambda: app.return_code is not None)
    (file,) = app.session.desk.folder.glob("words-*.txt")
    assert "#7300003 rating 1" in file.read_text(encoding="utf-8")
    assert "List of low scores" in file.read_text(encoding="utf-8")


async def test_nothing_is_said_to_be_in_a_file_where_nothing_was_found_to_write(app: Workstation) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await come(pilot)
        screen.save_words = cannot_be_saved  # type: ignore[method-assign]
        await pilot.press("ctrl+q")
        await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
        await pilot.press("f")
        await comes_about(lambda: app.screen is screen)
        await settled(pilot)
        assert app.return_code is None
        assert "no words were found" in told(app).lower()
    assert list(app.session.desk.folder.glob("words-*.txt")) == []


async def test_words_that_are_saved_after_all_while_the_question_stands_need_no_file(app: Workstation) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await come(pilot)
        write, app.session.paperwork.shifts.write_over = app.session.paperwork.shifts.write_over, full
        await pilot.press("j", "enter", *"Couriers late", "ctrl+q")
        await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
        app.session.paperwork.shifts.write_over = write
        await screen.save_words()
        await pilot.press("f")
        await comes_about(lambda: app.return_code is not None)
    assert app.session.paperwork.shifts.current().texts["trends"].startswith("Couriers late")
    assert list(app.session.desk.folder.glob("words-*.txt")) == []


async def test_a_form_that_the_store_does_not_take_stays_open_with_its_words(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=held) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            screen = app.screen
            mending = app.session.paperwork.mending
            mend, mending.mend = mending.mend, busy
            await pilot.press("F")
            await comes_about(lambda: isinstance(app.screen, MendForm))
            await pilot.press("ctrl+n", "enter", "1", *["enter"] * 6, *"late", "ctrl+s")
            await settled(pilot)
            assert isinstance(app.screen, MendForm)
            assert "What you typed could not be saved. The database" in shown(app)
            assert "in use by another program" in told(app)
            mending.mend = mend
            await pilot.press("ctrl+s")
            await comes_about(lambda: app.screen is screen and not screen.case.survey.problem)
            assert screen.case.survey.comment == "late"


async def test_a_survey_that_changed_under_the_form_is_shown_anew_beside_what_was_typed(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=held) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            screen, mending = app.screen, app.session.paperwork.mending
            await pilot.press("F")
            await comes_about(lambda: isinstance(app.screen, MendForm))
            await pilot.press("ctrl+n", "enter", "1", *["enter"] * 6, *"late")
            before = app.session.desk.case(screen.case.id)
            other = mending.typed(before.survey, {"ticket": "7300003", "team": "3", "comment": "somebody else"})
            mending.mend(before.id, other, before.survey)
            await pilot.press("ctrl+s")
            await comes_about(lambda: "It says now" in shown(app))
            assert isinstance(app.screen, MendForm)
            assert "somebody else" in shown(app), "what it says now stands over what was typed"
            assert app.screen.comment.text == "late"
            await pilot.press("ctrl+s")
            await comes_about(lambda: app.screen is screen)
            assert app.session.desk.case(before.id).survey.comment == "late"


async def test_what_was_typed_into_a_form_is_shown_at_the_next_start(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=held) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("F")
            await comes_about(lambda: isinstance(app.screen, MendForm))
            await pilot.press("ctrl+n", "enter", "1")
            app.screen.comment.focus()
            await pilot.press(*"late", "ctrl+q")
            await comes_about(lambda: app.return_code is not None)
        (left,) = app.session.desk.recovered_text.read().values()
        assert "late" in left
        assert "7300003" in left


async def test_an_answer_that_the_store_does_not_take_stays_in_its_window(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            screen = app.screen
            asked = AskedQuestion(1, "qa", "Was the credit right?", app.session.desk.now)
            with patch("csat_tui.tui.triage.actions.open_question", lambda _: asked):
                app.session.desk.answer_question = busy
                await pilot.press("A")
                await comes_about(lambda: isinstance(app.screen, TextPrompt))
                await pilot.press(*"yes it was", "ctrl+s")
                await settled(pilot)
                assert isinstance(app.screen, TextPrompt)
                assert "yes it was" in shown(app)
                assert "in use by another program" in shown(app) + told(app)
                await pilot.press("escape")
                await comes_about(lambda: app.screen is screen)


async def test_a_list_that_cannot_be_read_stays_in_its_window(app: Workstation) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await come(pilot)
        await pilot.press("i")
        await comes_about(lambda: isinstance(app.screen, TextPrompt))
        await pilot.press(*"nothing to be read", "ctrl+s")
        await comes_about(lambda: "list" in told(app).lower() and "Reading" not in told(app).split("\n")[-1])
        assert isinstance(app.screen, TextPrompt)
        assert "nothing to be read" in shown(app)


async def test_words_that_two_terminals_leave_are_both_kept_and_only_what_was_seen_goes(app: Workstation) -> None:
    app.session.desk.recovered_text.keep("mine")
    shown_there = app.session.desk.recovered_text.read()
    with workstation_beside(app) as other:
        other.recovered_text.keep("another's")
        app.session.desk.recovered_text.forget(shown_there)
        assert list(other.recovered_text.read().values()) == ["another's"]
        other.recovered_text.keep("another's, longer")
        other.recovered_text.keep("")
        assert other.recovered_text.read() == {}


async def test_words_that_were_left_survive_a_database_that_is_rebuilt_from_its_ledger(app: Workstation) -> None:
    app.session.desk.recovered_text.keep("not lost")
    with app.session.desk._database.read(ledger=True) as connection:
        (kept,) = connection.exec_driver_sql(
            "SELECT value FROM kept_sync_cursor WHERE name LIKE 'left words%'"
        ).fetchall()
    assert "not lost" in kept[0]


def workstation_beside(app: Workstation):  # type: ignore[no-untyped-def]
    """Give another terminal's desk on the same store."""
    from contextlib import contextmanager

    from csat_tui.store.database import Database
    from csat_tui.workflow.desk import Desk

    @contextmanager
    def beside() -> Iterator[Desk]:
        database = Database.open(app.session.desk._database.file)
        try:
            yield Desk(database, app.session.desk.playbook, app.session.desk._clock)
        finally:
            database.close()

    return beside()
