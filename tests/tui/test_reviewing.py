"""A supervisor reviews notes by keys: scores them, accepts them, sends them back, and takes the last one back."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.steps import Review, ReviewState, ReviewVerdict
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.tui.review.scorecard import ScorecardPane
from csat_tui.tui.windows.prompts import TextPrompt
from tests.store.noted import notes_by
from tests.store.shelf import sign_in_reviewer
from tests.tui.desk_fixture import NOW, comes_about, settled, told, workstation
from tests.tui.pane_host import shown
from tests.tui.test_review_screen import SIZE, fill, listed, screen

MEI_2, MEI_0, MEI_1 = 90_002, 90_000, 90_001
"""The three notes, the riskiest first; the first fails three lines of the scorecard, the second two."""


async def type_keys(pilot: Any, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


@asynccontextmanager
async def reviewing(tmp_path: Path, *keys: str, number: int = 71, size: tuple[int, int] = SIZE) -> Any:
    with workstation(tmp_path, 12) as app:
        database: Database = app.session.desk._database
        await fill(database)
        sign_in_reviewer(database, number)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await type_keys(pilot, "g", "r", *keys)
            yield app, pilot


def scorecard(app) -> ScorecardPane:
    return screen(app).scorecard


def review_of(app, note: int) -> Review:
    review = app.session.paperwork.review_loop.thread(note).review
    assert review is not None
    return review


async def test_a_note_that_fails_something_is_scored_by_the_person_before_it_is_accepted(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "a") as (app, pilot):
        assert "3 lines fail by the machine's word: score them yourself first." in told(app)
        assert scorecard(app).line.id == "right-outcome"
        await type_keys(pilot, "y", "y", "y", "a")
        text = shown(app)
        assert "Accept this note at 100 %?" in text
        assert "Yours, at the full answer (14)" in text
        assert "As the machine says (3)" in text
        assert app.session.paperwork.review_loop.thread(MEI_2).review is None, "nothing is written before enter"
        await type_keys(pilot, "enter")
        review = review_of(app, MEI_2)
        assert review.verdict is ReviewVerdict.ACCEPTED
        assert review.lines["right-outcome"] == LineScore(LineAnswer.YES)
        assert (len(review.lines), review.percent) == (20, 100.0)
        assert screen(app).current.comment_id == MEI_0, "the next note follows"
        await comes_about(lambda: [note.comment_id for note in listed(app)] == [MEI_0, MEI_1])
        await comes_about(lambda: "Review of Mei 2 · sends in" in shown(app))


async def test_esc_goes_back_to_the_scores_and_keys_that_score_wait_for_that(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "y", "y", "y", "a", "n") as (app, pilot):
        assert "yes: " not in told(app)
        assert "the card waits for your word" in told(app)
        await type_keys(pilot, "escape")
        assert "Accept this note" not in shown(app)
        assert len(scorecard(app).scoring.scores) == 3


async def test_a_card_is_not_confirmed_over_a_review_that_somebody_wrote_meanwhile(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "y", "y", "y", "escape", "a") as (app, pilot):
        assert "Accept this note at" in shown(app)
        card = app.session.desk.playbook.scorecards[0]
        app.session.paperwork.review_loop.review(MEI_2, ReviewVerdict.SENT_BACK, card, {}, "Somebody else's word.")
        await comes_about(lambda: "Somebody else's word." in shown(app))
        await settled(pilot)
        assert "Accept this note at" not in shown(app)
        await type_keys(pilot, "enter")
        assert review_of(app, MEI_2).verdict is ReviewVerdict.SENT_BACK
        assert len(scorecard(app).scoring.scores) == 3, "what was scored stays"


async def test_a_card_that_waits_stays_when_something_else_of_the_ticket_changes(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "a", "y", "y", "y", "a") as (app, pilot):
        database: Database = app.session.desk._database
        with database.write("notes") as connection:
            ticket = tickets.ticket(connection, TicketId(9_900_002))
            assert ticket is not None
            changed = replace(ticket, updated_at=NOW, subject="Another subject")
            tickets.put_tickets(connection, [changed], NOW)
        await comes_about(lambda: screen(app)._shown.found.subject.case.survey_ticket.subject == "Another subject")
        await settled(pilot)
        assert "Accept this note at 100 %?" in shown(app)
        await type_keys(pilot, "enter")
        assert review_of(app, MEI_2).verdict is ReviewVerdict.ACCEPTED


async def test_a_draft_survives_leaving_the_note_the_screen_and_the_program(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "n", "c", *"Read it", "enter", "b", "2") as (app, pilot):
        assert "↳ Followed up without need" in shown(app)
        await type_keys(pilot, "escape", "j", "k")
        assert "✎ Read it" in shown(app)
        draft = app.session.paperwork.review_loop.draft(MEI_2)
        assert draft.lines == {"right-outcome": LineScore(LineAnswer.NO, "Followed up without need", "Read it")}
        again = type(app)(app.session)
        async with again.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await type_keys(pilot, "g", "r")
            assert "✎ draft" in shown(again)
            assert "↳ Followed up without need" in shown(again)


async def test_a_note_is_sent_back_only_with_a_comment_and_shown_as_that(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "n", "d", "y", "y", "d") as (app, pilot):
        assert "Send this note back at" in shown(app)
        assert "A critical line earns nothing." in shown(app)
        await type_keys(pilot, "enter", "ctrl+s")
        assert isinstance(app.screen, TextPrompt)
        assert "Say in a comment what the agent is to do." in told(app)
        await type_keys(pilot, *"Evaluate", "ctrl+s")
        review = review_of(app, MEI_2)
        assert (review.verdict, review.text, review.passes) == (ReviewVerdict.SENT_BACK, "Evaluate", False)
        assert screen(app).current.comment_id == MEI_0
        await type_keys(pilot, "f", "x", "g", "g")
        assert "sent back" in shown(app)
        assert listed(app)[0].state is ReviewState.SENT_BACK


async def test_what_was_typed_for_the_agent_stays_when_it_is_not_sent(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "n", "d", "y", "y", "d", "enter", *"Late", "escape") as (app, pilot):
        assert app.session.paperwork.review_loop.draft(MEI_2).text == "Late"
        await type_keys(pilot, "d", "enter")
        assert app.screen.area.text == "Late"


async def test_the_last_review_is_taken_back_with_its_scores(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "y", "y", "y", "a", "enter", "u") as (app, pilot):
        await comes_about(lambda: screen(app).current.comment_id == MEI_2)
        await settled(pilot)
        assert "Taken back: nothing was sent." in told(app)
        assert app.session.paperwork.review_loop.thread(MEI_2).review is None
        assert len(scorecard(app).scoring.scores) == 20
        await type_keys(pilot, "u")
        assert "you have not reviewed anything in this session" in told(app)


async def test_nobody_reviews_their_own_note(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "a", number=7) as (app, pilot):
        assert "it is your own note" in told(app)
        assert "You cannot review it: it is your" in shown(app)
        await type_keys(pilot, "l", "y")
        assert scorecard(app).scoring.scores == {}


async def test_the_message_that_a_line_is_about_is_chosen_in_the_transcript_and_marked_there(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l", "k", "k", "k", "k", "k", "enter") as (app, pilot):
        label = scorecard(app).line.label
        assert "which message is “" in shown(app)
        await type_keys(pilot, "j", "enter")
        given = scorecard(app).scoring.of(scorecard(app).line)
        assert given.message_id == screen(app).survey.view.messages[1].id
        assert f"▸ {label}" in shown(app)
        assert screen(app).front is scorecard(app)


async def test_the_other_notes_of_an_agent_are_a_key_away(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        database = app.session.desk._database
        numbers = notes_by(database, [7, 8, 7, 8, 7], at=NOW)
        sign_in_reviewer(database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await type_keys(pilot, "g", "r")
            assert [note.comment_id for note in listed(app)] == numbers
            seen = []
            for key in ("right_square_bracket", "right_square_bracket", "left_square_bracket"):
                await type_keys(pilot, key)
                seen.append(screen(app).current.comment_id)
            assert seen == [numbers[2], numbers[4], numbers[2]]
            assert "The words of this note are not" in shown(app)
            await type_keys(pilot, "a", "right_square_bracket", "right_square_bracket")
            assert "accept: The words of this note are not here yet" in told(app)
            assert "There is no note by Mei after this one." in told(app)


async def test_one_pane_is_shown_at_a_time_where_there_is_little_room(tmp_path: Path) -> None:
    async with reviewing(tmp_path, size=(80, 24)) as (app, pilot):
        names = []
        for _ in range(4):
            names.append(screen(app).front.NAME)
            await type_keys(pilot, "tab")
        assert names == ["Notes", "Delivered note", "Survey", "Scorecard"]
        await type_keys(pilot, "escape", "a")
        assert screen(app).front is scorecard(app)
        assert "▌! Right outcome by the records" in shown(app)


async def test_the_time_that_a_review_took_is_kept_with_it_and_rests_without_keys(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l") as (app, pilot):
        clock = app.session.desk._clock
        for seconds in (5, 10, 500):
            clock.pass_time(timedelta(seconds=seconds))
            await type_keys(pilot, "y")
        await type_keys(pilot, "a", "enter")
        assert review_of(app, MEI_2).seconds == 45
        assert review_of(app, MEI_2).by.id == UserId(71)


async def test_a_note_that_is_gone_keeps_nobody_from_quitting_and_loses_no_comment(tmp_path: Path) -> None:
    async with reviewing(tmp_path, "l") as (app, pilot):
        database: Database = app.session.desk._database
        with database.write() as connection:
            connection.exec_driver_sql(f"DELETE FROM delivered_note WHERE comment_id = {MEI_2}")
        await type_keys(pilot, "c", *"listen", "enter")
        assert "this note is not here, or not any more" in told(app)
        app.run_worker(app.leave())
        await settled(pilot)
        assert "Words could not be saved" in shown(app)
        await pilot.press("f")
        await comes_about(lambda: not app.is_running)
        (file,) = app.session.desk.folder.glob("words-*.txt")
        assert "listen" in file.read_text("utf-8")
