"""Links that reach the open workstation: the person is asked about each, and nothing else happens by itself."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.link import RecoveryTarget
from csat_tui.tui import app as app_module
from csat_tui.tui.base import dialog
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows import recovery_link
from csat_tui.tui.windows.prompts import ChoiceScreen, ConfirmScreen
from csat_tui.workstation_socket import SHOWN
from tests.tui.desk_fixture import Listened, comes_about, settled, told, workstation

TICKET = TicketId(7_300_003)
LINK = RecoveryTarget(TICKET, "billing").link
OTHER = RecoveryTarget(group="billing", day=date(2026, 10, 31)).link


@pytest.fixture(autouse=True)
def _nobody_has_just_typed() -> Iterator[None]:
    with patch.object(recovery_link, "TYPING", 0.0), patch.object(recovery_link, "TRY_AGAIN", 0.01):
        yield


@pytest.fixture
def _no_screen_takes_it() -> Iterator[None]:
    with patch.object(app_module, "RECOVERY_MODE", "no such mode"):
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


async def named(app: Listened, pilot: Pilot[None]) -> None:
    await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
    await settled(pilot)


@pytest.mark.usefixtures("_no_screen_takes_it")
async def test_a_link_is_shown_only_once_the_person_agrees(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            assert app.links.answer(LINK) == SHOWN
            await in_question(app, pilot)
            assert "A link asks to open ticket 7300003, support group Billing" in words(app)
            await pilot.press("y")
            await named(app, pilot)
            assert "Ticket 7300003, support group Billing" in words(app)
            await pilot.press("c")
            await comes_about(lambda: isinstance(app.screen, TriageScreen))
            await comes_about(lambda: app.screen.case is not None and app.screen.case.survey.source_ticket_id == TICKET)


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


@pytest.mark.usefixtures("_no_screen_takes_it")
async def test_the_ticket_is_opened_in_the_browser(tmp_path: Path) -> None:
    opened: list[str] = []
    with (
        workstation(tmp_path) as app,
        patch.object(dialog.browser, "opens", lambda url, _: not opened.append(url)),
    ):
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            app.open_target(RecoveryTarget(TicketId(404), day=date(2026, 10, 31)))
            await named(app, pilot)
            assert "No survey for ticket 404 is here yet." in words(app)
            await pilot.press("o")
            await comes_about(lambda: opened)
    assert opened == ["https://desk.example/agent/tickets/404"]


@pytest.mark.usefixtures("_no_screen_takes_it")
async def test_a_group_and_a_day_are_named_where_there_is_no_ticket(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            app.open_target(RecoveryTarget(group="billing", day=date(2026, 10, 31)))
            await named(app, pilot)
            assert "Support group Billing, 2026-10-31" in words(app)
            await pilot.press("b")
            await comes_about(lambda: isinstance(app.screen, TriageScreen))


@pytest.mark.usefixtures("_no_screen_takes_it")
async def test_a_support_group_that_the_playbook_does_not_have_is_named_as_the_link_has_it(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            app.open_target(RecoveryTarget(TICKET, "shoes"))
            await named(app, pilot)
            assert "Ticket 7300003, support group shoes" in words(app)
            assert "The playbook has no support group “shoes”." in words(app)


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


@pytest.mark.usefixtures("_no_screen_takes_it")
async def test_a_workstation_starts_on_what_a_link_names(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        app._starts_on = RecoveryTarget(TICKET, "billing")
        async with app.run_test(size=(120, 40)) as pilot:
            await named(app, pilot)
            assert "Ticket 7300003" in words(app)


async def test_a_screen_that_takes_targets_is_given_them(tmp_path: Path) -> None:
    taken: list[RecoveryTarget] = []
    with (
        workstation(tmp_path) as app,
        patch.object(app_module, "RECOVERY_MODE", "triage"),
        patch.object(TriageScreen, "open_target", lambda _, target: taken.append(target), create=True),
    ):
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            app.go_to_mode("outbox")
            await settled(pilot)
            app.open_target(RecoveryTarget(TICKET, "billing"))
            assert isinstance(app.screen, TriageScreen)
    assert taken == [RecoveryTarget(TICKET, "billing")]
