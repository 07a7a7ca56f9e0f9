"""Foreign text of any size is read in bounded time: nothing may depend on how its patterns could divide it."""

import pytest

from tests.in_proportion import run_within

PATIENCE = 15
"""Seconds of processor time until a reader is stopped. In proportion to its size a text takes two; by the square of
it, a minute or hours."""

SURVEY = """
from csat_tui.intake import parse_survey
from csat_tui.intake.survey_mail import LONGEST_SURVEY as SIZE
from tests.builders import a_survey_ticket, the_playbook
HEAD = "Ticket #7300001\\n\\nCustomer pat@example.com\\n\\nAgent Sol\\n\\n"
Q = "How quickly we responded to your request"
def read(text):
    assert parse_survey(a_survey_ticket(description=(HEAD + text)[: SIZE - 1]), the_playbook()).raw
"""
SURVEYS = (
    "'1 '", "'How quickly '", "Q + '\\n'", "Q + ' 2\\n'", "'\\n'", "' '", "'ticket' + ' ' * 230 + 'x\\n'",
    "'anything else you would like to '", "'noise 1 and 2\\n'", "'9'", "'('", "'<p>' + Q", "'<p '",
    "'<table><tr><td>' + Q + '</td><td>1</td></tr>'", "'<div>' + Q + ' 1'", "'=3D' + Q", "'=\\n' + Q", "'> '", "'*_'",
    "'*_' * 150 + '\\n'", "'[' * 300 + '\\n'", "'very ' * 40 + '\\n'", "'1 = very ' * 25 + '\\n'", "'- ' * 100 + '\\n'",
    "Q + ':' * 100 + '\\n'", "Q + ' ' + '1 of 5 ' * 20 + '\\n'", "Q + ' ' + '★' * 150 + '\\n'", "Q + ' ('",
    "'a\\n' + Q + '\\n5\\n'", "'&' * 300 + '\\n'",
)  # fmt: skip

LIST = """
from csat_tui.intake.low_scores import read_low_scores
SIZE = 4_000_000
def read(text):
    assert read_low_scores(("Ticket #7335060\\n" + text)[:SIZE].encode()) is not None
    assert read_low_scores(("From: a@example.com\\nSubject: x\\n\\n" + text)[:SIZE].encode()) is not None
"""
LISTS = (
    "' '", "'ticket' + ' ' * 9_000 + '\\n'", "'ticket '", "'ticket:'", "'#'", "'#a'", "'# '", "'a\\n'", "'\\x0b'",
    "'\\u00a0'",
    "'> '", "'|'", "' |'", "'\\t'", "' \\t'", "'\"'", "','", "'<td>'", "'<tr><td>1'", "'a: b\\n'", "'--b\\n'", "'9'",
    "'/tickets/'", "'Ticket #7335060 #7335061 '",
)  # fmt: skip


def run(setting: str, made: tuple[str, ...]) -> None:
    """Read texts made of a piece without end, in a process that is stopped where it takes far too long."""
    lines = [f"piece = {piece}\nread(piece * (SIZE // len(piece) + 1))" for piece in made]
    run_within(PATIENCE, "\n".join([setting, *lines]))


def test_a_survey_is_read_in_proportion_to_its_size() -> None:
    run(SURVEY, SURVEYS)


@pytest.mark.parametrize("part", range(3))
def test_a_list_of_low_scores_is_read_in_proportion_to_its_size(part: int) -> None:
    run(LIST, LISTS[part::3])


def test_a_survey_of_ten_megabytes_is_held_at_once() -> None:
    from csat_tui.intake import parse_survey
    from tests.builders import a_survey_ticket, the_playbook

    text = "How quickly we responded to your request 1\n" * 250_000
    survey = parse_survey(a_survey_ticket(description=text), the_playbook())
    assert (survey.problem, dict(survey.ratings)) == (
        "could not be read: it is longer than 256 KiB, which no survey is",
        {},
    )
