"""A shift at the triage screen, in the words of who works it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.color import Color
from textual.css.query import NoMatches
from textual.pilot import Pilot

from csat_tui import browser
from csat_tui.domain.case import Answer, Stage
from csat_tui.domain.effect import EffectEvent
from csat_tui.domain.ids import SurveyId
from csat_tui.store import outbox
from csat_tui.store.errors import StoreBusy
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.tui.base.keybar import KeyHint
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.triage.composer import drafts
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.help import HelpScreen
from csat_tui.tui.windows.prompts import ChoiceScreen
from tests.agent import Agent, ByPilot
from tests.tui.desk_fixture import NOW, StillSync, comes_about, settled, told, workstation
from tests.tui.pane_host import shown

SIZE = (120, 40)


async def answer_all(pilot) -> None:
    """Answer every check of the case so that no response is needed."""
    await Agent(ByPilot(pilot)).answers("yes", "yes", "yes", "yes", "yes", "no")


async def decide_nrn(pilot) -> None:
    """Write a note that needs no response, and send it."""
    agent = Agent(ByPilot(pilot))
    await answer_all(pilot)
    await agent.chooses("no-response")
    await agent.writes("as promised", "as promised")
    await agent.sends()


async def test_a_case_is_decided_and_the_queue_moves_on_by_itself(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            first = app.screen.queue.survey_id
            await decide_nrn(pilot)
            assert app.session.desk.case(first).stage is Stage.DECIDED
            assert app.screen.queue.survey_id not in (first, None)
            assert app.screen.case.id == app.screen.queue.survey_id
            assert app.screen.front is app.screen.queue
            text = shown(app)
            assert "1 decided" in text
            assert "sends in 10 s · u takes it back" in text
            assert "sending" in text.splitlines()[0]


async def test_the_countdown_goes_down_and_away(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await decide_nrn(pilot)
            app.session.desk._clock.pass_time(timedelta(seconds=7))
            await comes_true(pilot, lambda: "sends in 3 s" in shown(app))
            app.session.desk._clock.pass_time(timedelta(seconds=7))
            await comes_true(pilot, lambda: "takes it back" not in shown(app))


async def comes_true(pilot: Pilot[None], so: Callable[[], bool]) -> None:
    """Wait for what the screen's next tick brings, however busy the machine is."""
    for _ in range(200):
        if so():
            return
        await pilot.pause(0.05)
    raise AssertionError(shown(pilot.app))


async def test_u_takes_the_decision_back_with_its_words(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            first = app.screen.queue.survey_id
            await decide_nrn(pilot)
            await pilot.press("u")
            await settled(pilot)
            assert app.session.desk.case(first).stage is Stage.OPEN
            assert app.screen.queue.survey_id == first
            assert app.screen.case.id == first
            assert "as promised" in shown(app)
            assert "decided" not in shown(app).splitlines()[0]


async def test_what_is_on_its_way_cannot_be_taken_back_and_says_so(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("u")
            await pilot.pause()
            assert "you have not decided anything in this session" in told(app)
            await decide_nrn(pilot)
            for item in app.session.dispatch.unsettled():
                with app.session.desk._database.write("outbox") as connection:
                    outbox.move(connection, item, EffectEvent.CLAIMED, at=NOW, attempt=1)
            await pilot.press("u")
            await settled(pilot)
            assert "it is already on its way" in told(app)


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


async def test_g_shows_the_letters_after_a_moment_and_any_key_closes_them(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g")
            await pilot.pause()
            assert not app.screen.query(KeyHint)
            await comes_about(lambda: app.screen.query(KeyHint))
            await settled(pilot)
            assert "o  outbox" in shown(app)
            await pilot.press("z")
            await settled(pilot)
            assert not app.screen.query(KeyHint)
            await pilot.press("g", "o")
            await settled(pilot)
            assert isinstance(app.screen, OutboxScreen)
            await pilot.press("g", "q")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)


async def test_help_says_what_the_time_in_a_row_of_the_queue_is(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("question_mark")
            await settled(pilot)
            assert "how long ago the survey came" in " ".join(shown(app).replace("│", " ").split())


async def test_help_is_about_where_one_is(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("3", "question_mark")
            await settled(pilot)
            assert isinstance(app.screen, HelpScreen)
            assert "Validation" in shown(app)
            assert "First case." not in shown(app)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_finds_a_command_by_its_words(tmp_path: Path, key: str) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press(key)
            await pilot.pause()
            await pilot.press(*"zoom")
            await pilot.pause(0.5)
            await pilot.press("enter")
            await settled(pilot)
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)
            assert app.screen.zoomed


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


async def test_once_it_is_sent_nothing_says_any_more_that_it_was_not(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("e", "n", "ctrl+s")
            await settled(pilot)
            assert "Not sent" in told(app)
            await pilot.press("escape")
            await decide_nrn(pilot)
            assert "sends in" in shown(app)
            assert "Not sent" not in told(app)


async def test_a_search_that_outlives_the_palette_does_not_end_the_workstation(tmp_path: Path) -> None:
    async def look_for_a_list_that_is_gone() -> None:
        raise NoMatches("the palette has closed")

    with workstation(tmp_path, 1) as app:
        async with app.run_test() as pilot:
            await settled(pilot)
            await pilot.press("ctrl+p")
            app.screen.run_worker(look_for_a_list_that_is_gone(), exit_on_error=True)
            await pilot.press("escape")
            await settled(pilot)
            assert app.is_running
            assert shown(app)


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


async def test_after_an_undo_the_note_is_sent_again_from_the_queue(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            first = app.screen.queue.survey_id
            await decide_nrn(pilot)
            await pilot.press("u")
            await settled(pilot)
            assert app.session.desk.stage(first) is Stage.OPEN
            assert "ready" in shown(app)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert app.session.desk.stage(first) is Stage.DECIDED


async def test_a_note_that_is_out_of_sight_is_shown_before_it_is_sent(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            first = app.screen.queue.survey_id
            await decide_nrn(pilot)
            await pilot.press("u")
            await settled(pilot)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert app.session.desk.stage(first) is Stage.OPEN
            assert app.screen.front is app.screen.composer
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert app.session.desk.stage(first) is Stage.DECIDED


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
