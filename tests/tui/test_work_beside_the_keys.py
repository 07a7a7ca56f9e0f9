"""Background work is started in one way only, and a failure is one sentence that names the failed action."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

import csat_tui.tui
from csat_tui.domain.ids import SurveyId
from csat_tui.store.errors import StoreBusy
from csat_tui.tui.app import Workstation
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.help import HelpScreen
from csat_tui.workflow.desk import TakenDecision
from tests.tui.desk_fixture import NOW, comes_about, settled, told, workstation
from tests.tui.outbox_fixture import decided

HERE = Path(csat_tui.tui.__path__[0])

GUARDS = {
    "base/background_work.py": "the one way",
    "base/commands.py": "a command names itself",
    "base/terminal.py": "the end of the workstation, which logs what fails",
    "windows/help.py": "Textual's own search",
    "windows/prompts.py": "a window that stays open with its words",
}
"""The modules that may begin a worker, and why."""

NAMED = {"do": 0, "do_anew": 0, "read_store": 1, "reporting": 0}
"""Where each way of working beside the keys takes the sentence about its failure."""


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call of a method or function in the screens, with its module and its name."""
    for file in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                yield file.relative_to(HERE).as_posix(), name, node


def test_workers_are_begun_only_where_their_failure_is_said() -> None:
    assert {module for module, name, _ in calls() if name in ("run_worker", "work", "create_task")} == set(GUARDS)


def test_what_is_said_of_a_failure_is_a_clause_in_the_persons_words() -> None:
    said = [
        (module, call.args[place].value)
        for module, name, call in calls()
        if (place := NAMED.get(name)) is not None and len(call.args) > place
        if isinstance(call.args[place], ast.Constant)
    ]
    assert len(said) > 10
    for module, clause in said:
        assert clause[0].isupper(), (module, clause)
        assert "could not be" in clause, (module, clause)
        assert not clause.endswith("."), (module, clause)


BUSY = "The database is in use by another program. Nothing was changed; try again."
OURS = "because of an error in csat-tui"

ERRORS = {"the store refuses": (StoreBusy(BUSY), BUSY), "an error of ours": (ZeroDivisionError("a bug"), OURS)}
"""What fails, and what the sentence says after what did not happen."""


@dataclass(frozen=True)
class Work:
    """Some work beside the keys: what fails, what the person does to begin it, and what is said."""

    failing: str
    """The method, of the desk or of the paperwork, by its name there."""
    keys: tuple[str, ...]
    failure: str


WORKS = {
    "queue": Work("desk.rows_after", ("s",), "The queue could not be read"),
    "counts": Work("desk.counts", (), "The cases could not be counted"),
    "outbox count": Work("dispatch.summary", (), "The outbox could not be counted"),
    "case": Work("desk.case", ("j",), "The case could not be read"),
    "history": Work("merging.history", ("j",), "The customer's other tickets could not be read"),
    "history window": Work("merging.history", ("H",), "“ticket history” failed"),
    "answer": Work("desk.answer", ("3", "y"), "The answer could not be saved"),
    "answers": Work("desk.keep_answers", ("r",), "The answer could not be saved"),
    "note": Work("desk.save_draft", ("e", "n", "x"), "The note could not be saved"),
    "form of notes": Work("desk.keep_habit", ("e", "n", "ctrl+t"), "How you write notes could not be remembered"),
    "claim": Work("desk.claim_all", ("c",), "The cases could not be claimed"),
    "snooze": Work("desk.snooze_all", ("b", "1"), "The cases could not be snoozed"),
    "undo": Work("desk.undo", ("u",), "“undo” failed"),
    "survey": Work("mending.mend", ("C", "ctrl+s"), "What you typed could not be saved"),
    "conversation": Work(
        "conversations.record",
        ("T", "m", "enter", "enter", "y", "enter", "x", "ctrl+s"),
        "What you typed could not be saved",
    ),
    "outbox": Work("dispatch.unsettled", ("g", "o"), "The outbox could not be read"),
    "effect": Work("dispatch.history", ("g", "o"), "The history of the effect could not be read"),
    "withdrawal": Work("dispatch.give_up", ("g", "o", "w"), "withdraw"),
    "shift": Work("shifts.state", ("g", "s"), "The shift could not be read"),
    "recap": Work("shifts.write_over", ("g", "s", "enter", "x"), "The words of the recap could not be saved"),
    "recap preview": Work("shifts.state", ("g", "s", "p"), "“preview” failed"),
    "shift name": Work("shifts.rename", ("g", "s", "n", "1"), "“name the shift” failed"),
    "tracker": Work("sheets.older", ("g", "t"), "The tracker could not be read"),
    "quitting": Work("dispatch.summary", ("ctrl+q",), "“quit” failed"),
}


def owner_of(app: Workstation, name: str) -> object:
    """Return the part of the session whose method a piece of work calls."""
    session = app.session
    return getattr(session, name) if hasattr(session, name) else getattr(session.paperwork, name)


@pytest.mark.parametrize("work", WORKS)
async def test_what_fails_is_named_in_one_sentence_and_the_next_key_works(tmp_path: Path, work: str) -> None:
    with workstation(tmp_path, 6) as app:
        taken = decided(app.session.desk, app.session.dispatch, 6, "no-response")
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            for error in ERRORS:
                if work == "undo":
                    screen = app.screen
                    assert isinstance(screen, TriageScreen)
                    screen.grace.add(
                        TakenDecision(taken[0].decision_id, SurveyId(6), "no-response", NOW + timedelta(seconds=9))
                    )
                await fails_and_goes_on(app, pilot, WORKS[work], error)
                await pilot.press("escape", "escape")  # out of the help, and out of a field
                app.go_to_mode(app.DEFAULT_MODE)
                await settled(pilot)
        app.session.fault.count = 0


async def fails_and_goes_on(app: Workstation, pilot: Pilot[None], wanted: Work, error: str) -> None:
    """Begin some work that fails, read the sentence about it, and open the help by the next key."""
    raised, reason = ERRORS[error]
    part, method = wanted.failing.split(".")
    app.clear_notifications()
    with patch.object(type(owner_of(app, part)), method, side_effect=raised):
        await pilot.press(*wanted.keys)
        if not wanted.keys:
            app.session.desk._database.announce("queue", "outbox")
        await comes_about(lambda: wanted.failure in told(app))
        said = [one for one in told(app).split("\n") if wanted.failure in one]
        assert reason in said[0], (error, said)
    app.session.fault.count = 0  # what was seen above is what this test is about
    await settled(pilot)
    while len(app.screen_stack) > 1:
        await pilot.press("escape")
        await settled(pilot)
    await pilot.press("f1")
    await comes_about(lambda: isinstance(app.screen, HelpScreen))
