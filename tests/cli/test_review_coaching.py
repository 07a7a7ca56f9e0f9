"""Coaching from the command line: marked on a note, talked about, agreed, due, followed up, closed."""

import pytest

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.store.review import put_delivered_notes
from tests.cli.conftest import CommandLine

NOTE = "90001"


@pytest.fixture
def noted(synced: CommandLine) -> CommandLine:
    """A home with a note by Mei on a survey ticket."""
    case = synced("queue", "--json").json["cases"][0]["id"]
    workplace = synced.workplace()
    found = workplace.desk.case(SurveyId(case))
    assert found is not None
    ticket = TicketId(found.survey.survey_ticket_id or 0)
    note = DeliveredNote(int(NOTE), ticket, workplace.desk.now, UserId(8), "Mei", "NRN")
    with workplace.database.write() as connection:
        put_delivered_notes(connection, [(ticket, [note])])
    workplace.close()
    return synced.may_review()


def test_an_item_comes_round(noted: CommandLine) -> None:
    marked = noted("review", "coaching", "add", NOTE, "Say what was done.", "--json").json
    assert (marked["agent"], marked["agent_id"], marked["state"], marked["note"]) == ("Mei", 8, "open", int(NOTE))
    item = marked["id"][-8:]
    assert "talked about" in noted("review", "coaching", "talk", item, "Mei had not known.", "--on", "yesterday").out
    agreed = noted("review", "coaching", "agree", item, "Every summary says it.", "--until", "today")
    assert ": due until" in agreed.out
    listed = noted("review", "coaching", "list", "--due", "--json").json
    assert (listed["due"], [one["id"] for one in listed["items"]]) == (1, [marked["id"]])
    assert "1 follow-up is due." in noted("review", "coaching", "list").out
    assert noted("review", "coaching", "follow-up", item, "They do.").code == 0
    assert noted("review", "coaching", "list", "--due").out == "Nothing is to be followed up.\n"
    shown = noted("review", "coaching", "show", item)
    assert "Mei: Say what was done." in shown.out
    assert "follow-up (" in shown.out
    assert "Before and after " in shown.out
    scores = noted("review", "coaching", "show", item, "--json").json["scores"]
    assert (scores["reviews"]["before"]["count"], scores["reviews"]["difference"], scores["set_aside"]) == (0, None, 0)
    assert noted("review", "coaching", "close", item, "It is well.", "--json").json["state"] == "closed"
    assert noted("review", "coaching", "list").out == "There is no coaching item.\n"
    file = noted.home / "items.xlsx"
    assert noted("review", "coaching", "export", str(file), "--json").json == {"file": str(file), "rows": 1}
    assert noted("review", "coaching", "export", str(noted.home / "items.doc")).code == 2
    assert [one["state"] for one in noted("review", "coaching", "list", "--closed", "--json").json["items"]] == [
        "closed"
    ]


def test_what_cannot_be_done_is_said_and_writes_nothing(noted: CommandLine) -> None:
    assert noted("review", "coaching", "add", "123", "So.").code == 2
    item = noted("review", "coaching", "add", NOTE, "So.", "--json").json["id"]
    assert noted("review", "coaching", "add", NOTE, "Again.").code == 0
    assert "1 more; --limit shows them." in noted("review", "coaching", "list", "--limit", "1").out
    early = noted("review", "coaching", "agree", item, "So.", "--until", "2199-01-01")
    assert (early.code, "note the talk first" in early.err) == (2, True)
    assert noted("review", "coaching", "talk", item, "So.", "--on", "soon").code == 2
    assert noted("review", "coaching", "show", "zzzz").code == 2
    assert noted("review", "coaching", "show", item, "--json").json["steps"] == []
