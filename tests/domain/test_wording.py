"""What the wording rules say about a text, kind by kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.wording import (
    Level,
    SavedReply,
    WordingFacts,
    WordingKind,
    WordingRule,
    apply_fix,
    remarks,
)
from tests.builders import the_playbook

PAT = WordingFacts("Pat Miller", ("4711", "4712"), "chat", ("Sam Jones",))
SAVED = SavedReply(
    "late",
    "Late",
    "Hi {customer-first-name},\n\nthank you for telling us how this delivery went. I am sorry that you had to wait.\n\n"
    "[ADD WHAT YOU DID] is on your account by {date}, and you will see it there.\n\nKind regards\n{by}",
)


def a_rule(kind, **over):
    parts = {"id": kind.value, "kind": kind, "level": Level.WARNING, "on": ("reply",), "message": "“{found}”"}
    return WordingRule(**parts | over)


def said(text, rule, facts=PAT, saved=(), **more):
    """Return what a rule remarks on, with its fixes."""
    return [(text[one.start : one.end], *one.fixes) for one in remarks(text, "reply", facts, (rule,), saved, **more)]


FAULT = a_rule(
    WordingKind.EXISTENCE, tokens=(r"our\s(?:fault|mistake)",), exceptions=(r"not\sour\sfault", "“[^”]{0,99}”")
)


def test_words_that_must_not_be_there_are_found_in_any_capitals_and_over_a_line_s_end():
    assert said("It was OUR fault, our\nmistake.", FAULT) == [("OUR fault",), ("our\nmistake",)]


def test_words_within_other_words_are_left_alone():
    assert said("Flour faulty, our faults", FAULT) == []


def test_exceptions_cover_quotes_and_turns_of_phrase():
    assert said("You wrote “it is our fault”; it was not our fault.", FAULT) == []


def test_the_customer_s_own_name_is_no_word():
    rule = a_rule(WordingKind.EXISTENCE, tokens=("never",))
    assert said("Dear Ann Never, we never do.", rule, WordingFacts("Ann Never")) == [("never",)]


def test_a_curly_apostrophe_is_an_apostrophe():
    assert said("We can’t.", a_rule(WordingKind.EXISTENCE, tokens=("can't",))) == [("can’t",)]


def test_better_words_keep_the_capital():
    rule = a_rule(WordingKind.SUBSTITUTION, tokens=("complaint",), swap={"complaint": "feedback|concern"})
    assert said("Complaint. complaint", rule) == [
        ("Complaint", "Feedback", "Concern"),
        ("complaint", "feedback", "concern"),
    ]


def test_words_may_be_there_so_often_and_no_oftener():
    rule = a_rule(WordingKind.OCCURRENCE, tokens=("sorry",), most=2)
    assert said("Sorry, sorry, so sorry.", rule) == [("sorry",)]


def test_required_words_are_missed_behind_the_greeting():
    rule = a_rule(WordingKind.REQUIRED, tokens=("sorry",), offer=("I am sorry, {customer-first-name}.",))
    (remark,) = remarks("Hi Pat,\n\nall is well.", "reply", PAT, (rule,))
    text, cursor = apply_fix("Hi Pat,\n\nall is well.", remark, 0)
    assert text == "Hi Pat,\n\nI am sorry, Pat.\n\nall is well."
    assert text[:cursor].endswith("I am sorry, Pat.")


def test_what_stands_in_the_rest_of_a_mail_is_not_missed_in_a_field():
    rule = a_rule(WordingKind.REQUIRED, tokens=("sorry",))
    assert said("All is well.", rule, whole="So sorry. All is well.") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi {customer-first-name},", [("{customer-first-name}", "Pat")]),
        ("Hi [NAME], order XXXXXX", [("[NAME]",), ("XXXXXX",)]),
        ("<agent name> TODO ____", [("<agent name>",), ("TODO",), ("____",)]),
        ("{{ticket.id}}", [("{{ticket.id}}",)]),
        ("a < b > c, [1], <https://example.com>, <pat@example.com>, ______________", []),
    ],
)
def test_places_that_nobody_has_filled_are_found(text, found):
    assert said(text, a_rule(WordingKind.PLACEHOLDER)) == found


NAMES = a_rule(WordingKind.STRANGER, tokens=(r"order\s#?(\d+)",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi Sam,\n\nthanks", [("Sam", "Pat")]),
        ("Dear Ms Jones,", [("Ms Jones", "Pat")]),
        ("Good morning Maria!", [("Maria", "Pat")]),
        ("Hi Pat, as you told Sam Jones", [("Sam Jones", "Pat Miller")]),
        ("Your order #4713 is here", [("4713", "4711", "4712")]),
        ("Hi there,", []),
        ("Hi PAT,", []),
        ("Dear Mrs. Miller:", []),
        ("Hello Thank you for writing", []),
        ("Hi Pa", []),
        ("Dear valued customer,", []),
        ("Your order 4712 is here", []),
    ],
)
def test_other_people_s_names_and_orders_are_found(text, found):
    assert said(text, NAMES) == found


def test_without_a_name_only_those_are_strangers_who_were_written_to():
    assert said("Hi Sam,\nHi Ana, order 1", NAMES, WordingFacts("", (), "", ("Sam Jones",))) == [("Sam",)]


OWN = a_rule(WordingKind.CUSTOMER)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Hello,\nthanks", "Pat Miller", [("Hello", "Hello Pat")]),
        ("Thanks for writing", "Miller, Pat", [("", "Hi Pat,")]),
        ("hi pat,", "Pat Miller", []),
        ("Dear Mr Miller,", "Pat Miller", []),
        ("Hola Jose,", "José Ñandú", []),
        ("Thanks", "pat@example.com", []),
        ("Thanks", "", []),
        (
            "Thank you for all of it, which may have been a lot to ask of you, and it will",
            "May Will",
            [("", "Hi May,")],
        ),
    ],
)
def test_the_customer_s_name_is_missed_where_it_is_known(text, name, found):
    assert said(text, OWN, WordingFacts(name)) == found


TOUCH = a_rule(WordingKind.SIMILARITY, share=0.9)
FILLED = (
    "Hi Pat,\n\nThank you for telling us how this delivery went. I am sorry that you had to wait.\n\n"
    "A credit of ten dollars is on your account by Friday, and you will see it there.\n\nKind regards\nAna"
)


def test_a_saved_reply_that_was_only_filled_in_asks_for_a_personal_touch():
    assert said(FILLED, TOUCH, saved=(SAVED,)) == [("",)]


def test_a_saved_reply_with_words_of_one_s_own_does_not():
    own = FILLED.replace("Kind", "Your words about your daughter's birthday stayed with me all morning.\n\nKind")
    assert said(own, TOUCH, saved=(SAVED,)) == []


def test_a_text_that_has_one_phrase_of_a_saved_reply_is_one_s_own():
    assert said("I am sorry that you had to wait.", TOUCH, saved=(SAVED,)) == []


def test_rules_hold_for_their_sort_of_text_and_their_channels():
    rule = a_rule(WordingKind.EXISTENCE, tokens=("no",), channels=("voice",))
    assert remarks("no", "reply", PAT, (rule,)) == ()
    assert remarks("no", "note", WordingFacts(channel="voice"), (rule,)) == ()
    assert len(remarks("no", "reply", WordingFacts(channel="voice"), (rule,))) == 1


def test_errors_come_first_and_then_the_order_of_the_text():
    late = a_rule(WordingKind.EXISTENCE, id="late", level=Level.ERROR, tokens=("z",))
    early = a_rule(WordingKind.EXISTENCE, id="early", tokens=("a",))
    assert [one.rule_id for one in remarks("a z a", "reply", PAT, (early, late))] == ["late", "early", "early"]


def test_nothing_is_said_about_an_empty_text():
    assert remarks(" \n", "reply", PAT, the_playbook().wording) == ()


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(["Hi", "Sam Jones,", "{x}", "[NAME]", "no", "our fault\n", "“", "”", "order 12", "é"])
    ).map(" ".join)
)
def test_every_fix_of_every_remark_can_be_put_in(text):
    """Whatever a text is, each remark lies within it, and its fix changes nothing around its place."""
    playbook = the_playbook()
    for remark in remarks(text, "reply", PAT, playbook.wording, playbook.saved_replies):
        assert 0 <= remark.start <= remark.end <= len(text)
        for index, fix in enumerate(remark.fixes):
            mended, cursor = apply_fix(text, remark, index)
            assert mended[:cursor].endswith(fix)
            space = "" if remark.start < remark.end else " "
            expected = f"{text[: remark.start]}{space}{fix}{space}{text[remark.end :]}"
            assert mended.split() == expected.split()


def test_an_agents_name_under_a_reply_admits_nothing() -> None:
    facts = WordingFacts(customer="Pat Miller", agents=("Ines Maier", "Cass"))
    rules = [rule for rule in the_playbook().wording if rule.kind is WordingKind.ADMISSION]
    assert rules
    for text in ("Ines", "Ines Maier", "Cass and Ines", "Ines from the team", "Thank you.\n\nInes"):
        assert remarks(text, "reply", facts, rules) == (), text
