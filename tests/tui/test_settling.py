"""A dispute at the reviewer's workstation: it stands first, shows what is proposed, and is settled with a reason."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.review.delivered_note import delivered_notes, review_steps
from csat_tui.domain.review.rules import ReviewPolicy
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.step_notes import write_step
from csat_tui.domain.review.steps import ReviewAnswer, ReviewAnswerKind, ReviewState, SettlementKind
from csat_tui.domain.ticket import Author, Message
from csat_tui.store import tickets
from csat_tui.store.database import Database
from csat_tui.store.named_values import remember
from csat_tui.store.review import delivered_note, put_delivered_notes, put_read_step, refresh_states
from csat_tui.tui.app import Workstation
from csat_tui.tui.review.settling import SettlementScreen
from tests.builders import the_playbook
from tests.tui.desk_fixture import NOW, settled, workstation
from tests.tui.pane_host import controls, shown
from tests.tui.test_sent_back import ANA, LEE, NOTE, SENT_BACK, card, send_back

SIZE = (120, 40)


def dispute(database: Database, survey_id: SurveyId = SENT_BACK) -> str:
    """Let a note be sent back by the person here, and its author dispute the first line; returns the note's id."""
    send_back(database, survey_id)
    ticket_id = TicketId(9_900_000 + survey_id - 1)
    number = NOTE + 10 * (survey_id - SENT_BACK)
    first = card().lines[0]
    answer = ReviewAnswer(
        id=f"0190a000-0000-7000-8001-{survey_id:012}", note=number, ticket_id=ticket_id, by=ANA, at=NOW,
        review_id=f"0190a000-0000-7000-8000-{survey_id:012}", kind=ReviewAnswerKind.DISPUTES,
        text="It is in the second line.", lines={first.id: LineScore(first.scale.full)},
        labels={first.id: first.label},
    )  # fmt: skip
    said = Message(
        number + 2, ticket_id, NOW - timedelta(minutes=20), Author.AGENT, ANA.name, False, write_step(answer),
        author_id=ANA.id, author_role="agent",
    )  # fmt: skip
    with database.write("notes", "queue") as connection:
        for name, value in {
            "agent_id": str(LEE.id), "agent": LEE.name, "agent_email": LEE.email, "agent_role": LEE.role,
        }.items():  # fmt: skip
            remember(connection, name, value, NOW)
        ticket = tickets.ticket(connection, ticket_id)
        assert ticket is not None
        told = [*tickets.messages(connection, ticket_id), said]
        tickets.put_transcripts(connection, [(ticket_id, told, ticket.updated_at)])
        put_delivered_notes(connection, [(ticket_id, delivered_notes(ticket, told, the_playbook()))])
        for step in review_steps(told):
            put_read_step(connection, survey_id, step)
        refresh_states(connection, [number], ReviewPolicy())
        note = delivered_note(connection, number)
        assert note is not None
        return note.id


def as_lee(app: Workstation) -> None:
    """Let the sync know the reviewer as the person here."""
    sync = app.session.sync
    assert sync is not None
    status = sync.status()
    assert status.agent is not None
    sync.now = replace(status, agent=replace(status.agent, id=LEE.id, name=LEE.name, role=LEE.role))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("keys", "kind", "answer"),
    [
        (("a",), SettlementKind.ACCEPTED, LineAnswer.YES),
        (("r",), SettlementKind.REJECTED, LineAnswer.NO),
        (("x", "p"), SettlementKind.PARTLY, LineAnswer.NOT_APPLICABLE),
    ],
)
async def test_a_dispute_stands_first_and_is_settled_with_a_reason(
    tmp_path: Path, keys: tuple[str, ...], kind: SettlementKind, answer: LineAnswer
) -> None:
    with workstation(tmp_path, 12) as app:
        dispute(app.session.desk._database)
        as_lee(app)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("g", "r")
            await settled(pilot)
            assert "disputed" in shown(app)
            await pilot.press("A")
            await settled(pilot)
            assert isinstance(app.screen, SettlementScreen)
            text = shown(app)
            assert "It is in the second line." in text
            assert "Ana P. disputes the review" in text
            assert "→ yes" in text
            assert not controls(app)
            await pilot.press(*keys)
            await settled(pilot)
            await pilot.press(*"Read again.", "ctrl+s")
            await settled(pilot)
            assert not isinstance(app.screen, SettlementScreen)
            thread = app.session.paperwork.review_loop.thread(NOTE)
            assert (thread.state, thread.lines[card().lines[0].id].answer) == (ReviewState.SETTLED, answer)
            assert thread.settlement is not None
            assert (thread.settlement.kind, thread.settlement.text) == (kind, "Read again.")
