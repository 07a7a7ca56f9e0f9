"""The wording of a case's own texts: what keeps a decision back, what does not, and what replies begin with."""

import pytest

from csat_tui.domain.case_wording import (
    begin_with,
    saved_replies_for,
    sort_of,
    wording_errors,
    wording_facts,
    wording_of,
)
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.decide import blockers
from csat_tui.domain.wording import Level
from csat_tui.effects.mail import MailTemplate
from csat_tui.playbook import builtin_names, load_builtin
from tests.builders import a_case, a_message, a_survey, an_account, an_order, the_playbook

FOLLOW_UP = the_playbook().outcome("follow-up")
FINE = "Hi Pat,\n\nthank you for writing. I am sorry for the inconvenience; the credit is on your account today."


def needed(reply):
    """Return what the words of a reply still need for a follow-up."""
    found = blockers(a_case(), FOLLOW_UP, {"reply": reply}, the_playbook())
    return [(lack.field_id, lack.sentence) for lack in found if "words" in lack.sentence]


def test_an_error_in_the_reply_keeps_the_decision_back_and_names_the_field():
    assert needed(FINE + " It was our mistake.") == [
        (
            "reply",
            "the reply needs other words: “our mistake” admits a fault: apologise for the inconvenience instead,"
            " and say what happens now.",
        )
    ]


def test_warnings_keep_nothing_back():
    assert {one.level for one in wording_of(a_case(), "reply", "No.", the_playbook())} == {Level.WARNING}
    assert needed("No.") == []


def test_what_a_note_admits_stays_inside():
    found = blockers(a_case(), FOLLOW_UP, {"reply": FINE, "summary": "It was our mistake."}, the_playbook())
    assert [lack.sentence for lack in found if "words" in lack.sentence] == []


def test_the_rules_know_the_customer_and_their_orders():
    case = a_case(account=an_account(name="Pat Miller", orders=(an_order(id="4711"),)))
    facts = wording_facts(case, ("Sam Jones",))
    assert (facts.customer, facts.orders, facts.channel, facts.others) == (
        "Pat Miller",
        ("4711",),
        "email",
        ("Sam Jones",),
    )


def test_a_customer_may_go_by_the_name_that_they_signed_with_and_name_orders_that_nobody_else_knows():
    signed = a_message(body="Where is order 5555? It was 4711 before.\n\nKind regards\nKate", author_name="J. Miller")
    account = an_account(name="John Miller", orders=(an_order(id="4711"),))
    case = a_case(account=account, messages=(signed,))
    errors = wording_errors(case, "reply", "Hi Kate,\n\nyour order 5555 and order 4711 are here.", the_playbook())
    assert errors == ()
    errors = wording_errors(case, "reply", "Hi Rosa,\n\nyour order 6666 is here.", the_playbook())
    assert [one.sentence for one in errors] == ["“Rosa” is not this customer’s.", "“6666” is not this customer’s."]
    named = wording_of(case, "reply", "Hi Kate,\n\nall is well.", the_playbook())
    assert "by-name" not in {one.rule_id for one in named}


def test_a_field_is_looked_at_as_the_text_that_the_customer_reads():
    assert [sort_of(name, FOLLOW_UP, the_playbook()) for name in ("reply", "summary", "coaching")] == [
        "reply",
        "note",
        "",
    ]


def test_a_saved_reply_begins_with_what_is_known_and_keeps_the_other_places():
    saved = next(one for one in the_playbook().saved_replies if one.id == "late-or-lost")
    case = a_case(account=None)
    text = begin_with(saved, case, FOLLOW_UP, the_playbook(), by="Ana Ferreira")
    assert text.startswith("Hi Pat,\n\nThank you")
    assert text.endswith("Kind regards\nAna")
    assert "{order}" in text


@pytest.mark.parametrize("name", builtin_names())
def test_no_format_that_ships_stands_in_the_way_of_its_own_text(name):
    """With decent words in every field, what a format adds of itself is nothing that the rules refuse."""
    playbook = load_builtin(name)
    for outcome in playbook.outcomes:
        fields = {field.id: "Something good" for field in asked_fields(a_case(), outcome, (), playbook)}
        found = blockers(a_case(), outcome, fields, playbook)
        assert [lack.sentence for lack in found if "needs other words" in lack.sentence] == []


def test_a_mail_to_an_address_of_the_playbook_s_own_is_read_as_a_note_is():
    assert MailTemplate("pickup", "pickups@example.com", "Pick up").wording_sort == "note"
    assert MailTemplate("recap", "{customer-email}", "Recap").wording_sort == "mail"


def test_saved_replies_are_offered_by_what_was_found_and_by_the_customers_concern():
    late = a_case(survey=a_survey(comment="My box was late."))
    suited, others = saved_replies_for(late, (), the_playbook())
    assert [one.id for one in suited] == ["late-or-lost"]
    assert len(others) == len(the_playbook().saved_replies) - 1
    suited, _ = saved_replies_for(late, ("cancellation-not-done",), the_playbook())
    assert [one.id for one in suited] == ["cancelled-now", "late-or-lost"]
