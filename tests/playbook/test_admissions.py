"""The rule about admissions of fault, measured on sentences that it was not written for.

Each numbered batch was written before the rule had seen it; the rules and the learned weights have used them since.
The two files that begin with “unseen” measure what is left: nothing was ever changed or learned because of them. At
their only look 0.96 of the admissions were caught and 0.97 of the others let pass. They and batch 10 are by
one author, so that a stranger's sentences may do a little worse.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.wording import Level, WordingFacts, remarks
from csat_tui.playbook import load_builtin

HERE = Path(__file__).parent / "admissions"
FACTS = WordingFacts(customer="Pat Miller", agents=("Cass Lind", "Maria Lopez", "Ron", "Priya"))
RULES = {
    name: tuple(rule for rule in load_builtin(name).wording if rule.kind == "admission")
    for name in ("strike-team", "retail")
}
WANTED = 0.95


def sentences(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line]


def marked(text: str, facts: WordingFacts = FACTS, playbook: str = "strike-team") -> list[str]:
    """Return the words that the rule marks in a reply."""
    return [text[one.start : one.end] for one in remarks(text, "reply", facts, RULES[playbook])]


BAD = [*sorted(file.name for file in HERE.glob("admissions_*.txt")), "unseen_admissions.txt"]
GOOD = [*sorted(file.name for file in HERE.glob("good_*.txt")), "unseen_good.txt"]


@pytest.mark.parametrize("name", BAD)
def test_admissions_are_caught(name: str) -> None:
    all_of_them = sentences(name)
    missed = [text for text in all_of_them if not marked(text)]
    assert len(missed) <= (1 - WANTED) * len(all_of_them), missed


@pytest.mark.parametrize("name", GOOD)
def test_what_admits_nothing_is_let_pass(name: str) -> None:
    all_of_them = sentences(name)
    caught = [(text, marked(text)) for text in all_of_them if marked(text)]
    assert len(caught) <= (1 - WANTED) * len(all_of_them), caught


KNOWN = {
    "We've short-changed you by £6.20 and it will be put right today.",
    "Regrettably, the bank failed to act on your instruction dated 4 May.",
    "We disagree that the advice you were given was wrong.",
}
"""The only sentences of the numbered batches that the rule judges wrongly; each that it gets right goes from here."""


@pytest.mark.parametrize("name", [name for name in (*BAD, *GOOD) if not name.startswith("unseen")])
def test_what_the_rule_has_learned_it_keeps(name: str) -> None:
    wrong = {text for text in sentences(name) if bool(marked(text)) is not (name in BAD)}
    assert wrong <= KNOWN


def test_each_word_of_the_rule_s_lists_tells_in_its_place() -> None:
    assert [text for text in sentences("words_that_admit.txt") if not marked(text)] == []
    assert [text for text in sentences("words_that_do_not.txt") if marked(text)] == []


def test_there_are_enough_sentences_of_both_sorts() -> None:
    assert min(sum(len(sentences(name)) for name in names) for names in (BAD, GOOD)) >= 400


def test_the_reply_of_the_report_is_caught_in_each_of_its_admissions() -> None:
    text = "incorrect information by our team; Cass was wrong and forgot your refund. We did not cancel your order."
    assert marked(text) == ["incorrect information", "Cass was wrong and forgot", "We did not cancel"]


@pytest.mark.parametrize("playbook", list(RULES))
def test_a_remark_marks_the_words_and_says_how_to_put_it(playbook: str) -> None:
    (one,) = remarks("Hi Pat, thank you. Your message was overlooked.", "reply", FACTS, RULES[playbook])
    assert one.level is Level.ERROR
    assert one.sentence == (
        "“Your message was overlooked” admits a fault: apologise for the inconvenience instead, and say what happens"
        " now."
    )


def test_an_agent_is_known_by_name_and_the_customer_is_not_one_of_ours() -> None:
    text = "As I see it, Robin forgot the code."
    assert marked(text, replace(FACTS, agents=("Robin Vale",))) == ["Robin forgot"]
    assert marked(text, WordingFacts(customer="Robin Vale")) == []


def test_she_is_the_agent_who_was_spoken_of_and_not_the_driver() -> None:
    assert marked("Our agent answered you on Monday. She forgot the code.") == ["She forgot"]
    assert marked("The driver came on Monday. He forgot the second box.") == []


def test_quoted_words_are_the_customers() -> None:
    assert marked("You wrote “our mistake was to trust you”.\n> We forgot your refund\nThank you.") == []


@given(st.text(), st.sampled_from(["We forgot your refund.", "This was our mistake.", "Nobody called you back."]))
def test_no_text_breaks_the_rule_and_marks_lie_within_it(text: str, admission: str) -> None:
    whole = f"{text}\n\n{admission}"
    found = remarks(whole, "reply", FACTS, RULES["strike-team"])
    assert all(0 <= one.start < one.end <= len(whole) for one in found)
    assert any(one.start >= len(text) + 2 for one in found) or "“" in text or '"' in text


SALAD = (
    "we i our your the agent not never was were have been did forgot , . ; ' - should by us for sorry mistake wrong"
    " and but if you that who to of told gave is ? no one nobody 's which"
)


@given(st.text(), st.integers(0, 30))
def test_any_salad_of_its_own_words_is_read(seed: str, length: int) -> None:
    words = SALAD.split(" ")
    marked(" ".join(words[ord(sign) % len(words)] for sign in seed[: length + 1]))
