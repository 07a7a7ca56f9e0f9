"""Correcting a survey that could not be read, by keys alone."""

from pathlib import Path

from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.triage.survey_mending import MendForm
from tests.tui.desk_fixture import a_low_survey, comes_about, put, settled, workstation
from tests.tui.pane_host import shown

RAW = "[payload could not be rendered]\nabout https://desk.example/agent/tickets/7300003\nmy refund never came"


def held(database) -> None:
    put(database, [
        a_low_survey(50, problem="could not be read: no ratings", rating=None, ratings={}, comment="", raw=RAW,
                     source_ticket_id=None),
    ])  # fmt: skip


async def test_f_opens_a_form_that_offers_the_ticket_and_keeps_what_is_typed(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=held) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            screen = app.screen
            assert isinstance(screen, TriageScreen)
            number = screen.case.id
            assert screen.case.survey.problem
            assert "fix survey" in shown(app)
            await pilot.press("F")
            await comes_about(lambda: isinstance(app.screen, MendForm))
            await settled(pilot)
            assert "payload could not be rendered" in shown(app)
            assert "#7300003" in shown(app)
            await pilot.press("ctrl+n", "enter", "1", "enter", "5", "enter", "enter", "9", "enter", "enter", "enter")
            await pilot.press(*"late", "ctrl+s")
            await settled(pilot)
            assert "expected 1 to 5" in shown(app), "and nothing was kept"
            await pilot.press("backspace", "2", "ctrl+s")
            await comes_about(lambda: app.screen is screen and not screen.case.survey.problem)
            survey = screen.case.survey
            assert (survey.source_ticket_id, dict(survey.ratings)) == (
                7_300_003,
                {"team": 1, "speed": 5, "resolution": 2},
            )
            assert survey.comment == "late"
            assert screen.case.path.id == "low-with-comment"
            assert number in app.session.sync.wanted, "so that the ticket is fetched"
            await settled(pilot)
            assert "fixed by Ana P." in shown(app)
            assert "fix survey" not in shown(app)


async def test_esc_leaves_the_survey_as_it_is(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=held) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            screen = app.screen
            before = screen.case.survey
            await pilot.press("F")
            await comes_about(lambda: isinstance(app.screen, MendForm))
            await pilot.press("ctrl+n", "escape")
            await comes_about(lambda: app.screen is screen)
            await settled(pilot)
            assert screen.case.survey == before
