"""The parts of a sentence: who does something, and the words around a verb."""

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
