"""The shift screen: write the recap, account for the list of low scores, send, complete."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from csat_tui.config.settings import ShiftConfig
from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.ids import OpId, SurveyId
from csat_tui.domain.reconciliation import ReconciledLine
from csat_tui.domain.shift import RecapState
from csat_tui.reports.recap import RecapPart
from csat_tui.store.database import Database
from csat_tui.targets.port import Delivered
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.shift.recap import RecapPreview
from csat_tui.tui.shift.screen import ShiftScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.workflow import watching
from tests.builders import NOON
from tests.tui.desk_fixture import settled, told, workstation
from tests.tui.outbox_fixture import decided
from tests.tui.pane_host import HOSTILE, controls, shown

LIST = "Good morning,\n#7300000 rating 1\n#7300003 rating 2\n#7777777 rating 1, nobody called back\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Workstation]:
    with workstation(tmp_path) as app:
        decided(app.session.desk, app.session.dispatch, 1, "no-response")
        yield app


async def come(pilot: Pilot[None]) -> ShiftScreen:
    await settled(pilot)
    await pilot.press("g", "s")
    screen = pilot.app.screen
    assert isinstance(screen, ShiftScreen)
    for _ in range(100):
        if screen.state is not None:
            break
        await pilot.pause(0.02)
    await settled(pilot)
    return screen


async def wait_for(pilot: Pilot[None], what: object) -> None:
    for _ in range(150):
        if what():  # type: ignore[operator]
            return
        await pilot.pause(0.02)
    raise AssertionError(f"it did not come about:\n{told(pilot.app)}\n{shown(pilot.app)}")  # type: ignore[arg-type]


async def test_the_recap_is_filled_in_and_an_edited_part_is_kept(app: Workstation) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        assert "Cases decided: **1**" in shown(app)
        await pilot.press("j", "enter", *"Couriers", "escape")
        await wait_for(
            pilot, lambda: app.session.paperwork.shifts.current().texts.get("trends", "").startswith("Couriers")
        )
        await wait_for(pilot, lambda: "✎ Trends" in shown(app))
        await pilot.press("r")
        await wait_for(pilot, lambda: not app.session.paperwork.shifts.current().texts)
        assert app.screen is screen


async def test_what_is_typed_is_kept_without_leaving_it(app: Workstation) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await come(pilot)
        await pilot.press("enter", *"Busy. ")
        await wait_for(
            pilot, lambda: app.session.paperwork.shifts.current().texts.get("numbers", "").startswith("Busy. ")
        )
        await pilot.press(*"Very.")
        assert "Busy. Very." in shown(app)


async def test_a_list_is_pasted_settled_and_the_shift_completed(app: Workstation) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        await pilot.press("i")
        await pilot.pause()
        app.screen.area.load_text(LIST)  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: app.screen is screen and "List of low scores  2 left" in shown(app))
        await pilot.press("C")
        await wait_for(pilot, lambda: "cannot be completed" in told(app))
        await pilot.press("j", "j", "j", "j", "j")
        for left in ("1 left", "all accounted for"):
            await pilot.press("s")
            await wait_for(pilot, lambda: app.screen is not screen)
            await pilot.press(*"Not ours.", "enter")
            await wait_for(pilot, lambda left=left: app.screen is screen and left in shown(app))
        await pilot.press("C")
        await wait_for(pilot, lambda: app.screen is not screen)
        await pilot.press("y")
        await wait_for(pilot, lambda: "The shift is complete" in told(app))


async def test_the_next_line_is_under_the_cursor_also_where_the_list_is_read_before_the_window_is_gone(
    app: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Dialog.ask

    async def ask_and_be_late(dialog: Dialog, window: Any) -> Any:
        answer = await ask(dialog, window)
        async with asyncio.timeout(20):
            while answer == "Not ours." and "1 left" not in shown(app):
                await asyncio.sleep(0.01)
        return answer

    monkeypatch.setattr(Dialog, "ask", ask_and_be_late)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        await pilot.press("i")
        await pilot.pause()
        app.screen.area.load_text(LIST)  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: app.screen is screen and "List of low scores  2 left" in shown(app))
        await pilot.press("j", "j", "j", "j", "j")
        first = screen.current
        assert isinstance(first, ReconciledLine)
        await pilot.press("s")
        await wait_for(pilot, lambda: app.screen is not screen)
        await pilot.press(*"Not ours.", "enter")
        await wait_for(pilot, lambda: app.screen is screen and "1 left" in shown(app))
        await settled(pilot)
        assert isinstance(screen.current, ReconciledLine)
        assert screen.current.line.id != first.line.id
        assert not screen.current.standing.accounted


async def test_the_recap_is_previewed_and_saved_where_no_server_sends_it(app: Workstation, tmp_path: Path) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await come(pilot)
        await pilot.press("p")
        await wait_for(pilot, lambda: isinstance(app.screen, RecapPreview))
        await pilot.press("tab")
        await pilot.pause()
        assert "Subject  End of shift survey recap 2026-10-31" in shown(app)
        assert "## Numbers" in shown(app)
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is screen)
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "y saves it" in shown(app))
        assert "No mail server is configured" in shown(app)
        await pilot.press("y")
        await wait_for(pilot, lambda: app.session.paperwork.shifts.current().recap is RecapState.SAVED)
        (mail,) = (tmp_path / "mails").glob("*.eml")
        assert b"Subject: End of shift survey recap 2026-10-31" in mail.read_bytes()
        await wait_for(pilot, lambda: "recap saved, not sent" in shown(app))
        await wait_for(pilot, lambda: str(mail.name) in told(app))
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "I have sent it from my mail program" in shown(app))
        await pilot.press("a")
        await wait_for(pilot, lambda: "recap sent" in shown(app))
        await settled(pilot)


class Slow:
    """A mail server that takes its time."""

    folder = None

    def __init__(self) -> None:
        self.answers = threading.Event()

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        await asyncio.to_thread(self.answers.wait, 20)
        return Delivered("taken", NOON)


async def test_leaving_waits_for_a_recap_that_is_being_sent(app: Workstation, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Slow()
    monkeypatch.setattr(app.session.paperwork.shifts, "_mailer", lambda: server)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "y sends it" in shown(app))
        await pilot.press("y")
        await wait_for(pilot, lambda: app.screen is screen and "recap is being sent" in shown(app))
        await pilot.press("ctrl+q")
        await wait_for(pilot, lambda: "quitting as soon as it is" in told(app))
        assert app.is_running
        server.answers.set()
        await wait_for(pilot, lambda: "quit now" in shown(app))  # an effect is still waiting
        assert app.session.paperwork.shifts.current().recap is RecapState.SENT


async def test_the_recap_is_saved_over_an_earlier_one_only_where_the_person_says_so(
    app: Workstation, tmp_path: Path
) -> None:
    file = tmp_path / "recap.md"
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        for key, words in (("n", "Mine."), ("y", "# End of shift survey recap")):
            file.write_text("Mine.")
            await pilot.press("w")
            await wait_for(pilot, lambda: app.screen is not screen)
            app.screen.area.load_text(str(file))  # type: ignore[attr-defined]
            await pilot.press("enter")
            await wait_for(pilot, lambda: "y replaces it" in shown(app))
            await pilot.press(key)
            await wait_for(pilot, lambda words=words: app.screen is screen and file.read_text().startswith(words))


async def test_the_next_ticket_that_is_left_is_one_key_away(app: Workstation) -> None:
    app.session.paperwork.lists.take_in(LIST.encode(), "morning.txt")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        seen = []
        for _ in range(3):
            await pilot.press("m")
            assert isinstance(screen.current, ReconciledLine)
            seen.append(screen.current.line.ticket_id)
        assert seen == [7300003, 7777777, 7300003]
        await pilot.press("pagedown")
        assert isinstance(screen.current, ReconciledLine)
        assert screen.current.standing.accounted
        await pilot.press("ctrl+u")
        assert isinstance(screen.current, RecapPart)


async def test_enter_on_a_line_goes_to_its_case(app: Workstation) -> None:
    app.session.paperwork.lists.take_in(b"#7300003 rating 2", "morning.txt")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await come(pilot)
        await pilot.press("j", "j", "j", "j", "j", "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, TriageScreen))
        assert isinstance(app.screen, TriageScreen)
        await wait_for(pilot, lambda: app.screen.case is not None and app.screen.case.id == SurveyId(4))
        assert screen is not app.screen


async def test_hostile_words_of_a_list_do_nothing(tmp_path: Path) -> None:
    def fill(database: Database) -> None:
        return None

    with workstation(tmp_path, fill=fill) as app:
        app.session.paperwork.lists.take_in(
            f"#7300003 {HOSTILE}".replace("\0", "").encode("utf-8", "replace"), f"{HOSTILE}.txt"
        )
        async with app.run_test(size=(100, 30)) as pilot:
            await come(pilot)
            await pilot.press("j", "j", "j", "j", "j")
            await settled(pilot)
            assert not controls(app)


async def test_what_is_left_of_the_list_is_carried_over_with_one_key_and_waits_in_the_next_shift(
    app: Workstation,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await come(pilot)
        assert screen.state is not None
        first = screen.state.shift
        await pilot.press("O")
        await pilot.pause()
        assert app.screen is screen, "there is no list, so there is nothing to carry over"
        await pilot.press("i")
        await wait_for(pilot, lambda: app.screen is not screen)
        app.screen.area.load_text(LIST)  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: app.screen is screen and "List of low scores  2 left" in shown(app))
        await pilot.press("O")
        await wait_for(pilot, lambda: "y carries over" in shown(app))
        assert "#7777777" in shown(app)
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is screen)
        assert app.session.paperwork.shifts.current().id == first.id, "going back leaves the shift as it is"
        await pilot.press("O")
        await wait_for(pilot, lambda: "y carries over" in shown(app))
        await pilot.press("y")
        await wait_for(pilot, lambda: "The next shift has the remaining tickets" in told(app))
        state = app.session.paperwork.shifts.state(app.session.paperwork.shifts.current())
        assert state.shift.id != first.id
        assert [line.line.ticket_id for one in state.lists for line in one.left] == [7_300_003, 7_777_777]


async def test_a_list_that_arrives_in_the_watched_folder_appears_by_itself_and_what_is_none_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "WATCH_INTERVAL", 0.01)
    folder = tmp_path / "arrives"
    folder.mkdir()
    with workstation(tmp_path, shift=ShiftConfig(watch_folder=str(folder))) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await come(pilot)
            app.session.paperwork.watching.start()
            try:
                (folder / "lunch.pdf").write_bytes(b"%PDF-1.7 soup\x1b[2J")
                (folder / "morning.txt").write_text(LIST)
                await wait_for(pilot, lambda: "List of low scores  3 left" in shown(app))
                await wait_for(pilot, lambda: "“morning.txt” was picked up: 3 rows." in told(app))
                await wait_for(pilot, lambda: "· “lunch.pdf” in arrives was" in shown(app))
                assert not controls(app)
            finally:
                app.session.paperwork.watching.stop()
        assert (folder / "morning.txt").read_text() == LIST
