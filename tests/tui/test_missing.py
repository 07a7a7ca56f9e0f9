"""The list of blockers of a decision, each one key away."""

from pathlib import Path

from csat_tui.domain.decide import Blocker
from csat_tui.tui.triage.missing import MissingScreen, open_things, place_of
from csat_tui.tui.windows.picker import Picker
from tests.builders import a_case, answered, the_playbook
from tests.tui.desk_fixture import settled, told, workstation
from tests.tui.pane_host import shown


def test_before_an_outcome_is_chosen_the_open_checks_and_the_outcome_are_what_is_missing() -> None:
    case = a_case(answers=answered(concern_read="yes"))
    found = open_things(case, the_playbook(), ("concern-read", "issue-logged"), ())
    assert [place_of(one) for one in found] == ["check", "decide"]
    assert found[0].check_id == "issue-logged"


def test_each_thing_that_is_missing_says_where_it_is_mended() -> None:
    blockers = (
        Blocker("a", message_id=3),
        Blocker("b", check_id="c"),
        Blocker("d", field_id="e"),
        Blocker("f", groups=("g",)),
    )
    assert [place_of(one) for one in blockers] == ["transcript", "check", "note", "findings"]
    assert place_of(Blocker("ticket #1 is not here yet")) == ""


async def test_m_lists_what_is_missing_and_enter_goes_to_each_of_it(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("m")
            await settled(pilot)
            assert isinstance(app.screen, MissingScreen)
            assert "no outcome is chosen yet" in shown(app)
            await pilot.press("3")
            await settled(pilot)
            assert app.screen.front is app.screen.checklist
            assert app.screen.checklist.current.id == "issue-logged"
            await pilot.press("m", "k", *["j"] * 9, "enter", "f")
            await settled(pilot)
            assert isinstance(app.screen, Picker)
            await pilot.press("escape")
            await settled(pilot)
            await pilot.press("f6")
            await settled(pilot)
            assert "Missing for “Follow up”" in shown(app)
            number = next(line for line in shown(app).splitlines() if "summary is empty" in line).split()
            await pilot.press(next(word for word in number if word.isdigit()))
            await settled(pilot)
            assert app.focused.field.id == "summary"


async def test_a_note_that_is_ready_lacks_nothing_and_a_missing_case_is_said(tmp_path: Path) -> None:
    with workstation(tmp_path, surveys=0) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("m")
            await settled(pilot)
            assert "no case is chosen" in told(app)


async def test_opened_while_writing_the_list_takes_no_letter_of_the_sentence(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press("x", "f6")
            await settled(pilot)
            assert isinstance(app.screen, MissingScreen)
            await pilot.press(*"meqjk", "space")
            await settled(pilot)
            assert isinstance(app.screen, MissingScreen)
            await pilot.press("f6")
            await settled(pilot)
            assert app.focused.text == "x"
