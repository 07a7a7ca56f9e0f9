"""What a person reads in a survey by hand: what is typed, what it replaces, and what is still missing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.survey import (
    LOOKED_AT,
    MOST_CANDIDATES,
    InvalidMending,
    Mending,
    SurveyReading,
    candidate_tickets,
    missing_part,
    parse_rating,
    parse_ticket,
    reading_changes,
    with_mending,
)
from tests.builders import NOON, SOURCE_TICKET, a_survey, ratings, the_playbook


@pytest.mark.parametrize(
    ("typed", "ticket"),
    [
        ("", None),
        ("  \n", None),
        ("7300001", 7_300_001),
        (" 7300001 ", 7_300_001),
        ("#7300001", 7_300_001),
        ("# 7300001", 7_300_001),
        ("https://larder.example/agent/tickets/7300001", 7_300_001),
        ("https://larder.example/hc/requests/7300001?page=2", 7_300_001),
        ("https://larder.example/cases/7300001#comment", 7_300_001),
        ("123456789012345678", 123_456_789_012_345_678),
    ],
)
def test_a_ticket_is_typed_as_a_number_or_pasted_as_an_address(typed: str, ticket: int | None) -> None:
    assert parse_ticket(typed) == ticket


@pytest.mark.parametrize(
    "typed",
    ["seven", "0", "#0", "/tickets/0", "73 00 001", "7300001x", "##7300001", "1234567890123456789", "-7", "7.5"],
)
def test_what_is_no_ticket_number_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(InvalidMending) as refused:
        parse_ticket(f" {typed} ")
    assert str(refused.value) == f"“{typed}” is not a ticket number"


def test_a_long_mistake_is_quoted_by_its_beginning() -> None:
    with pytest.raises(InvalidMending) as refused:
        parse_ticket("x" * 41)
    assert str(refused.value) == f"“{'x' * 40}” is not a ticket number"
    with pytest.raises(InvalidMending) as refused:
        parse_rating("y" * 21, "speed")
    assert str(refused.value) == f"speed is “{'y' * 20}”, expected 1 to 5, or nothing where it was skipped"


@pytest.mark.parametrize(
    ("typed", "rating"),
    [("", None), (" ", None), ("-", None), (" - ", None), ("1", 1), (" 3 ", 3), ("5", 5), ("05", 5)],
)
def test_a_rating_is_a_figure_of_the_scale_or_a_question_that_was_skipped(typed: str, rating: int | None) -> None:
    assert parse_rating(typed, "speed") == rating


@pytest.mark.parametrize("typed", ["0", "6", "-1", "1.5", "five", "٣", "²", "--"])
def test_a_rating_off_the_scale_is_refused_by_the_name_of_its_question(typed: str) -> None:
    with pytest.raises(InvalidMending) as refused:
        parse_rating(typed, "ease")
    assert str(refused.value) == f"ease is “{typed}”, expected 1 to 5, or nothing where it was skipped"


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("", "", ()),
        ("Survey for ticket 7300042", "", (7_300_042,)),
        ("", "Ticket: #7300042", (7_300_042,)),
        ("", "Ticket no. 7300042", (7_300_042,)),
        ("", "ticket number: 7300042", (7_300_042,)),
        ("", "TICKET ID 7300042", (7_300_042,)),
        ("", "see https://larder.example/agent/tickets/7300042", (7_300_042,)),
        ("", "see https://larder.example/hc/requests/7300042", (7_300_042,)),
        ("", "see https://larder.example/cases/7300042", (7_300_042,)),
        ("", "as I wrote in 7300042, thanks", (7_300_042,)),
        # A short number counts where it is named as a ticket, and nowhere else.
        ("", "#12 and 12 boxes, 1234 of them late", (12,)),
        ("", "12345", (12_345,)),
        ("", "1234567890", (1_234_567_890,)),
        ("", "12345678901", ()),
        ("", "0123456", ()),
        ("", "#0", ()),
        # Telephone numbers, dates, sums and versions are none.
        ("", "call +15550100123 or 555-0100123", ()),
        ("", "on 2026/12345 at 12:34567 for 10.12345 or 10,12345", ()),
        ("", "12345.67 or 12345-67 or 12345/67 or 12345:67 or 12345,67", ()),
        ("", "It was 12345.", (12_345,)),
        # The order: what is named as a ticket, the subject before the body; each once.
        ("about 55555", "ticket 44444 and #33333, then 66666 and ticket 44444", (44_444, 33_333, 55_555, 66_666)),
        ("#22222 of 55555", "ticket 44444", (22_222, 44_444, 55_555)),
    ],
)
def test_the_tickets_that_a_survey_may_be_about_are_read_in_its_text(subject: str, body: str, found: Any) -> None:
    assert candidate_tickets(subject, body) == found


def test_the_survey_s_own_ticket_is_no_candidate_and_five_are_enough() -> None:
    numbers = range(11_111, 11_111 + MOST_CANDIDATES + 3)
    body = " ".join(str(number) for number in numbers)
    assert candidate_tickets("", body) == tuple(numbers)[:5]
    assert candidate_tickets("", body, own=numbers[1]) == (numbers[0], *numbers[2:6])


def test_only_the_beginning_of_a_long_body_is_looked_through() -> None:
    assert candidate_tickets("", "x" * (LOOKED_AT - 6) + " 44444 55555") == (44_444,)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (SurveyReading(SOURCE_TICKET, ratings(1)), ""),
        (SurveyReading(None, ratings(1)), "still missing: no ticket number"),
        (SurveyReading(SOURCE_TICKET), "still missing: no ratings"),
        (SurveyReading(), "still missing: no ticket number, no ratings"),
        (SurveyReading(comment="late"), "still missing: no ticket number, no ratings"),
    ],
)
def test_what_a_mended_survey_still_lacks_is_said(reading: SurveyReading, words: str) -> None:
    assert missing_part(reading) == words


def a_mending(**over: Any) -> Mending:
    parts: dict[str, Any] = {
        "at": NOON,
        "by": "Ana",
        "reading": SurveyReading(SOURCE_TICKET, ratings(2, 4), "It was late."),
        "before": SurveyReading(),
        "problem": "no ratings",
        "raw": "the text",
    }
    return Mending(**parts | over)


def test_a_survey_says_what_was_read_in_it_by_hand_whatever_a_machine_reads_since() -> None:
    survey = replace(a_survey(), raw="the text", problem="no ratings", source_ticket_id=None)
    now = with_mending(survey, a_mending(), the_playbook())
    assert (now.source_ticket_id, now.ratings, now.rating, now.comment, now.problem) == (
        SOURCE_TICKET, ratings(2, 4), 2.0, "It was late.", "",
    )  # fmt: skip
    assert SurveyReading.of(now) == a_mending().reading
    # What nobody mends is as it was.
    assert (now.source, now.received_at, now.customer, now.raw) == (
        survey.source, survey.received_at, survey.customer, "the text",
    )  # fmt: skip


def test_a_mending_that_leaves_something_out_holds_the_survey_for_that() -> None:
    survey = replace(a_survey(), raw="the text")
    now = with_mending(survey, a_mending(reading=SurveyReading(SOURCE_TICKET)), the_playbook())
    assert (now.rating, now.problem) == (None, "still missing: no ratings")


@pytest.mark.parametrize(("by", "who"), [("Ana", "Ana"), ("", "somebody")])
def test_a_survey_whose_text_has_changed_since_is_held_again_with_what_was_read_before(by: str, who: str) -> None:
    survey = replace(a_survey(), raw="another text")
    now = with_mending(survey, a_mending(by=by), the_playbook())
    assert now.problem == f"its text has changed since {who} mended it; look at it again"
    assert (now.ratings, now.comment) == (ratings(2, 4), "It was late.")


FACTORS = the_playbook().factors


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (SurveyReading(), SurveyReading(), ()),
        (SurveyReading(), SurveyReading(SOURCE_TICKET), ("ticket — → #7300001",)),
        (SurveyReading(SOURCE_TICKET), SurveyReading(), ("ticket #7300001 → —",)),
        (SurveyReading(ratings=ratings(1)), SurveyReading(ratings=ratings(2)), ("team 1 → 2",)),
        (SurveyReading(ratings=ratings(1)), SurveyReading(), ("team 1 → —",)),
        (SurveyReading(), SurveyReading(ratings=ratings(1)), ("team — → 1",)),
        (SurveyReading(ratings=ratings(1, 2)), SurveyReading(ratings=ratings(1, 3)), ("speed 2 → 3",)),
        # A question that the playbook no longer asks is named by its id.
        (SurveyReading(ratings={"gone": 1}), SurveyReading(), ("gone 1 → —",)),
        (SurveyReading(comment="a"), SurveyReading(comment="b"), ("the comment",)),
        (
            SurveyReading(SOURCE_TICKET, ratings(1, 2) | {"gone": 3}, "a"),
            SurveyReading(None, ratings(5, 2) | {"new": 4}, ""),
            ("ticket #7300001 → —", "team 1 → 5", "gone 3 → —", "new — → 4", "the comment"),
        ),
    ],
)
def test_a_mending_says_what_it_changed(before: SurveyReading, after: SurveyReading, words: tuple[str, ...]) -> None:
    assert reading_changes(before, after, FACTORS) == words


READINGS = st.builds(
    SurveyReading,
    st.none() | st.integers(1, 10**7),
    st.dictionaries(st.sampled_from([factor.id for factor in FACTORS]), st.integers(1, 5)),
    st.sampled_from(["", "late", "cold"]),
)


@given(before=READINGS, after=READINGS)
def test_as_many_changes_are_said_as_there_are(before: SurveyReading, after: SurveyReading) -> None:
    changed = sum(before.ratings.get(factor.id) != after.ratings.get(factor.id) for factor in FACTORS)
    changed += (before.source_ticket_id != after.source_ticket_id) + (before.comment != after.comment)
    assert len(reading_changes(before, after, FACTORS)) == changed
