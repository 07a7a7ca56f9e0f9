"""Who is alerted of what: one message of each kind for a recipient over all their groups."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.recovery.alert_plan import (
    AlertPlan,
    AlertSurvey,
    alert_recipients,
    alert_schedule,
    halves,
    part_in_words,
    plan_alerts,
    report_mail,
    text_message,
    unhappy_customers,
)
from csat_tui.domain.recovery.alerting import AlertKind, AlertPeriod, due_periods
from csat_tui.domain.recovery.rules import AlertContact, RecoveryRules, SupportGroup

JOSS = AlertContact("Joss", "joss@example.net", "+15550100")
IMKE = AlertContact("Imke", "imke@example.net", "+15550101")
BEA = AlertContact("Bea", "bea@example.net")
RULES = RecoveryRules(
    time_zone="Europe/Berlin",
    alert_time=time(9),
    weekend_alerts=False,
    groups=(
        SupportGroup("care", "Care", ("Care",), JOSS),
        SupportGroup("orders", "Orders", ("Orders",), IMKE, (AlertContact("Joss A.", "Joss@example.net"),)),
        SupportGroup("billing", "Billing", ("Billing",), BEA),
    ),
)
MONDAY = datetime(2026, 3, 9, 8, tzinfo=UTC)


def period(ends: datetime = MONDAY) -> AlertPeriod:
    [found] = due_periods(alert_schedule(RULES), None, ends).periods
    return found


def survey(number: int, group: str = "care", customer: str = "", problem: str = "") -> AlertSurvey:
    who = customer or f"c{number}@example.org"
    return AlertSurvey(f"ticket:{number}", MONDAY - timedelta(hours=number), who, group, problem)


def planned(plan: AlertPlan) -> dict[tuple[str, AlertKind], list[str]]:
    return {(one.recipient.name, one.kind): [each.source for each in one.surveys] for one in plan.alerts}


def test_each_recipient_has_one_message_of_a_kind_over_all_their_groups() -> None:
    plan = plan_alerts(RULES, period(), [survey(1), survey(2, "orders"), survey(3)], texts=True)
    assert planned(plan) == {
        ("Joss", AlertKind.REPORT): ["ticket:3", "ticket:2", "ticket:1"],
        ("Joss", AlertKind.TEXT): ["ticket:3", "ticket:2", "ticket:1"],
        ("Imke", AlertKind.REPORT): ["ticket:2"],
        ("Imke", AlertKind.TEXT): ["ticket:2"],
    }
    assert plan.remarks == ()


def test_one_person_in_two_groups_is_one_recipient_whatever_the_case_of_the_address() -> None:
    assert [(one.name, one.groups) for one in alert_recipients(RULES)] == [
        ("Joss", ("care", "orders")), ("Imke", ("orders",)), ("Bea", ("billing",)),
    ]  # fmt: skip


def test_a_day_without_an_unhappy_customer_alerts_nobody() -> None:
    assert plan_alerts(RULES, period(), [], texts=True).alerts == ()


def test_a_survey_of_an_unknown_group_alerts_nobody_and_is_there_to_be_fixed() -> None:
    no_segment = survey(3, problem="its segment is missing")
    plan = plan_alerts(RULES, period(), [survey(1), survey(2, ""), no_segment], texts=True)
    assert {source for sources in planned(plan).values() for source in sources} == {"ticket:1"}
    assert [one.source for one in plan.to_fix] == ["ticket:3", "ticket:2"]


def test_who_has_no_phone_gets_the_report_alone() -> None:
    assert list(planned(plan_alerts(RULES, period(), [survey(1, "billing")], texts=True))) == [
        ("Bea", AlertKind.REPORT)
    ]


def test_without_a_service_for_text_messages_the_reports_go_all_the_same() -> None:
    plan = plan_alerts(RULES, period(), [survey(1), survey(2, "orders")], texts=False)
    assert list(planned(plan)) == [("Joss", AlertKind.REPORT), ("Imke", AlertKind.REPORT)]


def test_a_group_without_a_lead_is_said_and_the_others_are_alerted() -> None:
    nobody = SupportGroup("shop", "Shop", ("Shop",), AlertContact("", ""))
    rules = RecoveryRules(groups=(*RULES.groups, nobody))
    plan = plan_alerts(rules, period(), [survey(1, "shop"), survey(2)], texts=True)
    assert list(planned(plan)) == [("Joss", AlertKind.REPORT), ("Joss", AlertKind.TEXT)]
    [said] = plan.remarks
    assert said.startswith("Support group “Shop” has no lead, so that nobody there is alerted of 1 survey;")


@pytest.mark.parametrize(("day", "waits"), [(6, False), (7, True), (8, True), (9, False)])
def test_at_the_weekend_the_text_message_waits_and_the_report_does_not(day: int, *, waits: bool) -> None:
    ends = datetime(2026, 3, day, 8, tzinfo=UTC)
    plan = plan_alerts(RULES, period(ends), [survey(1)], texts=True)
    due = {one.kind: one.due_at for one in plan.alerts}
    assert due == {AlertKind.REPORT: ends, AlertKind.TEXT: MONDAY if waits else ends}


customers = st.sampled_from(["", "ana@example.org", "ANA@example.org ", "bob@example.org"])


@given(st.lists(customers, max_size=8))
def test_customers_are_counted_each_once_and_surveys_of_nobody_each_as_one(names: list[str]) -> None:
    surveys = [AlertSurvey(f"ticket:{n}", MONDAY, name) for n, name in enumerate(names)]
    told = {name.strip().lower() for name in names if name}
    assert unhappy_customers(surveys) == len(told) + names.count("")


def test_the_text_message_says_how_many_and_of_which_day_and_names_nobody() -> None:
    local = [one.astimezone(RULES.zone) for one in (period().begins, period().ends)]
    assert text_message(local[0], local[1], 3, 4, report=True) == (
        "3 unhappy customers (4 surveys) in the 24 hours to Mon 9 Mar 09:00. The report is in your mail."
    )
    assert text_message(local[0] + timedelta(hours=2), local[1], 1, 1, report=False) == (
        "1 unhappy customer from Sun 8 Mar 11:00 to Mon 9 Mar 09:00."
    )


def test_a_mail_says_which_part_of_a_report_it_brings() -> None:
    local = [one.astimezone(RULES.zone) for one in (period().begins, period().ends)]
    subject, body = report_mail("Joss", local[0], local[1], 2, 2, part_in_words("ab"))
    assert subject == ("Service recovery, Mon 9 Mar 2026: 2 unhappy customers (the second half of the first half)")
    assert "this is the second half of the first half." in body


@given(st.lists(st.text(max_size=3), min_size=2, unique=True))
def test_halves_lose_nothing_and_are_both_smaller(sources: list[str]) -> None:
    first, second = halves(sources)
    assert [*first, *second] == sources
    assert max(len(first), len(second)) < len(sources)


def test_the_period_of_a_monday_is_the_day_before() -> None:
    assert (period().day, period().ends) == (date(2026, 3, 9), MONDAY)
