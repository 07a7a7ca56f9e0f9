"""Survey bodies written by somebody who had not seen the reader, with what a careful person reads in each."""

import json
from datetime import UTC, datetime
from pathlib import Path

from csat_tui.domain.ids import TicketId
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Status, Ticket
from csat_tui.intake.survey_mail import parse_survey
from csat_tui.playbook import load_builtin

BODIES = [json.loads(line) for line in Path(__file__).parent.joinpath(
    "bodies_by_another_hand.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
AT = datetime(2026, 11, 1, tzinfo=UTC)
PLAYBOOK = load_builtin("strike-team")

READ = 0.88
"""The share that was read at first sight; what was held lacked a ticket or a rating, or had its layout to itself."""


def read(body: str) -> Survey:
    ticket = Ticket(TicketId(9_900_001), "Survey response", Status.OPEN, AT, AT, description=body)
    return parse_survey(ticket, PLAYBOOK)


def test_no_survey_says_what_its_customer_did_not() -> None:
    wrong = []
    for one in BODIES:
        survey, said = read(one["body"]), one["expect"]
        if survey.problem:
            continue
        ratings = {factor: rating for factor, rating in survey.ratings.items() if rating is not None}
        given = {factor: rating for factor, rating in said["ratings"].items() if rating is not None}
        if not said["readable"] or ratings != given or survey.source_ticket_id != said["ticket"]:
            wrong.append((one["body"], ratings, given))
    assert wrong == []


def test_most_of_what_a_person_reads_is_read() -> None:
    readable = [one for one in BODIES if one["expect"]["readable"]]
    held = [one["body"] for one in readable if read(one["body"]).problem]
    assert len(readable) > 60
    assert 1 - len(held) / len(readable) >= READ, held


def test_no_word_of_a_comment_is_lost() -> None:
    for one in BODIES:
        survey = read(one["body"])
        if one["expect"]["readable"] and not survey.problem:
            said = one["expect"]["comment"] or ""
            assert [word for word in said.split() if word not in survey.comment] == []
