"""Survey tickets: what the survey tool wrote, in whatever order it wrote it."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csat_tui.intake import parse_survey
from tests.builders import MAIL, NOON, SOURCE_TICKET, SURVEY_TICKET, a_survey_ticket, ratings, the_playbook

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


@pytest.mark.parametrize(
    "form",
    [
        "{q} {n}",
        "{n} {q}",
        "{q}: {n}",
        "{q} - {n}",
        "{n} - {q}",
        "{n}: {q}",
        "{q} ({n})",
        "[{n}] {q}",
        "{q} {n}/5",
        "{q}\t{n}",
        "  {q}   {n}  ",
        "1. {q} {n}",
        "{q} {n} - stars",
        "{q}\n{n}",
        "{n}\n{q}",
        "{q}\n\n  {n}",
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n"])
def test_a_rating_may_stand_before_or_behind_its_question(form, between):
    survey = parsed(HEAD + rated(form, between=between) + "\n\nToo slow.")
    assert survey.problem == ""
    assert survey.ratings == ratings(*SIX)
    assert survey.comment == "Too slow."


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


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "One line.",
        "Two lines\nof words",
        "A gap\n\n\nin the middle",
        "5 stars for the food, 1 for this",
        "5",
        "2 weeks late\n\n3 calls\n\n4",
        "How quickly we responded to your request 5",
        "I waited.\nHow easy it was for you to connect with us 5\nreally?",
        "Ticket #42\nCustomer of ten years\nAgent unknown",
        "Customer service is a joke",
        "\x1b[31mred\x1b[0m [bold]loud[/bold] \u202eback",
        "שלום, הקופסה לא הגיעה",
        "箱が遅れて届きました。",
    ],
)
def test_the_comment_is_the_customer_s_own_whatever_it_looks_like(comment):
    survey = parsed(HEAD + rated() + "\n\n" + comment + "\n")
    assert survey.comment == comment
    assert survey.ratings == ratings(*SIX)
    assert (survey.source_ticket_id, survey.customer, survey.agent) == (SOURCE_TICKET, "pat@example.com", "Sol")


@pytest.mark.parametrize(
    "invitation",
    ["Is there anything else you'd like to share about your experience?", "Comment:", "Comments", "Your feedback:"],
)
def test_the_invitation_to_comment_is_no_comment(invitation):
    assert parsed(HEAD + rated() + f"\n\n{invitation}\n\nToo slow.").comment == "Too slow."
    assert parsed(HEAD + rated() + f"\n\n{invitation}").comment == ""


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


def test_a_question_left_open_is_an_answer_too():
    survey = parsed(HEAD + rated().replace("How quickly we responded to your request 2", "How quickly we responded"))
    assert survey.problem == ""
    assert len(survey.ratings) == 5


def test_what_could_be_read_of_a_broken_survey_is_kept():
    survey = parsed("Ticket #${missing}\nCustomer pat@example.com\nAgent Sol\n\n" + rated() + "\n\nToo slow.")
    assert survey.problem == "could not be read: no ticket number"
    assert (survey.customer, survey.agent, survey.rating, survey.comment) == (
        "pat@example.com",
        "Sol",
        1.0,
        "Too slow.",
    )


def test_the_words_of_a_survey_without_ratings_are_kept():
    survey = parsed(HEAD + "Nobody helped me.\nAgent was rude.")
    assert (survey.comment, survey.agent) == ("Nobody helped me.\nAgent was rude.", "Sol")


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


@given(
    st.lists(st.integers(1, 5), min_size=6, max_size=6),
    st.permutations(range(6)),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_order_and_any_side_reads_the_same(figures, order, sides):
    body = [f"{figures[n]} {QUESTIONS[n]}" if sides[n] else f"{QUESTIONS[n]} {figures[n]}" for n in order]
    assert parsed(HEAD + "\n\n".join(body)).ratings == ratings(*figures)


@given(st.text(max_size=200))
def test_a_comment_comes_back_as_it_was_written(words):
    comment = "It was: " + words
    assert parsed(HEAD + rated() + "\n\n" + comment).comment == comment.replace("\r\n", "\n").rstrip()


# ── what was read wrongly, and what was needlessly held ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "form",
    [
        "{q} {n} out of 5",
        "{q} {n} of 5",
        "{q} {n} (scale 1-5)",
        "{q} {n} (out of 5)",
        "{q} {n} stars out of 5",
        "{q} {n} von 5",
        "{q} {n} [1-5]",
        "{q} (1-5): {n}",
        "{q} {n} (1 = worst, 5 = best)",
        "{q}: {n}.0",
        "{q}? {n}.",
        "**{q}:** {n}",
        "| {q} | {n} |",
        "- {q}: {n}",
        "> {q} {n}",
        "> > * {q} – {n}/5",
        "{q} {n}\ufe0f\u20e3",
        "{q}\u200b {n}\u200b",
        "{q}\u00a0{n}",
        "<tr><td>{q}</td><td>{n}</td></tr>",
        "{q}<br>",
        "What was your overall level of satisfaction with the below? - {q}: {n}",
        "Rating {n}: {q}",
    ],
)
def test_a_rating_is_read_however_it_is_dressed(form):
    form = form if "{n}" in form else "{q} <b>{n}</b><br>"
    survey = parsed(HEAD + rated(form, between="\n") + "\n\nToo slow.")
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert survey.comment == "Too slow."


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("5 - Disappointed", "rated “5 - Disappointed”, where the words contradict the figure"),
        ("1 - Outstanding", "rated “1 - Outstanding”, where the words contradict the figure"),
        ("2 - nobody cared", "beside Speed of the answer stands “2 - nobody cared”, which is not a rating"),
        ("nobody cared", "no rating for Speed of the answer"),
        (": nobody cared", "beside Speed of the answer stands “: nobody cared”, which is not a rating"),
        ("10 of 10", "rated “10 of 10”, which is not a rating on the scale of 1 to 5"),
        ("1 (1 = best, 5 = worst)", "which is not a rating on the scale of 1 to 5"),
        ("1 2", "rated “1 2”, which has more than one number"),
        ("★★★★★★★", "which is not a rating on the scale of 1 to 5"),
        ("Disappointed", "no rating for Speed of the answer"),
    ],
)
def test_what_stands_beside_a_question_and_is_no_rating_is_told(beside, said):
    survey = parsed(HEAD + rated().replace("your request 2", f"your request {beside}") + "\n\nToo slow.")
    assert said in survey.problem
    assert "speed" not in survey.ratings


@pytest.mark.parametrize("mark", ["-", "–", "n/a", "N/A", "skipped", "(skipped)", "-99", ": -", "- n/a"])
def test_a_mark_for_no_answer_is_a_question_left_open(mark):
    survey = parsed(HEAD + rated().replace("your request 2", f"your request {mark}"))
    assert (survey.problem, len(survey.ratings)) == ("", 5)


def test_the_first_rating_above_its_question_may_be_missing_and_then_nothing_is_guessed():
    survey = parsed(HEAD + "\n".join(rated("{n}\n{q}", between="\n").split("\n")[1:]) + "\n\nToo slow.")
    assert survey.ratings == {}
    assert survey.problem == "could not be read: no ratings; it is not clear which figure belongs to which question"
    assert survey.comment == "Too slow."


@pytest.mark.parametrize("form", ["{q} {n}", "{q}\n\n{n}", "{n}\n\n{q}"])
def test_a_comment_that_begins_with_a_figure_is_no_rating_of_the_question_left_open_above_it(form):
    whole = rated(form)
    cut = whole[: whole.rindex("How valued")] + QUESTIONS[-1]
    survey = parsed(HEAD + cut + "\n\n5\n\nNever again.")
    assert survey.ratings.get("valued") is None
    assert survey.problem


@pytest.mark.parametrize(
    "comment",
    [
        "The resolution you gave me was worth a credit of $5",
        "The resolution you gave us was useless 1",
        "How quickly you forget your customers: 5",
        "The support team was rude 2",
    ],
)
def test_a_customer_s_sentence_is_no_question_however_it_begins(comment):
    survey = parsed(HEAD + rated() + "\n\n" + comment)
    assert (survey.problem, survey.ratings, survey.comment) == ("", ratings(*SIX), comment)
    question = next(one for one in QUESTIONS if one.split()[1] in comment or one.split()[-1] in comment.split())
    without = parsed(
        HEAD + rated().replace(f"{question} {SIX[QUESTIONS.index(question)]}", "").strip() + "\n\n" + comment
    )
    assert without.problem.startswith("could not be read: ")
    assert comment in without.comment


@pytest.mark.parametrize("invitation", ["", "Is there anything else you'd like to share about your experience?\n\n"])
def test_a_comment_before_the_ratings_is_kept(invitation):
    survey = parsed(HEAD + invitation + "My box was late.\n\nNobody called.\n\n" + rated())
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert survey.comment == "My box was late.\n\nNobody called."


def test_a_comment_may_stand_on_the_line_of_its_invitation():
    survey = parsed(HEAD + rated() + "\n\nIs there anything else you'd like to share? My box was late.")
    assert (survey.problem, survey.comment) == ("", "My box was late.")


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


def test_a_survey_that_is_rated_twice_is_held():
    survey = parsed(HEAD + rated() + "\n\n" + rated(figures=(5, 5, 5, 5, 5, 5)))
    assert "Customer experience team is asked twice" in survey.problem


def test_a_scale_that_runs_the_other_way_is_told():
    survey = parsed(HEAD + "Scale: 1 = Outstanding, 5 = Disappointed\n\n" + rated())
    assert survey.problem.startswith("could not be read: “Scale: 1 = Outstanding, 5 = Disappointed” reverses the scale")
    assert parsed(HEAD + "1 = Disappointed, 5 = Outstanding\n\n" + rated()).problem == ""


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
    "comment", ["It says <br> and <p> everywhere.", "a =20 b = c", "> quoted\n> words", "**loud** & clear"]
)
def test_what_looks_like_markup_in_a_comment_stays(comment):
    assert parsed(HEAD + rated() + "\n\n" + comment).comment == comment


@pytest.mark.parametrize(
    "line",
    ["On a scale of 1 to 10, please rate:", "Rate us (0-10):", "All answers are out of 10.", "1 (best) to 5 (worst)"],
)
def test_another_scale_is_told_wherever_it_is_named_above_the_ratings(line):
    assert f"“{line}”" in parsed(HEAD + line + "\n\n" + rated()).problem


@pytest.mark.parametrize("words", ["Our support team 5", "Our support team 5\nis all I hear about."])
def test_a_line_that_stands_apart_is_not_taken_for_the_question_that_is_missing(words):
    lines = rated(between="\n").split("\n", 1)[1]
    survey = parsed(HEAD + lines + "\n\n" + words)
    assert survey.problem == "could not be read: Customer experience team is separate from the other questions"


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


@pytest.mark.parametrize(
    "row", ["{q} 1 2 [{n}] 4 5", "{q} (x) ( ) ( ) ( ) ( )", "| {q} | x | | | | |", "{q} <del>5</del> {n}"]
)
def test_what_only_a_picture_would_show_is_held(row):
    survey = parsed(HEAD + rated(row, between="\n"))
    assert survey.ratings == {}
    assert survey.problem.startswith("could not be read: no ratings; ")


def test_words_below_each_rating_go_into_the_comment():
    survey = parsed(HEAD + rated("{q}: {n}\nThey took their time.", between="\n"))
    assert (survey.problem, survey.ratings) == ("", ratings(*SIX))
    assert survey.comment.count("They took their time.") == 6
