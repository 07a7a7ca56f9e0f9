"""Everything that the screen shows of the queue and of a case, as text and as JSON."""

from datetime import datetime
from typing import Any

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.saying import UNSAFE


def all_cases(synced: CommandLine, *arguments: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = synced("queue", "--limit", "1000", "--json", *arguments).json["cases"]
    return cases


def test_the_queue_lists_what_is_due_first(synced: CommandLine) -> None:
    due = [datetime.fromisoformat(case["due_at"]) for case in all_cases(synced)]
    assert due == sorted(due)
    assert len(due) > 15


def test_the_queue_of_the_worst_begins_with_what_could_not_be_read(synced: CommandLine) -> None:
    ratings = [case["rating"] or 0 for case in all_cases(synced, "--sort", "worst")]
    assert ratings == sorted(ratings)


def test_the_queue_narrows_to_a_path(synced: CommandLine) -> None:
    assert {case["path"] for case in all_cases(synced, "--path", "acceptable")} == {"acceptable"}


def test_an_unknown_path_is_named_with_those_that_there_are(synced: CommandLine) -> None:
    ended = synced("queue", "--path", "nope")
    assert (ended.code, "low-with-comment" in ended.err) == (2, True)


def test_an_unknown_order_is_a_usage_error(synced: CommandLine) -> None:
    assert synced("queue", "--sort", "random").code == 2


def test_the_queue_finds_words_in_comments(synced: CommandLine) -> None:
    headline = next(case["headline"] for case in all_cases(synced) if case["headline"].isascii() and case["headline"])
    words = " ".join(headline.split()[:4])
    assert headline in [case["headline"] for case in all_cases(synced, "--search", words)]
    assert all_cases(synced, "--search", "zzzzunheardof") == []


def test_the_queues_json_keeps_its_shape(synced: CommandLine) -> None:
    told = synced("queue", "--limit", "2", "--json").json
    assert set(told) == {"cases", "counts"}
    assert set(told["counts"]) == {"by_stage", "by_path", "overdue", "due_soon"}
    assert len(told["cases"]) == 2
    assert set(told["cases"][0]) == {
        "id", "path", "stage", "rating", "lowest", "mean", "received_at", "due_at", "contacted_at",
        "contact", "headline", "customer", "agent",
        "problem", "claimed_by", "drafted", "source_ticket_id", "to_merge",
    }  # fmt: skip


def test_an_empty_queue_says_how_to_fill_it(connected: CommandLine) -> None:
    ended = connected("queue")
    assert (ended.code, "csat-tui sync" in ended.out) == (0, True)


def test_a_case_is_found_by_each_of_its_numbers(synced: CommandLine) -> None:
    case = next(case for case in all_cases(synced) if case["source_ticket_id"])
    whole = synced("case", str(case["id"]), "--json").json
    assert whole["id"] == case["id"]
    by_survey_ticket = synced("case", f"#{whole['survey']['survey_ticket_id']}", "--json", "--offline").json
    assert by_survey_ticket["id"] == case["id"]
    by_source_ticket = synced("case", str(case["source_ticket_id"]), "--json", "--offline").json
    assert case["id"] in (by_source_ticket["id"], *by_source_ticket["other_cases"])


def test_a_case_shows_transcript_account_checks_and_outcomes(synced: CommandLine) -> None:
    case = next(case for case in all_cases(synced, "--path", "low-with-comment") if case["source_ticket_id"])
    whole = synced("case", str(case["id"]), "--json").json
    assert set(whole) == {
        "id", "stage", "path", "due_at", "contact", "claimed_by", "survey", "survey_ticket", "source_ticket",
        "messages", "account", "steps", "checks", "questions", "draft", "outcomes", "decision", "effects", "earlier",
        "missing", "other_cases", "problem", "mendings", "replaced", "kept_apart", "conversations",
        "escalations",
    }  # fmt: skip
    assert whole["messages"]
    assert whole["account"]["email"]
    assert whole["checks"][0]["id"] == "concern-read"
    assert any(check["evidence"] for check in whole["checks"])
    assert any(outcome["lacks"] for outcome in whole["outcomes"])
    text = synced("case", str(case["id"]), "--offline").out
    for heading in ("Case ", "Survey of", "Transcript of", "Account ", "Checks, 0 of", "Outcomes"):
        assert heading in text


def test_a_case_is_not_fetched_when_nobody_may_be_asked(
    connected: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("csat_tui.sync.case_fetch.CASES_AHEAD", 0)  # as if the cases were beyond what comes by itself
        assert connected("sync").code == 0
    case = next(case for case in all_cases(connected) if case["source_ticket_id"])
    ended = connected("case", str(case["id"]), "--offline")
    assert "Transcript: not here yet" in ended.out


def test_a_case_that_cannot_be_fetched_is_shown_as_it_is_here(synced: CommandLine) -> None:
    case = all_cases(synced)[0]
    synced.environ["CSAT_TUI_TOKEN"] = "wr0ng"
    ended = synced("case", str(case["id"]))
    assert ended.code == 0
    assert "as it was last seen here" in ended.err


@pytest.mark.parametrize("number", ["none", "-1", "1.5", "99999999999999999999", "4711"])
def test_a_number_that_is_no_case_is_a_usage_error(synced: CommandLine, number: str) -> None:
    assert synced("case", "--offline", "--", number).code == 2


def test_hostile_text_never_reaches_the_terminal_as_a_control(synced: CommandLine) -> None:
    said = [synced("queue", "--limit", "1000").out, synced("queue", "--limit", "1000", "--json").out]
    hostile = [case for case in all_cases(synced) if UNSAFE.search(case["headline"] + case["customer"])]
    for case in hostile:
        said.append(synced("case", str(case["id"]), "--json").out)
        said.append(synced("case", str(case["id"]), "--offline").out)
    assert any("␛" in text for text in said), "the demo's world has hostile texts, or this test proves nothing"
    for text in said:
        assert not UNSAFE.search(text)


def test_no_line_of_a_message_can_pass_for_one_of_ours(synced: CommandLine) -> None:
    from csat_tui.cli.outbox import quoted_lines

    assert all(line.startswith("  │") for line in quoted_lines("Fine.\n\nDeliveries\r\n  1  confirmed\rx"))
