"""The columns of a Qualtrics export: what each is taken for, and what is said of those that are missing."""

from datetime import UTC, datetime

import pytest

from csat_tui.intake import RowError
from tests.builders import NOON
from tests.intake.exports import COLUMNS, a_csv, a_row


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


def test_every_column_of_the_sample_is_one_that_the_tool_exports():
    assert list(COLUMNS)[:3] == ["StartDate", "EndDate", "Status"]
