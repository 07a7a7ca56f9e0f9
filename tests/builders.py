"""Things of the trade for tests: each with sensible parts, any of which a test may name."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money, Order
from csat_tui.domain.case import Answer, Answered, Case, Stage
from csat_tui.domain.ids import FactorId, SurveyId, TicketId, UserId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Survey, overall_rating, path_of
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.playbook import load_builtin

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""The moment at which most things in tests happen."""

SURVEY_TICKET = TicketId(9_900_001)
SOURCE_TICKET = TicketId(7_300_001)

MAIL = """\
Ticket #7300001

Customer pat@example.com

Agent Sol

The Larder Customer Experience team 1

How quickly we responded to your request 2

How easy it was for you to connect with us 3

The resolution that was provided to you 1

How knowledgeable our team member was 1

2 How valued as a customer our team member made you feel

My box was two days late and nobody could tell me why.
"""
"""A survey ticket's text as the survey tool writes it."""


@cache
def the_playbook() -> Playbook:
    """Return the strike team's playbook, read once."""
    return load_builtin("strike-team")


def ratings(*figures: int) -> dict[FactorId, int]:
    """Return ratings for the playbook's factors, in its order."""
    return {factor.id: figure for factor, figure in zip(the_playbook().factors, figures, strict=False)}


def rated(rating: float | None) -> dict[FactorId, int]:
    """Return ratings of which every one is this figure."""
    return {} if rating is None else ratings(*(int(rating) for _ in the_playbook().factors))


def a_survey(**over: Any) -> Survey:
    """Return a survey with low ratings and a comment; ratings and rating always agree."""
    if "rating" in over and "ratings" not in over:
        over["ratings"] = rated(over["rating"])
    parts: dict[str, Any] = {
        "source": f"ticket:{SURVEY_TICKET}",
        "received_at": NOON,
        "survey_ticket_id": SURVEY_TICKET,
        "source_ticket_id": SOURCE_TICKET,
        "customer": "pat@example.com",
        "agent": "Sol",
        "ratings": ratings(1, 2, 3, 1, 1, 2),
        "comment": "My box was two days late and nobody could tell me why.",
    }
    parts |= over
    return Survey(**parts | {"rating": overall_rating(parts["ratings"], the_playbook())})


def a_ticket(**over: Any) -> Ticket:
    """Return a solved source ticket."""
    parts: dict[str, Any] = {
        "id": SOURCE_TICKET,
        "subject": "Where is my box?",
        "status": Status.SOLVED,
        "created_at": NOON,
        "updated_at": NOON,
        "channel": "email",
        "requester_id": UserId(11),
        "requester_name": "Pat",
        "requester_email": "pat@example.com",
        "assignee_id": UserId(21),
        "assignee_name": "Sol",
    }
    return Ticket(**parts | over)


def a_survey_ticket(**over: Any) -> Ticket:
    """Return an open survey ticket whose text is `MAIL`."""
    parts: dict[str, Any] = {
        "id": SURVEY_TICKET,
        "subject": "Survey response",
        "status": Status.OPEN,
        "description": MAIL,
        "tags": ("survey",),
    }
    return a_ticket(**parts | over)


def a_message(**over: Any) -> Message:
    """Return a public message of the customer's."""
    parts: dict[str, Any] = {
        "id": 501,
        "ticket_id": SOURCE_TICKET,
        "created_at": NOON,
        "author": Author.CUSTOMER,
        "author_name": "Pat",
        "public": True,
        "body": "My box never arrived.",
        "channel": "email",
    }
    return Message(**parts | over)


def an_issue(**over: Any) -> LoggedIssue:
    """Return a late delivery logged for the source ticket."""
    parts: dict[str, Any] = {
        "id": "I-1",
        "category": "late-delivery",
        "logged_by": "Sol",
        "logged_at": NOON,
        "order_id": "O-1",
        "ticket_id": SOURCE_TICKET,
    }
    return LoggedIssue(**parts | over)


def an_accommodation(**over: Any) -> Accommodation:
    """Return a credit of 15.00 for the late delivery."""
    parts: dict[str, Any] = {
        "id": "A-1",
        "kind": "credit",
        "given_at": NOON,
        "amount": Money(Decimal("15.00"), "USD"),
        "reason": "late delivery",
        "given_by": "Sol",
        "order_id": "O-1",
        "issue_id": "I-1",
    }
    return Accommodation(**parts | over)


def an_order(**over: Any) -> Order:
    """Return a delivered order."""
    parts: dict[str, Any] = {
        "id": "O-1",
        "placed_at": NOON,
        "items": ("Lentil stew", "Baked trout"),
        "total": Money(Decimal("59.90"), "USD"),
        "status": "delivered",
    }
    return Order(**parts | over)


def an_account(**over: Any) -> Account:
    """Return an account with one order, one logged issue and one credit that the guide allows."""
    parts: dict[str, Any] = {
        "id": "C-1",
        "email": "pat@example.com",
        "name": "Pat",
        "plan": "6 meals a week",
        "subscription_status": "active",
        "orders": (an_order(),),
        "issues": (an_issue(),),
        "accommodations": (an_accommodation(),),
    }
    return Account(**parts | over)


def answered(**answers: str) -> dict[str, Answered]:
    """Return answers by check id, with underscores for hyphens: `answered(issue_logged="yes")`."""
    return {
        check_id: Answered(check_id, Answer(answer), NOON)
        for check_id, answer in ((name.replace("_", "-"), answer) for name, answer in answers.items())
    }


ALIGNED = {"concern_read": "yes", "issue_logged": "yes", "within_guide": "yes"} | {
    "promise_kept": "yes",
    "mail_after_chat": "na",
    "coaching_needed": "no",
}
"""The answers of a case in which everything is in order."""

MISSED = ("better-solution",)
"""What a follow-up is about in most tests; its own field is `better`."""


def a_case(**over: Any) -> Case:
    """Return an open case with everything known and nothing answered; its path follows from its survey."""
    survey: Survey = over.get("survey") or a_survey()
    parts: dict[str, Any] = {
        "id": SurveyId(1),
        "survey": survey,
        "path": path_of(survey, the_playbook()),
        "stage": Stage.OPEN,
        "due_at": survey.received_at + the_playbook().contact_within,
        "survey_ticket": a_survey_ticket(),
        "source_ticket": a_ticket(),
        "messages": (a_message(),),
        "account": an_account(),
    }
    return Case(**parts | over)


def an_aligned_case(**over: Any) -> Case:
    """Return a case whose every check is answered as it is where nothing is amiss."""
    return a_case(**{"answers": answered(**ALIGNED)} | over)
