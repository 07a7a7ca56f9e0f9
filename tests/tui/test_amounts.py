"""The amount of a credit: refused above the total of the order, and confirmed once more above the guide."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from csat_tui.domain.account import Account, LoggedIssue, Money, Order
from csat_tui.domain.case import Answer, Answered, Draft, Stage
from csat_tui.domain.ids import TicketId
from csat_tui.store.database import Database
from csat_tui.store.tickets import put_account
from csat_tui.tui.triage.outcome_menu import ConfirmReply
from tests.tui.desk_fixture import NOW, asked, put_conversation, settled, told, workstation
from tests.tui.pane_host import shown

REPLY = "Hello Imani,\n\nthank you for your words. I am sorry for the inconvenience: it is settled as of today."
WORDS = {"reply": REPLY, "summary": "read", "resolution": "credit given"}


def an_order_of_sixty(database: Database) -> None:
    put_conversation(database, 1)
    issue = LoggedIssue("I1", "cancellation", "Priya", NOW, order_id="4711", ticket_id=TicketId(7_300_001))
    order = Order("4711", NOW, ("Stew",), Money(Decimal("60.00"), "USD"), "delivered")
    account = Account("A1", "customer1@example.com", "Imani K.", issues=(issue,), orders=(order,))
    with database.write("account") as connection:
        put_account(connection, account.email, account, NOW)


async def test_too_much_is_refused_and_more_than_the_guide_is_confirmed_by_name(tmp_path: Path) -> None:
    with workstation(tmp_path, 2, fill=an_order_of_sixty) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            screen = app.screen
            case = screen.case
            app.session.desk.keep_answers(
                case.id,
                [Answered(one, Answer.NO if one == "coaching-needed" else Answer.YES, NOW) for one in case.path.checks],
            )
            too_much = Draft("follow-up", WORDS | {"credit": "9999.00 USD"}, ("credit-issued",))
            app.session.desk.save_draft(case.id, too_much)
            await settled(pilot)
            await pilot.press("4")
            await settled(pilot)
            refused = [one.sentence for one in screen.composer.blockers]
            assert refused == ["credit 9999.00 USD is more than order #4711 came to, 60.00 USD"]
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert app.screen is screen
            assert app.session.desk.case(case.id).stage is Stage.OPEN

            app.session.desk.save_draft(case.id, replace(too_much, fields=WORDS | {"credit": "20.00 USD"}))
            screen.composer.enter_field("credit")
            area = screen.composer.area_of("credit")
            area.text = "20.00 USD"
            await settled(pilot)
            await pilot.press("ctrl+s")
            await asked(pilot)
            assert isinstance(app.screen, ConfirmReply), told(app)
            assert "credit 20.00 USD is more than the guide allows for cancellation or pause, 15.00 USD" in " ".join(
                shown(app).replace("┃", " ").replace("│", " ").split()
            )
            await pilot.press("y")
            await settled(pilot)
            assert app.session.desk.case(case.id).stage is Stage.DECIDED
