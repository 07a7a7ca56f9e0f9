"""What stays of a tracker row when its case is removed: nobody's words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from csat_tui.effects.tracker_row import RetainedRow, retained_cells
from tests.builders import SOURCE_TICKET, SURVEY_TICKET, the_playbook

LATE_IN_THE_EVENING = datetime(2026, 3, 10, 3, 30, tzinfo=UTC)
"""The tenth of March in UTC, and still the ninth in Chicago."""

ROW = {
    "A": "2026-03-10",
    "B": "7300001",
    "C": "Followed up",
    "D": "Sol",
    "E": "refunded her box",
    "F": "ask before closing",
    "G": "1",
    "H": "Ana",
    "I": "a better solution",
}


def a_shell(**over: Any) -> RetainedRow:
    parts: dict[str, Any] = {
        "source_ticket_id": SOURCE_TICKET,
        "survey_ticket_id": SURVEY_TICKET,
        "agent": "Sol",
        "decided_by": "Ana",
        "decided_at": LATE_IN_THE_EVENING,
        "outcome_id": "follow-up",
    }
    return RetainedRow(**parts | over)


def kept(cells: dict[str, str], **over: Any) -> dict[str, str]:
    return retained_cells(the_playbook(), a_shell(**over), cells)


def test_ticket_date_outcome_and_agents_stay_and_no_words() -> None:
    assert kept(ROW) == {name: ROW[name] for name in "ABCDH"}


@pytest.mark.parametrize(
    ("column", "holds"),
    [
        ("A", "2026-03-11"),
        ("B", "9900001"),
        ("C", "“Never again”, she wrote"),
        ("D", "Solomon"),
        ("H", "ana"),
        ("B", ""),
    ],
)
def test_a_cell_that_holds_something_else_than_the_row_s_own_facts_goes(column: str, holds: str) -> None:
    assert kept(ROW | {column: holds}) == {name: ROW[name] for name in "ABCDH" if name != column}


def test_the_day_may_be_that_of_the_clock_on_the_wall(in_chicago: None) -> None:
    for day in ("2026-03-09", "2026-03-10"):
        assert kept({"A": day}) == {"A": day}
    assert kept({"A": "2026-03-08"}) == {}


def test_a_case_is_known_by_its_source_ticket_or_else_by_its_survey_ticket() -> None:
    assert kept({"B": "9900001"}, source_ticket_id=None) == {"B": "9900001"}
    assert kept({"B": ""}, source_ticket_id=None, survey_ticket_id=None) == {"B": ""}
    assert a_shell().ticket_id == SOURCE_TICKET
    assert a_shell(source_ticket_id=None).ticket_id == SURVEY_TICKET


def test_a_row_of_an_outcome_that_the_playbook_no_longer_has_keeps_nothing() -> None:
    assert kept(ROW, outcome_id="gone") == {}


def test_each_fact_stands_in_its_own_place() -> None:
    playbook = the_playbook()
    (outcome,) = (one for one in playbook.outcomes if one.id == "follow-up")
    facts = {
        "ticket": "7300001", "survey-ticket": "9900001", "reference": "7300001", "agent": "Sol", "by": "Ana",
        "outcome": "Follow up", "date": "2026-03-10",
    }  # fmt: skip
    (tracker,) = (effect for effect in outcome.effects if getattr(effect, "sheet", None) == "tracker")
    cells = {name: f"{{{name}}}" for name in facts} | {"both": "{agent} and {comment}"}
    outcome = replace(outcome, effects=(*outcome.effects[:1], replace(tracker, cells=cells)))
    playbook = replace(playbook, outcomes=(outcome,))
    assert retained_cells(playbook, a_shell(), facts | {"both": "Sol and cold food"}) == facts


def test_another_sheet_s_cells_are_no_tracker_s() -> None:
    assert kept({"Order": "", "Submitted by": "Ana", "Opportunity": ""}) == {}
