"""A note that was sent back: on top of the agent's queue, with the review, and answered at a key."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.delivered_note import delivered_notes, review_steps
from csat_tui.domain.review.rules import HelpDeskUser, ReviewPolicy
from csat_tui.domain.review.scorecard import LineScore, Scorecard
from csat_tui.domain.review.step_notes import write_step
from csat_tui.domain.review.steps import Review, ReviewState, ReviewVerdict
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.named_values import remember
from csat_tui.store.review import put_delivered_notes, put_read_step, refresh_states
from csat_tui.tui.app import Workstation
from csat_tui.tui.triage.review_answers import ReviewAnswerScreen
from tests.builders import the_playbook
from tests.tui.desk_fixture import NOW, settled, workstation
from tests.tui.pane_host import controls, shown

SIZE = (120, 40)
LEE = HelpDeskUser(UserId(902), "Lee Lead", "lee@example.com", "admin")
ANA = HelpDeskUser(UserId(1), "Ana P.", "ana@example.com", "agent")
NOTE, SENT_BACK = 90_100, SurveyId(4)
NRN = "NRN\nSummary: Charged twice for one box.\nWhy: The second charge was given back the same day."
WORDS = "Read the second order.\n\x1b[31mAll of it."


def card() -> Scorecard:
    return the_playbook().scorecards[0]


def send_back(database: Database, survey_id: SurveyId = SENT_BACK, text: str = WORDS) -> None:
    """Let a note of the person here be delivered and sent back, as the sync brings both."""
    ticket_id, number = TicketId(9_900_000 + survey_id - 1), NOTE + 10 * (survey_id - SENT_BACK)
    first = card().lines[0]
    lines = {line.id: LineScore(line.scale.full) for line in card().lines}
    lines[first.id] = LineScore(first.scale.lowest, next(iter(first.causes), ""), "It was read too fast.")
    review = Review(
        id=f"0190a000-0000-7000-8000-{survey_id:012}", note=number, ticket_id=ticket_id, by=LEE, at=NOW, text=text,
        verdict=ReviewVerdict.SENT_BACK, lines=lines, labels={line.id: line.label for line in card().lines},
        card_id=card().id, card_label=card().label, card_version="0123456789ab", percent=88.5, passes=True,
    )  # fmt: skip
    note = Message(number, ticket_id, NOW - timedelta(hours=3), Author.AGENT, ANA.name, False, NRN, author_id=ANA.id)
    said = replace(
        note, id=number + 1, created_at=NOW - timedelta(hours=1), author_name=LEE.name, author_id=LEE.id,
        author_email=LEE.email, author_role=LEE.role, body=write_step(review),
    )  # fmt: skip
    with database.write("notes", "queue") as connection:
        remember(connection, "agent_id", str(ANA.id), NOW)
        remember(connection, "agent", ANA.name, NOW)
        connection.exec_driver_sql(f"UPDATE \"case\" SET stage = 'gone' WHERE survey_id = {survey_id}")
        ticket = tickets.ticket(connection, ticket_id)
        assert ticket is not None
        tickets.put_transcripts(connection, [(ticket_id, [note, said], ticket.updated_at)])
        put_delivered_notes(connection, [(ticket_id, delivered_notes(ticket, [note, said], the_playbook()))])
        for step in review_steps([note, said]):
            put_read_step(connection, survey_id, step)
        refresh_states(connection, [number], ReviewPolicy())


def state(app: Workstation) -> ReviewState:
    return app.session.paperwork.review_loop.thread(NOTE).state


async def test_what_was_sent_back_stands_on_top_of_the_queue_and_says_so(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        send_back(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            text = shown(app)
            assert text.index("↩ sent back") < text.index("!")
            assert "1 sent back" in text
            assert "A note of yours was sent back" in text


async def test_the_window_shows_the_note_the_review_its_scores_and_who_wrote_them(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        send_back(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("A")
            await settled(pilot)
            assert isinstance(app.screen, ReviewAnswerScreen)
            text = shown(app)
            for words in ("Lee Lead sent the note back, 88.5 %", "Read the second order.", "It was read too fast.",
                          card().lines[0].label, "Charged twice for one box."):  # fmt: skip
                assert words in text
            assert not controls(app)


async def test_an_amendment_goes_out_after_the_grace_and_can_be_taken_back_with_its_words(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        send_back(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("A")
            await settled(pilot)
            await pilot.press("m")
            await settled(pilot)
            await pilot.press(*"The second order was late as well.", "ctrl+s")
            await settled(pilot)
            assert state(app) is ReviewState.AMENDED
            assert "↩ sent back" not in shown(app)
            assert "takes it back" in shown(app)
            (effect,) = app.session.dispatch.unsettled()
            assert effect.state is EffectState.QUEUED
            assert "The second order was late as well." in effect.text
            await pilot.press("u")
            await settled(pilot)
            assert state(app) is ReviewState.SENT_BACK
            await pilot.press("g", "q", "home", "A")
            await settled(pilot)
            await pilot.press("m")
            await settled(pilot)
            assert "The second order was late as well." in shown(app)


async def test_lines_are_disputed_with_the_scores_that_the_agent_proposes(tmp_path: Path) -> None:
    with workstation(tmp_path, 12) as app:
        send_back(app.session.desk._database)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("A")
            await settled(pilot)
            await pilot.press("d")
            await settled(pilot)
            assert isinstance(app.screen, ReviewAnswerScreen), "nothing is proposed yet"
            first = card().lines[0]
            await pilot.press("y" if first.scale.full == "yes" else "4", "d")
            await settled(pilot)
            await pilot.press(*"It is in #3.", "ctrl+s")
            await settled(pilot)
            thread = app.session.paperwork.review_loop.thread(NOTE)
            assert thread.state is ReviewState.DISPUTED
            assert thread.answer is not None
            assert thread.answer.lines == {first.id: LineScore(first.scale.full)}
