"""Writing a note: the words are soon in the store, with their own case."""

import asyncio
from pathlib import Path

from csat_tui.domain.ids import SurveyId
from csat_tui.tui.app import Workstation
from csat_tui.tui.triage.composer import drafts
from csat_tui.tui.triage.outcome_menu import ConfirmReply
from csat_tui.tui.triage.screen import TriageScreen
from tests.answering import read_and_judged
from tests.tui.desk_fixture import asked, settled, workstation
from tests.tui.pane_host import HOSTILE, controls


def triage(app: Workstation) -> TriageScreen:
    assert isinstance(app.screen, TriageScreen)
    return app.screen


def words_in_store(app: Workstation, survey_id: int, field: str = "summary") -> str:
    case = app.session.desk.case(SurveyId(survey_id))
    assert case is not None
    return case.draft.fields.get(field, "")


async def read_and_judged_on(app: Workstation) -> None:
    """Answer what every outcome that closes a case wants to know, for the case on the screen."""
    case = triage(app).case
    assert case is not None
    await asyncio.to_thread(read_and_judged, app.session.desk, case.id)


async def test_typed_words_reach_the_store_by_themselves(tmp_path: Path) -> None:
    assert drafts.DEBOUNCE < 0.5, "every keystroke is to be safe within a second"
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            case = triage(app).case
            assert case is not None
            await pilot.press("e", "v")
            await settled(pilot)
            await pilot.press(*"kept words")
            async with asyncio.timeout(20):  # only ever waited for in full where it is broken
                while words_in_store(app, case.id) != "kept words":
                    await pilot.pause(0.05)
            await settled(pilot)
            assert "draft saved" in triage(app).composer.state


async def test_words_stay_with_their_case_when_the_agent_hops_through_the_queue(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            first = triage(app).case
            assert first is not None
            await pilot.press("e", "v")
            await settled(pilot)
            await pilot.press(*"first", "escape", "j")
            await settled(pilot)
            second = triage(app).case
            assert second is not None
            assert second.id != first.id
            await pilot.press("e", "v")
            await settled(pilot)
            await pilot.press(*"second", "escape", "k")
            await settled(pilot)
            assert triage(app).composer.draft.fields["summary"] == "first"
            assert words_in_store(app, first.id) == "first"
            assert words_in_store(app, second.id) == "second"


async def test_a_public_reply_passes_only_by_y_and_not_by_enter_or_the_key_that_asked(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await read_and_judged_on(app)
            await settled(pilot)
            await pilot.press("e", "f", "enter")
            await settled(pilot)
            await pilot.press(*"Hello", "tab", *"what", "tab", *"done", "tab", *"that")
            for key in ("enter", "ctrl+s", "escape"):
                await pilot.press("ctrl+s")
                await asked(pilot)
                assert isinstance(app.screen, ConfirmReply)
                await pilot.press(key)
                await settled(pilot)
                assert app.session.dispatch.unsettled() == ()
            await pilot.press("ctrl+s")
            await asked(pilot)
            await pilot.press("y")
            await settled(pilot)
            assert [one.kind for one in app.session.dispatch.unsettled()] == ["reply", "note", "tracker"]


async def test_hostile_words_typed_in_an_earlier_session_show_as_symbols_in_the_whole_screen(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            case = triage(app).case
            assert case is not None
            await read_and_judged_on(app)
            await settled(pilot)
            await pilot.press("e", "f", "enter")
            await settled(pilot)
            composer = triage(app).composer
            for area in composer._form.areas.values():
                # What looks like a place still to be filled would hold the reply back.
                area.replace(HOSTILE.replace("[LINK=x]", "LINK"), (0, 0), area.document.end)
            await settled(pilot)
            assert controls(app) == []
            await pilot.press("ctrl+s")
            await asked(pilot)
            assert isinstance(app.screen, ConfirmReply)
            assert controls(app) == []
            assert "\x1b" not in words_in_store(app, case.id, "reply")
