"""The accommodation guide: which limit speaks against what was given, and what is only said without an answer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.account import Accommodation, Money
from csat_tui.domain.case import Answer, Suggestion
from csat_tui.domain.evidence import suggest
from tests.builders import NOON, a_case, an_accommodation, an_account, an_issue, the_playbook


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def judged(*accommodations: Accommodation, **account: object) -> Suggestion:
    case = a_case(account=an_account(accommodations=accommodations, **account))
    found = suggest(case, "within-guide", the_playbook())
    assert found is not None
    return found


def credit(number: int, amount: str, days_before: int = 0, **over: object) -> Accommodation:
    return an_accommodation(id=f"A-{number}", amount=usd(amount), given_at=NOON - timedelta(days=days_before), **over)


ELSEWHERE = {"issue_id": "I-0", "order_id": "O-0"}


@pytest.mark.parametrize(
    ("several", "answer", "fact"),
    [
        (("7.50", "7.50"), Answer.YES, "together: credit 15.00 USD"),
        (("7.50", "7.51"), Answer.NO, "credit 15.01 USD given in 2 parts, guide allows 15.00"),
        (("5", "5", "5.01"), Answer.NO, "credit 15.01 USD given in 3 parts, guide allows 15.00"),
    ],
)
def test_parts_of_one_kind_are_measured_together(several: tuple[str, ...], answer: Answer, fact: str) -> None:
    found = judged(*(credit(number, amount) for number, amount in enumerate(several)))
    assert found.answer is answer
    assert fact in found.evidence


def test_the_earlier_accommodation_is_named_with_its_reason_and_the_sum() -> None:
    found = judged(credit(2, "15.00"), credit(1, "12.00", 12, reason="late again", **ELSEWHERE))
    assert found.answer is Answer.NO
    assert found.evidence[-1] == (
        "credit 12.00 USD already given 12 d before (late again), guide allows one in 30 d; together 27.00 USD"
    )


def test_the_nearest_of_several_earlier_ones_is_named_and_all_are_summed() -> None:
    earlier = [credit(number, "10.00", days, reason="", **ELSEWHERE) for number, days in ((3, 29), (4, 5), (5, 31))]
    assert judged(credit(1, "15.00"), *earlier).evidence[-1] == (
        "credit 10.00 USD already given 5 d before, guide allows one in 30 d; together 35.00 USD"
    )


def test_what_was_given_later_is_nothing_against_this() -> None:
    assert judged(credit(1, "15.00"), credit(2, "15.00", -3, **ELSEWHERE)).answer is Answer.YES


def test_a_replacement_and_a_credit_for_one_issue_are_one_too_many() -> None:
    both = (credit(1, "10.00"), an_accommodation(id="A-2", kind="replacement", amount=None))
    found = judged(*both)
    assert found.answer is Answer.NO
    assert found.evidence[-1] == "credit and replacement given together, the guide allows one or the other"


def test_a_credit_and_a_replacement_for_two_issues_are_measured_each_by_its_own() -> None:
    issues = (an_issue(), an_issue(id="I-2", category="wrong-item"))
    both = (credit(1, "15.00"), an_accommodation(id="A-2", kind="replacement", amount=None, issue_id="I-2"))
    found = judged(*both, issues=issues)
    assert found.answer is Answer.YES
    assert [line.partition(":")[0] for line in found.evidence if line.startswith("guide")] == [
        "guide for late or lost delivery",
        "guide for wrong item",
    ]


@pytest.mark.parametrize(
    ("amount", "doubt"),
    [
        (Money(Decimal("5"), "EUR"), "the guide speaks of USD, this was EUR: not comparable"),
        (None, "how much credit it was is not told; the guide allows 15.00"),
    ],
)
def test_what_cannot_be_compared_is_not_answered(amount: Money | None, doubt: str) -> None:
    found = judged(an_accommodation(amount=amount))
    assert found.answer is None
    assert found.evidence[-1] == doubt


def test_an_objection_stands_though_something_else_cannot_be_compared() -> None:
    euros = an_accommodation(id="A-2", amount=Money(Decimal("5"), "EUR"))
    assert judged(euros, an_accommodation(id="A-3", kind="refund", amount=usd("5"))).answer is Answer.NO


def test_where_nothing_was_given_though_the_guide_has_something_nobody_is_answered_for() -> None:
    found = judged()
    assert found.answer is None
    assert found.evidence == (
        "given: nothing",
        "guide for late or lost delivery: credit up to 15.00 USD, once in 30 d or replacement",
        "something may have been due",
    )


def test_kinds_are_the_same_in_any_capitals() -> None:
    assert judged(an_accommodation(kind="CREDIT")).answer is Answer.YES


AMOUNTS = st.decimals(min_value="0.01", max_value="40", places=2)


@given(st.lists(AMOUNTS, min_size=1, max_size=4), st.lists(st.integers(0, 60), max_size=3))
def test_the_answer_is_yes_exactly_where_the_sum_and_the_period_allow_it(
    parts: list[Decimal], days_before: list[int]
) -> None:
    now = [credit(number, str(part)) for number, part in enumerate(parts)]
    earlier = [credit(100 + number, "1.00", days, **ELSEWHERE) for number, days in enumerate(days_before)]
    allowed = sum(parts) <= 15 and all(days >= 30 for days in days_before)
    assert judged(*now, *earlier).answer is (Answer.YES if allowed else Answer.NO)
