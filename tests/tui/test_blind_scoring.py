"""A calibration on the review screen: its notes are listed, and scored blind; nothing of it goes to a ticket."""

from pathlib import Path

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.calibration import CalibrationSession, SessionReviewer
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.store import named_values
from tests.tui.desk_fixture import NOW, comes_about, settled, told, workstation
from tests.tui.pane_host import shown
from tests.tui.test_review_screen import SIZE, fill, listed, screen

KIM, LEE = SessionReviewer(UserId(71), "Kim"), SessionReviewer(UserId(72), "Lee")
NOTES = (90_000, 90_001)
OTHERS_WORDS = "Lee thinks otherwise"


def sits_down(app, who: SessionReviewer) -> None:
    with app.session.desk._database.write() as connection:
        named_values.remember(connection, "agent_id", str(who.id), NOW)
        named_values.remember(connection, "agent", who.name, NOW)


def a_session(app) -> CalibrationSession:
    """Two of the three notes, of which Lee has scored one already."""
    calibration = app.session.paperwork.calibration
    sits_down(app, LEE)
    session = calibration.set_up("March", NOTES, (KIM, LEE), NOW.replace(year=NOW.year + 1), "")
    line = session.card.lines[0].id
    calibration.score(session.id, NOTES[0], {line: LineScore(LineAnswer.NO, comment=OTHERS_WORDS)})
    sits_down(app, KIM)
    return session


def written(app) -> int:
    with app.session.desk._database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM blind_score").scalar_one())


async def type_keys(pilot, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def open_session(pilot) -> None:
    await settled(pilot)
    await type_keys(pilot, "g", "r", "f", "c", "enter")


async def test_the_notes_of_a_calibration_are_scored_blind_and_nothing_goes_to_a_ticket(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        a_session(app)
        calibration, loop = app.session.paperwork.calibration, app.session.paperwork.review_loop
        async with app.run_test(size=SIZE) as pilot:
            await open_session(pilot)
            assert {one.comment_id for one in listed(app)} == set(NOTES)
            assert "calibration: March" in shown(app)
            assert "Blind, for “March”" in shown(app)
            assert OTHERS_WORDS not in shown(app)
            assert calibration.session("March").own == ()
            first, second = (one.comment_id for one in listed(app))
            line = screen(app).scorecard.line
            await type_keys(pilot, "enter", "n", "a")
            await comes_about(lambda: len(calibration.session("March").own) == 1)
            (kept,) = calibration.session("March").own
            assert (kept.note, kept.scores[line.id].answer) == (first, LineAnswer.NO)
            assert screen(app).scorecard.comment_id == second
            assert written(app) == 2, "Lee's and this one"
            # Sending back is no part of it, and leaving the screen keeps what is scored.
            await type_keys(pilot, "y", "d")
            assert "A blind score sends nothing back" in told(app)
            await type_keys(pilot, "g", "t")
            await comes_about(lambda: len(calibration.session("March").own) == 2)
        assert [loop.thread(note).steps for note in NOTES] == [(), ()]
        assert [loop.draft(note) for note in NOTES] == [None, None]


async def test_what_was_scored_blind_comes_back_with_its_note_and_not_outside_the_calibration(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        session = a_session(app)
        line = session.card.lines[0]
        app.session.paperwork.calibration.score(session.id, NOTES[0], {line.id: LineScore(LineAnswer.NO)})
        app.session.paperwork.calibration.score(session.id, NOTES[1], {line.id: LineScore(LineAnswer.NO)})
        async with app.run_test(size=SIZE) as pilot:
            await open_session(pilot)
            scoring = screen(app).scorecard.scoring
            assert scoring.of(line).answer is LineAnswer.NO
            await type_keys(pilot, "f", "x")
            await comes_about(lambda: screen(app).scorecard.scoring is not None)
            assert screen(app).scorecard.scoring.session is None
            assert screen(app).scorecard.scoring.scores == {}


async def test_without_a_calibration_nothing_of_one_is_offered(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await type_keys(pilot, "g", "r", "f")
            assert "of a calibration" not in shown(app)


async def test_a_session_that_closes_meanwhile_keeps_nobody_from_quitting_and_loses_no_answer(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        session = a_session(app)
        async with app.run_test(size=SIZE) as pilot:
            await open_session(pilot)
            await type_keys(pilot, "enter", "n")
            sits_down(app, LEE)
            app.session.paperwork.calibration.close(session.id, early=True)
            sits_down(app, KIM)
            await type_keys(pilot, "a")
            assert "was closed by Lee" in told(app)
            assert "Scored blind" not in told(app)
            app.run_worker(app.leave())
            await settled(pilot)
            assert "Words could not be saved" in shown(app)
            await pilot.press("f")
            await comes_about(lambda: not app.is_running)
        (file,) = app.session.desk.folder.glob("words-*.txt")
        assert "the blind score of note" in file.read_text("utf-8")


async def test_quitting_keeps_what_is_scored_blind(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        a_session(app)
        async with app.run_test(size=SIZE) as pilot:
            await open_session(pilot)
            await type_keys(pilot, "enter", "n")
            assert app.session.paperwork.calibration.session("March").own == ()
            await app.keep_everything()
            assert len(app.session.paperwork.calibration.session("March").own) == 1
