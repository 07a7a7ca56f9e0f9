"""`csat-tui import FILE`: what comes in, what does not and why, and nothing by halves."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csat_tui.intake import RowError, read_export
from csat_tui.intake.import_preview import ERRORS_KEPT
from tests.builders import NOON, ratings, the_playbook
from tests.intake.exports import COLUMNS, a_csv, a_response, a_row, as_json


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


def test_what_each_column_was_taken_for_is_shown(read):
    shown = {column.meaning: column.name for column in read(a_csv(a_row())).columns}
    assert shown == {
        "response": "ResponseId",
        "ticket": "TicketID",
        "customer": "CustomerEmail",
        "agent": "Agent",
        "date": "RecordedDate",
        "status": "Status",
        "finished": "Finished",
        "progress": "Progress",
        "comment": "Q2",
        "Customer experience team": "Q1_1",
        "Speed of the answer": "Q1_2",
        "Ease of getting in touch": "Q1_3",
        "Resolution provided": "Q1_4",
        "Knowledge of the team": "Q1_5",
        "Feeling valued": "Q1_6",
    }


@pytest.mark.parametrize(
    "content",
    [
        a_csv(a_row()).encode("utf-8-sig"),
        a_csv(a_row()).encode("utf-16"),
        b"\xfe\xff" + a_csv(a_row()).encode("utf-16-be"),
        a_csv(a_row()).replace("\n", "\r\n").encode(),
        a_csv(a_row()).encode() + b"\n\n  \n",
    ],
    ids=["utf-8 with mark", "utf-16", "big-endian utf-16", "other line ends", "blank lines"],
)
def test_an_export_is_read_however_it_was_saved(read, content):
    preview = read(content)
    assert preview.errors == ()
    assert preview.surveys[0].ratings == ratings(1, 2, 3, 1, 1, 2)


@pytest.mark.parametrize(("delimiter", "name"), [("\t", "tabs"), (";", "semicolons")])
def test_another_separator_is_taken_and_said(read, delimiter, name):
    preview = read(a_csv(a_row(), delimiter=delimiter))
    assert len(preview.surveys) == 1
    assert preview.warnings == (RowError(1, f"separated by {name}, not commas: read as such"),)


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


@pytest.mark.parametrize(
    ("without", "error"),
    [
        ("ResponseId", RowError(2, "no column for the response: expected one named ResponseId")),
        ("TicketID", RowError(2, "no column for the ticket: expected one named TicketID")),
        (
            "Q1_2",
            RowError(
                2,
                "no column for “Speed of the answer”: no question contains “how quickly”;"
                " its wording or QID can be added to the factor in the playbook",
            ),
        ),
    ],
)
def test_a_column_that_cannot_be_missing_is_named(read, without, error):
    preview = read(a_csv(a_row(), without=(without,)))
    assert preview.errors == (error,)
    assert preview.surveys == ()


def test_a_renamed_column_is_known_by_its_import_id(read):
    content = a_csv(a_row(Number="R_7"), without=("ResponseId",), Number=("Number", {"ImportId": "_recordId"}))
    assert read(content).surveys[0].source == "qualtrics:R_7"


@pytest.mark.parametrize(
    ("without", "warning"),
    [
        (("CustomerEmail",), "no column for customer: customers will have no address until their ticket is read"),
        (("Agent",), "no column for agent: surveys will not name the rated agent"),
        (("Q2",), "no column for comment: no survey will have a comment"),
        (("Finished",), "no column for finished: unfinished responses look the same as finished responses"),
    ],
)
def test_a_column_that_is_missed_is_named_and_the_rest_comes_in(read, without, warning):
    preview = read(a_csv(a_row(), without=without))
    assert preview.warnings == (RowError(2, warning),)
    assert len(preview.surveys) == 1


@pytest.mark.parametrize("name", ["Ticket ID", "ticket_id", "Ticket Number", "ZendeskTicketID", "TICKET"])
def test_the_ticket_s_column_has_many_names(read, name):
    content = a_csv(a_row(**{name: "42"}), without=("TicketID",), **{name: (name, {"ImportId": name})})
    assert read(content).surveys[0].source_ticket_id == 42


def test_two_columns_for_one_question_are_a_mistake(read):
    content = a_csv(a_row(), Q9=("Again: how quickly we responded", {"ImportId": "QID9"}))
    assert read(content).errors == (RowError(2, "both Q1_2 and Q9 look like “Speed of the answer”"),)


@pytest.mark.parametrize(
    ("zone", "text", "moment"),
    [
        ("Z", "2026-03-10 12:00:00", NOON),
        ("America/Denver", "2026-03-10 06:00:00", NOON),
        ("Z", "2026-03-10T13:00:00+01:00", NOON),
        ("Z", "2026-03-10T12:00:00.000Z", NOON),
    ],
)
def test_dates_are_read_in_the_zone_that_the_export_names(read, zone, text, moment):
    heading = ("Recorded Date", {"ImportId": "recordedDate", "timeZone": zone})
    assert read(a_csv(a_row(RecordedDate=text), RecordedDate=heading)).surveys[0].received_at == moment


def test_dates_without_a_zone_are_taken_for_utc_and_it_is_said(read):
    preview = read(a_csv(a_row(), RecordedDate=("Recorded Date", {"ImportId": "recordedDate"})))
    assert preview.surveys[0].received_at == datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert preview.warnings == (RowError(3, "no time zone is named: dates are taken for UTC"),)


def test_a_zone_that_nobody_knows_is_a_mistake(read):
    heading = ("Recorded Date", {"ImportId": "recordedDate", "timeZone": "Mars/Olympus"})
    assert read(a_csv(a_row(), RecordedDate=heading)).errors == (
        RowError(3, "the time zone “Mars/Olympus” is not known here"),
    )


ROW = a_csv(a_row(Q2="fine")).splitlines()[3]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 0, "the file is empty"),
        (b"\xef\xbb\xbf \n", 0, "the file has no text"),
        (
            b"<!DOCTYPE html><html>",
            0,
            "this is a web page or XML, not an export; a sign-in page may have been saved instead",
        ),
        (
            b"PK\x03\x04\x14",
            0,
            "this is an Excel workbook or a zip archive; export as CSV, or unpack the archive first",
        ),
        (b"%PDF-1.7", 0, "this is a PDF; export as CSV"),
        (
            b"just words\nand more\n",
            1,
            "there is only one column: this is not a survey export separated by commas or tabs",
        ),
        (
            b"a,b\n1,2\n3,4\n",
            3,
            "expected three header rows as Qualtrics exports them: names, questions, import ids",
        ),
        (a_csv().encode(), 0, "the file has no responses, only headings"),
        (
            a_csv(a_row()).encode()[:-8],
            4,
            "the row has 18 fields, expected 19",
        ),
        (
            a_csv(a_row()).encode().split(b"Nobody")[0],
            4,
            "the file ends inside quotes: it was cut off, or a quote lacks its partner",
        ),
        (
            a_csv(a_row()).encode() + b'x,"y"z,1\n',
            7,
            "a field has a quote inside; inside quotes it must be doubled",
        ),
        (
            a_csv(a_row()).encode() + b'x,"' + b"y\n" * 70_000,
            7,
            "a field never ends: a quote may lack its partner",
        ),
        (a_csv(a_row()).encode() + b"a\0b\n", 7, "it has NUL bytes: it is not text, or UTF-16 without its mark"),
        (a_csv(a_row()).encode() + b"caf\xe9\n", 7, "there are bytes that are not UTF-8; export the file as UTF-8"),
        (a_csv(a_row()).encode("utf-16")[:-3], 6, "the UTF-16 text breaks off; export the file again"),
        (a_csv(a_row()).encode("utf-16-le"), 1, "it has NUL bytes: it is not text, or UTF-16 without its mark"),
    ],
    ids=lambda one: one[:30] if isinstance(one, str) else "",
)
def test_a_file_that_is_none_is_one_clear_sentence(read, content, line, sentence):
    preview = read(content)
    assert RowError(line, sentence) in preview.errors, preview.errors
    assert preview.surveys == ()


def test_lines_are_counted_as_an_editor_counts_them(read):
    rows = [a_row(ResponseId=f"R_{number}", Q2="one\ntwo\nthree") for number in range(3)]
    rows[2]["Q1_1"] = "bad"
    assert [error.line for error in read(a_csv(*rows)).errors] == [10]


def test_a_file_full_of_mistakes_tells_the_first_ones_and_how_many_more(read):
    rows = [a_row(ResponseId=f"R_{number}", Q1_1="bad") for number in range(ERRORS_KEPT + 1_500)]
    errors = read(a_csv(*rows)).errors
    assert len(errors) == ERRORS_KEPT + 1
    assert str(errors[-1]) == "and 1,500 more errors"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    assert str(read_export(tmp_path / "gone.csv", the_playbook()).errors[0]) == (
        "gone.csv cannot be read: No such file or directory"
    )
    assert str(read_export(tmp_path, the_playbook()).errors[0]).endswith("is a folder, expected a file")


# ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────

quiet = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=60)


@quiet
@given(comment=words, figures=st.lists(st.integers(1, 5), min_size=6, max_size=6), ticket=st.integers(1, 2**53))
def test_what_went_out_comes_in_again(read, comment, figures, ticket):
    answers = {f"Q1_{number}": str(figure) for number, figure in enumerate(figures, 1)}
    for preview in (
        read(a_csv(a_row(Q2=comment, TicketID=str(ticket), **answers))),
        read(
            as_json(
                a_response(QID2_TEXT=comment, TicketID=ticket, **{"QID" + k[1:]: int(v) for k, v in answers.items()})
            )
        ),
    ):
        (survey,) = preview.surveys
        assert survey.comment == comment.strip()
        assert survey.ratings == ratings(*figures)
        assert survey.source_ticket_id == ticket


@quiet
@given(content=st.binary(max_size=300))
def test_no_file_makes_it_stumble(read, content):
    assert read(content).surveys == ()


@quiet
@given(where=st.integers(0, 3000), what=st.binary(max_size=4), cut=st.booleans())
def test_no_damage_to_an_export_makes_it_stumble(read, where, what, cut):
    content = a_csv(a_row(), a_row(ResponseId="R_2")).encode()
    preview = read(content[:where] + what + (b"" if cut else content[where + len(what) :]))
    assert preview.errors or preview.found or preview.skipped


def test_every_column_of_the_sample_is_one_that_the_tool_exports():
    assert list(COLUMNS)[:3] == ["StartDate", "EndDate", "Status"]
