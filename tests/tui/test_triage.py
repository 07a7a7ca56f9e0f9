"""Work at the triage screen: answers, notes, search, the help desk's state."""

from pathlib import Path
from unittest.mock import patch

import pytest
from textual.color import Color

from csat_tui import browser
from csat_tui.domain.case import Answer
from csat_tui.domain.ids import SurveyId
from csat_tui.store.errors import StoreBusy
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.tui.triage.composer import drafts
from tests.tui.desk_fixture import NOW, StillSync, comes_about, settled, told, workstation
from tests.tui.pane_host import shown
from tests.tui.triage_steps import SIZE


async def test_answers_are_kept_and_shown_at_once(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            case_id = app.screen.case.id
            await pilot.press("3", "y", "n")
            await settled(pilot)
            answers = app.session.desk.case(case_id).answers
            assert [one.answer for one in answers.values()] == [Answer.YES, Answer.NO]
            assert "2 of 6" in shown(app)
            await pilot.press("a")
            await settled(pilot)
            assert len(app.session.desk.case(case_id).answers) > 2


async def test_a_locked_database_loses_no_word_and_is_said(tmp_path: Path) -> None:
    with workstation(tmp_path) as app, patch.object(drafts, "RETRY_DELAY", 0.2):
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            case_id, keep = app.screen.case.id, app.session.desk.save_draft

            def busy(*_: object) -> None:
                raise StoreBusy("The database is in use by another program. Nothing was changed.")

            app.session.desk.save_draft = busy
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"words")
            await comes_about(lambda: "in use by another program" in told(app))
            assert "words" in shown(app)
            app.session.desk.save_draft = keep
            await comes_about(lambda: "words" in app.session.desk.case(case_id).draft.fields.values())


async def test_words_that_could_not_be_kept_are_tried_again_after_the_case_was_left(tmp_path: Path) -> None:
    with workstation(tmp_path) as app, patch.object(drafts, "RETRY_DELAY", 0.2):
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            case_id, keep = app.screen.case.id, app.session.desk.save_draft

            def busy(*_: object) -> None:
                raise StoreBusy("The database is in use by another program. Nothing was changed.")

            app.session.desk.save_draft = busy
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"words", "escape", "j")
            await settled(pilot)
            assert app.screen.case.id != case_id
            app.session.desk.save_draft = keep
            await comes_about(lambda: "words" in app.session.desk.case(case_id).draft.fields.values())


async def test_letters_typed_in_the_note_are_words_and_escape_goes_back(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"gj1zu?e")
            await settled(pilot)
            assert "gj1zu?e" in app.screen.composer.draft.fields.values()
            assert "/ search" not in shown(app).splitlines()[-1]
            await pilot.press("escape")
            await settled(pilot)
            assert app.screen.front is app.screen.queue


async def test_trouble_with_the_help_desk_is_one_line_and_goes_away(tmp_path: Path) -> None:
    sync = StillSync(SyncStatus(Link.OFFLINE, problem="The help desk cannot be reached. Everything decided is kept."))
    with workstation(tmp_path, sync=sync) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert "! The help desk cannot be reached." in shown(app).splitlines()[1]
            assert "offline" in shown(app).splitlines()[0]
            sync.now = SyncStatus(Link.ONLINE, synced_at=NOW)
            app.session.desk._database.announce("sync")
            await settled(pilot)
            assert "cannot be reached" not in shown(app)
            await pilot.press("R")
            assert sync.asked == 1


async def test_the_cases_that_come_next_are_asked_for_ahead(tmp_path: Path) -> None:
    sync = StillSync()
    with workstation(tmp_path, sync=sync) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert sync.wanted[:4] == [SurveyId(12), SurveyId(11), SurveyId(10), SurveyId(9)]


async def test_the_ticket_is_opened_by_http_or_its_address_said(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(browser, "opens", lambda url, environ: False)
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("o")
            await settled(pilot)
            assert "https://desk.example/agent/tickets/7300011" in told(app)
            await pilot.press("Y")
            await settled(pilot)
            assert app.clipboard == "7300011"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "ftp://x/y", "https://", "", "http://[x"])
def test_only_pages_of_the_web_are_opened(url: str) -> None:
    assert not browser.opens(url, {"DISPLAY": ":0"})


async def test_without_colours_nothing_is_coloured_and_the_cursor_still_shows(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            strips = [strip.apply_filter(one, Color(0, 0, 0)) for strip in app.screen._compositor.render_strips()
                      for one in app._filters if one.enabled]  # fmt: skip
            styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
            assert not [one for one in styles if one.color is not None and not one.color.is_default]
            assert not [one for one in styles if one.bgcolor is not None and not one.bgcolor.is_default]
            assert "▌" in shown(app)


async def test_tab_goes_round_in_the_note_and_what_is_typed_next_is_words(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            case_id = app.screen.case.id
            await pilot.press("e", "n")
            await settled(pilot)
            answers = app.session.desk.case(case_id).answers
            fields = list(app.screen.composer._form.areas.values())
            await pilot.press(*["tab"] * len(fields), *"yan", *["shift+tab"] * len(fields), *"e")
            await settled(pilot)
            assert app.screen.focused in fields
            await comes_about(lambda: "yane" in str(app.session.desk.draft(case_id).fields))
            assert app.session.desk.case(case_id).answers == answers
