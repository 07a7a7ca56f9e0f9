"""The parts of the rule about admissions: how a text is cut into sentences, and what the weights are learned from."""

from math import exp, sqrt

import pytest

from csat_tui.domain.wording.fault import (
    DOUBTED,
    LIKELY,
    Judgement,
    features,
    judgements,
    likelihood,
    pieces,
    score,
    words_of_sentences,
)
from csat_tui.domain.wording.fault_parts import Names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We called. You paid!", [(0, "We called."), (10, " You paid!")]),
        ("Did we? Yes; we did", [(0, "Did we?"), (7, " Yes;"), (12, " we did")]),
        ("See shop.example.com for more", [(0, "See shop.example.com for more")]),
        ("“We called.” You paid", [(0, "“We called.”"), (12, " You paid")]),
        ("Hi Pat\n\nWe called", [(0, "Hi Pat\n\n"), (8, "We called")]),
        ("Steps:\n- call\n2 pay", [(0, "Steps:\n"), (7, "- call\n"), (14, "2 pay")]),
        ("One line\nand its end", [(0, "One line\nand its end")]),
        ("Done.  ", [(0, "Done.")]),
        ("   ", []),
        ("", []),
    ],
)
def test_a_text_is_cut_where_sentences_end(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(pieces(text)) == expected


def test_what_goes_on_without_end_is_cut_at_the_last_space_before_six_hundred() -> None:
    text = "word " * 150  # 750 characters; the space of word 120 is the 600th
    assert [(begin, len(piece)) for begin, piece in pieces(text)] == [(0, 600), (600, 150)]
    assert [len(piece) for _, piece in pieces("longer " * 100)] == [595, 105]


def test_without_a_space_in_its_second_half_it_is_cut_anywhere() -> None:
    assert [(begin, len(piece)) for begin, piece in pieces("x" * 1300)] == [(0, 600), (600, 600), (1200, 100)]
    assert [len(piece) for _, piece in pieces("a " + "x" * 700)] == [600, 102]
    assert [len(piece) for _, piece in pieces("x" * 299 + " " + "x" * 600)] == [600, 300]
    assert [len(piece) for _, piece in pieces("x" * 300 + " " + "x" * 600)] == [301, 600]
    assert [len(piece) for _, piece in pieces("x" * 600)] == [600]


def test_features_are_the_words_and_their_pairs_and_all_figures_are_alike() -> None:
    assert list(features(["we", "lost", "24", "2nd"])) == [
        *("we", "lost", "0", "0"),
        *("< we", "we lost", "lost 0", "0 0", "0 >"),
    ]
    assert list(features([])) == ["< >"]


def test_the_score_is_a_logistic_one_in_which_long_sentences_weigh_no_more() -> None:
    weights = {"lost": 2.0, "we": 1.0, "": -0.5}
    assert score(frozenset(("we", "lost", "it", "all")), weights) == pytest.approx(1 / (1 + exp(-(3 / sqrt(4) - 0.5))))
    assert score(frozenset(), {}) == 0.5
    assert score(frozenset(), {"": 1.0}) == pytest.approx(1 / (1 + exp(-1)))
    assert score(frozenset(("we",)), {"we": 1e9}) == pytest.approx(1 / (1 + exp(-40)), abs=0, rel=1e-15)
    assert score(frozenset(("we",)), {"we": -1e9}) == pytest.approx(1 / (1 + exp(40)), abs=0, rel=1e-9)


def test_admissions_and_thanks_read_differently() -> None:
    assert likelihood(["we", "forgot", "your", "refund", "."]) > LIKELY
    assert likelihood(["thank", "you", "for", "your", "message", "."]) < DOUBTED


def test_agents_are_all_alike_in_what_is_learned_from() -> None:
    assert list(words_of_sentences("Robin Vale can't come. Pat paid.", ("Robin Vale",))) == [
        ["agent", "agent", "can", "not", "come", "."],
        ["pat", "paid", "."],
    ]


@pytest.mark.parametrize(
    ("by_rules", "read_as", "expected"),
    [
        (((0, 3),), 0.1, ()),
        (((0, 3),), DOUBTED, ((0, 3),)),
        (((0, 3),), 0.9, ((0, 3),)),
        ((), 0.9, ((0, 9),)),
        ((), LIKELY, ()),
        ((), 0.1, ()),
    ],
)
def test_the_weights_overrule_the_rules_where_they_are_sure(
    by_rules: tuple[tuple[int, int], ...], read_as: float, expected: tuple[tuple[int, int], ...]
) -> None:
    assert Judgement(by_rules, read_as, whole=(0, 9), ours=False, others=False).admissions == expected


def test_whom_a_pronoun_means_is_carried_from_sentence_to_sentence() -> None:
    names = Names(frozenset(("cass",)))

    def carried(text: str) -> list[tuple[bool, bool]]:
        return [(one.ours, one.others) for _, one in judgements(text, names)]

    assert carried("It rained.") == [(False, False)]
    assert carried("Our agent called. It rained. Yes.") == [(True, False)] * 3
    assert carried("Cass called. The driver came. It rained.") == [(True, False), (False, True), (False, True)]
    assert carried("The driver came. It rained. Cass called.") == [(False, True), (False, True), (True, False)]
    assert carried("Our agent met the driver.") == [(False, True)]
