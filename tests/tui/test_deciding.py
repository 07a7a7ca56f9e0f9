"""Deciding a case at the triage screen, and undoing the decision."""

from datetime import timedelta
from pathlib import Path

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectEvent
from csat_tui.store import outbox
from tests.tui.desk_fixture import NOW, settled, told, workstation
from tests.tui.pane_host import shown
from tests.tui.triage_steps import SIZE, comes_true, decide_by_keys, decide_nrn


async def test_a_case_is_decided_and_the_queue_moves_on_by_itself(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            first = app.screen.queue.survey_id
            await decide_by_keys(pilot)
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
