"""Links that reach the open workstation: the person is asked about each, and nothing else happens by itself."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.link import RecoveryTarget
from csat_tui.tui.recovery.screen import RecoveryScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows import recovery_link
from csat_tui.tui.windows.prompts import ConfirmScreen
from csat_tui.workstation_socket import SHOWN
from tests.tui.desk_fixture import Listened, comes_about, settled, told, workstation

TICKET = TicketId(7_300_003)
LINK = RecoveryTarget(TICKET, "billing").link
OTHER = RecoveryTarget(group="billing", day=date(2026, 10, 31)).link


@pytest.fixture(autouse=True)
def _nobody_has_just_typed() -> Iterator[None]:
    with patch.object(recovery_link, "TYPING", 0.0), patch.object(recovery_link, "TRY_AGAIN", 0.01):
        yield


def words(app: Listened) -> str:
    """What the window in front says."""
    lines = [str(one.render()) for one in app.screen.query("#question")]
    lines += [str(one.border_title) for one in app.screen.query("*") if one.border_title]
    for choices in app.screen.query("OptionList"):
        lines += [str(option.prompt) for option in choices._options]
    return "\n".join(lines)


async def in_question(app: Listened, pilot: Pilot[None]) -> None:
    await comes_about(lambda: isinstance(app.screen, ConfirmScreen))
    await settled(pilot)


async def shows_survey(app: Listened, ticket: TicketId) -> None:
    """The screen of recovery is in front, on the survey of this ticket."""
    await comes_about(lambda: isinstance(app.screen, RecoveryScreen))
    customers = app.screen.customers
    await comes_about(lambda: customers.current is not None and customers.current.ticket_id == ticket)


def fixed(app: Listened) -> None:
    """Have support group Billing answer for the survey of the link."""
    recovery = app.session.paperwork.recovery
    recovery.bring_up_to_date()
    recovery.fix(app.session.desk.find(TICKET), "billing", "")


async def test_a_link_is_shown_only_once_the_person_agrees(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        fixed(app)
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert app.links.answer(LINK) == SHOWN
            await in_question(app, pilot)
            assert "A link asks to open ticket 7300003, support group Billing" in words(app)
            await pilot.press("y")
            await shows_survey(app, TICKET)


async def test_a_link_that_the_person_turns_down_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            before = app.screen.case
            assert app.links.answer(LINK) == SHOWN
            await in_question(app, pilot)
            await pilot.press("escape")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)
            assert app.screen.case is before
            assert app.links.answer(OTHER) == SHOWN, "the next link gets its turn"


async def test_a_support_group_that_the_playbook_does_not_have_is_said(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            app.links.answer(RecoveryTarget(TICKET, "shoes").link)
            await in_question(app, pilot)
            assert "A link asks to open ticket 7300003, support group shoes" in words(app)
            await pilot.press("y")
            await comes_about(
                lambda: "The playbook has no support group “shoes”" in told(app).replace("the play", "The play")
            )


async def test_a_hundred_links_ask_once(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            answers = [app.links.answer(f"csat-tui://recovery?ticket={n}&group=billing") for n in range(1, 101)]
            assert answers[0] == SHOWN
            assert set(answers[1:]) == {
                "Another link waits in the open workstation. Nothing was opened; answer that one first."
            }
            assert app.links.answer("csat-tui://recovery?ticket=1&group=billing") == SHOWN, "it is that one"
            await in_question(app, pilot)
            assert len(app.screen_stack) == 2
            await pilot.press("n")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)


async def test_garbage_is_answered_with_why_and_shown_nowhere(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert "is no link of csat-tui" in app.links.answer("rm -rf /")
            assert "twice" in app.links.answer("csat-tui://recovery?ticket=1&ticket=2")
            await settled(pilot)
            assert isinstance(app.screen, TriageScreen)
            assert told(app) == ""


async def test_a_link_never_takes_the_keys_of_another_question(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("question_mark")
            await settled(pilot)
            help_window = app.screen
            assert app.links.answer(LINK) == SHOWN
            await comes_about(lambda: "csat-tui asks when this window is closed" in told(app))
            await pilot.pause(0.1)
            assert app.screen is help_window
            await pilot.press("escape")
            await in_question(app, pilot)


async def test_a_link_waits_until_the_person_has_stopped_typing(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            with patch.object(recovery_link, "TYPING", 1e9):
                await pilot.press("j")
                assert app.links.answer(LINK) == SHOWN
                await pilot.pause(0.1)
                assert isinstance(app.screen, TriageScreen)
            await in_question(app, pilot)


async def test_a_workstation_starts_on_what_a_link_names(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        fixed(app)
        app._starts_on = RecoveryTarget(TICKET, "billing")
        async with app.run_test(size=(120, 40)):
            await shows_survey(app, TICKET)
