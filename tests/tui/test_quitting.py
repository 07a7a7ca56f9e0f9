"""Quitting the workstation with unsent effects and unsaved words."""

from pathlib import Path
from unittest.mock import patch

from csat_tui.store.errors import StoreBusy
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.triage.composer import drafts
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.prompts import ChoiceScreen
from tests.tui.desk_fixture import comes_about, settled, workstation
from tests.tui.pane_host import shown
from tests.tui.triage_steps import SIZE, decide_nrn


async def test_leaving_with_something_unsent_is_asked_once_and_never_refused(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await decide_nrn(pilot)
            await pilot.press("ctrl+q")
            await settled(pilot)
            assert isinstance(app.screen, ChoiceScreen)
            assert "safe in the outbox" in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)
            await pilot.press("ctrl+q")
            await settled(pilot)
            await pilot.press("ctrl+q")
            await comes_about(lambda: app.return_code is not None)
        assert app.return_code == 0


async def test_leaving_keeps_what_was_typed_a_moment_ago(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            case_id = app.screen.case.id
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"last words", "ctrl+q")
            await comes_about(lambda: app.return_code is not None)
        assert "last words" in app.session.desk.case(case_id).draft.fields.values()


async def test_quitting_from_another_screen_does_not_lose_words_that_could_not_be_saved(tmp_path: Path) -> None:
    with workstation(tmp_path) as app, patch.object(drafts, "RETRY_DELAY", 60):
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            app.session.desk.save_draft = refuses
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"last words", "escape", "escape", "g", "o")
            await settled(pilot)
            assert isinstance(app.screen, OutboxScreen)
            await pilot.press("ctrl+q")
            await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
            await pilot.pause()
            assert "Words could not be saved" in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert app.return_code is None
            await pilot.press("ctrl+q")
            await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
            await pilot.press("ctrl+q")
            await comes_about(lambda: app.return_code is not None)
        (file,) = app.session.desk.folder.glob("words-*.txt")
        assert "last words" in file.read_text(encoding="utf-8")
        assert file.stat().st_mode & 0o777 == 0o600


def refuses(*_: object) -> None:
    """Stand for a database that takes no more words."""
    raise StoreBusy("The database is in use by another program. Nothing was changed.")
