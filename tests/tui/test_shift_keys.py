"""How many keys a case takes besides the words."""

from decimal import Decimal
from pathlib import Path

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money
from csat_tui.domain.case import Stage
from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Author, Message
from csat_tui.store.database import Database
from csat_tui.store.tickets import put_account
from tests.tui.desk_fixture import NOW, put_conversation, settled, told, workstation


def all_in_order(database: Database) -> None:
    """Have the oldest case's records agree with what its customer complains of."""
    ticket = TicketId(7_300_001)
    mail = Message(100, ticket, NOW, Author.CUSTOMER, "Imani K.", True, "Please cancel.", "email", ())
    put_conversation(database, 1, (mail,))
    issue = LoggedIssue("I1", "cancellation", "Priya", NOW, ticket_id=ticket)
    given = Accommodation("G1", "credit", NOW, Money(Decimal("15.00"), "USD"), issue_id="I1")
    account = Account("A1", "customer1@example.com", "Imani K.", issues=(issue,), accommodations=(given,))
    with database.write("account") as connection:
        put_account(connection, account.email, account, NOW)


async def test_an_aligned_case_takes_at_most_eight_keys_besides_its_words(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=all_in_order) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            case = app.screen.case
            keys = ["a"]
            await pilot.press("a")
            await settled(pilot)
            assert app.screen.front is app.screen.checklist, told(app)
            for check in [one for one in app.screen.checklist.checks if one.id not in app.screen.case.answers]:
                keys.append("n" if check.id == "coaching-needed" else "y")
                await pilot.press(keys[-1])
                await settled(pilot)
            keys += ["e", "n"]
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press(*"late", "tab", *"fine", "ctrl+s")
            keys += ["tab", "ctrl+s"]
            await settled(pilot)
            assert app.desk.case(case.id).stage is Stage.DECIDED
            assert len(keys) <= 8, keys
