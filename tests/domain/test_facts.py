"""The facts of a case under the names that texts use."""

import pytest

from csat_tui.domain.facts import FACTS, facts, group_fact
from csat_tui.domain.ticket import Author
from tests.builders import (
    NOON,
    a_case,
    a_message,
    a_survey,
    a_ticket,
    an_accommodation,
    an_account,
    an_issue,
    an_order,
    the_playbook,
)


def fact(name: str, case=None, **over) -> str:
    playbook = the_playbook()
    told = facts(case or a_case(**over), playbook.outcomes[0], (), playbook, wanted=FACTS, by="Kim Lee", at=NOON)
    return told[name]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ticket", "7300001"),
        ("survey-ticket", "9900001"),
        ("reference", "7300001"),
        ("customer", "pat@example.com"),
        ("customer-email", "pat@example.com"),
        ("customer-name", "Pat"),
        ("agent", "Sol"),
        ("rating", "1"),
        ("concern", "Late or lost delivery"),
        ("issue", "late-delivery"),
        ("logged-by", "Sol"),
        ("given", "credit 15.00 USD"),
        ("order", "O-1"),
        ("items", "Lentil stew, Baked trout"),
        ("plan", "6 meals a week"),
        ("account", "C-1"),
        ("source", "e-mail"),
        ("team", "CSAT strike team"),
        ("by", "Kim Lee"),
        ("by-first-name", "Kim"),
        ("date", "2026-03-10"),
    ],
)
def test_of_a_whole_case_each_is_known(name: str, told: str) -> None:
    assert fact(name) == told


def test_a_comment_is_one_line() -> None:
    assert fact("comment", survey=a_survey(comment="Late.\n\nAgain!")) == "Late. Again!"


def test_of_a_bare_case_each_is_empty_or_sensible() -> None:
    bare = a_case(
        survey=a_survey(source_ticket_id=None, customer="", agent="", rating=None, comment=""),
        source_ticket=None, survey_ticket=None, account=None, messages=(),
    )  # fmt: skip
    told = {name: fact(name, bare) for name in FACTS}
    known = {name for name, text in told.items() if text}
    assert known == {"survey-ticket", "reference", "outcome", "by", "by-first-name", "date", "team"}


@pytest.mark.parametrize(
    ("name", "first"), [("Pat Doe", "Pat"), ("Doe, Pat", "Pat"), ("  Pat  ", "Pat"), ("pat@example.com", "")]
)
def test_the_first_name_is_the_one_people_are_spoken_to_by(name: str, first: str) -> None:
    case = a_case(account=an_account(name=name), source_ticket=a_ticket(requester_name=name))
    assert fact("customer-first-name", case) == first


class TestTheOrder:
    def test_is_that_of_the_logged_issue_and_not_the_newest(self) -> None:
        orders = (an_order(id="O-9"), an_order(id="O-1", skus=("S-1", "S-2"), store="North"))
        case = a_case(account=an_account(orders=orders))
        assert [fact(name, case) for name in ("order", "sku", "store")] == ["O-1", "S-1, S-2", "North"]

    def test_is_the_one_that_something_was_given_for_where_nothing_was_logged(self) -> None:
        given = an_accommodation(issue_id="", order_id="O-2")
        account = an_account(issues=(), orders=(an_order(id="O-9"), an_order(id="O-2")), accommodations=(given,))
        assert fact("order", a_case(account=account)) == "O-2"

    def test_is_the_newest_where_nothing_names_one(self) -> None:
        account = an_account(issues=(), accommodations=(), orders=(an_order(id="O-9"), an_order(id="O-2")))
        assert fact("order", a_case(account=account)) == "O-9"


class TestTheSource:
    @pytest.mark.parametrize(("channel", "words"), [("chat", "chat"), ("web", "web form"), ("a_new_one", "a new one")])
    def test_is_the_channel_in_words(self, channel: str, words: str) -> None:
        assert fact("source", source_ticket=a_ticket(channel=channel)) == words

    @pytest.mark.parametrize(
        ("ticket", "words"),
        [
            (a_ticket(channel="voice", requester_name="Caller +44 (20) 555-0199"), "inbound call (+44 (20) 555-0199)"),
            (a_ticket(channel="voice", subject="Call with 020 555 0199"), "inbound call (020 555 0199)"),
            (a_ticket(channel="voice"), "inbound call"),
        ],
    )
    def test_of_a_call_has_the_number_where_there_is_one(self, ticket, words: str) -> None:
        assert fact("source", source_ticket=ticket) == words

    def test_is_a_call_where_the_first_message_is_one(self) -> None:
        assert fact("source", messages=(a_message(channel="voice", author=Author.SYSTEM),)) == "inbound call"


def test_several_issues_are_told_by_the_first_of_the_ticket() -> None:
    issues = (an_issue(id="I-2", category="quality", ticket_id=None), an_issue())
    assert fact("issue", account=an_account(issues=issues)) == "late-delivery"


def test_a_group_of_findings_has_a_name_that_fits_into_braces() -> None:
    assert group_fact("Missed opportunity: our side") == "missed-opportunity-our-side"


@pytest.mark.parametrize(
    ("name", "spoken_to"),
    [
        ("Dr. Ana Gómez", "Ana"), ("Prof. Dr. Gómez, Ana", "Ana"), ("Mrs Lee", "Lee"), ("Pat Miller", "Pat"),
        ("Miller, Pat", "Pat"), ("J. Miller", "Miller"), ("李", "李"),
    ],
)  # fmt: skip
def test_a_customer_is_greeted_by_the_name_that_the_wording_rules_expect(name, spoken_to):
    case = a_case(account=an_account(name=name), survey=a_survey(customer=name))
    known = facts(case, the_playbook().outcomes[0], (), the_playbook(), wanted={"customer-first-name"})
    assert known["customer-first-name"] == spoken_to
