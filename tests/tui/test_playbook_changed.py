"""The playbook is edited while the workstation runs."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from csat_tui.playbook import builtin_file
from csat_tui.store import named_values
from csat_tui.tui.app import Workstation
from csat_tui.tui.triage.layout import Banner
from csat_tui.workflow.playbook_changes import Reloading, measure
from tests.tui.desk_fixture import comes_about, settled, workstation

WORDS = builtin_file("strike-team").read_text("utf-8")


class Edited:
    """The file that the workstation looks at, looked at whenever it was written."""

    def __init__(self, app: Workstation, folder: Path) -> None:
        self._file, self._stamp = folder / "ours.toml", 1_000_000_000
        self._put(WORDS)
        desk = app.session.desk
        with desk._database.write() as connection:  # its survey tickets are no surveys, and not to be read again
            named_values.remember(connection, "playbook.measure", measure(desk.playbook), desk.now)
        self._beside = Reloading(desk._database, desk.playbook, desk._clock, self._file)
        app.session = replace(app.session, reloading=self._beside)

    async def write(self, *changes: tuple[str, str]) -> None:
        text = WORDS
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        self._put(text)
        for _ in range(2):
            await asyncio.to_thread(self._beside.check)

    def _put(self, text: str) -> None:
        self._file.write_text(text, "utf-8")
        self._stamp += 1
        os.utime(self._file, (self._stamp, self._stamp))


def banner(app: Workstation) -> str:
    shown = app.screen.query_one(Banner)
    return str(shown.render()) if shown.display else ""


RENAMED = (
    ('title = "CSAT strike team"', 'title = "Our own team"'),
    ('label = "Low, with a comment"', 'label = "Unhappy, and said why"'),
    ('ask = "Issue logged correctly?"', 'ask = "Filed as it should be?"'),
    ('label = "Summary"', 'label = "In short"'),
    ('id = "needs-evaluation"\nkey = "v"', 'id = "look-again"\nkey = "v"'),
)


async def test_a_changed_playbook_is_taken_over_a_wrong_one_is_told_and_words_stay(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        edited = Edited(app, tmp_path)
        async with app.run_test(size=(140, 45)) as pilot:
            screen = app.screen
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("e", "v")
            await settled(pilot)
            await pilot.press(*"late")
            await settled(pilot)
            assert screen.composer.outcome.id == "needs-evaluation"

            # A wrong one leaves the one in force, and the banner names file and line of the first mistake.
            await edited.write(("low = 2 ", "low = 29 "), ('undo = "10s"', 'undo = "soon"'))
            await comes_about(lambda: banner(app))
            assert "The playbook was not changed: ours.toml:9: “low” of [playbook] is 29" in banner(app)
            assert app.session.desk.playbook.low == 2

            # A right one is in force at once: title, ways, checks, fields; the outcome that is gone is told of.
            await edited.write(*RENAMED)
            await comes_about(lambda: app.session.desk.playbook.title == "Our own team" and not banner(app))
            await settled(pilot)
            checks = [check.ask for check in screen.checklist.checks]
            assert "Filed as it should be?" in checks
            assert screen.case.path.label == "Unhappy, and said why"
            assert screen.composer.outcome is None
            assert "is no longer in the playbook" in str(screen.composer._below.render())
            assert "late" in screen.composer.draft.fields.values()
            assert app.session.sync.anew == 1
            assert "late" in app.session.desk.draft(screen.case.id).fields.values()

            # The words go on under another outcome.
            await pilot.press("escape")
            await settled(pilot)
            await pilot.press("e", "v")
            await settled(pilot)
            assert screen.composer.outcome.id == "look-again"
            areas = screen.composer._form.areas
            assert (areas["summary"].field.label, areas["summary"].text) == ("In short", "late")


async def test_a_change_waits_while_a_window_shows_the_playbook_as_it_was(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        edited = Edited(app, tmp_path)
        async with app.run_test(size=(140, 45)) as pilot:
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("e")
            await pilot.pause()
            await edited.write(*RENAMED)
            await settled(pilot)
            assert app.session.desk.playbook.title == "CSAT strike team"
            await pilot.press("escape")
            await comes_about(lambda: app.session.desk.playbook.title == "Our own team")
