"""The number of keys that a case takes besides its words."""

from decimal import Decimal
from pathlib import Path

import pytest

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money
from csat_tui.domain.case import Answer, Stage
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author, Message
from csat_tui.store.database import Database
from csat_tui.store.tickets import put_account
from tests.tui import desk_fixture
from tests.tui.desk_fixture import CONCERNS, NOW, put_conversation, settled, told, workstation

CONCERN = "Had to cancel, and it took two mails."


@pytest.fixture(autouse=True)
def _a_customer_who_does_not_say_that_a_promise_was_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_fixture, "CONCERNS", (CONCERNS[0], (CONCERN, "Imani K."), *CONCERNS[2:]))


def all_in_order(database: Database, answer: str = "I have added a $15.00 credit, and your plan is cancelled.") -> None:
    """Have the oldest case's records agree with what its customer complains of, and with what the agent answered."""
    ticket = TicketId(7_300_001)
    mail = Message(100, ticket, NOW, Author.CUSTOMER, "Imani K.", True, "Please cancel.", "email", ())
    said = Message(101, ticket, NOW, Author.AGENT, "Priya", True, answer, "email", ())
    put_conversation(database, 1, (mail, said))
    issue = LoggedIssue("I1", "cancellation", "Priya", NOW, ticket_id=ticket)
    given = Accommodation("G1", "credit", NOW, Money(Decimal("15.00"), "USD"), issue_id="I1")
    account = Account(
        "A1",
        "customer1@example.com",
        "Imani K.",
        subscription_status="cancelled",
        issues=(issue,),
        accommodations=(given,),
    )
    with database.write("account") as connection:
        put_account(connection, account.email, account, NOW)


async def test_an_aligned_case_takes_at_most_eight_keys_besides_its_words(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=all_in_order) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            case = app.screen.case
            await pilot.press("r")
            await settled(pilot)
            assert app.screen.front is app.screen.checklist, told(app)
            assert set(app.screen.case.answers) == set(case.path.checks)
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"late", "tab", *"fine", "ctrl+s")
            await settled(pilot)
            assert app.session.desk.case(case.id).stage is Stage.DECIDED
            assert app.session.desk.case(case.id).answers["coaching-needed"].answer is Answer.NO


async def test_with_coaching_it_takes_no_more_than_eight_either(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=all_in_order) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            case = app.screen.case
            await pilot.press("r", "y")
            await settled(pilot)
            assert app.screen.case.answers["coaching-needed"].answer is Answer.YES
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"late", "tab", *"fine", "tab", *"ask sooner", "ctrl+s")
            await settled(pilot)
            assert app.session.desk.case(case.id).stage is Stage.DECIDED, told(app)


def without_a_promise(database: Database) -> None:
    """Have the records say nothing of a promise: nobody made one that is recognised."""
    all_in_order(database, "Thank you for telling us.")


async def test_where_no_promise_is_recognised_a_person_says_so_within_the_same_eight_keys(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=without_a_promise) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            case = app.screen.case
            await pilot.press("r")
            await settled(pilot)
            assert set(case.path.checks) - set(app.screen.case.answers) == {"promise-kept"}
            assert app.screen.checklist.current.id == "promise-kept"
            await pilot.press("y")  # nothing is open now: what was answered without a record is under the cursor
            await settled(pilot)
            assert app.screen.checklist.current.id == "coaching-needed"
            await pilot.press("y", "e", "n")
            await settled(pilot)
            await pilot.press(*"late", "tab", *"fine", "tab", *"ask sooner", "ctrl+s")
            await settled(pilot)
            assert app.session.desk.case(case.id).stage is Stage.DECIDED, told(app)
            assert app.session.desk.case(case.id).answers["coaching-needed"].answer is Answer.YES


async def test_what_the_records_speak_against_stays_open_when_the_rest_is_in_order(tmp_path: Path) -> None:
    with workstation(tmp_path, 2) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            against = {name for name, one in app.screen.opened.suggestions.items() if one.answer is Answer.NO}
            assert against
            await pilot.press("r")
            await settled(pilot)
            case = app.screen.case
            left = set(case.path.checks) - set(case.answers)
            assert against < left
            # The records settle nothing about promises and the guide here, and nobody says so in their place.
            assert left == against | {"promise-kept", "within-guide"}
            assert app.screen.checklist.current.id == "mail-after-chat"
