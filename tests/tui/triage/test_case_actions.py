"""Actions on the open case: its question, its ticket, and fetching its news while the note is written."""

from types import SimpleNamespace
from typing import Any

import pytest

from csat_tui.domain.case import AskedQuestion
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.triage import actions as module
from csat_tui.tui.triage.actions import CaseActions
from csat_tui.workflow.desk import Desk
from tests.tui.desk_fixture import StillSync
from tests.tui.triage.stand_ins import Calls, Person, a_note, a_transcript, opened


def case_actions(
    desk: Desk, writer: Writer, person: Person, calls: Calls, link: Any = None, sync: Any = None, **note: Any
) -> CaseActions:
    held, _ = opened(desk)
    transcript = a_transcript(ticket_id=TicketId(7_300_000))
    return CaseActions(
        held, desk, writer, sync, transcript, a_note(calls, **note), person, link=link, read_changes=calls.read_changes,
        read=calls.read,
    )  # fmt: skip


async def test_a_ticket_is_opened_at_its_address_or_the_lack_of_one_is_said(desk: Desk, writer: Writer) -> None:
    person = Person()
    await case_actions(desk, writer, person, Calls(), lambda one: f"https://desk.example/{one}").open_ticket()
    assert person.pages == ["https://desk.example/7300000"]
    await case_actions(desk, writer, person, Calls()).open_ticket()
    assert person.heard == ["The help desk does not give addresses for its tickets."]


def test_a_tickets_number_is_copied(desk: Desk, writer: Writer) -> None:
    person = Person()
    case_actions(desk, writer, person, Calls()).copy_ticket()
    assert (person.clipboard, person.heard) == ("7300000", ["Copied 7300000"])


def test_news_are_asked_for_only_while_a_note_is_written(desk: Desk, writer: Writer) -> None:
    sync, writing = StillSync(), SimpleNamespace(label="any")
    case_actions(desk, writer, Person(), Calls(), sync=sync).ask_for_news()
    case_actions(desk, writer, Person(), Calls(), sync=sync, outcome=writing, closed=True).ask_for_news()
    assert not sync.wanted
    case_actions(desk, writer, Person(), Calls(), sync=sync, outcome=writing).ask_for_news()
    assert sync.wanted == [SurveyId(1)]


async def test_an_answer_needs_words_and_a_question_that_is_still_open(
    desk: Desk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, person = Calls(), Person()
    asking = case_actions(desk, writer, person, calls)
    assert asking.no_question() == "no question about this case waits for an answer"
    monkeypatch.setattr(module, "open_question", lambda _: AskedQuestion(1, "qa", "Was the credit right?", desk.now))
    monkeypatch.setattr(module, "TextPrompt", lambda *_, take, **__: SimpleNamespace(take=take))
    assert asking.no_question() == ""
    await asking.answer_question()
    (window,) = person.windows
    assert "needs words" in await window.take("  ")
    assert "Somebody else has entered an answer" in await window.take("Yes."), "no such question is in the store"
    assert calls.names() == ["read_changes", "read"]
