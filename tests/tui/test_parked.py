"""Parked cases: a question is asked, the case is found again, the answer is entered."""

from dataclasses import replace
from pathlib import Path

from csat_tui.domain.case import AskedQuestion, Stage
from csat_tui.domain.composing import Reach
from csat_tui.tui.transcript.lines import open_question, question_lines
from csat_tui.tui.windows.prompts import TextPrompt
from tests.builders import NOON, a_case
from tests.tui.desk_fixture import settled, told, workstation
from tests.tui.pane_host import HOSTILE, shown

WAITING = AskedQuestion(1, "qa", "Was the credit right?", NOON)
ANSWERED = replace(WAITING, id=2, answered_at=NOON, answer="Yes, up to 20.", answered_by="Lee")


def said(*questions: AskedQuestion) -> str:
    return "\n".join(line.plain for line in question_lines(a_case(questions=questions), NOON, 60))


def test_a_question_says_where_it_was_asked_and_how_its_answer_is_kept() -> None:
    assert "asked in #qa" in said(WAITING)
    assert "A enters the answer" in said(WAITING)


def test_an_answer_says_who_gave_it_and_takes_no_other() -> None:
    assert "Lee, 10 Mar" in said(ANSWERED)
    assert "Yes, up to 20." in said(ANSWERED)
    assert open_question(a_case(questions=(ANSWERED,))) is None
    assert open_question(a_case(questions=(WAITING, ANSWERED))) is WAITING


def test_a_hostile_answer_shows_as_symbols() -> None:
    assert "\x1b" not in said(replace(ANSWERED, answer=HOSTILE))


async def test_a_case_is_asked_about_parked_found_again_and_answered(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        app.session.desk.reach = Reach(channels=frozenset({"qa"}))
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            asked = app.screen.case.id
            await pilot.press("A")
            await settled(pilot)
            assert "no question about this case waits" in told(app)
            await pilot.press("e", "q")
            await settled(pilot)
            assert "Question to #qa · parks the case" in shown(app)
            await pilot.press(*"right?", "ctrl+s")
            await settled(pilot)
            assert app.session.desk.case(asked).stage is Stage.PARKED
            assert app.screen.case.id != asked
            await pilot.press("f", "p")
            await settled(pilot)
            assert app.screen.case.id == asked
            assert "? asked" in shown(app)
            await pilot.press("A")
            await pilot.pause()
            assert isinstance(app.screen, TextPrompt)
            await pilot.press(*"yes", "ctrl+s")
            await settled(pilot)
            case = app.session.desk.case(asked)
            assert case.stage is Stage.OPEN
            assert case.questions[0].answer == "yes"
            assert "the case is in the queue again" in told(app)


async def test_words_beside_the_question_are_there_after_the_answer_and_after_an_undo(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        app.session.desk.reach = Reach(channels=frozenset({"qa"}))
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            asked = app.screen.case.id
            await pilot.press("e", "v")
            await settled(pilot)
            await pilot.press(*"late", "escape")
            await pilot.press("e", "q")
            await settled(pilot)
            await pilot.press(*"right?", "ctrl+s")
            await settled(pilot)
            assert app.session.desk.case(asked).stage is Stage.PARKED
            assert app.session.desk.draft(asked).fields["summary"] == "late"
            await pilot.press("u")
            await settled(pilot)
            draft = app.session.desk.draft(asked)
            assert (draft.outcome_id, draft.fields["ask"], draft.fields["summary"]) == ("ask-channel", "right?", "late")
            assert "Its words are in the note again" in told(app)
