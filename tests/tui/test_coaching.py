"""`K` on the review screen: what the note's author is to work on, from the mark to the day on which it is due."""

from datetime import timedelta
from pathlib import Path

from csat_tui.domain.review.coaching import CoachingDeed
from csat_tui.tui.review.coaching import CoachingWindow
from tests.store.shelf import sign_in_reviewer
from tests.tui.desk_fixture import comes_about, settled, workstation
from tests.tui.pane_host import controls, shown
from tests.tui.test_review_screen import SIZE, fill, screen


async def test_an_item_is_marked_with_what_the_note_fails_and_talked_about(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        sign_in_reviewer(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            note = screen(app).current
            assert note is not None
            await pilot.press("K")
            await settled(pilot)
            assert f"What {note.author} is to work on" in shown(app)
            assert "Nothing is marked yet" in shown(app)
            await pilot.press("n")
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            desk = app.session.paperwork.coaching
            (item,) = desk.items().items
            assert (item.agent, item.comment_id) == (note.author, note.comment_id)
            assert "Outcome by the records" in item.what
            await pilot.press("t")
            await settled(pilot)
            await pilot.press(*"Known", "ctrl+s")
            await settled(pilot)
            assert [(step.deed, step.text) for step in desk.find(item.id).steps] == [(CoachingDeed.TALK, "Known")]
            assert isinstance(app.screen, CoachingWindow)
            assert "talked about · marked by" in shown(app)
            assert "talk Known" in shown(app)
            assert "Nothing was reviewed or rated before or after the talk." in shown(app)
            assert not controls(app)


async def test_what_is_due_stands_under_the_head_until_it_is_followed_up(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        sign_in_reviewer(app.session.desk._database)
        desk = app.session.paperwork.coaching
        item = desk.mark(90_000, "Say what was done.")
        desk.step(item.id, CoachingDeed.TALK, "So.")
        desk.step(item.id, CoachingDeed.AGREED, "So.", desk.today)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            assert "1 follow-up is due: Mei 0" in shown(app)
            desk.step(item.id, CoachingDeed.AGREED, "Later.", desk.today + timedelta(days=1))
            await comes_about(lambda: "due:" not in shown(app))
