"""What the rule about admissions marks, word by word: a characterisation, which shows what a change changes.

The files hold one text a line. What a rule finds in it stands between « and »; between ‹ and › where the learned
weights then let it pass; and between ⟦ and ⟧ stand sentences that the weights alone mark. The files do not say that
this is right: how often it is, is measured by `tests/playbook/test_admissions.py`. After a change to the rule
`make marks` writes the files anew, and a reviewer reads what changed in them.
"""

from collections.abc import Iterator
from pathlib import Path

from csat_tui.domain.wording.fault import Judgement, judgements, pieces, read_in_context
from csat_tui.domain.wording.fault_context import place
from csat_tui.domain.wording.fault_parts import Names, Who
from csat_tui.domain.wording.fault_sentence import Sentence
from csat_tui.domain.wording.fault_words import BE

HERE = Path(__file__).parent
SENTENCES = HERE.parents[1] / "playbook" / "admissions"
NAMES = Names(ours=frozenset(("cass", "lind", "maria", "lopez", "ron", "priya")), customer=frozenset(("pat", "miller")))
CLAUSES = HERE / "clauses" / "further.txt"
"""Who does what in each text of `further.txt`, as the rule reads it: a text, and a line for each of its verbs."""
BY_RULES, LET_PASS, BY_WEIGHTS = ("«", "»"), ("‹", "›"), ("⟦", "⟧")


def with_marks(text: str) -> str:
    """Return a text with marks around what the rule finds in it."""
    for begin, sentence in reversed(list(judgements(text, NAMES))):
        for start, end in reversed(sentence.by_rules or sentence.admissions):
            opening, closing = _marks(sentence)
            found = text[begin + start : begin + end]
            text = f"{text[: begin + start]}{opening}{found}{closing}{text[begin + end :]}"
    return text


def _marks(sentence: Judgement) -> tuple[str, str]:
    """Return the opening and the closing mark for what is found in a sentence."""
    if not sentence.by_rules:
        return BY_WEIGHTS
    return BY_RULES if sentence.admissions else LET_PASS


def without_marks(text: str) -> str:
    """Return a text as the rule reads it."""
    return text.translate(dict.fromkeys(map(ord, (*BY_RULES, *LET_PASS, *BY_WEIGHTS))))


def clauses(text: str) -> list[str]:
    """Return, for each verb of a text, who does it, with which auxiliaries, and by or with whom: one line each."""
    ours = others = False
    found = []
    for _, piece in pieces(text):
        sentence = read_in_context(piece, NAMES, ours, others)
        ours, others = sentence.persons_are_ours, sentence.others_before
        verbs = (index for index, word in enumerate(sentence.words) if sentence.is_verb(index) or word in BE)
        found += [_clause(sentence, index) for index in verbs]
    return found


def _clause(sentence: Sentence, index: int) -> str:
    """Return who does what: “forgotten: us, one “one of our agents” (has never) at other”."""
    group = sentence.group(index + (sentence.words[index] in BE))
    subject = sentence.subject(group.start)
    name = " ".join(sentence.words[subject.start : group.start])
    line = f"{sentence.words[index]}: {subject.who}, {subject.head or '-'} “{name}”"
    if group.words:
        line += f" ({' '.join(sorted(group.words))})"
    where = place(sentence, index)
    return line if where is Who.UNKNOWN else f"{line} at {where}"


def files() -> list[Path]:
    """Return the files of this characterisation."""
    return sorted(HERE.glob("*.txt"))


def lines(file: Path) -> list[str]:
    """Return the texts of a file with their marks."""
    return [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def clauses_of_further_texts() -> str:
    """Return what `clauses/further.txt` holds."""
    texts = map(without_marks, lines(HERE / "further.txt"))
    return "".join("\n  ".join((text, *clauses(text))) + "\n" for text in texts)


def numbered_batches() -> Iterator[Path]:
    """Yield the files of sentences that the rule has learned from, which are characterised whole."""
    for pattern in ("admissions_*.txt", "good_*.txt", "words_that_*.txt"):
        yield from sorted(SENTENCES.glob(pattern))
