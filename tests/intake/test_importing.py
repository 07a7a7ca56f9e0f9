"""`csat-tui import FILE`: what comes in, what does not and why, and nothing by halves."""

import pytest

from csat_tui.intake import RowError
from tests.builders import NOON, ratings
from tests.intake.exports import a_csv, a_response, a_row, as_json


def test_a_csv_export_comes_in(read):
    preview = read(a_csv(a_row(), a_row(ResponseId="R_2", TicketID="7300009", Q2="")))
    assert (preview.errors, preview.warnings, preview.skipped) == ((), (), ())
    first, second = preview.surveys
    assert first.source == "qualtrics:R_1"
    assert first.received_at == NOON
    assert first.source_ticket_id == 7300001
    assert first.survey_ticket_id is None
    assert (first.customer, first.agent) == ("pat@example.com", "Sol")
    assert first.ratings == ratings(1, 2, 3, 1, 1, 2)
    assert first.rating == 1.0
    assert first.comment == "Two days late.\n\nNobody called."
    assert first.problem == ""
    assert "Two days late." in first.raw
    assert (second.source, second.comment) == ("qualtrics:R_2", "")


def test_a_json_export_comes_in_the_same(read):
    from_csv = read(a_csv(a_row())).surveys[0]
    from_json = read(as_json(a_response()), "export.json").surveys[0]
    for part in ("source", "received_at", "source_ticket_id", "customer", "agent", "ratings", "rating", "comment"):
        assert getattr(from_json, part) == getattr(from_csv, part)


@pytest.mark.parametrize("text", ["1", "1- Disappointed", "1 – Disappointed", " 1 ", "1.0", "1. no"])
def test_a_rating_may_carry_its_label(read, text):
    assert read(a_csv(a_row(Q1_1=text))).surveys[0].ratings["team"] == 1


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"Q1_2": "6"}, "“Speed of the answer” is 6, expected a whole number from 1 to 5"),
        ({"Q1_2": "-1"}, "“Speed of the answer” is -1, expected a whole number from 1 to 5"),
        ({"Q1_2": "2.5"}, "“Speed of the answer” is 2.5, expected a whole number from 1 to 5"),
        ({"Q1_2": "Poor"}, "“Speed of the answer” is “Poor”, expected a number from 1 to 5"),
        ({"TicketID": "abc"}, "the ticket is “abc”, expected a number"),
        ({"ResponseId": " "}, "the response id is empty"),
        ({"RecordedDate": ""}, "the date is “”, expected a date such as 2026-03-10 14:05:00"),
        (
            {"RecordedDate": "10/03/2026 12:00"},
            "the date is “10/03/2026 12:00”, expected a date such as 2026-03-10 14:05:00",
        ),
        (
            {"RecordedDate": "2026-02-30 12:00"},
            "the date is “2026-02-30 12:00”, expected a date such as 2026-03-10 14:05:00",
        ),
        (
            {"RecordedDate": "9999-12-31 23:59"},
            "the date is “9999-12-31 23:59”, expected a date such as 2026-03-10 14:05:00",
        ),
        (
            {"TicketID": "x", "Q1_2": "9"},
            "the ticket is “x”, expected a number; “Speed of the answer” is 9, expected a whole number from 1 to 5",
        ),
    ],
)
def test_a_wrong_row_is_told_with_its_line_and_nothing_comes_in(read, over, sentence):
    preview = read(a_csv(a_row(ResponseId="R_0"), a_row(**over)))
    assert preview.errors == (RowError(7, sentence),)
    assert preview.surveys == ()
    assert [survey.source for survey in preview.found] == ["qualtrics:R_0"]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"Finished": "False"}, "left out: the response is not finished"),
        ({"Finished": "0"}, "left out: the response is not finished"),
        ({"Status": "Survey Preview"}, "left out: a survey preview"),
        ({"Status": "1"}, "left out: a survey preview"),
        ({"Status": "Survey Test"}, "left out: a survey test"),
        ({"Status": "Spam"}, "left out: marked as spam"),
        ({"Status": "9"}, "left out: a preview marked as spam"),
        ({"Status": "17"}, "left out: a survey preview"),
        ({"Status": "12"}, "left out: marked as spam"),
        ({"Status": "40"}, "left out: marked as spam"),
        ({"Finished": "Falsch"}, "left out: the response is not finished"),
        ({"Finished": "いいえ", "Progress": "60"}, "left out: the response is not finished"),
        ({"Finished": "", "Progress": "60"}, "left out: the response is not finished"),
    ],
)
def test_what_is_no_real_response_is_left_out_and_does_not_stop_the_rest(read, over, why):
    preview = read(a_csv(a_row(ResponseId="R_0", Q1_1="junk", **over), a_row()))
    assert preview.skipped == (RowError(4, why),)
    assert [survey.source for survey in preview.surveys] == ["qualtrics:R_1"]


@pytest.mark.parametrize("channel", ["preview", "test", "Preview"])
def test_a_preview_is_known_by_its_channel_in_any_language(read, channel):
    content = a_csv(
        a_row(ResponseId="R_0", Status="Umfragevorschau", DistributionChannel=channel),
        a_row(Status="IP-Adresse", DistributionChannel="anonymous"),
        DistributionChannel=("Vertriebskanal", {"ImportId": "distributionChannel"}),
    )
    preview = read(content)
    assert [str(row) for row in preview.skipped] == [f"line 4: left out: a survey {channel.casefold()}"]
    assert [survey.source for survey in preview.surveys] == ["qualtrics:R_1"]


@pytest.mark.parametrize(
    "status",
    [
        "0",
        "4",
        "16",
        "32",
        "36",
        "48",
        "IP Address",
        "IP-Adresse",
        "Dirección IP",
        "Adresse IP",
        "IPアドレス",
        "Imported",
    ],
)
def test_a_real_response_comes_in_whatever_its_status_is_called(read, status):
    assert len(read(a_csv(a_row(Status=status))).surveys) == 1


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        (
            {"Status": "Umfragevorschau"},
            "the response type is “Umfragevorschau”, and whether that is a preview is not known",
        ),
        ({"Status": "64"}, "the response type is “64”, and whether that is a preview is not known"),
        (
            {"Finished": "いいえ", "Progress": ""},
            "the response's “finished” value is “いいえ”, which csat-tui does not know",
        ),
    ],
)
def test_a_response_that_may_be_none_is_told_and_never_taken_for_one(read, over, sentence):
    preview = read(a_csv(a_row(**over)))
    assert preview.found == ()
    assert preview.errors[0].sentence.startswith(sentence)


def test_a_question_that_was_seen_and_not_answered_is_left_open(read):
    survey = read(a_csv(a_row(Q1_3="-99", Q2="-99"))).surveys[0]
    assert (survey.ratings, survey.comment, survey.problem) == (
        {name: figure for name, figure in ratings(1, 2, 3, 1, 1, 2).items() if name != "ease"}, "", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("5 - Disappointed", "“Speed of the answer” is “5 - Disappointed”, where the words contradict the figure"),
        ("1- Outstanding", "“Speed of the answer” is “1- Outstanding”, where the words contradict the figure"),
        ("2 of 10", "“Speed of the answer” is “2 of 10”, expected a number from 1 to 5"),
    ],
)
def test_a_figure_that_its_words_contradict_is_told(read, text, sentence):
    preview = read(a_csv(a_row(Q1_2=text)))
    assert (preview.found, preview.errors) == ((), (RowError(4, sentence),))


def test_a_response_without_a_ticket_or_ratings_comes_in_to_be_fixed(read):
    blank = {f"Q1_{number}": "" for number in range(1, 7)}
    preview = read(a_csv(a_row(TicketID=""), a_row(ResponseId="R_2", **blank)))
    assert [survey.problem for survey in preview.surveys] == [
        "could not be read: no ticket number",
        "could not be read: no ratings",
    ]


def test_a_question_left_open_is_no_mistake(read):
    assert len(read(a_csv(a_row(Q1_3=""))).surveys[0].ratings) == 5


def test_the_same_response_twice_comes_in_once(read):
    preview = read(a_csv(a_row(), a_row()))
    assert len(preview.surveys) == 1
    assert preview.skipped == (RowError(7, "left out: the same response as in line 4"),)


def test_one_response_with_two_faces_is_a_mistake(read):
    preview = read(a_csv(a_row(), a_row(Q1_1="5")))
    assert preview.errors == (RowError(7, "response R_1 is in line 4 already, with other answers"),)
