"""Conflicts on the outbox screen: the person compares both sides and chooses."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ticket import Author, Message
from csat_tui.store.tickets import put_transcripts
from csat_tui.tui.outbox.conflict import ConflictScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.prompts import ConfirmScreen
from tests.tui.desk_fixture import NOW, settled
from tests.tui.outbox_fixture import OutboxBench, at_the_conflict, outbox_bench
from tests.tui.pane_host import shown


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[OutboxBench]:
    with outbox_bench(tmp_path) as bench:
        yield bench


async def test_a_conflict_shows_both_sides_and_mine_goes_on_top(bench: OutboxBench) -> None:
    note = bench.conflict()
    assert note.ticket_id is not None
    later = Message(999, note.ticket_id, NOW + timedelta(minutes=1), Author.AGENT, "Priya", False, "I have this one.")
    with bench.app.session.desk._database.write("queue") as connection:
        put_transcripts(connection, [(note.ticket_id, [later], NOW)])
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_conflict(pilot)
        text = shown(bench.app)
        for words in ("What you saw", "What is there now", "I have this one.", "What you want to write", "Two boxes"):
            assert words in text
        await pilot.press("m")
        await settled(pilot)
    assert bench.state(note) is EffectState.QUEUED


async def test_a_public_reply_over_a_conflict_needs_y_once_more(bench: OutboxBench) -> None:
    reply = bench.conflict(outcome_id="follow-up")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_conflict(pilot)
        await pilot.press("m")
        await settled(pilot)
        assert isinstance(bench.app.screen, ConfirmScreen)
        await pilot.press("enter")
        await settled(pilot)
        assert bench.state(reply) is EffectState.CONFLICT


async def test_editing_a_conflict_opens_its_words_in_the_note(bench: OutboxBench) -> None:
    bench.conflict(3, summary="Words to change.")
    async with bench.app.run_test(size=(160, 50)) as pilot:
        await at_the_conflict(pilot)
        await pilot.press("e")
        await settled(pilot)
        await settled(pilot)
        assert isinstance(bench.app.screen, TriageScreen)
        assert bench.app.screen.case is not None
        assert bench.app.screen.case.id == 3
        assert "Words to change." in shown(bench.app)
        await pilot.press(*"Better: ")
        await settled(pilot)
        assert "Words to change.Better: " in shown(bench.app)


async def test_a_conflict_can_wait(bench: OutboxBench) -> None:
    note = bench.conflict()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_conflict(pilot)
        assert isinstance(bench.app.screen, ConflictScreen)
        await pilot.press("escape")
        await settled(pilot)
    assert bench.state(note) is EffectState.CONFLICT
