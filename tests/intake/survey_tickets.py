"""Survey tickets as the survey tool writes them, in any form, for tests to take apart."""

from csat_tui.intake import parse_survey
from tests.builders import a_survey_ticket, the_playbook

QUESTIONS = [
    "The Larder Customer Experience team",
    "How quickly we responded to your request",
    "How easy it was for you to connect with us",
    "The resolution that was provided to you",
    "How knowledgeable our team member was",
    "How valued as a customer our team member made you feel",
]


HEAD = "Ticket #7300001\n\nCustomer pat@example.com\n\nAgent Sol\n\n"


SIX = (1, 2, 3, 1, 1, 2)


def parsed(text):
    return parse_survey(a_survey_ticket(description=text), the_playbook())


def rated(form="{q} {n}", figures=SIX, between="\n\n"):
    return between.join(form.format(q=question, n=figure) for question, figure in zip(QUESTIONS, figures, strict=True))
