"""What `r` takes over: what the records support, and their silence only where the playbook says that it is enough."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.domain.case import EITHER, Answer, Case, Suggestion
from csat_tui.domain.evidence import answer_in_order, suggest
from csat_tui.domain.playbook import Check
from csat_tui.domain.ticket import Author
from tests.builders import (
    NOON,
    a_case,
    a_message,
    a_survey,
    an_accommodation,
    an_account,
    an_issue,
    answered,
    the_playbook,
)

CHECK = Check("c", "Fine?", suggest="promise-kept")
SILENT = replace(CHECK, silence=True)


def rest(case: Case) -> dict[str, Answer]:
    """Answer what `r` would."""
    book = the_playbook()
    found = {one: answer_in_order(book.checks[one], suggest(case, one, book), case) for one in case.path.checks}
    return {name: answer for name, answer in found.items() if answer is not None}


def agent(body: str, hours: int = 1):
    return a_message(
        id=600 + hours, author=Author.AGENT, author_name="Sol", body=body, created_at=NOON + timedelta(hours=hours)
    )


@pytest.mark.parametrize(
    ("check", "suggestion", "taken"),
    [
        (CHECK, Suggestion(Answer.YES, ("a fact",)), Answer.YES),
        (CHECK, Suggestion(Answer.NOT_APPLICABLE, ("a fact",)), Answer.NOT_APPLICABLE),
        (CHECK, Suggestion(Answer.NO, ("a fact",)), None),
        (CHECK, Suggestion(None, ("a doubt",)), None),
        (CHECK, Suggestion(None, ("nothing found",), silent=True), None),
        (CHECK, None, None),
        (SILENT, Suggestion(None, ("nothing found",), silent=True), Answer.YES),
        (SILENT, Suggestion(None, ("a doubt",)), None),
        (SILENT, Suggestion(Answer.NO, ("a fact",)), None),
        (SILENT, None, Answer.YES),
        (replace(SILENT, in_order="no"), None, Answer.NO),
        (replace(CHECK, in_order=EITHER), None, None),
        (replace(CHECK, in_order=EITHER), Suggestion(Answer.YES, ("a fact",)), None),
    ],
)
def test_only_what_the_records_support_is_taken_over(
    check: Check, suggestion: Suggestion | None, taken: Answer | None
) -> None:
    assert answer_in_order(check, suggestion, a_case()) is taken


def test_silence_is_not_enough_where_the_contact_cannot_be_read() -> None:
    assert answer_in_order(SILENT, None, a_case(messages=())) is None
    assert answer_in_order(SILENT, None, a_case(survey=a_survey(problem="no factor could be read"))) is None


def test_where_the_records_support_everything_all_is_answered() -> None:
    case = a_case(messages=(a_message(), agent("I have put a $15.00 credit on your account.")))
    assert rest(case) == {name: one.answer for name, one in answered(
        concern_read="yes", issue_logged="yes", within_guide="yes", promise_kept="yes", mail_after_chat="na",
        coaching_needed="no",
    ).items()}  # fmt: skip


def test_a_meal_swap_that_was_called_done_and_never_made_is_not_in_order() -> None:
    messages = (
        a_message(body="Please swap the stew for the curry. My kid does not eat the first."),
        agent("Hi Pat, done! Enjoy the curry."),
        a_message(id=700, body="The stew is here. You wrote done.", created_at=NOON + timedelta(days=3)),
    )
    account = an_account(issues=(an_issue(category="subscription-change"),), accommodations=())
    survey = a_survey(comment="Meal swap confirmed but never made. Do you even check?")
    case = a_case(messages=messages, account=account, survey=survey)
    taken = rest(case)
    assert "promise-kept" not in taken
    assert "within-guide" not in taken
    evidence = suggest(case, "promise-kept", the_playbook()).evidence
    assert "the survey says otherwise: “Meal swap confirmed but never made.”" in evidence
    assert "something may have been due" in suggest(case, "within-guide", the_playbook()).evidence


def test_a_source_ticket_that_is_gone_says_nothing_of_promises() -> None:
    taken = rest(a_case(messages=(), source_ticket=None))
    assert not {"promise-kept", "concern-read", "coaching-needed", "mail-after-chat"} & set(taken)


@pytest.mark.parametrize(
    ("comment", "messages"),
    [
        ("Days late!", (a_message(body="It is late"), agent("All set, your next box goes to the new place."))),
        ("Days late!", (a_message(body="It is late"), agent("Sorry about that."))),
        (
            "Days late, and the credit never came.",
            (a_message(body="It is late"), agent("I have put a $15.00 credit on your account.")),
        ),
        ("Days late!", (a_message(body="It is late"), agent("I have put a $25.00 credit on your account."))),
        ("Days late!", (a_message(body="Late"), agent("I added a $15 credit. I will also change your address."))),
        ("Days late!", (a_message(body="Late"), agent("Ich habe Ihnen 15 Dollar gutgeschrieben."))),
    ],
)
def test_no_promise_that_the_account_does_not_show_is_taken_for_kept(comment: str, messages: tuple) -> None:
    assert "promise-kept" not in rest(a_case(survey=a_survey(comment=comment), messages=messages))


def test_what_was_given_and_not_asked_for_by_the_concern_stays_open_with_both_readings() -> None:
    """Logged as late, complained of as warm: the credit is right for the one and not for the other."""
    survey = a_survey(comment="It came on time, but the food was warm and smelled sour.")
    case = a_case(survey=survey, messages=(a_message(body="The chicken was warm."),), account=an_account())
    found = suggest(case, "within-guide", the_playbook())
    assert suggest(case, "issue-logged", the_playbook()).answer is Answer.NO
    assert found.answer is None
    assert "guide for late or lost delivery, as logged: credit up to 15.00 USD, once in 30 d or replacement" in (
        found.evidence
    )
    assert any(
        line.startswith("guide for spoiled or warm on arrival, by the customer's words: ") for line in found.evidence
    )
    assert found.evidence[:2] == (
        "given: credit 15.00 USD",
        "as logged: within the guide; by the customer's words: not within the guide",
    )


def test_where_both_readings_agree_the_answer_stands() -> None:
    survey = a_survey(comment="A meal was missing.")
    account = an_account(
        issues=(an_issue(category="quality"),), accommodations=(an_accommodation(amount=None, kind="refund"),)
    )
    case = a_case(survey=survey, messages=(a_message(body="One meal is missing"),), account=account)
    assert suggest(case, "within-guide", the_playbook()).answer is Answer.NO


@pytest.mark.parametrize(
    "comment", ["箱が一日遅れて届きました。", "הקופסה הגיעה יום אחד מאוחר מדי", "Коробка опоздала на день"]
)
def test_a_comment_in_another_script_is_not_judged_by_somebody_elses_words(comment: str) -> None:
    case = a_case(survey=a_survey(comment=comment), messages=(a_message(body="My box never arrived."),))
    for check in ("issue-logged", "within-guide"):
        found = suggest(case, check, the_playbook())
        assert found.answer is None, found
        assert any("cannot be judged" in line for line in found.evidence)


def test_a_comment_in_another_language_is_judged_by_the_patterns_for_it_or_not_at_all() -> None:
    case = a_case(survey=a_survey(comment="Die Box kam zwei Tage zu spät."), messages=())
    book = the_playbook()
    said = suggest(case, "issue-logged", book, lambda text: "de" if "Box" in text else "")
    assert said.answer is None
    assert "the comment is in German" in said.evidence[-1]
    import re

    issues = tuple(
        replace(one, match_in={"de": (re.compile("zu spät", re.IGNORECASE),)}) if one.id == "late-delivery" else one
        for one in book.issues
    )
    german = replace(book, issues=issues)
    said = suggest(case, "issue-logged", german, lambda text: "de" if "Box" in text else "")
    assert said.answer is Answer.YES
    assert "concern: late or lost delivery — “zu spät”" in said.evidence
