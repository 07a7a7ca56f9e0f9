"""A service desk's case from the first key to done: both spoken to, prevention discussed, findings and client told."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.case_conversation import Counterpart
from csat_tui.domain.composing import Reach
from csat_tui.domain.ids import FactorId, SurveyId
from csat_tui.store.database import Database
from csat_tui.tui.triage.case_conversations import ConversationForm
from csat_tui.tui.triage.missing import MissingScreen
from tests.agent import Agent, ByPilot
from tests.procedures.branches import playbook
from tests.tui.desk_fixture import a_low_survey, comes_about, put, put_conversation, settled, told, workstation
from tests.tui.pane_host import shown

BOOK = playbook("service-desk")
REACH = Reach(channels=frozenset({"hr", "colleagues"}), ticket_link=lambda number: f"https://desk.example/{number}")
RATED: Mapping[FactorId, int] = {factor.id: 2 for factor in BOOK.factors}
REPLY = "We have gone through the call together."


def rated_poor(database: Database) -> None:
    put(database, [a_low_survey(5, ratings=RATED, rating=2)])
    put_conversation(database, 5)


async def records(agent: Agent, how: str, when: str, prevention: str, said: str) -> None:
    """Fill in the form, whose first line is filled in, and record it."""
    await agent.sees("Record a conversation")
    for line in (how, when, prevention):
        await agent.types(line)
        await agent.presses("enter")
    await agent.types(said)
    await agent.presses("ctrl+s")


async def test_a_case_from_the_first_key_to_done(tmp_path: Path) -> None:
    with workstation(tmp_path, 0, fill=rated_poor, playbook=BOOK, reach=REACH) as app:
        async with app.run_test(size=(140, 50)) as pilot:
            agent = Agent(ByPilot(pilot))
            await settled(pilot)
            screen = app.screen
            assert screen.case.path.id == "low-with-comment"
            await agent.answers("yes", "n/a", "yes")
            await agent.presses("e", "a")
            await agent.presses("f6")
            assert isinstance(app.screen, MissingScreen)
            line = next(one for one in shown(app).splitlines() if "no conversation with the client is recorded" in one)
            assert "recorded; T" in line
            await agent.presses(next(word for word in line.split() if word.isdigit()))
            await records(agent, "call", "yesterday 09:15", "yes", "She waited an hour.")
            await comes_about(lambda: len(screen.case.conversations) == 1)
            await agent.presses("escape", "1", "T")
            await settled(pilot)
            assert app.screen.texts["with"] == "employee", "the one that is missing is offered"
            await records(agent, "m", "09:30", "y", "Went through the call.")
            await comes_about(lambda: len(screen.case.conversations) == 2)
            await agent.presses("3", "a")
            await settled(pilot)
            answers = app.screen.case.answers
            for check in ("client-contacted", "employee-spoken", "prevention-discussed"):
                assert answers[check].suggested
            await agent.answers("yes")
            await agent.presses("e", "a", "ctrl+l")
            await agent.finds("documented process")
            await settled(pilot)
            words = {
                "findings-told": "Handed over twice.",
                "action": "Handover list.",
                "prevention": "Weekly look.",
                "reply": REPLY,
                "document": "PR-12",
                "owner": "uma",
            }
            for field, text in words.items():
                app.screen.composer.enter_field(field)
                await agent.types(text)
            await agent.sees("is no mail address")
            app.screen.composer.enter_field("owner")
            await agent.types("@example.com")
            await agent.sees("tells", "“A documented process broke down” to uma@example.com")
            await agent.sends()
            await agent.allows_the_reply()
            desk, number = app.session.desk, SurveyId(1)
            await comes_about(lambda: desk.stage(number) is Stage.DECIDED)
            case = desk.case(number)
            assert case is not None
            effects = app.session.dispatch.of_decision(case.decision_id)
            assert [one.kind for one in effects] == ["reply", "note", "tracker", "finding"]
            assert effects[0].body == REPLY
            assert effects[1].details["add_tags"] == ["reviewed_by_ana_p"]
            assert effects[3].details["address"] == "uma@example.com"
            assert "https://desk.example/7300005" in effects[3].body


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("call", "2999-01-01 10:00", "yes"), "is still to come"),
        (("call", "half past", "yes"), "is no time"),
        (("letter", "", "yes"), "expected call, meeting, e-mail or chat"),
        (("call", "", "maybe"), "expected yes or no"),
        (("call", "", "yes"), "Say in a few words what was said"),
    ],
)
async def test_what_cannot_be_is_said_in_the_form_and_nothing_is_recorded(
    tmp_path: Path, lines: tuple[str, str, str], why: str
) -> None:
    with workstation(tmp_path, 0, fill=rated_poor, playbook=BOOK, reach=REACH) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            agent = Agent(ByPilot(pilot))
            await settled(pilot)
            await agent.presses("T")
            await records(agent, *lines, "" if why.startswith("Say") else "Spoke.")
            await settled(pilot)
            assert isinstance(app.screen, ConversationForm)
            assert why in shown(app)
            await agent.presses("escape")
            case = app.session.desk.case(SurveyId(1))
            assert case is not None
            assert case.conversations == ()


async def test_a_recorded_conversation_stands_with_the_survey(tmp_path: Path) -> None:
    with workstation(tmp_path, 0, fill=rated_poor, playbook=BOOK, reach=REACH) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            agent = Agent(ByPilot(pilot))
            await settled(pilot)
            screen = app.screen
            await agent.presses("T")
            await records(agent, "chat", "", "no", "She waited an hour.")
            await comes_about(lambda: screen.case.conversations)
            await agent.sees("chat with the client, ")
            assert "The conversation with the client is recorded." in told(app)
            assert screen.case.conversations[0].counterpart is Counterpart.CLIENT
            assert screen.case.conversations[0].author == "Ana P."


async def test_without_a_case_there_is_nothing_to_record(tmp_path: Path) -> None:
    with workstation(tmp_path, 0) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("T")
            await settled(pilot)
            assert "no case is chosen" in told(app)
