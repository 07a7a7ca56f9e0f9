"""The vocabulary of the rule about admissions: the forms of a verb, and which verb a word is a form of."""

import pytest

from csat_tui.domain.wording.fault_words import fails, forms, verb, words


def found(line: str, kind: str) -> list[str]:
    """Return the forms of one kind that a line of verbs has."""
    return [form for form, _, one in forms(line) if one == kind]


def test_a_set_of_words_is_written_as_a_text() -> None:
    assert words("we i") == frozenset(("we", "i"))
    assert words(" we\n  i ") == frozenset(("we", "i"))
    assert words("") == frozenset()


@pytest.mark.parametrize(
    ("line", "base", "past", "participle"),
    [
        ("call", ["call", "calls"], ["called"], ["called"]),
        ("close", ["close", "closes"], ["closed"], ["closed"]),
        ("miss", ["miss", "misses"], ["missed"], ["missed"]),
        ("rush", ["rush", "rushes"], ["rushed"], ["rushed"]),
        ("catch caught", ["catch", "catches"], ["caught"], ["caught"]),
        ("mix", ["mix", "mixes"], ["mixed"], ["mixed"]),
        ("copy", ["copy", "copies"], ["copied"], ["copied"]),
        ("delay", ["delay", "delays"], ["delayed"], ["delayed"]),
        ("obey", ["obey", "obeys"], ["obeyed"], ["obeyed"]),
        ("destroy", ["destroy", "destroys"], ["destroyed"], ["destroyed"]),
        ("send sent", ["send", "sends"], ["sent"], ["sent"]),
        ("give gave given", ["give", "gives"], ["gave"], ["given"]),
        ("spell spelled/spelt", ["spell", "spells"], ["spelled", "spelt"], ["spelled", "spelt"]),
        ("show showed shown/showed", ["show", "shows"], ["showed"], ["shown", "showed"]),
    ],
)
def test_a_verb_is_given_with_its_irregular_forms_alone(
    line: str, base: list[str], past: list[str], participle: list[str]
) -> None:
    assert found(line, "base") == base
    assert found(line, "past") == past
    assert found(line, "participle") == participle
    assert {of for _, of, _ in forms(line)} == {base[0]}


@pytest.mark.parametrize(
    ("line", "gerunds"),
    [
        ("call", {"calling", "callling"}),
        ("close", {"closing", "closeeing"}),
        ("drop dropped", {"dropping", "droping"}),
        ("cancel cancelled/canceled", {"cancelling", "canceling"}),
        ("forget forgot forgotten", {"forgetting", "forgeting"}),
        ("log logged", {"logging", "loging"}),
        ("send sent", {"sending", "sendding"}),
    ],
)
def test_a_gerund_may_double_its_last_letter(line: str, gerunds: set[str]) -> None:
    assert set(found(line, "ing")) == gerunds


def test_several_verbs_are_parted_by_commas() -> None:
    assert [form for form, _, kind in forms("call, send sent") if kind == "past"] == ["called", "sent"]
    assert [base for _, base, kind in forms("call, send sent") if kind == "past"] == ["call", "send"]


@pytest.mark.parametrize(
    ("word", "base", "kinds"),
    [
        ("forgot", "forget", {"past"}),
        ("forgotten", "forget", {"participle"}),
        ("sent", "send", {"past", "participle"}),
        ("missed", "miss", {"past", "participle"}),
        ("sending", "send", {"ing"}),
        ("sends", "send", {"base"}),
        ("misheard", "mishear", {"past", "participle"}),
        ("allocated", "allocat", {"past", "participle"}),
        ("added", "add", {"past", "participle"}),
        ("indeed", "", set()),
        ("need", "need", {"base"}),
        ("used", "use", {"past", "participle"}),
        ("fled", "", set()),
        ("bored", "bor", {"past", "participle"}),
        ("shed", "", set()),
        ("parcel", "", set()),
    ],
)
def test_a_word_is_a_form_of_a_verb(word: str, base: str, kinds: set[str]) -> None:
    assert verb(word) == (base, frozenset(kinds))


def test_some_verbs_fail_by_themselves_and_so_does_what_is_done_amiss() -> None:
    assert fails("forget")
    assert fails("misallocat")
    assert fails("misuse")
    assert not fails("misty")
    assert not fails("send")
    assert not fails("")
