"""Source document 001, the service desk's basics: addressing acceptable and poor surveys, step by step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.domain.case_conversation import CaseConversation, ConversationMeans, Counterpart
from csat_tui.domain.case_wording import wording_errors
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.survey import overall_rating, path_of
from tests.builders import NOON, a_survey
from tests.procedures.branches import Branch, case_of, hold, playbook

NAME = "service-desk"
BOOK = playbook(NAME)

ALL = {
    "comments-read": "yes",
    "recording-heard": "na",
    "notes-read": "yes",
    "client-contacted": "yes",
    "causes-followed": "yes",
    "employee-spoken": "yes",
    "prevention-discussed": "yes",
}
REPLY = "Hi Pat, we have gone through the call together and changed how we hand over."
WORDS = {"findings-told": "Long hold.", "action": "Handover changed.", "prevention": "Weekly look.", "reply": REPLY}
ROW = "tracker: A 2026-03-10 | B 7300001 | C"
BOTH = tuple(
    CaseConversation(
        str(number),
        SurveyId(1),
        NOON,
        None,
        "Kim",
        who,
        NOON,
        ConversationMeans.CALL,
        "What happened, what helps.",
        True,
    )
    for number, who in enumerate(Counterpart)
)
"""Conversations with client and employee, as a case needs them to be complete."""
CASE = (
    "Ticket #7300001 · survey ticket #9900001 · rated 1 / In the client's words: My box was two days late and nobody"
    " could tell me why. / Asked by Kim Lee"
)


def addressed(
    name: str, findings: list[str], words: dict[str, str], label: str, lines: str, told: Sequence[str] = ()
) -> Branch:
    return Branch(
        name,
        "addressed",
        ALL,
        findings,
        WORDS | words,
        does=[
            f"reply on source: {REPLY}",
            "note on survey, solved +reviewed_by_kim_lee: ADDRESSED with client and employee by Kim Lee"
            f" / Findings: Long hold.{lines} / Action: Handover changed. / Prevention: Weekly look.",
            f"{ROW} Addressed | D Sol |{f' E {label} |' if label else ''} F Handover changed. | G Weekly look."
            " | H Kim Lee",
            *told,
        ],
    )


BRANCHES = [
    *(
        Branch(f"completion: {name}", "addressed", ALL | {check: "no"}, words=WORDS, refused=["is answered no"])
        for name, check in (
            ("2: not every comment reviewed", "comments-read"),
            ("3: about tone, and the call was not pulled", "recording-heard"),
            ("4: the notes were not reviewed", "notes-read"),
            ("5: the client was not contacted", "client-contacted"),
            ("6: the next steps are not taken", "causes-followed"),
            ("7: the employee was not spoken to", "employee-spoken"),
            ("prevention was not discussed", "prevention-discussed"),
        )
    ),
    Branch("8: the client is not told", "addressed", ALL, words=WORDS | {"reply": ""}, refused=["what the client is"]),
    addressed("7 to 9: employee and client spoken to, prevention discussed, tagged by name", [], {}, "", ""),
    Branch(
        "6: a clear policy violation goes to HR with the documented policy",
        "hand-to-hr",
        ALL,
        ["policy-violation"],
        {"policy": "POL-7, tone", "findings-told": "Raised voice."},
        does=[f"question to hr: Raised voice. / Policy: POL-7, tone / Employee: Sol / {CASE}"],
    ),
    Branch("6: a policy violation without its policy", "hand-to-hr", ALL, ["policy-violation"],
           {"findings-told": "x"}, refused=["policy is empty"]),
    Branch(
        "6: a question that neither documents nor the recording answer",
        "ask",
        {},
        ["open-question"],
        {"question": "Who promised the call back?", "who": "sol@example.com"},
        does=[
            "finding to sol@example.com by mail sol@example.com, “Survey review: Question that documents and recording"
            " leave open”: Question that documents and recording leave open / Question: Who promised the call back?"
            " / Who can answer: sol@example.com / Ticket: #7300001 / From: Kim Lee",
            f"question to colleagues: Who promised the call back? / For: sol＠example․com / {CASE}",
        ],
    ),
    Branch("6: a question for somebody without an address", "ask", {}, ["open-question"],
           {"question": "Who promised it?", "who": "Sol from the night shift"},
           refused=["“Sol from the night shift” in “who can answer” is no mail address, and none of Human resources"]),
    Branch("6: a question for the client goes in a reply", "ask", {}, ["open-question"],
           {"question": "Who promised it?", "who": "pat@example.com"}, refused=["is the customer"]),
    addressed("6: a clear policy violation is told to HR with the policy, when it is addressed at once",
              ["policy-violation"], {"policy": "POL-7"}, "Clear violation of a policy",
              " / Cause: Clear violation of a policy / Policy: POL-7",
              ["finding to Human resources by channel hr, “Survey review: Clear violation of a policy”: Clear violation"
               " of a policy / Findings: Long hold. / Policy: POL-7 / Ticket: #7300001 / From: Kim Lee"]),
    addressed("6: a process breakdown, with the documented process and its owner", ["process-breakdown"],
              {"document": "PR-12", "owner": "uma@example.com", "improvement": "Call back within the hour."},
              "A documented process broke down",
              " / Cause: A documented process broke down / Process document: PR-12 / Process owner: uma@example.com"
              " / Improvement: Call back within the hour.",
              ["finding to uma@example.com by mail uma@example.com, “Survey review: A documented process broke down”:"
               " A documented process broke down / Findings: Long hold. / Process document: PR-12 / Process owner:"
               " uma@example.com / Improvement: Call back within the hour. / Ticket: #7300001 / From: Kim Lee"]),
    addressed("6: no documentation, with the team that owns the process", ["missing-documentation"],
              {"owning-team": "service desk"}, "No documentation for it",
              " / Cause: No documentation for it / Documentation to come from: service desk",
              ["finding to Service desk by channel colleagues, “Survey review: No documentation for it”: No"
               " documentation for it / Findings: Long hold. / Owning team: service desk / Ticket: #7300001"
               " / From: Kim Lee"]),
    Branch("6: what one owner reads has nothing of another's finding", "addressed", ALL,
           ["policy-violation", "missing-documentation"],
           WORDS | {"policy": "POL-7", "owning-team": "net@example.com"}, does=[
        f"reply on source: {REPLY}",
        "note on survey, solved +reviewed_by_kim_lee: ADDRESSED with client and employee by Kim Lee / Findings: Long"
        " hold. / Cause: Clear violation of a policy; No documentation for it / Policy: POL-7 / Documentation to come"
        " from: net@example.com / Action: Handover changed. / Prevention: Weekly look.",
        f"{ROW} Addressed | D Sol | E Clear violation of a policy; No documentation for it | F Handover changed."
        " | G Weekly look. | H Kim Lee",
        "finding to Human resources by channel hr, “Survey review: Clear violation of a policy”: Clear violation of a"
        " policy / Findings: Long hold. / Policy: POL-7 / Ticket: #7300001 / From: Kim Lee",
        "finding to net@example.com by mail net@example.com, “Survey review: No documentation for it”: No documentation"
        " for it / Findings: Long hold. / Owning team: net@example.com / Ticket: #7300001 / From: Kim Lee",
    ]),
    Branch("6: a process breakdown without document and owner", "addressed", ALL, ["process-breakdown"], WORDS,
           refused=["process document is empty", "process owner is empty"]),
    Branch("completion: the client was not spoken to", "addressed", ALL, words=WORDS,
           situation={"conversations": BOTH[1:]}, refused=["no conversation with the client is recorded"]),
    Branch("completion: the employee was not spoken to", "nothing-to-address", ALL, words={"why": "Praise."},
           situation={"conversations": BOTH[:1]}, refused=["no conversation with the employee is recorded"]),
    Branch("completion: prevention was discussed with one of them only", "addressed", ALL, words=WORDS,
           situation={"conversations": (BOTH[0], replace(BOTH[1], prevention=False))},
           refused=["how to prevent it was not discussed with the employee"]),
    Branch("completion: nobody was spoken to", "addressed", ALL, words=WORDS, situation={"conversations": ()},
           refused=["no conversation with the client", "no conversation with the employee"]),
    Branch("9: also what needs nothing is tagged by name", "nothing-to-address", ALL, words={"why": "Praise."},
           does=["note on survey, solved +reviewed_by_kim_lee: REVIEWED by Kim Lee / Why: Praise.",
                 f"{ROW} Nothing to address | D Sol | E Praise. | H Kim Lee"]),
]  # fmt: skip


@pytest.mark.parametrize("branch", BRANCHES, ids=str)
def test_decision(branch: Branch) -> None:
    hold(NAME, replace(branch, situation={"conversations": BOTH, **branch.situation}))


@pytest.mark.parametrize(("figure", "low"), [(1, True), (2, True), (3, True), (4, False), (5, False)])
def test_responsibility_is_for_acceptable_and_poor(figure, low):
    rating = overall_rating({factor.id: figure for factor in BOOK.factors}, BOOK)
    assert path_of(a_survey(rating=rating), BOOK).id == ("low-with-comment" if low else "good")


@pytest.mark.parametrize(
    ("name", "check"), [("1: accessing comments", "comments-read"), ("3: pulling the call", "recording-heard")]
)
def test_step_links_its_knowledge_base_article(name, check):
    assert BOOK.checks[check].link.startswith("https://")


def test_5_the_client_is_contacted_within_24_hours():
    assert BOOK.contact_within == timedelta(hours=24)


def test_8_what_is_between_the_desk_and_its_employee_is_not_told_to_the_client():
    assert wording_errors(case_of(NAME, {}), "reply", "He was coached by HR.", BOOK)
