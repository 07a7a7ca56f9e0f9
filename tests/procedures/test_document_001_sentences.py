"""Every sentence of source document 001 that asks for something, by its name on the page on procedures, is held."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csat_tui.domain.case import Answer
from csat_tui.domain.case_conversation import CaseConversation
from csat_tui.domain.case_wording import wording_of
from csat_tui.domain.check_links import links_of
from csat_tui.domain.contact_clock import ContactState, contact_clock
from csat_tui.domain.decide import Decision, blockers, decide
from csat_tui.domain.effect import TicketMessage
from csat_tui.domain.evidence import suggest
from csat_tui.domain.playbook import Band
from csat_tui.domain.ticket import Author
from csat_tui.effects.channel_question import Question
from csat_tui.effects.private_note import PrivateNote
from csat_tui.effects.public_reply import PublicReply
from csat_tui.effects.told_finding import FindingMessage
from csat_tui.effects.tracker_row import TrackerRow
from csat_tui.tui.transcript.lines import message_lines
from tests.builders import NOON, a_message, a_ticket
from tests.procedures.branches import EVERYWHERE, case_of, playbook
from tests.procedures.test_document_001 import ALL, BOTH, REPLY, WORDS

NAME = "service-desk"
BOOK = playbook(NAME)
PAGE = (Path(__file__).parents[2] / "docs/procedure.md").read_text("utf-8")
SECTION = PAGE.split("## Document 001")[1].split("## Document 003")[0].split("### sentences")[1]
SENTENCES = re.findall(r"^\| ([^|]+?) \| [^|]+ \| [^|]+ \|$", SECTION, re.MULTILINE)[2:]
CLIENT, EMPLOYEE = BOTH
CLOSING = ("addressed", "nothing-to-address")


def missing(
    outcome: str = "addressed",
    findings: Sequence[str] = (),
    words: Mapping[str, str] = WORDS,
    held: Sequence[CaseConversation] = BOTH,
    **answers: str,
) -> list[str]:
    """What stands between a case and an outcome, with some answers given otherwise."""
    given = ALL | {name.replace("_", "-"): answer for name, answer in answers.items()}
    case = case_of(NAME, given, conversations=tuple(held))
    words = words | {"why": "Praise."} if outcome == "nothing-to-address" else words
    found = blockers(case, BOOK.outcome(outcome), words, BOOK, findings=findings, reach=EVERYWHERE)
    return [one.sentence for one in found]


def decided(findings: Sequence[str] = (), outcome: str = "addressed", **words: str) -> Decision:
    case = case_of(NAME, ALL, conversations=BOTH)
    given = WORDS | {name.replace("_", "-"): text for name, text in words.items()}
    return decide(
        case, BOOK.outcome(outcome), given, BOOK, by="Christina", at=NOON, findings=findings, reach=EVERYWHERE
    )


def only(kind: type, decision: Decision) -> Any:
    (found,) = [one for one in decision.effects if isinstance(one, kind)]
    return found


def purpose() -> None:
    decision = decided()
    note, row = only(PrivateNote, decision), only(TrackerRow, decision)
    for field in ("findings-told", "action", "prevention"):
        assert any("is empty" in one for one in missing(words=WORDS | {field: ""}))
        assert WORDS[field] in note.body
    assert {WORDS["action"], WORDS["prevention"]} <= set(row.cells.values())


def scope() -> None:
    told = only(FindingMessage, decided(["missing-documentation"], owning_team="net@example.com"))
    assert told.address == "net@example.com"
    assert only(PublicReply, decided()).body == REPLY
    assert len(missing(held=())) == 2


def responsibility() -> None:
    assert BOOK.low == 3
    assert all(path.checks for path in BOOK.paths if path.band is Band.LOW)
    assert not any(path.checks for path in BOOK.paths if path.band is Band.HIGH)


def completion_with_the_client() -> None:
    for outcome in CLOSING:
        assert missing(outcome, held=[EMPLOYEE]) == ["no conversation with the client is recorded"]


def completion_with_the_employee() -> None:
    for outcome in CLOSING:
        assert missing(outcome, held=[CLIENT]) == ["no conversation with the employee is recorded"]


def completion_with_prevention() -> None:
    for outcome in CLOSING:
        for at, who in enumerate(("employee", "client")):
            held = [replace(one, prevention=place != at) for place, one in enumerate(sorted(BOTH, key=_employee_first))]
            assert missing(outcome, held=held) == [f"how to prevent it was not discussed with the {who}"]
        assert missing(outcome) == []


def _employee_first(held: CaseConversation) -> bool:
    return held is not EMPLOYEE


def article_on_comments() -> None:
    assert [one.address for one in links_of(BOOK.checks["comments-read"], case_of(NAME, {}), BOOK)] != []


def the_survey_is_found() -> None:
    assert case_of(NAME, {}).path.id == "low-with-comment"
    assert "comments-read" in case_of(NAME, {}).path.checks


def comments_are_read() -> None:
    for outcome in CLOSING:
        assert any("Every comment of the client read?" in one for one in missing(outcome, comments_read="no"))


def article_on_calls() -> None:
    assert [one.address for one in links_of(BOOK.checks["recording-heard"], case_of(NAME, {}), BOOK)] != []


def the_call_is_heard() -> None:
    assert missing(recording_heard="na") == missing(recording_heard="yes") == []
    assert any("recording heard" in one for one in missing(recording_heard="no"))
    check = replace(BOOK.checks["recording-heard"], link_field=7)
    case = case_of(NAME, {}, source_ticket=a_ticket(fields={7: "https://calls.example.com/9"}))
    assert "https://calls.example.com/9" in [one.address for one in links_of(check, case, BOOK)]


def the_ticket_is_opened() -> None:
    case = case_of(NAME, {})
    assert case.survey.source_ticket_id == a_ticket().id
    assert only(PrivateNote, decided()).ticket_id == case.survey.survey_ticket_id


def the_notes_are_read() -> None:
    for outcome in CLOSING:
        assert any("internal notes of the ticket read?" in one for one in missing(outcome, notes_read="no"))
    said = [a_message(), a_message(id=502, public=False, author=Author.AGENT, body="He shouted at her.")]
    shown = [line.plain for one in said for line in message_lines(one, NOON, 80, unfolded=True, current=False)]
    assert any("never arrived" in line for line in shown)
    assert any("He shouted at her." in line for line in shown)


def within_24_hours() -> None:
    assert BOOK.contact_within == timedelta(hours=24)
    case = case_of(NAME, {}, due_at=NOON + timedelta(hours=24))
    assert contact_clock(case).state(NOON + timedelta(hours=25), None) is ContactState.OVERDUE
    in_time = replace(case, contacted_at=NOON + timedelta(hours=23))
    assert contact_clock(in_time).state(NOON + timedelta(hours=25), None) is ContactState.MET


def what_is_asked_and_said() -> None:
    case = case_of(NAME, {}, conversations=(CLIENT,))
    suggestion = suggest(case, "client-contacted", BOOK)
    assert suggestion is not None
    assert suggestion.answer is Answer.YES
    assert CLIENT.said in suggestion.evidence[0]


def next_steps() -> None:
    groups = {finding.group for finding in BOOK.findings.values()}
    assert groups == {"policy violation", "open question", "process breakdown", "missing documentation"}
    assert groups == {group for outcome in BOOK.outcomes for group in outcome.findings}
    assert any("owns it?" in one for one in missing(causes_followed="no"))


def policy_violation() -> None:
    assert missing("hand-to-hr", ["policy-violation"]) == ["policy is empty"]
    parked = decided(["policy-violation"], "hand-to-hr", policy="POL-7")
    assert parked.parks
    assert only(Question, parked).channel == "hr"
    told = only(FindingMessage, decided(["policy-violation"], policy="POL-7"))
    assert (told.address, "POL-7" in told.text, WORDS["findings-told"] in told.text) == ("hr", True, True)


def open_question() -> None:
    words = {"question": "Who promised it?"}
    assert missing("ask", ["open-question"], words) == ["who can answer is empty"]
    asked = decided(["open-question"], "ask", question="Who promised it?", who="sol@example.com")
    assert asked.parks
    told = only(FindingMessage, asked)
    assert (told.address, "Who promised it?" in told.text) == ("sol@example.com", True)
    (refused,) = missing("ask", ["open-question"], words | {"who": "pat@example.com"})
    assert "in a conversation or a reply" in refused


def process_breakdown() -> None:
    assert missing(findings=["process-breakdown"]) == ["process document is empty", "process owner is empty"]
    told = only(FindingMessage, decided(["process-breakdown"], document="PR-12", owner="uma@example.com"))
    assert (told.address, "PR-12" in told.text) == ("uma@example.com", True)


def missing_documentation() -> None:
    assert missing(findings=["missing-documentation"]) == ["owning team is empty"]
    told = only(FindingMessage, decided(["missing-documentation"], owning_team="Service desk"))
    assert told.address == "colleagues"


def findings_with_the_employee() -> None:
    for outcome in CLOSING:
        assert any("gone through with the employee?" in one for one in missing(outcome, employee_spoken="no"))
    suggestion = suggest(case_of(NAME, {}, conversations=(EMPLOYEE,)), "employee-spoken", BOOK)
    assert suggestion is not None
    assert suggestion.answer is Answer.YES


def the_client_is_told() -> None:
    assert missing(words=WORDS | {"reply": ""}) == ["what the client is told is empty"]
    assert isinstance(decided().effects[0], PublicReply), "before any note claims it"
    case = case_of(NAME, {})
    assert any("what was done" in one.sentence for one in wording_of(case, "reply", "Thank you.", BOOK))
    assert any("HR" in one for one in missing(words=WORDS | {"reply": "HR will deal with him; we have reviewed it."}))


def marked_with_the_name() -> None:
    tags = [tag for one in decided().effects if isinstance(one, TicketMessage) for tag in one.add_tags]
    assert tags == ["reviewed_by_christina"]


def related_to_its_process() -> None:
    note = only(PrivateNote, decided(["process-breakdown"], document="PR-12", owner="uma@example.com"))
    assert "Process document: PR-12\nProcess owner: uma@example.com" in note.body


HELD: Mapping[str, Callable[[], None]] = {
    "purpose": purpose,
    "scope": scope,
    "responsibility": responsibility,
    "completion with the client": completion_with_the_client,
    "completion with the employee": completion_with_the_employee,
    "completion with prevention": completion_with_prevention,
    "1, article": article_on_comments,
    "1, the survey": the_survey_is_found,
    "2": comments_are_read,
    "3, article": article_on_calls,
    "3, the call": the_call_is_heard,
    "4, the ticket": the_ticket_is_opened,
    "4, the notes": the_notes_are_read,
    "5, within 24 hours": within_24_hours,
    "5, what is asked and said": what_is_asked_and_said,
    "6": next_steps,
    "6, policy violation": policy_violation,
    "6, open question": open_question,
    "6, process breakdown": process_breakdown,
    "6, missing documentation": missing_documentation,
    "7": findings_with_the_employee,
    "8": the_client_is_told,
    "9": marked_with_the_name,
    "references": related_to_its_process,
}


def test_every_sentence_of_the_page_is_held_and_each_once() -> None:
    assert [*HELD] == SENTENCES


@pytest.mark.parametrize("sentence", HELD)
def test_sentence(sentence: str) -> None:
    HELD[sentence]()
