"""On the review screen a key draws a sample after a preview; its notes stand first until they are reviewed."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.sample import SampleMethod
from csat_tui.store.review import NoteInList, NoteOrder
from csat_tui.tui.app import Workstation
from csat_tui.tui.review.lines import due_words
from csat_tui.tui.review.sampling import SampleForm, preview_text
from csat_tui.tui.windows.prompts import TextPrompt
from csat_tui.workflow.review_samples import AgentShare, SamplePreview, SampleWish
from tests.store.noted import notes_by
from tests.store.shelf import sign_in_reviewer
from tests.tui.desk_fixture import NOW, settled, workstation
from tests.tui.pane_host import shown
from tests.tui.test_review_screen import SIZE, listed, screen


async def open_review(app: Workstation, pilot: Pilot[None]) -> None:
    sign_in_reviewer(app.session.desk._database)
    await settled(pilot)
    await pilot.press("g", "r")
    await settled(pilot)


async def test_a_sample_is_drawn_as_it_was_shown_and_stands_first(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        notes_by(app.session.desk._database, [7] * 4 + [8] * 2, at=NOW)
        async with app.run_test(size=SIZE) as pilot:
            await open_review(app, pilot)
            await pilot.press("S", "s")
            await settled(pilot)
            form = app.screen
            assert isinstance(form, SampleForm)
            assert "6 of 6 notes" in shown(app)
            await pilot.press("home", "delete", "delete", "3")
            await settled(pilot)
            assert "3 of 6 notes" in shown(app)
            assert "2 of 4 by Mei" in shown(app)
            assert "1 of 2 by Noor" in shown(app)
            await pilot.press("ctrl+s")
            await settled(pilot)
            (drawn,) = app.session.paperwork.samples.samples(5)
            assert (drawn.sample.method, drawn.open) == (SampleMethod.STRATIFIED, 3)
            of_it = {item.comment_id for item in app.session.paperwork.samples.items(drawn.sample)}
            assert {note.comment_id for note in listed(app)[:3]} == of_it
            assert "due in 7 days" in shown(app)
            await pilot.press("f", "m")
            await settled(pilot)
            assert {note.comment_id for note in listed(app)} == of_it


async def test_what_cannot_be_drawn_is_said_in_the_form_and_draws_nothing(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        notes_by(app.session.desk._database, [7] * 2, at=NOW)
        async with app.run_test(size=SIZE) as pilot:
            await open_review(app, pilot)
            await pilot.press("S", "q")
            await settled(pilot)
            await pilot.press("down", "home", "ctrl+k", *"2020-01-01")
            await settled(pilot)
            assert "The day by which the sample is due is over" in shown(app)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert isinstance(app.screen, SampleForm), "the form stays with what was typed"
            assert app.session.paperwork.samples.samples(5) == []


async def test_notes_that_came_since_the_preview_are_shown_before_they_are_drawn(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        database = app.session.desk._database
        notes_by(database, [7] * 2, at=NOW)
        async with app.run_test(size=SIZE) as pilot:
            await open_review(app, pilot)
            await pilot.press("S", "r")
            await settled(pilot)
            notes_by(database, [8] * 3, at=NOW, first=5)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert "look at it again" in shown(app)
            assert "5 of 5 notes" in shown(app)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert app.session.paperwork.samples.samples(5)[0].open == 5


async def test_a_note_is_replaced_with_a_reason(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        notes_by(app.session.desk._database, [7] * 3, at=NOW)
        async with app.run_test(size=SIZE) as pilot:
            await open_review(app, pilot)
            samples = app.session.paperwork.samples
            samples.draw(samples.wish(SampleMethod.RANDOM, 1))
            screen(app).reload()
            await settled(pilot)
            note = screen(app).current
            assert note is not None
            assert note.due is not None
            assert screen(app).notes.view.order is NoteOrder.RISK
            await pilot.press("R", "enter")
            await settled(pilot)
            assert isinstance(app.screen, TextPrompt), "without a reason nothing is replaced"
            await pilot.press(*"Mine", "enter")
            await settled(pilot)
            (drawn,) = samples.samples(5)
            assert (drawn.open, drawn.replaced) == (1, 1)
            assert samples.items(drawn.sample)[0].reason == "Mine"
            first = listed(app)[0]
            assert (first.comment_id == note.comment_id, first.due is None) == (False, False)


@pytest.mark.parametrize(
    ("due", "words"),
    [(timedelta(days=-2), "overdue by 2 days"), (timedelta(days=1), "due tomorrow"), (None, "")],
)
def test_a_note_says_when_it_is_due_and_when_it_is_overdue(due: timedelta | None, words: str) -> None:
    at = None if due is None else NOW + due
    note = NoteInList("1", 2, SurveyId(3), TicketId(4), NOW, UserId(7), "Mei", "nrn", ("no-response",), 0, (), due=at)
    assert due_words(note, NOW) == words


def test_the_preview_of_a_large_team_stays_short_and_no_name_breaks_it() -> None:
    wish = SampleWish(SampleMethod.RISK, 9, NOW, NOW, NOW, 7)
    agents = tuple(AgentShare(f"A\n[b]{number}", 1, 4, 2) for number in range(40))
    lines = preview_text(SamplePreview(wish, (), 160, "", agents, 5)).plain.split("\n")
    assert lines[0] == "0 of 160 notes · seed 7"
    assert lines[1].startswith("  1 of 4 by A")
    assert lines[1].endswith("[b]0, 2 covered")
    assert lines[13:] == [" 28 by 28 more agents", "5 are not checked yet and count as without a risk."]
