"""The rule about admissions of fault: who did what, read from the words (source document 000, step 6.1).

Our side is we and I, our teams and systems, and agents by name. What others did, what was not so, what may have been,
what is asked, and what the customer reported admits nothing. Beside the rules stands a logistic regression over the
words of a sentence and its pairs of neighbours; `make admissions` learns its weights anew from the sentences in
`tests/playbook/admissions`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from math import exp, sqrt

from csat_tui.domain.wording import fault_blame, fault_names, fault_rules, fault_states
from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_parts import Names, WordSpan
from csat_tui.domain.wording.fault_phrases import PHRASES
from csat_tui.domain.wording.fault_sentence import Sentence, read_sentence
from csat_tui.domain.wording.fault_states import TURNS
from csat_tui.domain.wording.names import fold, name_parts
from csat_tui.domain.wording.rules import Remark, WordingRule
from csat_tui.domain.wording.word_rules import CoveredSpans, TextUnderRules, excepted_spans, remark_on

WEIGHTS = "admission_weights.json"
"""The file beside this one: the weight of each word and pair, and under "" the one that every sentence has."""


def features(words: Sequence[str]) -> Iterator[str]:
    """Yield a sentence's words, and its pairs of neighbours with its beginning and its end; figures are all alike."""
    alike = ["<", *("0" if word[:1].isdigit() else word for word in words), ">"]
    yield from alike[1:-1]
    yield from (f"{one} {other}" for one, other in pairwise(alike))


def likelihood(words: Sequence[str]) -> float:
    """Return from 0 to 1 how much a sentence, as words in small letters, reads like an admission of fault."""
    return score(frozenset(features(words)), _weights())


def score(found: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the likelihood that these features have under some weights; each sentence counts as much as any other."""
    total = sum(weights.get(one, 0.0) for one in found) / sqrt(len(found) or 1) + weights.get("", 0.0)
    return 1 / (1 + exp(-max(-40.0, min(40.0, total))))


@cache
def _weights() -> Mapping[str, float]:
    weights: dict[str, float] = json.loads((files(__package__) / WEIGHTS).read_text("utf-8"))
    return weights


_END = re.compile(r"[.!?;]+(?=[\s\"')”]|$)[\"')”]{0,3}|\n\s*\n|\n(?=[ \t]{0,8}[-*•\d])")
_LONGEST = 600
"""Characters of one sentence that are read together; a text without full stops is read in such pieces."""

OURS = "agent"
"""What an agent's name counts as where a sentence is held against those learned from."""

DOUBTED = 0.2
"""Below this likelihood what a rule has found is let pass: the sentence reads like those that admit nothing."""

LIKELY = 0.7
"""Above this likelihood a sentence in which no rule finds anything is marked whole."""

FEWEST_WORDS = 4
"""Words beside our names that a sentence needs, so that the weights alone can tell what it says."""

Rule = Callable[[Sentence, int], Iterator[WordSpan]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one sentence admits, and of whom “she” and “they” speak after it; stretches are places in the sentence."""

    by_rules: tuple[tuple[int, int], ...]
    """The stretches in which a rule finds an admission."""
    likelihood: float
    """How much the sentence reads like an admission, from 0 to 1, by the learned weights."""
    whole: tuple[int, int]
    """From its first word to its last; empty where it has no word, such as “???”."""
    ours: bool
    others: bool

    @property
    def admissions(self) -> tuple[tuple[int, int], ...]:
        """What is marked: what the rules find, unless the weights speak clearly against it."""
        if self.likelihood < DOUBTED:
            return ()
        if not self.by_rules and self.likelihood > LIKELY:
            return (self.whole,)
        return self.by_rules


@lru_cache(4_000)
def _rules_for(word: str) -> tuple[Rule, ...]:
    """Return the rules that look at a word: nearly all words are none that any rule begins with."""
    base, kinds = lexicon.verb(word)
    begins = {
        fault_rules.failing: lexicon.fails(base),
        fault_rules.not_done: base in lexicon.DUTY,
        fault_rules.owed: "participle" in kinds or word in ("supposed", "meant", "had"),
        fault_rules.not_received: base in ("receive", "get", "hear"),
        fault_rules.owed_to_be: word == "been",
        fault_rules.wrong_thing: word in lexicon.BAD | fault_rules.OLD,
        fault_states.wrong_state: word in fault_states.STATES,
        fault_names.by_name: word in lexicon.NOUNS | lexicon.SOFT_NOUNS,
        fault_blame.lies_with_us: word in lexicon.US_OBJECT | lexicon.OUR,
        fault_blame.takes_blame: word in fault_blame.BLAMED or base in ("own", "admit", "concede", "confess"),
        fault_blame.apologised_for: word in lexicon.SORRY,
        fault_blame.unwanted: word in fault_blame.UNWANTED,
        fault_blame.entitled: word in ("entitled", "eligible"),
        fault_names.done_badly: word in fault_names.BADLY_DONE,
    }
    return (*(rule for rule, may in begins.items() if may), *TURNS.get(word, ()), *PHRASES.get(word, ()))


def admission(rule: WordingRule, reading: TextUnderRules) -> Iterator[Remark]:
    """Yield a remark on each stretch that admits a fault of ours."""
    covered = CoveredSpans(excepted_spans(rule, reading))
    names = Names(_parts(reading.facts.agents), _parts((reading.facts.customer, *reading.facts.also)))
    for start, end in admissions(reading.plain, names):
        if not covered.cover(start, end):
            yield remark_on(rule, reading, start, end)


def admissions(plain: str, names: Names) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that admit a fault; those that overlap are one."""
    for begin, sentence in judgements(plain, names):
        yield from ((begin + start, begin + end) for start, end in sentence.admissions)


def judgements(plain: str, names: Names) -> Iterator[tuple[int, Judgement]]:
    """Yield where each sentence of a text begins, and what it admits."""
    ours = others = False
    for begin, text in pieces(plain):
        judgement = _judge(text, names, ours, others)
        yield begin, judgement
        ours, others = judgement.ours, judgement.others


def words_of_sentences(plain: str, ours: Sequence[str]) -> Iterator[list[str]]:
    """Yield the words of each sentence as they are learned from; those of ours by name are all alike."""
    names = Names(_parts(tuple(ours)), frozenset())
    for _, text in pieces(plain):
        yield _alike(read_sentence(text, names))


def _alike(sentence: Sentence) -> list[str]:
    return [OURS if word in sentence.names.ours else word for word in sentence.words]


def pieces(plain: str) -> Iterator[tuple[int, str]]:
    """Yield a text's sentences, and where each begins; what goes on without end is taken in pieces."""
    begin = 0
    for end in (*(found.end() for found in _END.finditer(plain)), len(plain)):
        while end - begin > _LONGEST:
            cut = plain.rfind(" ", begin + _LONGEST // 2, begin + _LONGEST) + 1 or begin + _LONGEST
            yield begin, plain[begin:cut]
            begin = cut
        if not plain[begin:end].isspace() and begin < end:
            yield begin, plain[begin:end]
        begin = end


@lru_cache(500)
def _judge(text: str, names: Names, ours: bool, others: bool) -> Judgement:
    """Return what a sentence admits; while somebody types, all sentences but one have been read before."""
    sentence = read_in_context(text, names, ours, others)
    whole = (sentence.spans[0][0], sentence.spans[-1][1]) if sentence.spans else (0, 0)
    return Judgement(
        tuple(_found_by_rules(sentence)),
        _learned_likelihood(sentence),
        whole,
        sentence.persons_are_ours,
        sentence.others_before,
    )


def _learned_likelihood(sentence: Sentence) -> float:
    """Return how much a sentence reads like an admission; with hardly a word beside our names it never does."""
    words = _alike(sentence)
    found = likelihood(words)
    return found if sum(word != OURS for word in words) >= FEWEST_WORDS else min(found, LIKELY)


def read_in_context(text: str, names: Names, ours: bool, others: bool) -> Sentence:
    """Read a sentence; `ours` and `others` say of whom “she” and “they” speak by what was said before it."""
    sentence = read_sentence(text, names)
    words = set(sentence.words)
    mentioned = bool(words & (lexicon.OUR_PERSONS | names.ours))
    elsewhere = bool(words & lexicon.OTHERS)
    sentence.persons_are_ours = (ours or mentioned) and not elsewhere
    sentence.others_before = elsewhere or (others and not mentioned)
    return sentence


def _found_by_rules(sentence: Sentence) -> list[tuple[int, int]]:
    """Return the stretches of a sentence in which a rule finds an admission; those that overlap are one."""
    found = sorted(
        (sentence.spans[first][0], sentence.spans[min(last, len(sentence) - 1)][1])
        for index, word in enumerate(sentence.words)
        for rule in _rules_for(word)
        for first, last in rule(sentence, index)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(64)
def _parts(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(part) for name in names for part in name_parts(name))
