"""Deciding, asking and answering from the command line."""

from typing import Any

import pytest

from csat_tui.domain.ids import SurveyId
from tests.cli.conftest import CommandLine

ALIGNED = ("issue-logged=yes", "within-guide=yes", "promise-kept=yes", "mail-after-chat=na", "concern-read=yes")
WORDS = ("--field", "summary=Late box, credit stands.", "--field", "rationale=The guide gives no more.")


@pytest.fixture
def case_id(synced: CommandLine) -> SurveyId:
    """A case rated low with a comment whose tickets are both here."""
    workplace = synced.workplace()
    try:
        from csat_tui.store.cases.queue import QueueView

        view = QueueView(path="low-with-comment")
        for row in workplace.desk.rows_after(view, None, 50):
            case = workplace.desk.case(row.id)
            if case and case.survey_ticket and case.survey_ticket.takes_updates:
                return row.id
        raise AssertionError("the demo has no such case")
    finally:
        workplace.close()


def answers(*more: str) -> list[str]:
    return [word for one in (*ALIGNED, *more) for word in ("--answer", one)]


def shown(synced: CommandLine, case_id: SurveyId) -> dict[str, Any]:
    told: dict[str, Any] = synced("case", str(case_id), "--offline", "--json").json
    return told


def test_an_aligned_case_is_decided_with_its_answers_and_words(synced: CommandLine, case_id: SurveyId) -> None:
    by_label = [word.replace("rationale=", "Why=") for word in WORDS]  # as it is told to be missing
    ended = synced("decide", str(case_id), "n", *by_label, *answers("coaching-needed=no"), "--json")
    assert ended.code == 0, ended.err
    told = ended.json
    assert [effect["kind"] for effect in told["effects"]] == ["note", "tracker"]
    assert "Review: Nothing for" in told["effects"][0]["text"]
    case = shown(synced, case_id)
    assert (case["stage"], case["decision"]["id"]) == ("decided", told["decision_id"])
    assert {check["answer"] for check in case["checks"]} == {"yes", "no", "na"}


def test_a_dry_run_shows_what_would_be_done_and_changes_nothing(synced: CommandLine, case_id: SurveyId) -> None:
    before = shown(synced, case_id)
    ended = synced("decide", str(case_id), "no-response", *WORDS, *answers("coaching-needed=no"), "--dry-run")
    assert (ended.code, "would be decided" in ended.out) == (0, True)
    assert "private note on #" in ended.out
    assert "  │ NRN" in ended.out
    assert shown(synced, case_id) == before


def test_everything_that_is_missing_is_told_and_nothing_decided(synced: CommandLine, case_id: SurveyId) -> None:
    ended = synced("decide", str(case_id), "f")
    assert ended.code == 1
    for sentence in ("reply to the customer is empty", "no missed opportunity or correction is picked"):
        assert sentence in ended.err
    told = synced("decide", str(case_id), "f", "--json")
    assert (told.code, "summary is empty" in told.json["lacks"]) == (1, True)
    assert shown(synced, case_id)["stage"] == "open"


def test_a_finding_brings_its_own_fields(synced: CommandLine, case_id: SurveyId) -> None:
    words = [word for one in ("summary=s", "rationale=r") for word in ("--field", one)]
    ended = synced("decide", str(case_id), "x", *words, *answers("coaching-needed=no"), "--finding", "handled-by-lead")
    assert (ended.code, "handled by is empty" in ended.err) == (1, True)
    ended = synced(
        "decide",
        str(case_id),
        "x",
        *words,
        *answers("coaching-needed=no"),
        "--finding",
        "handled-by-lead",
        "--field",
        "lead=Priya",
        "--json",
    )
    assert ended.code == 0
    assert "Ground: Already handled by a lead\nBy: Priya" in ended.json["effects"][0]["text"].replace("Handled: ", "")
    assert shown(synced, case_id)["decision"]["findings"] == [
        {"id": "handled-by-lead", "label": "Already handled by a lead"}
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("z",), "The playbook has no outcome “z”"),
        (("n", "--field", "colour=red"), "asks for no field “colour” now"),
        (("n", "--field", "summary"), "is not of the form NAME=TEXT"),
        (("n", "--finding", "nothing"), "The playbook has no finding “nothing”"),
        (("n", "--answer", "taste=yes"), "has no check “taste”"),
        (("n", "--answer", "issue-logged=perhaps"), "answer yes, no, na or unsure"),
    ],
)
def test_what_is_misspelt_is_named(
    synced: CommandLine, case_id: SurveyId, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = synced("decide", str(case_id), *arguments)
    assert (ended.code, sentence in ended.err) == (2, True), ended.err
    assert "Nothing was changed" in ended.err


def test_suggested_answers_are_taken_over_on_request(synced: CommandLine, case_id: SurveyId) -> None:
    suggested = [check for check in shown(synced, case_id)["checks"] if check["suggestion"]]
    synced("decide", str(case_id), "n", "--accept")
    taken = [check for check in shown(synced, case_id)["checks"] if check["taken_over"]]
    assert [check["id"] for check in taken] == [check["id"] for check in suggested]


def test_a_parked_case_shows_its_question_and_comes_back_with_the_answer(
    synced: CommandLine, case_id: SurveyId
) -> None:
    synced.paths.config_file.write_text(
        synced.paths.config_file.read_text("utf-8") + '\n[channels.qa]\nurl = "json://localhost:9/qa"\n', "utf-8"
    )
    ended = synced("decide", str(case_id), "q", "--field", "ask=Is a refund within the guide?")
    assert (ended.code, "question to a channel: qa" in ended.out) == (0, True), ended.err
    told = synced("case", str(case_id), "--offline").out
    assert "parked" in told
    assert "not answered yet" in told
    assert [row["id"] for row in synced("queue", "--stage", "parked", "--json").json["cases"]] == [case_id]
    ended = synced("answer", str(case_id), "Yes, once.")
    assert (ended.code, ended.out) == (0, f"The answer is kept. Case {case_id} is open.\n")
    assert "  │ Yes, once." in synced("case", str(case_id), "--offline").out
    assert synced("answer", str(case_id), "Yes, once.").code == 2


def test_without_a_channel_the_question_says_what_to_do(synced: CommandLine, case_id: SurveyId) -> None:
    ended = synced("decide", str(case_id), "q", "--field", "ask=Is a refund within the guide?")
    assert (ended.code, "no channel “qa” is configured" in ended.err) == (1, True)


def test_a_case_lists_its_steps_with_their_checks(synced: CommandLine, case_id: SurveyId) -> None:
    told = synced("case", str(case_id), "--offline").out
    assert "Read the concern (step 3), 0 of 1" in told
    assert "Validate in the admin system (step 5)" in told
    assert "missed opportunity: Promised cancellation not done (cancellation-not-done)" in told


def test_a_draft_with_words_that_are_no_fields_is_left_to_a_person(synced: CommandLine, case_id: SurveyId) -> None:
    from csat_tui.domain.case import Draft

    workplace = synced.workplace()
    draft = Draft("no-response", {"text:nrn": "Nobody knows where this belongs\nNRN\nSummary: late"})
    try:
        workplace.desk.save_draft(case_id, draft)
    finally:
        workplace.close()
    ended = synced("decide", str(case_id), "n", *WORDS, *answers("coaching-needed=no"))
    assert ended.code == 1
    assert "words in it that belong to no field" in ended.err
    workplace = synced.workplace()
    try:
        assert workplace.desk.draft(case_id) == draft
    finally:
        workplace.close()
