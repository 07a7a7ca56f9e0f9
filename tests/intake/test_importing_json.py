"""`csat-tui import FILE.json`: the same as from CSV, whatever the file says."""

import pytest

from tests.builders import ratings
from tests.intake.exports import a_response, as_json


def test_a_label_that_begins_with_a_digit_is_believed_before_the_recode(read):
    response = a_response(QID1_1=17, QID1_2=4)
    response["labels"] |= {"QID1_1": "1- Disappointed", "QID1_2": "Good"}
    assert read(as_json(response)).surveys[0].ratings == ratings(1, 4, 3, 1, 1, 2)


@pytest.mark.parametrize(
    ("value", "label", "said"),
    [
        (5, "Disappointed", "“5 - Disappointed”, where the words contradict the figure"),
        (5, "Very dissatisfied", "“5 - Very dissatisfied”, where the words contradict the figure"),
        (1, "Sehr zufrieden", "“1 - Sehr zufrieden”, where the words contradict the figure"),
        (5, "1- Disappointed", "“5 (1- Disappointed)”, expected a number from 1 to 5"),
        (1, "5- Disappointed", "“1 (5- Disappointed)”, expected a number from 1 to 5"),
        (17, "5- Disappointed", "“5- Disappointed”, where the words contradict the figure"),
    ],
)
def test_a_recode_that_runs_against_its_label_is_told_and_not_stored(read, value, label, said):
    response = a_response(QID1_1=value)
    response["labels"]["QID1_1"] = label
    preview = read(as_json(response))
    assert preview.found == ()
    assert [error.sentence for error in preview.errors] == [f"“Customer experience team” is {said}"]


@pytest.mark.parametrize(("status", "label"), [(1, "Umfragevorschau"), (2, "Test de l'enquête"), (8, "Posible spam")])
def test_a_preview_is_known_by_its_code_whatever_its_label_says(read, status, label):
    response = a_response(status=status)
    response["labels"]["status"] = label
    assert (read(as_json(response)).found, len(read(as_json(response)).skipped)) == ((), 1)


@pytest.mark.parametrize("finished", [0, False, "0"])
def test_an_unfinished_response_is_known_by_its_code(read, finished):
    response = a_response(finished=finished)
    response["labels"]["finished"] = "Wahr"
    assert [row.sentence for row in read(as_json(response)).skipped] == ["left out: the response is not finished"]


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"QID1_1": 17}, "“Customer experience team” is 17, expected a whole number from 1 to 5"),
        ({"QID1_1": [1, 2]}, "“QID1_1” is a list, expected a text or a number"),
        ({"QID1_1": True}, "“Customer experience team” is “True”, expected a number from 1 to 5"),
        ({"TicketID": {"id": 1}}, "“TicketID” is an object, expected a text or a number"),
        ({"recordedDate": 20260310}, "the date is “20260310”, expected a date such as 2026-03-10 14:05:00"),
    ],
)
def test_a_wrong_response_is_told_with_its_line(read, over, sentence):
    preview = read(as_json(a_response(_recordId="R_0"), a_response(**over), indent=1))
    assert [error.sentence for error in preview.errors] == [sentence]
    text = as_json(a_response(_recordId="R_0"), a_response(**over), indent=1)
    second = text[: text.index('"R_1"')].rindex("\n  {") if "\n  {" in text else 0
    assert preview.errors[0].line == text.count("\n", 0, second) + 2
    assert preview.surveys == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "line 1: this is not JSON from column 2 on: expecting property name enclosed in double quotes"),
        ("[]", 'expected {"responses": [{"responseId": …, "values": {…}, "labels": {…}}]} as Qualtrics exports it'),
        (
            '{"responses": 1}',
            'expected {"responses": [{"responseId": …, "values": {…}, "labels": {…}}]} as Qualtrics exports it',
        ),
        ('{"responses": []}', "the file has no responses"),
        ('{"responses": [3]}', "line 1: response 1 is a number, expected an object"),
        ('{"responses": [{"responseId": "R"}]}', "line 1: response 1 is without “values”"),
        ('{"responses": [{"values": []}]}', "line 1: response 1 is without “values” as an object"),
    ],
)
def test_json_that_is_no_export_is_one_clear_sentence(read, content, sentence):
    assert [str(error) for error in read(content).errors] == [sentence]


def test_half_a_character_becomes_a_question_mark(read):
    content = as_json(a_response(QID2_TEXT="HALF")).replace("HALF", "late \\ud83d box")
    assert read(content).surveys[0].comment == "late ? box"
    label = as_json({**a_response(), "labels": {"QID1_2": "HALF"}}).replace("HALF", "2- \\ud83d")
    assert "2- ?" in read(label).surveys[0].raw


def test_json_nested_without_end_does_no_harm(read):
    assert read("[" * 200_000).errors


def test_a_question_nobody_answered_is_missed_but_no_mistake_in_json(read):
    preview = read(as_json(a_response(QID1_2=None)))
    assert len(preview.surveys) == 1
    assert preview.warnings[0].sentence.startswith("no column for “Speed of the answer”")


def test_questions_under_unknown_names_are_a_mistake(read):
    values = {f"QID1_{number}": None for number in range(1, 7)} | {"QID77": 1}
    assert len(read(as_json(a_response(**values))).errors) == 6
