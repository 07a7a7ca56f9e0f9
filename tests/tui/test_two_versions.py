"""Two people write in one field: each sees the other's words, and nothing is sent before one of them chooses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from csat_tui.config.settings import Config, UiConfig
from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.targets.mail import MailFiles
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.prompts import ChoiceScreen
from csat_tui.workflow.opening import lay_out
from tests.tui.desk_fixture import a_session, comes_about, settled, told, workstation
from tests.tui.pane_host import shown
from tests.tui.test_case_on_the_desk import elsewhere
from tests.tui.triage_steps import keep_answers

SIZE = (120, 40)
SUMMARY = "summary"


def beside(app: Workstation, folder: Path) -> Workstation:
    """Return a second workstation over the store of another one."""
    desk = elsewhere(app)
    paperwork = lay_out(desk._database, desk, desk._clock, lambda: MailFiles(folder / "mails", desk._clock))
    return Workstation(a_session(desk, app.session.dispatch, paperwork, Config(ui=UiConfig(animation=False))))


def triage(app: Workstation) -> TriageScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, TriageScreen)
    return screen


def area(app: Workstation) -> FieldArea:
    return triage(app).composer._form.areas[SUMMARY]


def kept(app: Workstation, survey_id: SurveyId) -> set[str]:
    """Return every text that the store has of the field."""
    draft = app.session.desk.draft(survey_id)
    return {draft.fields.get(SUMMARY, ""), *(one.text for one in draft.others.get(SUMMARY, ()))}


async def go_to_the_field(app: Workstation, pilot: Pilot[None]) -> None:
    await settled(pilot)
    if not isinstance(app.screen.focused, FieldArea):
        await pilot.press("4")
        await settled(pilot)
    app.screen.set_focus(area(app))
    await pilot.press("ctrl+end")


async def types(app: Workstation, pilot: Pilot[None], letters: str) -> None:
    """Type letters, and wait until the store has them."""
    await pilot.press(*letters)
    await comes_about(lambda: area(app).text in kept(app, triage(app).case.id))
    await settled(pilot)


@asynccontextmanager
async def two_at_one_note(folder: Path) -> AsyncIterator[tuple[Workstation, Pilot[None], Workstation, Pilot[None]]]:
    """Let A write “late”, and B open the same case and see it."""
    with workstation(folder, 2) as a:
        b = beside(a, folder)
        async with a.run_test(size=SIZE) as at_a:
            await settled(at_a)
            keep_answers(a, triage(a).case.id, "yyyyyn")
            await settled(at_a)
            await at_a.press("e", "n")
            await settled(at_a)
            for each in triage(a).composer._form.areas.values():
                each.insert("late")
            await comes_about(lambda: "late" in kept(a, triage(a).case.id))
            await settled(at_a)
            async with b.run_test(size=SIZE) as at_b:
                await go_to_the_field(b, at_b)
                b.session.desk.agent = "Rui C."
                assert triage(b).case.id == triage(a).case.id
                assert area(b).text == "late"
                yield a, at_a, b, at_b
        assert not b.session.fault.count


async def test_words_that_b_has_rewritten_are_shown_to_a_and_not_sent_in_their_old_form(tmp_path: Path) -> None:
    async with two_at_one_note(tmp_path) as (a, at_a, b, at_b):
        case_id = triage(a).case.id
        await types(b, at_b, " by two days")
        await comes_about(lambda: "late by two days" in shown(a))
        assert area(a).text == "late"
        assert "f7 chooses between the two" in shown(a)
        await at_a.press("ctrl+s")
        await settled(at_a)
        assert "was also written by" in told(a)
        assert a.session.desk.case(case_id).stage is Stage.OPEN


async def test_f7_in_the_field_takes_the_words_of_b_and_then_they_are_sent(tmp_path: Path) -> None:
    async with two_at_one_note(tmp_path) as (a, at_a, b, at_b):
        case_id = triage(a).case.id
        await types(b, at_b, "r")
        await comes_about(lambda: triage(a).composer.contested)
        await go_to_the_field(a, at_a)
        assert a.screen.focused is area(a)
        await at_a.press("f7")
        await at_a.pause()
        assert isinstance(a.screen, ChoiceScreen)
        await at_a.press("t")
        await settled(at_a)
        assert area(a).text == "later"
        await at_a.press("ctrl+s")
        await comes_about(lambda: a.session.desk.stage(case_id) is Stage.DECIDED)
        assert a.session.desk.case(case_id).decided.fields[SUMMARY] == "later"
        assert a.session.desk.draft(case_id).empty


async def test_a_keeps_their_own_words_and_sends_them(tmp_path: Path) -> None:
    async with two_at_one_note(tmp_path) as (a, at_a, b, at_b):
        case_id = triage(a).case.id
        await types(b, at_b, "r")
        await comes_about(lambda: triage(a).composer.contested)
        await go_to_the_field(a, at_a)
        await at_a.press("f7")
        await at_a.pause()
        assert isinstance(a.screen, ChoiceScreen)
        await at_a.press("k")
        await comes_about(lambda: kept(a, case_id) == {"late"})
        await settled(at_a)
        await at_a.press("ctrl+s")
        await comes_about(lambda: a.session.desk.stage(case_id) is Stage.DECIDED)
        assert a.session.desk.case(case_id).decided.fields[SUMMARY] == "late"


async def test_what_b_types_while_a_chooses_is_kept_and_shown(tmp_path: Path) -> None:
    async with two_at_one_note(tmp_path) as (a, at_a, b, at_b):
        case_id = triage(a).case.id
        await types(b, at_b, "r")
        await comes_about(lambda: triage(a).composer.contested)
        await go_to_the_field(a, at_a)
        await at_a.press("f7")
        await at_a.pause()
        assert isinstance(a.screen, ChoiceScreen)
        await types(b, at_b, " than promised")
        await at_a.press("b")
        await comes_about(lambda: "late\nlater" in kept(a, case_id))
        await settled(at_a)
        assert kept(a, case_id) == {"late\nlater", "later than promised"}
        await comes_about(
            lambda: [one.text for one in triage(a).composer.contested.get(SUMMARY, ())] == ["later than promised"]
        )
        await comes_about(lambda: "f7 chooses between the two" in shown(a))
        await at_a.press("ctrl+s")
        await settled(at_a)
        assert a.session.desk.case(case_id).stage is Stage.OPEN


async def test_f7_chooses_in_a_note_that_is_written_as_text(tmp_path: Path) -> None:
    async with two_at_one_note(tmp_path) as (a, at_a, b, at_b):
        case_id = triage(a).case.id
        triage(a).composer.switch()
        await settled(at_a)
        await types(b, at_b, "r")
        await comes_about(lambda: "f7 chooses between the two" in shown(a))
        await at_a.press("f7")
        await at_a.pause()
        assert isinstance(a.screen, ChoiceScreen)
        await at_a.press("t")
        await comes_about(lambda: kept(a, case_id) == {"later"})
        await settled(at_a)
        assert triage(a).composer.fields[SUMMARY] == "later"
