"""The rule about admissions marks the same words as before: see `tests/domain/admission_marks`."""

from pathlib import Path

import pytest

from csat_tui.domain.wording.fault import admissions
from csat_tui.domain.wording.fault_parts import Names
from tests.domain.admission_marks import SENTENCES, files, lines, numbered_batches, with_marks, without_marks


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_the_same_words_are_marked_as_before(file: Path) -> None:
    for line in lines(file):
        assert with_marks(without_marks(line)) == line, "intended? Then `make marks`"


def test_all_sentences_that_were_learned_from_are_among_them() -> None:
    known = {without_marks(line) for file in files() for line in lines(file)}
    assert {line for file in numbered_batches() for line in file.read_text("utf-8").splitlines() if line} <= known


def test_no_further_sentence_is_taken_from_those_that_only_measure() -> None:
    unseen = {line for file in SENTENCES.glob("unseen_*.txt") for line in file.read_text("utf-8").splitlines() if line}
    further = {without_marks(line) for file in files() if not (SENTENCES / file.name).exists() for line in lines(file)}
    assert not unseen & further


@pytest.mark.parametrize("text", ["???", "… — 👍", " " * 2_000, "!" * 2_000])
def test_a_sentence_without_a_word_admits_nothing(text: str) -> None:
    assert list(admissions(text, Names(frozenset(), frozenset()))) == []
