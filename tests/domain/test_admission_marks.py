"""The rule about admissions marks the same words as before: see `tests/domain/admission_marks`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from csat_tui.domain.wording.fault import admissions
from csat_tui.domain.wording.fault_parts import Names
from tests.domain.admission_marks import (
    CLAUSES,
    HERE,
    SENTENCES,
    clauses,
    files,
    lines,
    numbered_batches,
    with_marks,
    without_marks,
)


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_the_same_words_are_marked_as_before(file: Path) -> None:
    for line in lines(file):
        assert with_marks(without_marks(line)) == line, "intended? Then `make marks`"


def texts_and_clauses() -> Iterator[tuple[str, list[str]]]:
    """Yield each text of `clauses/further.txt` with its clauses."""
    for block in re.split(r"\n(?! )", CLAUSES.read_text("utf-8").strip()):
        text, *rest = block.split("\n  ")
        yield text, rest


@pytest.mark.parametrize("part", range(8))
def test_who_does_what_is_read_as_before(part: int) -> None:
    for text, expected in list(texts_and_clauses())[part::8]:
        assert clauses(text) == expected, f"{text} Intended? Then `make marks`"


def test_the_clauses_of_every_further_text_are_held() -> None:
    assert [text for text, _ in texts_and_clauses()] == [without_marks(line) for line in lines(HERE / "further.txt")]


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
