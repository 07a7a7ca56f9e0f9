"""On the review screen a key takes a rating out of the figures; the note's detail says so until it is restored."""

from pathlib import Path

from csat_tui.domain.review.set_aside import SetAsideKind
from csat_tui.tui.windows.prompts import TextPrompt
from tests.store.shelf import sign_in_reviewer
from tests.tui.desk_fixture import settled, workstation
from tests.tui.pane_host import shown
from tests.tui.test_review_screen import SIZE, fill, screen


async def test_a_rating_is_set_aside_and_restored_with_a_reason_each(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        sign_in_reviewer(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            await pilot.press("X")
            await settled(pilot)
            assert "leaves every figure that follows" in shown(app)
            await pilot.press("c")
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            assert isinstance(app.screen, TextPrompt), "without a reason nothing is written"
            await pilot.press(*"Rain", "enter")
            await settled(pilot)
            note = screen(app).current
            assert note is not None
            aside = app.session.paperwork.aside
            stands = aside.standing(note.survey_id)
            assert stands is not None
            assert (stands.kind, stands.reason) == (SetAsideKind.CARRIER, "Rain")
            assert "The rating is set aside (carrier), by" in _detail(app)
            await pilot.press("X")
            await settled(pilot)
            assert "Restore the rating" in shown(app)
            await pilot.press(*"Ours", "enter")
            await settled(pilot)
            assert aside.standing(note.survey_id) is None
            assert "set aside" not in _detail(app)


async def test_a_rating_is_given_to_another_agent(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        await fill(app.session.desk._database)
        sign_in_reviewer(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            await pilot.press("X", "g")
            await settled(pilot)
            await pilot.press(*"Noor", "enter", *"Hers", "enter")
            await settled(pilot)
            assert "The rating is given to Noor, by" in _detail(app)


def _detail(app) -> str:
    """Return what the detail of the note says, also where it is scrolled out of sight."""
    return "\n".join(line.content.plain for line in screen(app).delivered.view.build(100))
