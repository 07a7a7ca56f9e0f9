"""The conflict window: what the person saw, what is there now, what they want to write; and their choice."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.store import tickets
from csat_tui.store.outbox import OutboxItem
from csat_tui.tui.app import Workstation
from csat_tui.tui.outbox.conflict import ConflictScreen
from csat_tui.tui.windows.prompts import ConfirmScreen
from tests.tui.desk_fixture import NOW, comes_about, settled, still, told, workstation
from tests.tui.outbox_fixture import at_the_conflict, decided, happen
from tests.tui.pane_host import HOSTILE, controls, shown

DECIDED = SurveyId(1)
PLEA = (
    "Hello, you told me that the second box would be cancelled, and I was charged for it again this morning. "
    "Please send no other one before somebody has called me.\n\nDana"
)
BESIDE, NARROW = (120, 40), (80, 24)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Workstation]:
    with workstation(tmp_path, 2) as app:
        yield app


def conflict(app: Workstation, *messages: tuple[Author, str], moved: bool = True) -> OutboxItem:
    """Decide a note on a ticket that is seen, and let the ticket move on under it."""
    database, desk = app.session.desk._database, app.session.desk
    case = desk.case(DECIDED)
    assert case is not None
    assert case.source_ticket is not None
    source = case.source_ticket
    with database.write() as connection:
        seen = replace(source, updated_at=NOW - timedelta(minutes=30), tags=("refund",))
        tickets.put_tickets(connection, [seen], NOW)
    effect = decided(desk, app.session.dispatch, DECIDED, "follow-up", reply="Hello,\n\nwe are sorry.")[0]
    happen(database, effect, EffectEvent.CLAIMED, EffectEvent.STALE, sentence="the ticket has changed")
    now = NOW + timedelta(minutes=1 + len(messages))
    after = replace(seen, updated_at=now)
    if moved:
        after = replace(after, status=Status.OPEN, assignee_id=UserId(8), assignee_name="Priya", tags=("refund", "vip"))
    with database.write(f"ticket:{source.id}") as connection:
        said = [
            Message(9_000 + index, source.id, NOW + timedelta(minutes=1 + index), author,
                    "Dana W." if author is Author.CUSTOMER else "Priya", author is Author.CUSTOMER, body)
            for index, (author, body) in enumerate(messages)
        ]  # fmt: skip
        tickets.put_transcripts(connection, [(source.id, [*tickets.messages(connection, source.id), *said], now)])
        tickets.put_tickets(connection, [after], NOW)
    return effect


@asynccontextmanager
async def looked_at(app: Workstation, size: tuple[int, int] = BESIDE) -> AsyncIterator[Pilot[None]]:
    """Open the conflict from the outbox."""
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await at_the_conflict(pilot)
        yield pilot


def state(app: Workstation, item: OutboxItem) -> EffectState:
    fresh = app.session.dispatch.effect(item.id)
    assert fresh is not None
    return fresh.state


def line_with(app: Workstation, *words: str) -> str:
    return next((line for line in shown(app).splitlines() if all(word in line for word in words)), "")


async def test_the_three_stand_side_by_side_row_by_row(app: Workstation) -> None:
    conflict(app, (Author.CUSTOMER, PLEA))
    async with looked_at(app):
        assert line_with(app, "What you saw", "What is there now", "What you want to write")
        assert line_with(app, "status", "solved", "≠ open", "left as it is")
        assert line_with(app, "assignee", "≠ Priya")
        assert line_with(app, "tags", "≠ refund vip")
        assert line_with(app, "Hello, you told me", "Hello,")


async def test_what_moved_comes_first_and_what_did_not_is_not_marked(app: Workstation) -> None:
    item = conflict(app, moved=False)
    assert item.ticket_id is not None
    with app.session.desk._database.write() as connection:
        there = tickets.ticket(connection, item.ticket_id)
        assert there is not None
        tickets.put_tickets(connection, [replace(there, tags=("refund", "vip"))], NOW)
    async with looked_at(app):
        text = shown(app)
        assert text.index("tags ") < text.index("status ") < text.index("assignee ")
        assert "≠ refund vip" in text
        assert text.count("≠") == 1


async def test_on_a_narrow_terminal_they_stand_one_under_the_other(app: Workstation) -> None:
    conflict(app, (Author.AGENT, "I have this one."))
    async with looked_at(app, NARROW) as pilot:
        text = shown(app)
        assert "What you saw" in text
        assert "≠ status" in text
        await pilot.press(*["ctrl+d"] * 4)
        await comes_about(lambda: "we are sorry." in shown(app))
        assert all(len(line) <= 80 for line in shown(app).splitlines())


async def test_mine_goes_only_once_the_customers_new_message_was_on_the_screen(app: Workstation) -> None:
    item = conflict(app, (Author.CUSTOMER, PLEA))
    async with looked_at(app, NARROW) as pilot:
        await pilot.press("m")
        await comes_about(lambda: "read the customer's new message first" in told(app))
        assert isinstance(app.screen, ConflictScreen)
        await pilot.press("ctrl+d", "ctrl+d")
        await comes_about(lambda: "called me." in shown(app) and "send mine after what is there now" in shown(app))
        await pilot.press("m")
        await comes_about(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await comes_about(lambda: state(app, item) is EffectState.QUEUED)


async def test_a_message_longer_than_the_screen_is_read_to_its_end_and_shown_whole(app: Workstation) -> None:
    conflict(app, (Author.CUSTOMER, "\n".join(f"line {number}" for number in range(300))))
    async with looked_at(app) as pilot:
        assert isinstance(app.screen, ConflictScreen)
        app.screen.text.scroll_end(animate=False)
        await comes_about(lambda: "line 299" in shown(app))
        assert app.screen.text.unread
        app.screen.text.scroll_home(animate=False)
        text = app.screen.text
        await pilot.press(*["ctrl+d"] * 40)
        await comes_about(lambda: not text.unread)


async def test_a_colleagues_message_holds_nothing_up(app: Workstation) -> None:
    conflict(app, (Author.AGENT, "word " * 600))
    async with looked_at(app, NARROW):
        assert "send mine after what is there now" in shown(app)


async def test_what_was_read_is_no_news_in_a_later_conflict(app: Workstation) -> None:
    item = conflict(app, (Author.CUSTOMER, PLEA))
    async with looked_at(app) as pilot:
        await pilot.press("m")
        await comes_about(lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await comes_about(lambda: state(app, item) is EffectState.QUEUED)
    happen(
        app.session.desk._database, item, EffectEvent.CLAIMED, EffectEvent.STALE, sentence="it has changed once more"
    )
    later = app.session.dispatch.conflict(item.id)
    assert later is not None
    assert (later.to_read, later.differences) == ((), ())


async def test_an_old_decision_whose_sight_was_not_kept_shows_the_ticket_as_it_is(app: Workstation) -> None:
    item = conflict(app, (Author.CUSTOMER, PLEA))
    with app.session.desk._database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET seen = NULL")
    async with looked_at(app):
        text = shown(app)
        assert "What you saw of it when you decided is not known here" in text
        assert "its earlier state was not" in text
        assert "Hello, you told me" in text
    assert state(app, item) is EffectState.CONFLICT


@pytest.mark.parametrize("size", [BESIDE, NARROW])
async def test_hostile_words_show_as_symbols_and_fit(app: Workstation, size: tuple[int, int]) -> None:
    words = HOSTILE.replace("\ud83d", "")  # no help desk can send half a character
    conflict(app, (Author.CUSTOMER, words), (Author.AGENT, words))
    async with looked_at(app, size) as pilot:
        assert controls(app) == []
        await pilot.press(*["ctrl+d"] * 3)
        await still(pilot)
        assert controls(app) == []


@pytest.mark.parametrize(("size", "theme"), [(BESIDE, "dark"), (NARROW, "light")], ids=["beside", "stacked-light"])
def test_a_conflict_looks_like_this(snap_compare: Any, tmp_path: Path, size: tuple[int, int], theme: str) -> None:
    with workstation(tmp_path, 2, theme=theme) as app:
        conflict(app, (Author.CUSTOMER, PLEA), (Author.AGENT, "I have this one."))

        async def prepare(pilot: Any) -> None:
            await settled(pilot)
            await at_the_conflict(pilot)
            await still(pilot)

        assert snap_compare(app, terminal_size=size, run_before=prepare)
