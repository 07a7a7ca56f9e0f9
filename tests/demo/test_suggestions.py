"""What the records suggest about the demo's cases never speaks against a careful reviewer."""

import asyncio

import pytest

from csat_tui.admin.http import HttpAdmin
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.demo.story import Story
from csat_tui.domain.case import Answer, Case
from csat_tui.domain.evidence import suggest
from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.intake.survey_mail import parse_survey
from csat_tui.playbook import load_builtin
from csat_tui.secrets import Credential
from tests.builders import a_case
from tests.demo.conftest import NOW

PLAYBOOK = load_builtin("strike-team")
KINDS = ("low-comment", "low-silent", "rated-3-5")
PROMISED = {
    "cancellation-not-done",
    "meals-not-changed",
    "plan-not-changed",
    "address-or-day-not-changed",
    "promo-code-not-applied",
    "credit-not-applied",
}


@pytest.fixture(scope="module")
def cases() -> list[tuple[Story, Case]]:
    """Give the newest forty surveys as the workstation has them, each with what the demo knows of it."""
    with DemoServer(DemoOptions(surveys=40, now=NOW, rate_limit=0)) as server:
        return asyncio.run(read_all(server))


async def read_all(server: DemoServer) -> list[tuple[Story, Case]]:
    desk = ZendeskDesk(server.url, Credential(server.email, server.token, "the test"))
    admin = HttpAdmin(f"{server.url}/admin", server.token)
    stories = [told for told in map(server.world.story, range(40)) if told.kind in KINDS]
    found = [(told, await read(told, desk, admin)) for told in stories]
    await desk.close()
    await admin.close()
    return found


async def read(told: Story, desk: ZendeskDesk, admin: HttpAdmin) -> Case:
    survey, source = await desk.tickets([TicketId(told.survey_ticket_id), TicketId(told.source_ticket_id)])
    messages = tuple(await desk.messages(source.id))
    account = await admin.account(told.case.customer.email)
    parsed = parse_survey(survey, PLAYBOOK)
    return a_case(survey=parsed, survey_ticket=survey, source_ticket=source, messages=messages, account=account)


def suggested(case: Case, *checks: str) -> dict[str, Answer | None]:
    found = {check: suggest(case, check, PLAYBOOK) for check in checks}
    return {check: one.answer if one else None for check, one in found.items()}


def test_nothing_is_found_amiss_where_everything_is_in_order(cases: list[tuple[Story, Case]]) -> None:
    fine = [(told, case) for told, case in cases if told.verdict.outcome == "no-response"]
    assert len(fine) > 8
    for told, case in fine:
        answers = suggested(case, "issue-logged", "within-guide", "promise-kept", "mail-after-chat")
        assert Answer.NO not in answers.values(), (told.plot, answers)


def test_a_concern_that_is_repeated_was_within_the_guide(cases: list[tuple[Story, Case]]) -> None:
    repeated = [(told, case) for told, case in cases if told.verdict.outcome == "non-actionable"]
    assert repeated
    for told, case in repeated:
        assert Answer.NO not in suggested(case, "within-guide", "promise-kept").values(), told.plot


def test_a_broken_promise_is_never_taken_for_kept(cases: list[tuple[Story, Case]]) -> None:
    broken = [(told, case) for told, case in cases if PROMISED & set(told.verdict.findings)]
    assert len(broken) >= 6
    answers = [suggested(case, "promise-kept")["promise-kept"] for _, case in broken]
    assert not {Answer.YES, Answer.NOT_APPLICABLE} & set(answers)
    assert Answer.NO in answers


def test_what_the_guide_does_not_allow_is_found(cases: list[tuple[Story, Case]]) -> None:
    asked = [case for told, case in cases if told.verdict.outcome == "ask-channel"]
    assert {suggested(case, "within-guide")["within-guide"] for case in asked} == {Answer.NO}


def test_a_chat_that_was_left_without_a_mail_is_found(cases: list[tuple[Story, Case]]) -> None:
    left = [case for told, case in cases if "chat-left-no-mail" in told.verdict.findings]
    assert {suggested(case, "mail-after-chat")["mail-after-chat"] for case in left} == {Answer.NO}
