"""Survey tickets: what the survey tool wrote, in whatever order it wrote it."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders import MAIL, NOON, SOURCE_TICKET, SURVEY_TICKET, ratings, the_playbook
from tests.intake.survey_tickets import HEAD, QUESTIONS, SIX, parsed, rated


def test_a_survey_ticket_becomes_a_survey():
    survey = parsed(MAIL)
    assert survey.source == f"ticket:{SURVEY_TICKET}"
    assert survey.received_at == NOON
    assert (survey.survey_ticket_id, survey.source_ticket_id) == (SURVEY_TICKET, SOURCE_TICKET)
    assert (survey.customer, survey.agent) == ("pat@example.com", "Sol")
    assert survey.ratings == ratings(*SIX)
    assert survey.rating == 1.0
    assert survey.comment == "My box was two days late and nobody could tell me why."
    assert survey.problem == ""
    assert survey.raw == MAIL


def test_questions_are_known_by_their_words_and_not_by_their_place():
    lines = rated(between="\n").split("\n")
    Random(4).shuffle(lines)
    assert parsed(HEAD + "\n".join(lines)).ratings == ratings(*SIX)


@pytest.mark.parametrize(
    "wording",
    [
        "The Other Brand Customer Experience team 4",
        "the other brand CUSTOMER   EXPERIENCE team 4",
        "4 The Customer Care team",
    ],
)
def test_another_brand_asks_the_same(wording):
    assert parsed(HEAD + wording).ratings == ratings(4)


@pytest.mark.parametrize("wording", ["How knowledgeable our team was", "How knowledgeable our team member was"])
def test_wordings_vary(wording):
    assert parsed(HEAD + f"{wording} 2").ratings == {the_playbook().factors[4].id: 2}


def test_noise_around_does_no_harm():
    noisy = (
        "-- response received 2026-03-10 12:00 UTC --\n\nSurvey language: EN\n"
        + HEAD.replace("Agent", "Response id: R_1\nAgent")
        + "What was your overall level of satisfaction with the below?\n"
        + rated(between="\n· · ·\n")
        + "\n\nToo slow."
    )
    survey = parsed(noisy)
    assert (survey.problem, survey.comment, survey.ratings) == ("", "Too slow.", ratings(*SIX))


@pytest.mark.parametrize(
    ("head", "ticket", "customer", "agent"),
    [
        ("Ticket #7300001\nCustomer pat@example.com\nAgent Sol\n", 7300001, "pat@example.com", "Sol"),
        ("Ticket ID: 7300001\nCustomer: Pat Doe\nAgent: Sol Ray\n", 7300001, "Pat Doe", "Sol Ray"),
        ("Agent Sol\nCustomer pat@example.com\nTicket 6130907993114\n", 6130907993114, "pat@example.com", "Sol"),
        ("Ticket #7300001\nCustomer\nAgent\n", 7300001, "", ""),
        ("TICKET NUMBER #7300001\nCustomer email pat@example.com\n", 7300001, "pat@example.com", ""),
    ],
)
def test_ticket_customer_and_agent_are_read_from_the_head(head, ticket, customer, agent):
    survey = parsed(head + "\n" + rated())
    assert (survey.source_ticket_id, survey.customer, survey.agent) == (ticket, customer, agent)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "could not be read: no ticket number; no ratings"),
        ("hello", "could not be read: no ticket number; no ratings"),
        (HEAD, "could not be read: no ratings"),
        (rated(), "could not be read: no ticket number"),
        (
            HEAD + rated().replace("How quickly we responded to your request 2\n\n", ""),
            "could not be read: no rating for Speed of the answer",
        ),
        (
            HEAD + rated(figures=(1, 7, 3, 1, 0, 2)),
            "could not be read: Speed of the answer rated 7, expected 1 to 5;"
            " Knowledge of the team rated 0, expected 1 to 5",
        ),
        (
            HEAD + rated(figures=(1, 2.5, 3, 1, 1, 2)),
            "could not be read: Speed of the answer rated 2.5, expected 1 to 5",
        ),
        (
            HEAD + rated("{q} ${{q://QID1}}"),
            "could not be read: no ratings; "
            + "; ".join(
                f"beside {factor.label} stands “${{q://QID1}}”, which is not a rating"
                for factor in the_playbook().factors[:4]
            )
            + "; and 2 more",
        ),
    ],
)
def test_what_cannot_be_read_is_named(text, problem):
    assert parsed(text).problem == problem


def test_what_could_be_read_of_a_broken_survey_is_kept():
    survey = parsed("Ticket #${missing}\nCustomer pat@example.com\nAgent Sol\n\n" + rated() + "\n\nToo slow.")
    assert survey.problem == "could not be read: no ticket number"
    assert (survey.customer, survey.agent, survey.rating, survey.comment) == (
        "pat@example.com",
        "Sol",
        1.0,
        "Too slow.",
    )


@given(st.text())
@example("\ud800")
@example("9" * 5000)
@example("Ticket #" + "9" * 5000)
@example("How quickly " + "1" * 5000)
@example("\r\r\n\x00")
def test_no_text_makes_it_stumble(text):
    survey = parsed(text)
    assert survey.raw == text
    assert survey.problem


lines = st.sampled_from(
    [*QUESTIONS, "1", "2 ", " 5", "7", "", "Ticket #1", "Customer x", "Agent y", "Comment:", "words"]
)


@given(st.lists(st.tuples(lines, lines).map(" ".join), max_size=30).map("\n".join))
def test_no_heap_of_lines_makes_it_stumble(text):
    survey = parsed(text)
    assert all(1 <= rating <= 5 for rating in survey.ratings.values())


@pytest.mark.parametrize(
    ("line", "ticket", "problem"),
    [
        ("Ticket: https://larder.zendesk.com/agent/tickets/7300001", 7300001, ""),
        ("[Ticket #7300001](https://larder.zendesk.com/agent/tickets/7300001)", 7300001, ""),
        ("https://larder.zendesk.com/hc/requests/7300001", 7300001, ""),
        ("**Ticket** #7300001", 7300001, ""),
        ("Ticket #７３００００１", 7300001, ""),
        ("Ticket #\u200b7300001", 7300001, ""),
        ("Ticket\n#7300001", 7300001, ""),
        ("Ticket #7300001\nTicket #7300002", None, "could not be read: two ticket numbers, #7300001 and #7300002"),
        ("Ticket #7300001 (https://larder.zendesk.com/agent/tickets/7300002)", None, "could not be read: two ticket"),
        ("Ticket #73000 01", None, "could not be read: two ticket numbers"),
        ("Order #7300001", None, "could not be read: no ticket number"),
    ],
)
def test_the_ticket_is_read_from_a_number_or_an_address_and_two_of_them_are_told(line, ticket, problem):
    survey = parsed(HEAD.replace("Ticket #7300001", line) + rated())
    assert survey.source_ticket_id == ticket
    assert survey.problem.startswith(problem) if problem else survey.problem == ""


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace("Agent Sol", "Agent Customer Care Team"),
        "The Larder Customer Care Team\n\n" + HEAD,
        "New survey for the Larder Customer Care Team\n\n" + HEAD,
        HEAD.replace("Agent Sol", "Agent: Sol, Customer Care Team"),
    ],
)
def test_the_team_s_name_in_the_head_is_not_the_question_about_the_team(head):
    survey = parsed(head + rated() + "\n\nToo slow.")
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), "Too slow.")
    without = parsed(head + rated().replace(f"{QUESTIONS[0]} 1", "").strip() + "\n\nToo slow.")
    assert without.problem == "could not be read: no rating for Customer experience team"


def test_a_question_that_a_mail_program_has_broken_is_read_whole():
    broken = rated(between="\n").replace("connect with us 3", "connect\nwith us 3").replace("that was", "that\nwas")
    survey = parsed(HEAD + broken + "\n\nToo slow.")
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), "Too slow.")


@pytest.mark.parametrize("broken", ["to\nyour request", "to your\nrequest"])
def test_the_end_of_a_broken_question_is_no_ticket_number(broken):
    survey = parsed(HEAD + rated().replace("to your request", broken) + "\n\nToo slow.")
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), "Too slow.")


def test_quoted_printable_leftovers_are_undone():
    left = (HEAD + rated("{q}: {n}", between="=20\n")).replace("Customer Exp", "Custo=\nmer Exp")
    survey = parsed(left + "\n\nZu sp=C3=A4t.")
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), "Zu spät.")


def test_a_page_is_read_as_it_is_shown():
    rows = "".join(
        f"<tr><td style='color:#333'>{question}</td><td><b>{figure}</b></td></tr>"
        for question, figure in zip(QUESTIONS, SIX, strict=True)
    )
    page = (
        "<html><head><style>p{}</style></head><body><div style='display:none'>2 new</div><table><tr><td>"
        "<table><tr><td>Ticket</td><td><a href='https://larder.zendesk.com/agent/tickets/7300001'>#7300001</a></td></tr>"
        f"<tr><td>Customer</td><td>pat@example.com</td></tr><tr><td>Agent</td><td>Sol</td></tr></table><table>{rows}</table>"
        "<p>Too slow &amp; cold.<br>Never again.</p></td></tr></table></body></html>"
    )
    survey = parsed(page)
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert (survey.source_ticket_id, survey.customer, survey.agent) == (7300001, "pat@example.com", "Sol")
    assert survey.comment == "Too slow & cold.\nNever again."


@pytest.mark.parametrize(
    "row",
    [
        "<div><div>{q}</div><div>{n}</div></div>",
        "<dt>{q}</dt><dd>{n}</dd>",
        "<tr><td><p>{q}</p></td><td><p><b>{n}</b></p></td></tr>",
        "<p>{q}<br>{n} / 5</p>",
        "<div><span>{q}</span>\n<span>{n}</span></div>",
    ],
)
def test_a_page_may_be_built_in_many_ways(row):
    survey = parsed(f"<div>Ticket #7300001</div>{rated(row, between='')}<div>Too slow.</div>")
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), "Too slow.")
