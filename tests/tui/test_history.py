"""A customer's other tickets: listed, read beside the case, and merged after a question."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.ticket import MERGED_TAG, Author, Message, Status, Ticket
from csat_tui.store import customers
from csat_tui.store.customers import recount
from csat_tui.store.database import Database
from csat_tui.store.tickets import put_tickets, put_transcripts
from csat_tui.tui.app import Workstation
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.queue.pane import QueuePane
from tests.tui.desk_fixture import NOW, StillSync, comes_about, settled, told, workstation
from tests.tui.pane_host import shown

LARGE = (120, 50)
OWNER, PAT = UserId(500), "Dana W."
NEW, WAITING, OLD = TicketId(7_100_001), TicketId(7_100_002), TicketId(7_100_003)


def a_ticket(number: TicketId, status: Status, hours: int, subject: str, **over: object) -> Ticket:
    at = NOW - timedelta(hours=hours)
    ticket = Ticket(
        id=number, subject=subject, status=status, created_at=at, updated_at=at, channel="email", requester_id=OWNER,
        requester_name=PAT, requester_email="customer0@example.com",
    )  # fmt: skip
    return replace(ticket, **over)  # type: ignore[arg-type]


def with_others(database: Database, subject: str = "Order 445566: where is my box?") -> None:
    """Give the first survey's customer a new ticket, one that waits for them and a merged one."""
    mine = {"assignee_id": UserId(7), "assignee_name": "Priya"}
    tickets = (
        a_ticket(NEW, Status.NEW, 3, subject),
        a_ticket(WAITING, Status.PENDING, 48, "Box is late, order 445566", **mine),
        a_ticket(OLD, Status.CLOSED, 900, "A recipe, please", tags=(MERGED_TAG,), **mine),
    )
    with database.write(f"history:{OWNER}") as connection:
        put_tickets(connection, tickets, NOW)
        for ticket, words in ((tickets[0], "It never came. [red]Help[/]\x1b[31m"), (tickets[1], "My box is late.")):
            said = Message(ticket.id, ticket.id, ticket.created_at, Author.CUSTOMER, PAT, True, words, "email")
            put_transcripts(connection, [(ticket.id, [said], ticket.updated_at)])
        customers.put_history_fetched(connection, OWNER, NOW)


def seen(app: Workstation, words: str) -> Callable[[], bool]:
    return lambda: words in shown(app)


async def test_the_transcript_says_how_many_other_tickets_there_are_and_how_many_to_merge(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=LARGE):
            await comes_about(seen(app, "2 Transcript · 3 other tickets · 1 to merge"))


@pytest.mark.parametrize("size", [(80, 24), LARGE])
async def test_brackets_go_from_ticket_to_ticket_and_escape_back_to_the_case(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    sync = StillSync()
    with workstation(tmp_path, 1, fill=with_others, sync=sync) as app:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await pilot.press("2")
            await comes_about(seen(app, "1 to merge"))
            await pilot.press("right_square_bracket")
            await comes_about(seen(app, "Another ticket of this customer"))
            assert "(1 of 3) read only · esc goes back" in shown(app)
            assert "merge with #7100002" in shown(app)
            assert "It never came. [red]Help[/]␛[31m" in shown(app), "shown as written, and steering nothing"
            assert "#7100001" in shown(app)
            assert sync.shown == [NEW], "the sync brings what is read"
            await pilot.press("right_square_bracket", "right_square_bracket")
            await comes_about(seen(app, "already merged"))
            await pilot.press("right_square_bracket")
            await comes_about(lambda: "Another ticket" not in shown(app))
            await pilot.press("left_square_bracket")
            await comes_about(seen(app, "(3 of 3)"))
            await pilot.press("escape")
            await comes_about(seen(app, "Survey"))
            assert app.screen.front is app.screen.transcript  # type: ignore[attr-defined]


async def test_another_case_is_not_shown_under_the_ticket_of_the_one_before(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=with_others) as app:
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            await pilot.press("j")
            await settled(pilot)
            await comes_about(seen(app, "1 to merge"))
            await pilot.press("2", "right_square_bracket")
            await comes_about(seen(app, "Another ticket"))
            await pilot.press("1", "k")
            await settled(pilot)
            await comes_about(lambda: "Another ticket" not in shown(app))
            assert "other tickets" not in shown(app)


async def test_a_merge_is_asked_for_by_a_key_of_its_own_and_can_be_taken_back(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            await pilot.press("H")
            await comes_about(seen(app, "A merge does this:"))
            assert "#7100001 is closed and merged into #7100002." in shown(app)
            await pilot.press("M")
            await comes_about(seen(app, "y merges them"))
            await pilot.press("enter")
            await comes_about(lambda: "y merges them" not in shown(app))
            assert app.session.dispatch.unsettled() == (), "any other key goes back"
            await pilot.press("M")
            await comes_about(seen(app, "y merges them"))
            await pilot.press("y")
            await comes_about(app.session.dispatch.unsettled)
            await settled(pilot)
            assert [(one.kind, one.ticket_id) for one in app.session.dispatch.unsettled()] == [
                ("merge", WAITING),
                ("note", WAITING),
            ]
            await comes_about(seen(app, "Merge · sends in"))
            assert "1 decided" not in shown(app), "a merge decides no case"
            await comes_about(lambda: "to merge" not in shown(app))
            await pilot.press("u")
            await comes_about(lambda: app.session.dispatch.unsettled() == ())
            await settled(pilot)
            assert "Undone: no ticket is merged." in told(app)
            assert {one.state for one in app.session.dispatch.recent()} == {EffectState.WITHDRAWN}
            await comes_about(seen(app, "1 to merge"))


async def test_what_cannot_be_merged_says_why_and_a_ticket_is_read_from_the_list(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            await pilot.press("H", "j", "j")
            await comes_about(seen(app, "Already merged"))
            await pilot.press("M")
            await comes_about(lambda: "it cannot be merged: #7100003 was merged" in told(app))
            await pilot.press("k", "enter")
            await comes_about(seen(app, "Another ticket of this customer"))
            assert "Box is late, order 445566" in shown(app)


async def test_a_customer_without_other_tickets_is_said_to_have_none(tmp_path: Path) -> None:
    with workstation(tmp_path, 1) as app:
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            await pilot.press("2", "right_square_bracket")
            await comes_about(lambda: "next ticket: " in told(app))
            await pilot.press("H")
            await comes_about(seen(app, "0 other tickets of this customer"))
            await pilot.press("escape")


async def test_a_case_with_tickets_to_merge_says_so_first_and_a_reason_against_it_lets_it_go(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            await comes_about(seen(app, "merge first (#7100001); H shows"))
            await pilot.press("m")
            await comes_about(seen(app, "history"))
            await pilot.press("1")
            await comes_about(seen(app, "n not to merge"))
            await pilot.press("n")
            await comes_about(seen(app, "Why #7100001 is not to be merged"))
            await pilot.press(*"another order", "enter")
            await comes_about(lambda: "to merge" not in shown(app))
            case = app.session.desk.case(app.screen.case.id)  # type: ignore[attr-defined]
            assert case is not None
            assert [(one.tickets, one.reason) for one in case.kept_apart] == [((NEW,), "another order")]
            assert "1 decided" not in shown(app), "it decides no case"


async def test_an_empty_reason_keeps_the_case_held(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            await comes_about(seen(app, "1 to merge"))
            await pilot.press("H")
            await comes_about(seen(app, "n not to merge"))
            await pilot.press("n")
            await comes_about(seen(app, "Why #7100001"))
            await pilot.press("enter")
            await pilot.press("escape")
            await settled(pilot)
            assert "1 to merge" in shown(app)


async def test_the_decision_itself_is_refused_while_a_merge_is_advised(tmp_path: Path) -> None:
    with workstation(tmp_path, 1, fill=with_others) as app:
        async with app.run_test(size=LARGE) as pilot:
            await settled(pilot)
            await comes_about(seen(app, "1 to merge"))
            screen = app.screen
            case = screen.case  # type: ignore[attr-defined]
            screen.opened.history = None  # type: ignore[attr-defined]  # the screen has not read it yet
            screen.update_blockers()  # type: ignore[attr-defined]
            screen.composer.post_message(ComposerPane.SendRequested(case.id, "not-aligned", {}))  # type: ignore[attr-defined]
            await comes_about(lambda: "to merge first (#7100001)" in told(app))
            assert app.session.dispatch.unsettled() == ()


async def test_the_queue_says_which_case_has_tickets_to_merge_and_shows_those_alone(tmp_path: Path) -> None:
    with workstation(tmp_path, 3, fill=with_others) as app:
        with app.session.desk._database.write("queue") as connection:
            assert recount(connection, OWNER, app.session.desk.playbook)
        async with app.run_test(size=LARGE) as pilot:
            await comes_about(seen(app, "3 open"))
            queue = app.screen.query_one(QueuePane)
            await comes_about(lambda: [row.to_merge for row in queue.list.window.rows] == [0, 0, 1])
            assert sum("1 to merge · Dana W" in line for line in shown(app).splitlines()) == 1, shown(app)
            await pilot.press("f")
            await comes_about(seen(app, "with tickets to merge"))
            await pilot.press("t")
            await comes_about(lambda: [row.to_merge for row in queue.list.window.rows] == [1])
