"""Every command, done on a full desk: none of them waits for the store or a file on the screen's thread."""

import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.sample import SampleMethod
from csat_tui.domain.review.scorecard import LineAnswer
from csat_tui.store.errors import StoreBusy
from csat_tui.tui.app import all_scopes
from csat_tui.tui.base.commands import DECLARED
from csat_tui.tui.base.session import Unsaved
from csat_tui.tui.triage.composer import pane as composer_pane
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.welcome import Welcome
from csat_tui.tui.windows import unsaved_text
from csat_tui.tui.windows.prompts import ChoiceScreen
from csat_tui.workflow.desk import Desk
from tests.tui.command_sweep import (
    SIZE,
    Sweep,
    answer_all,
    coach,
    say_more,
    swept,
)
from tests.tui.desk_fixture import comes_about, filled_desk, settled, workstation
from tests.tui.outbox_fixture import decided
from tests.tui.pane_host import shown
from tests.tui.screen_thread import screen_thread
from tests.tui.test_case_on_the_desk import elsewhere
from tests.tui.test_sent_back import send_back
from tests.tui.test_settling import dispute
from tests.tui.test_shift_screen import LIST


async def triage(sweep: Sweep) -> None:
    app, pilot = sweep.app, sweep.pilot
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    await pilot.press("j")
    await settled(pilot)
    moves = ("down", "up", "half-down", "half-up", "bottom", "top", "mark", "range", "clear")
    await sweep.here(*(f"queue.{one}" for one in moves))
    for command in ("queue.claim", "queue.snooze", "queue.sort", "queue.filter", "queue.open"):
        screen.go_to(screen.queue)
        await sweep.here(command)
    # A customer with other tickets.
    app.show_case(SurveyId(1))
    await settled(pilot)
    await sweep.here("case.history", say="They are two boxes.")
    app.show_case(SurveyId(1))
    await settled(pilot)
    await sweep.here("transcript.next-ticket", "transcript.previous-ticket", "transcript.next-ticket",
                     "transcript.own-ticket", "case.undo")  # fmt: skip
    screen.go_to(screen.transcript)
    screen.transcript.search()
    await pilot.press(*"charge", "enter")
    await settled(pilot)
    await sweep.here()
    # A survey that could not be read.
    app.show_case(SurveyId(13))
    await settled(pilot)
    await sweep.here("case.fix", "case.correct")
    # A question that waits.
    app.show_case(SurveyId(7))
    await settled(pilot)
    await sweep.here("case.answer", say="Yes.")
    # Notes that were sent back; an answer closes the window.
    for number, answer in ((2, "accept"), (3, "amend"), (4, "talk"), (5, "dispute")):
        send_back(app.session.desk._database, SurveyId(number))
        app.show_case(SurveyId(number))
        await comes_about(screen.review_answers.waits)
        if answer == "dispute":  # which needs a score that differs
            await sweep._perform("case.answer")
            await pilot.press("y")
            await sweep.windows("case.answer", say="As well.")
        else:
            await sweep.one("case.answer", say="As well.")
        assert f"answer.{answer}" in sweep.done, sweep.trail[-30:]
    # A long survey, and its checks.
    app.show_case(SurveyId(8))
    await settled(pilot)
    screen.go_to(screen.transcript)
    await settled(pilot)
    await sweep.here("transcript.unfold")
    screen.go_to(screen.checklist)
    await settled(pilot)
    await sweep.here("checklist.yes", "checklist.up", "checklist.clear", "checklist.no", "checklist.evidence")
    await sweep.here()
    await sweep.here("case.rest")


async def note(sweep: Sweep) -> None:
    app, pilot = sweep.app, sweep.pilot
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    app.show_case(SurveyId(9))
    await settled(pilot)
    screen.go_to(screen.checklist)
    await sweep.here("case.rest")
    await sweep.here("case.decide")
    app.show_case(SurveyId(9))
    await settled(pilot)
    await pilot.press("4")
    await settled(pilot)
    screen.decisions._write_for("follow-up")
    await settled(pilot)
    await sweep.windows("the outcome")
    screen.go_to(screen.composer)
    await settled(pilot)
    await sweep.here("case.missing", "composer.findings", "composer.saved", "composer.text", "composer.text")
    reply = screen.composer.replying
    assert reply is not None
    reply.focus()
    reply.load_text("teh box, Unfortunately, we can not help you!!")
    await settled(pilot)
    await sweep.here("composer.wording", "composer.fix-1", "composer.fix-2", "composer.fix-3")
    with patch.object(composer_pane, "edited", lambda text, _command: f"{text} more"):
        await sweep.here("composer.editor")
    await sweep.here("composer.next", "composer.previous")
    draft = app.session.desk.draft(SurveyId(9))
    name = next(one for one in draft.fields if draft.fields[one])
    other = elsewhere(app)
    other.save_draft(SurveyId(9), replace(draft, fields={**draft.fields, name: "Others' words."}), {name: ""})
    await comes_about(lambda: screen.composer.contested)
    await sweep.here("composer.versions")
    say_more(app, 9)
    await comes_about(lambda: screen.transcript.view.news.unread)
    await sweep.here("case.news")
    await sweep.here()
    # Words that a decision from elsewhere did not say.
    app.show_case(SurveyId(8))
    await settled(pilot)
    screen.decisions._write_for("ask-channel")
    await settled(pilot)
    next(iter(screen.composer._form.areas.values())).load_text("Was the credit right?")
    await settled(pilot)
    decided(elsewhere(app), app.session.dispatch, 8, "no-response")
    await comes_about(lambda: screen.composer.closed)
    screen.go_to(screen.composer)
    await sweep.here("composer.discard")
    screen.go_to(screen.composer)
    await settled(pilot)
    await sweep.here("composer.leave")
    # A decision, from the first key to its undoing.
    answer_all(app, 10)
    app.show_case(SurveyId(10))
    await settled(pilot)
    screen.decisions._write_for("no-response")
    screen.go_to(screen.composer)
    await settled(pilot)
    for area in screen.composer._form.areas.values():
        area.load_text("Two boxes, two charges.")
    await settled(pilot)
    await sweep.here("composer.send")
    await sweep.here("case.undo")
    app.show_case(SurveyId(10))
    await settled(pilot)
    await sweep.here("case.send", "case.send")


async def elsewhere_in_the_app(sweep: Sweep) -> None:
    app, pilot = sweep.app, sweep.pilot
    await sweep.here("app.outbox")
    await comes_about(lambda: app.screen.current)
    for command in ("outbox.settle", "outbox.seen", "outbox.retry", "outbox.withdraw"):
        screen = app.screen
        for _ in range(3 if command == "outbox.settle" else 1):
            places = [
                place for place, one in enumerate(screen.items.items)
                if not DECLARED[command].unavailable(_At(screen, one))
            ]  # fmt: skip
            if places:
                screen.go(places[0])
                await settled(pilot)
                await sweep.here(command)
                app.go_to_mode("outbox")
                await settled(pilot)
    await sweep.here()
    await sweep.here("app.shift")
    await comes_about(lambda: app.screen.state)
    await sweep.here("shift.import", say=LIST)
    await settled(pilot)
    await sweep.here("shift.missing")
    fetch = DECLARED["shift.fetch"]
    app.screen.go(
        next(at for at, one in enumerate(app.screen.items.items) if not fetch.unavailable(_At(app.screen, one)))
    )
    await sweep.here("shift.fetch")
    await sweep.here("shift.settle", say="Not ours.")
    await sweep.here("shift.save", "shift.preview", "shift.rename", "shift.send")
    app.screen.go(0)
    await sweep.here("shift.enter", "shift.leave", "shift.fresh", "shift.carry")
    await sweep.here()
    await sweep.here("app.review")
    await comes_about(lambda: app.screen.current)
    coach(app)
    samples = app.session.paperwork.samples
    samples.draw(samples.wish(SampleMethod.RANDOM, 2))
    app.screen.reload()
    await comes_about(lambda: app.screen.current and app.screen.current.due)
    await sweep.here("review.replace", say="Not this one.")
    await sweep.here("review.sample")
    await sweep.here("review.coaching", say="One thing.")
    await sweep.here("review.sort", "review.filter", "review.browse")
    app.go_to_mode("review")
    await settled(pilot)
    await sweep.here("review.down", "review.up", "review.top", "review.bottom")
    screen = app.screen
    screen.go_to(screen.survey)
    await settled(pilot)
    await sweep.here("survey.unfold", "review.find")
    await pilot.press(*"charge", "enter")
    await settled(pilot)
    await review(sweep)
    for pane in (screen.delivered, screen.survey, screen.scorecard, screen.notes):
        screen.go_to(pane)
        await settled(pilot)
        await sweep.here()
    await disputes(sweep)
    await recovery(sweep)
    await sweep.here("app.tracker")
    await comes_about(lambda: app.screen.current)
    await sweep.here("tracker.correct", "tracker.filter", "tracker.export", "tracker.sheet")
    await sweep.here("tracker.sheet", "tracker.sheet", "tracker.first", "tracker.browse", "tracker.open")
    app.go_to_mode("tracker")
    await sweep.here()


async def recovery(sweep: Sweep) -> None:
    """Go through the customers, write notes about them and take one back."""
    app, pilot = sweep.app, sweep.pilot
    await sweep.here("app.recovery")
    await comes_about(lambda: app.screen.customers.current)
    await settled(pilot)
    screen = app.screen
    await sweep.here("recovery.down", "recovery.up", "recovery.top", "recovery.filter", "recovery.browse")
    await sweep.here("recovery.reassign", say="Theirs.")
    for step in ("save-next", "save-previous", "save"):
        screen.go_to(screen.note)
        await settled(pilot)
        await sweep.here("recovery.spoke")
        await pilot.press(*"Called")
        await settled(pilot)
        await sweep.here(f"recovery.{step}")
        await settled(pilot)
    await comes_about(lambda: len(screen.grace))
    await sweep.here("recovery.undo")
    screen.go_to(screen.survey)
    await settled(pilot)
    await sweep.here("recovery.find")
    await pilot.press(*"charge", "enter")
    for pane in (screen.survey, screen.note, screen.customers):
        screen.go_to(pane)
        await settled(pilot)
        await sweep.here()


async def review(sweep: Sweep) -> None:
    """Score a note line by line, send it back, take that back, and accept it."""
    screen, pilot = sweep.app.screen, sweep.pilot
    screen.reload()  # somebody who may review is signed in since it was read
    await settled(pilot)
    screen.go_to(screen.scorecard)
    await settled(pilot)
    screen.scorecard.go_to_line("contact-read")
    await sweep.here(*(f"scorecard.{points}" for points in (0, 1, 2, 3)))
    await sweep.here("scorecard.clear", "scorecard.evidence", "survey.mark")
    screen.scorecard.go_to_line("right-outcome")
    await sweep.here("scorecard.yes")
    screen.scorecard.go_to_line("right-outcome")
    await sweep.here("scorecard.no", "scorecard.cause")
    screen.scorecard.go_to_line("in-time")
    await sweep.here("scorecard.not-applicable")
    screen.scorecard.go_to_line("format-kept")
    await sweep.here("scorecard.take-over")
    await sweep.here("scorecard.comment", say="So.")
    await sweep.here("scorecard.comment-note", say="So.")
    await sweep.here("scorecard.down", "scorecard.up", "scorecard.next", "scorecard.previous")
    for line_id in screen.scorecard.scoring.failing:
        screen.scorecard.go_to_line(line_id)
        screen.scorecard.answer(LineAnswer.YES)
    await settled(pilot)
    await sweep.here("review.send-back")
    await pilot.press("enter", *"Do it.", "ctrl+s")
    await settled(pilot)
    await sweep.here("review.undo", "review.accept")
    await pilot.press("escape")
    screen.scorecard.go_to_line("contact-read")
    await sweep.here("scorecard.4")


async def disputes(sweep: Sweep) -> None:
    """Settle a dispute in each way."""
    screen, pilot = sweep.app.screen, sweep.pilot
    for number, word in ((9, "reject"), (10, "accept"), (11, "partly")):
        note = dispute(sweep.app.session.desk._database, SurveyId(number))
        screen.reload()
        await settled(pilot)
        await screen.notes.list.go_to(note)
        await comes_about(lambda: not screen.no_dispute())
        await sweep._perform("review.settle")
        await sweep._perform(f"dispute.{word}")
        await pilot.press(*"So.", "ctrl+s")
        await settled(pilot)
        await comes_about(screen.no_dispute)


class _At:
    """A list screen with its cursor on another item, for asking what could be done there."""

    def __init__(self, screen: Any, item: Any) -> None:
        self._screen, self.current = screen, item

    def __getattr__(self, name: str) -> Any:
        return getattr(self._screen, name)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EDITOR", "true")


PLACES: dict[str, tuple[Callable[[Sweep], Awaitable[None]], tuple[str, ...]]] = {
    "triage": (triage, ("answer", "case", "checklist", "conversation", "evidence", "form", "history", "mending",
                        "outcomes", "pane", "queue", "screen", "search", "sync", "transcript", "words")),
    "note": (note, ("choice", "composer", "missing", "picker")),
    "elsewhere": (elsewhere_in_the_app, ("app", "coaching", "conflict", "delivered", "dispute", "help", "outbox",
                                         "preview", "recovery", "review", "scorecard", "shift", "survey", "tracker")),
}  # fmt: skip
"""What is done, and how the names of the commands begin that are all done there."""


NOT_HERE = {
    "app.quit": "ends the app",
    "case.news": "done in the note",
    "case.send": "done in the note",
    "evidence.open": "a check of the builtin playbook has no link; opening one is tried in test_checklist.py",
}
"""The commands that are not done here, and why."""


def every_command() -> set[str]:
    """Return the ids of the workstation's commands: tests of its pieces declare commands of their own."""
    return {command.id for commands in all_scopes().values() for command in commands}


@pytest.mark.parametrize("place", PLACES)
async def test_no_command_waits_for_the_store_or_a_file_on_the_screens_thread(tmp_path: Path, place: str) -> None:
    do, owned = PLACES[place]
    async with swept(tmp_path) as sweep:
        await do(sweep)
    assert not sweep.notes.waited, str(sweep.notes)
    left = {one for one in every_command() if one.split(".")[0] in owned} - sweep.done - set(NOT_HERE)
    assert not left, f"these were not done: {sorted(left)}"


def test_every_command_is_done_in_one_of_the_places() -> None:
    begins = {one.split(".")[0] for one in every_command()} - {"welcome"}
    assert begins == {one for _, owned in PLACES.values() for one in owned}


async def test_the_first_start_looks_at_no_file_on_the_screens_thread(tmp_path: Path) -> None:
    app = Welcome()
    with screen_thread() as notes:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("i", *"/nowhere/at.csv", "enter")
            await comes_about(lambda: "does not exist" in shown(app))
    assert not notes.waited, str(notes)


async def test_words_that_the_store_does_not_take_are_written_to_a_file_beside_the_keys(tmp_path: Path) -> None:
    with workstation(tmp_path, 3) as app, screen_thread() as notes:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("e", "n", *"late")
            with patch.object(Desk, "save_draft", side_effect=StoreBusy("The database is in use by another program.")):
                await pilot.press("ctrl+q")
                await comes_about(lambda: isinstance(app.screen, ChoiceScreen))
                await pilot.press("f")
                await comes_about(lambda: app.return_code is not None)
        assert [one for one in app.session.desk.folder.glob("words-*.txt") if "late" in one.read_text()]
    assert not notes.waited, str(notes)


def test_what_the_screens_own_functions_wait_for_is_noted_on_this_thread_and_on_no_other(tmp_path: Path) -> None:
    _, desk, _ = filled_desk(tmp_path, 1)
    with screen_thread() as notes:
        unsaved_text._files(desk)
        unsaved_text.write_file(tmp_path, [Unsaved("case 1", {"": "late"})], desk.now)
        here = len(notes.waited)
        beside = threading.Thread(target=unsaved_text._files, args=(desk,))
        beside.start()
        beside.join()
    said = str(notes)
    assert "the store by tui.windows.unsaved_text:_files > workflow.desk:Desk.habit" in said
    assert "tui.windows.unsaved_text:write_file" in said
    assert len(notes.waited) == here
