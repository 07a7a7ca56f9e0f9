"""The parts of a sentence: who does something, the words around a verb, and the words in a contraction."""

import re
from dataclasses import dataclass
from enum import StrEnum

from csat_tui.domain.wording import fault_words as lexicon

WordSpan = tuple[int, int]
"""The first and the last word of an admission."""


class Who(StrEnum):
    """Who a subject is, as far as fault is concerned."""

    US = "us"
    OURS = "ours"
    """A thing of ours, such as a reply."""
    YOU = "you"
    OTHER = "other"
    NOBODY = "nobody"
    IT = "it"
    THING = "thing"
    NAME = "name"
    """Somebody by name of whom nothing is known."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who does something, and at which word that begins."""

    who: Who
    start: int
    head: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The words before a verb that belong to it; `start` is the first of them."""

    start: int
    words: frozenset[str]

    @property
    def negative(self) -> bool:
        """Whether it says that something was not so; “not only” does not."""
        return bool(self.words & lexicon.NO) and not {"not", "only"} <= self.words

    @property
    def passive(self) -> bool:
        """Whether something was done to the subject."""
        return bool(self.words & lexicon.BE)

    @property
    def perfect(self) -> bool:
        """Whether it speaks of what is over."""
        return bool(self.words & lexicon.HAVE)

    @property
    def modal(self) -> frozenset[str]:
        """Which words make it a wish, a duty or a guess."""
        return self.words & lexicon.MODALS


@dataclass(frozen=True, slots=True)
class Names:
    """Who is known by name, folded: our agents, and the customer."""

    ours: frozenset[str] = frozenset()
    customer: frozenset[str] = frozenset()


OURS = frozenset((Who.US, Who.NAME))
OURS_OR_THING = frozenset((Who.US, Who.NAME, Who.OURS))

_CONTRACTED = re.compile(r"(?i)(?P<stem>.*?)(?P<rest>n't|'(?:re|ve|ll|s|d|m))$")
_LOOSE = {
    "didnt": "did", "wasnt": "was", "havent": "have", "hasnt": "has", "hadnt": "had", "werent": "were",
    "shouldnt": "should", "couldnt": "could", "dont": "do", "doesnt": "does", "isnt": "is", "wont": "will",
}  # fmt: skip
_IS = lexicon.words("it that what there here he she who this everything")


def expand_contraction(found: str) -> list[str]:
    """Return a word in small letters, or the two words that a contraction stands for."""
    parts = [found.lower()]
    if "'" in found and (short := _CONTRACTED.match(found)):
        stem = short["stem"].lower()
        rest = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "'d", "'m": "am", "'s": "'s"}[
            short["rest"].lower()
        ]
        if rest == "'s" and stem in _IS:
            rest = "is"
        parts = [{"ca": "can", "wo": "will", "sha": "shall"}.get(stem, stem), rest]
    elif parts[0] in _LOOSE:
        parts = [_LOOSE[parts[0]], "not"]
    elif parts[0] == "cannot":
        parts = ["can", "not"]
    return parts
