"""Qualtrics exports as their tool writes them, for tests to take apart."""

import csv
import io
import json
from typing import Any

STEM = "What was your overall level of satisfaction with the below? - "
COLUMNS = {
    "StartDate": ("Start Date", {"ImportId": "startDate", "timeZone": "Z"}),
    "EndDate": ("End Date", {"ImportId": "endDate", "timeZone": "Z"}),
    "Status": ("Response Type", {"ImportId": "status"}),
    "IPAddress": ("IP Address", {"ImportId": "ipAddress"}),
    "Progress": ("Progress", {"ImportId": "progress"}),
    "Duration (in seconds)": ("Duration (in seconds)", {"ImportId": "duration"}),
    "Finished": ("Finished", {"ImportId": "finished"}),
    "RecordedDate": ("Recorded Date", {"ImportId": "recordedDate", "timeZone": "Z"}),
    "ResponseId": ("Response ID", {"ImportId": "_recordId"}),
    "Q1_1": (STEM + "The Larder Customer Experience team", {"ImportId": "QID1_1"}),
    "Q1_2": (STEM + "How quickly we responded to your request", {"ImportId": "QID1_2"}),
    "Q1_3": (STEM + "How easy it was for you to connect with us", {"ImportId": "QID1_3"}),
    "Q1_4": (STEM + "The resolution that was provided to you", {"ImportId": "QID1_4"}),
    "Q1_5": (STEM + "How knowledgeable our team was", {"ImportId": "QID1_5"}),
    "Q1_6": (STEM + "How valued as a customer our team member made you feel", {"ImportId": "QID1_6"}),
    "Q2": ("Is there anything else you'd like to share about your experience?", {"ImportId": "QID2_TEXT"}),
    "TicketID": ("TicketID", {"ImportId": "TicketID"}),
    "CustomerEmail": ("CustomerEmail", {"ImportId": "CustomerEmail"}),
    "Agent": ("Agent", {"ImportId": "Agent"}),
}


def a_row(**over: str) -> dict[str, str]:
    """Return one finished response by column name; underscored names stand for those with spaces."""
    row = {
        "StartDate": "2026-03-10 11:58:00",
        "EndDate": "2026-03-10 12:00:00",
        "Status": "IP Address",
        "IPAddress": "192.0.2.7",
        "Progress": "100",
        "Duration (in seconds)": "120",
        "Finished": "True",
        "RecordedDate": "2026-03-10 12:00:00",
        "ResponseId": "R_1",
        "Q2": "Two days late.\n\nNobody called.",
        "TicketID": "7300001",
        "CustomerEmail": "pat@example.com",
        "Agent": "Sol",
    }
    row |= {f"Q1_{number}": str(figure) for number, figure in enumerate((1, 2, 3, 1, 1, 2), 1)}
    return row | over


def a_csv(
    *rows: dict[str, str], without: tuple[str, ...] = (), delimiter: str = ",", **headings: tuple[str, Any]
) -> str:
    """Return an export with its three header rows; `headings` replace a column's question and import id."""
    columns = {name: about for name, about in (COLUMNS | headings).items() if name not in without}
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerow(question for question, _ in columns.values())
    writer.writerow(json.dumps(about, separators=(",", ":")) for _, about in columns.values())
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue()


def a_response(**over: Any) -> dict[str, Any]:
    """Return one response of the JSON export; `over` replaces values, and None takes one out."""
    values: dict[str, Any] = {
        "startDate": "2026-03-10T11:58:00Z",
        "endDate": "2026-03-10T12:00:00Z",
        "recordedDate": "2026-03-10T12:00:00.000Z",
        "status": 0,
        "finished": 1,
        "_recordId": "R_1",
        "QID2_TEXT": "Two days late.\n\nNobody called.",
        "TicketID": "7300001",
        "CustomerEmail": "pat@example.com",
        "Agent": "Sol",
    }
    values |= {f"QID1_{number}": figure for number, figure in enumerate((1, 2, 3, 1, 1, 2), 1)}
    values = {name: value for name, value in (values | over).items() if value is not None}
    return {
        "responseId": values["_recordId"],
        "values": values,
        "labels": {"status": "IP Address", "finished": "True"},
        "displayedFields": ["QID1_1"],
        "displayedValues": {},
    }


def as_json(*responses, indent=None) -> str:
    """Return responses as the JSON export holds them."""
    return json.dumps({"responses": list(responses)}, indent=indent)
